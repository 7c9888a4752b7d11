"""``python -m tests.cluster``: two nodes behind nginx over a Patroni cluster lose machines while people take a test.

`make cluster-test` runs it. Everything is of the distribution, runs on 127.0.0.1 and is gone afterwards; the folder of
the run keeps the history, the logs, the exports and the findings. Ends with 1 where a promise was not kept.
"""

import argparse
import os
import random
import shutil
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.cluster import recovery
from tests.cluster.configured import Ports
from tests.cluster.daemons import folder_of_servers
from tests.cluster.database import Cluster
from tests.cluster.front import Front
from tests.cluster.losses import KINDS, Losses
from tests.cluster.packages import NotHere, require
from tests.faults import history, raw
from tests.faults.client import Client
from tests.faults.prepare import ORGANIZER, found
from tests.faults.run import Plan, Result, Work, result_of
from tests.faults.server import PATIENCE, ROOT, Node, free_port
from tests.faults.workload import Habits

MEMBERS = 3
ROUND = 75.0  # seconds that each test is open
MOST_ROUNDS = 12
READINGS = 20  # times that a report is asked for until it is read from a standby


@dataclass
class Outcome:
    """What came of a run; ``gaps``: each loss, and the seconds without an acknowledgement, ``sizes``: what → bytes.

    ``behind``: how many seconds a report said that its copy was, at most, behind the primary.
    """

    result: Result
    gaps: list[tuple[str, float | None]]
    met: dict[str, int]
    failed: list[str]
    sizes: dict[str, float]
    behind: int | None = None

    @property
    def problems(self) -> list[str]:
        """Sentences for everything that should not be."""
        found = [f"{name}: {sentence}" for name, sentence in self.result.verdict.violations]
        found += [f"a client met {reason}" for reason in recovery.unworthy(self.met)]
        found += [f"after losing the {kind} nothing was acknowledged" for kind, gap in self.gaps if gap is None]
        found += ["no report was read from the standby"] if self.behind is None else []
        return found + self.failed


def main() -> None:
    """Read the words, run, report."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("--lose", default=",".join(KINDS), help="which machines, in order: %(default)s")
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    kinds = words.lose.split(",")
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    try:
        programs = require()
    except NotHere as reason:
        sys.exit(f"make cluster-test: {reason}")
    plan = Plan(
        folder=ROOT / "var" / "cluster" / time.strftime("%Y%m%d-%H%M%S"), database="cluster", acks=1, kills=len(kinds),
        people=words.people, workers=2, round=ROUND, most_rounds=MOST_ROUNDS, seed=words.seed,
        habits=Habits(think=0.15),
    )  # fmt: skip
    print(f"logs in {plan.folder}", flush=True)
    outcome = execute(plan, kinds, programs)
    _report(plan, outcome)
    sys.exit(bool(outcome.problems))


def execute(plan: Plan, kinds: list[str], programs: dict[str, Path]) -> Outcome:
    """Put everything up, let people take tests while machines are lost, and check what is left."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    began, ports = time.monotonic(), _ports()
    with ExitStack() as stack:
        servers = folder_of_servers()
        stack.callback(shutil.rmtree, servers, ignore_errors=True)
        stack.callback(_keep_logs, servers, plan.folder)
        cluster = Cluster(ports, servers, programs)
        stack.callback(cluster.close)
        cluster.make_database()
        department = found(cluster.url, plan.folder / "organizer", plan.people)
        nodes = [_node(name, port, plan, cluster) for name, port in zip(("north", "south"), ports.nodes, strict=True)]
        stack.callback(lambda: [node.stop() for node in nodes])
        front = Front(ports, servers, programs["nginx"])
        stack.callback(front.stop)
        front.wait_ready(PATIENCE)
        rng, address = random.Random(plan.seed), partial(list, [ports.nginx])
        clients = [Client(login, address, random.Random(rng.random())) for login in department.logins]
        work = Work(plan, department, Client(ORGANIZER, address, rng), clients)
        losses = Losses(nodes, cluster, work.history, kinds)
        work.nemesis = losses
        log_began = cluster.log_position()
        work.go()
        log_bytes = cluster.log_position() - log_began
        work.fetch_exports()
        behind = _behind(work)
        work.close()
        tables = raw.of_postgres(cluster.address)
        sizes = cluster.bytes_per_row() | {"log for each answer": log_bytes / max(1, work.history.acknowledged)}
    return _outcome(plan, result_of(plan, work, tables, time.monotonic() - began), losses.failed, sizes, behind)


def _behind(work: Work) -> int | None:
    """What the report of the last test says of the standby it was read from; one that came back needs a moment."""
    for _try in range(READINGS):
        behind = recovery.seconds_behind(work.last_report())
        if behind is not None:
            return behind
        time.sleep(1)
    return None


def _ports() -> Ports:
    one = free_port
    members = tuple((one(), one()) for _member in range(MEMBERS))
    return Ports(one(), (one(), one()), one(), one(), (one(), one()), members)


def _node(name: str, port: int, plan: Plan, cluster: Cluster) -> Node:
    extra = {"QUIZAPP_REPORT_DATABASE_URL": cluster.report_url, "QUIZAPP_TRUSTED_PROXIES": "1"}
    folder = plan.folder / name
    folder.mkdir()
    return Node(name, plan.folder, folder, cluster.url, extra, plan.workers, port)


def _keep_logs(servers: Path, folder: Path) -> None:
    for log in servers.glob("*.log"):
        shutil.copy(log, folder)


def _outcome(plan: Plan, result: Result, failed: list[str], sizes: dict[str, float], behind: int | None) -> Outcome:
    records = list(history.read(plan.folder / "history.jsonl"))
    acknowledged = recovery.acknowledgements(records)
    faults = [record for record in records if record["f"] == "fault"]
    gaps = [(fault["kind"], recovery.gap(acknowledged, fault["t0"], fault["t1"])) for fault in faults]
    return Outcome(result, gaps, dict(recovery.failures(records)), failed, sizes, behind)


def _report(plan: Plan, outcome: Outcome) -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for kind, seconds in outcome.gaps:
        told = "never again" if seconds is None else f"{seconds:.1f} s"
        print(f"  lost: {kind:16}  last acknowledgement before to first after: {told}")
    print("  what the pages met and tried again:", outcome.met or "nothing")
    print("  the last report was read from a standby that was at most", outcome.behind, "s behind")
    print("  bytes:", ", ".join(f"{what} {size:.0f}" for what, size in outcome.sizes.items()))
    for problem in outcome.problems[:20]:
        print("  PROBLEM", problem)
    print(outcome.result.summary(plan))


if __name__ == "__main__":
    main()
