"""A whole run: people take tests against the server as shipped while it is killed, and then everything is checked.

``python -m tests.faults.run [--acks N] [--db sqlite|postgresql|two-nodes]``; `make faults` runs it. Ends with 1 where a
promise was not kept. The folder of the run keeps the history, the logs of the server, the exports and the findings.
"""

import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from quizapp import failpoints
from tests.faults import checker, exports, history, inprocess, raw
from tests.faults.checker import Verdict
from tests.faults.client import Client
from tests.faults.history import History
from tests.faults.inprocess import InProcess
from tests.faults.nemesis import Nemesis, Trouble
from tests.faults.postgres import Postgres
from tests.faults.prepare import ORGANIZER, Department, found, publish
from tests.faults.proxy import Proxy
from tests.faults.server import ROOT, Node
from tests.faults.workload import Habits, Occasion, Taker

DISK = "64m"
PROFILES = ("sqlite", "postgresql", "two-nodes")


@dataclass(frozen=True)
class Plan:
    """What a run is to be: until so many answers are acknowledged and processes killed, or ``most_rounds`` are over.

    ``round`` is how long each test is open, ``period`` the time between two faults on average, and ``sweep`` what the
    clock is given for the rest after the last deadline (far too much, but machines are busy); all in seconds.
    """

    folder: Path
    database: str = "sqlite"
    acks: int = 1000
    kills: int = 0
    people: int = 24
    workers: int = 3
    round: float = 75.0
    most_rounds: int = 1000
    period: float = 4.0
    sweep: float = 150.0
    seed: int = 1
    habits: Habits = field(default_factory=Habits)
    first_faults: Sequence[str] = ()
    small_disk: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """What came of it."""

    verdict: Verdict
    acks: int
    kills: int
    seconds: float
    longest_gap: float
    faults: Mapping[str, int]

    def summary(self, plan: Plan) -> str:
        """The one line that stands at the end."""
        by = self.verdict.found_by
        late = sum("was accepted" in sentence for name, sentence in self.verdict.violations if name == "I3")
        double = sum("has the scores" in sentence for name, sentence in self.verdict.violations if name == "I5")
        return (
            f"{plan.database}: {self.acks} acknowledged, {self.kills} kills, {by['I2']} lost, {late} late, "
            f"{double} double, {len(self.verdict.violations)} violations {dict(sorted(by.items()))}, "
            f"{self.seconds:.0f} s, commit {commit()}"
        )


def commit() -> str:
    """The state of the source that is tested."""
    words = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    with suppress(OSError):
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True).stdout.strip() or "unknown"
    return "unknown"


def execute(plan: Plan) -> Result:
    """Carry a plan out against the server as shipped, and check it."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with ExitStack() as stack:
        postgres = None if plan.database == "sqlite" else Postgres()
        if postgres:
            stack.callback(postgres.close)
        data = _data_folder(plan, stack)
        url = postgres.url if postgres else f"sqlite:///{data / 'quizapp.sqlite3'}"
        department = found(url, data, plan.people)
        names = ("north", "south") if plan.database == "two-nodes" else ("node",)
        nodes = [Node(name, plan.folder, data, url, plan.extra, plan.workers) for name in names]
        stack.callback(lambda: [node.stop() for node in nodes])
        for node in nodes:
            node.wait_ready()
        work = _over_the_wire(plan, department, nodes, postgres, data)
        work.go()
        work.fetch_exports()
        work.close()
        for node in nodes:
            node.stop()
        tables = raw.of_postgres(postgres.address) if postgres else raw.of_sqlite(data / "quizapp.sqlite3")
    return result_of(plan, work, tables, time.monotonic() - began)


def execute_in_process(plan: Plan) -> Result:
    """Carry a plan out against an application in this process, without faults but crashes at failpoints."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    path = plan.folder / "quizapp.sqlite3"
    department = found(f"sqlite:///{path}", plan.folder, plan.people)
    rng = random.Random(plan.seed)
    organizer = InProcess(ORGANIZER, department.app, rng)
    clients = [InProcess(login, department.app, random.Random(rng.random())) for login in department.logins]
    chances = failpoints.chances(plan.extra)
    clock = inprocess.prepare(department, chances)
    work = Work(plan, department, organizer, clients)
    work.go()
    work.fetch_exports()
    clock.stop()
    inprocess.let_go(department)
    return result_of(plan, work, raw.of_sqlite(path), time.monotonic() - began)


def result_of(plan: Plan, work: "Work", tables: raw.Tables, seconds: float) -> Result:
    verdict, seen, done = _checked(plan, tables), work.history, work.nemesis
    result = Result(
        verdict, seen.acknowledged, done.kills if done else 0, seconds, seen.longest_gap, done.done if done else {}
    )
    _keep(plan, result)
    return result


def _data_folder(plan: Plan, stack: ExitStack) -> Path:
    data = plan.folder / "data"
    data.mkdir(exist_ok=True)
    if plan.small_disk:  # in the mount namespace that `__main__` has entered
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "faults", str(data)], check=True)
        stack.callback(lambda: subprocess.run(["umount", "-l", str(data)], check=False))
    return data


def _over_the_wire(
    plan: Plan, department: Department, nodes: Sequence[Node], postgres: Postgres | None, data: Path
) -> "Work":
    """People at real connections, a third of them behind a bad network, and a nemesis."""
    rng = random.Random(plan.seed)
    proxies = [Proxy(node.port, random.Random(rng.random())) for node in nodes]
    direct, ports = [node.port for node in nodes], [proxy.port for proxy in proxies]
    clients = [
        Client(login, partial(list, direct if number % 3 else ports), random.Random(rng.random()))
        for number, login in enumerate(department.logins)
    ]
    work = Work(plan, department, Client(ORGANIZER, partial(list, direct), rng), clients)
    work.nemesis = Nemesis(
        nodes, proxies, work.history, plan.seed, postgres=postgres, small_disk=data if plan.small_disk else None,
        sqlite=None if postgres else data / "quizapp.sqlite3",
    )  # fmt: skip
    return work


class Work:
    """The part of a run in which people and faults are at work."""

    def __init__(self, plan: Plan, department: Department, organizer: Client, clients: Sequence[Client]) -> None:
        self._plan, self._department, self._organizer, self._clients = plan, department, organizer, clients
        self.history = History(plan.folder / "history.jsonl")
        self.nemesis: Trouble | None = None
        self._occasions: list[Occasion] = []
        self._published = threading.Condition()
        self._is_done = False

    def go(self) -> None:
        """Sign everybody in; take tests, among faults, until enough is acknowledged; let the clock end the rest."""
        with ThreadPoolExecutor(8) as hands:
            list(hands.map(lambda client: client.sign_in(), [self._organizer, *self._clients]))
        self.history.last_ok = time.monotonic()
        if self.nemesis:
            self.nemesis.start(self._plan.period, self._plan.first_faults)
        threads = [threading.Thread(target=self._live, args=(n, client)) for n, client in enumerate(self._clients)]
        for thread in threads:
            thread.start()
        self._publish_rounds()
        for thread in threads:
            thread.join()
        if self.nemesis:
            self.nemesis.stop()
        self._wait_for_the_clock()
        self.history.close()

    def _publish_rounds(self) -> None:
        for number in range(self._plan.most_rounds):
            quiz, closes = self._insist_on_publishing(number)
            with self._published:
                self._occasions.append(Occasion(quiz, closes))
                self._published.notify_all()
            # The next one opens before this one has closed: sweeping, starting and saving go on side by side.
            time.sleep(max(0.0, closes - time.time() - self._plan.round / 6))
            done = dict(self.nemesis.done) if self.nemesis else {}
            print(f"  {self.history.acknowledged} acknowledged, faults {done}", flush=True)
            if self.history.acknowledged >= self._plan.acks and self._kills() >= self._plan.kills:
                break
        with self._published:
            self._is_done = True
            self._published.notify_all()

    def _kills(self) -> int:
        return self.nemesis.kills if self.nemesis else 0

    def _insist_on_publishing(self, number: int) -> tuple[int, float]:
        """A publication whose outcome is unknown may stand; the next try is another test then."""
        for _try in range(100):
            try:
                return publish(self._department, number, self._plan.round)
            except Exception as error:
                self.history.write("publishing_failed", number=number, why=repr(error)[:300])
                time.sleep(0.5)
        raise TimeoutError("no test could be published")

    def _live(self, number: int, client: Client) -> None:
        taker = Taker(client, self._organizer, self.history, self._plan.habits, self._plan.seed * 1000 + number)
        taken = 0
        while True:
            with self._published:
                self._published.wait_for(lambda seen=taken: len(self._occasions) > seen or self._is_done)  # type: ignore[misc]
                if taken >= len(self._occasions):
                    break
                taken, occasion = len(self._occasions), self._occasions[-1]
            try:
                taker.take(occasion)
            except Exception as error:
                self.history.write("rig_failed", login=client.login, why=repr(error))
                raise
        taker.close()

    def _wait_for_the_clock(self) -> None:
        """Until nothing is open: asked of the reports, which say whether anybody can still be answering."""
        self._until_closed = time.monotonic() + self._plan.sweep
        with suppress(TimeoutError):
            while time.monotonic() < self._until_closed:
                reports = [json.loads(self._organizer.report(o.quiz, "json")) for o in self._occasions]
                if not any(row["absence"] == "under_way" for report in reports for row in report["absentees"]):
                    return
                time.sleep(0.5)

    def close(self) -> None:
        """Let go of every connection."""
        for client in (self._organizer, *self._clients):
            client.close()
        for proxy in self.nemesis.proxies if self.nemesis else ():
            proxy.close()

    def fetch_exports(self) -> None:
        """Keep every report in every format."""
        folder = self._plan.folder / "exports"
        folder.mkdir(exist_ok=True)
        for occasion in self._occasions:
            for form in exports.FORMATS:
                (folder / f"{occasion.quiz}.{form}").write_bytes(self._organizer.report(occasion.quiz, form))

    def last_report(self) -> str:
        """The report of the newest test as a page."""
        return self._organizer.report_page(self._occasions[-1].quiz)


def _checked(plan: Plan, tables: raw.Tables) -> Verdict:
    records = list(history.read(plan.folder / "history.jsonl"))
    faults = [record for record in records if record["f"] == "fault"]
    verdict = checker.check(checker.Run(tables, plan.folder / "exports", records, faults))
    verdict.violations += [("RIG", record["why"]) for record in records if record["f"] == "rig_failed"]
    return verdict


def _keep(plan: Plan, result: Result) -> None:
    document = {
        "summary": result.summary(plan),
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg()},
        "seed": plan.seed,
        "longest_gap_seconds": round(result.longest_gap, 1),
        "figures": result.verdict.figures,
        "violations": result.verdict.violations,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
    (plan.folder / "result.json").write_text(text, encoding="utf-8")
