"""Whether an acknowledgement ever leaves before its commit is on disk: the system calls of a running server, in order.

One person saves one answer after another, so that every write and every sync belongs to the save under way. A write to
the database's log makes it dirty, the end of a sync makes it clean, and every acknowledgement must begin while it is
clean, after a write and a sync of its own. Killing processes cannot show this: what a dead process wrote is still in
the memory of the system. ``python -m tests.faults.trace [SAVES]`` runs all profiles
and their controls.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Container, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.faults.client import Client
from tests.faults.postgres import Postgres
from tests.faults.prepare import found, publish
from tests.faults.server import Node, children

CALLS = "pwrite64,pwritev,write,writev,fdatasync,fsync,sync_file_range,sendto,sendmsg"
LINE = re.compile(r"^(?P<pid>\d+) +(?:[\d.]+ )?(?P<rest>.*)$")
CALL = re.compile(r"^(?P<name>\w+)\(\d+<(?P<file>[^>]*)>")
RESUMED = re.compile(r"^<\.\.\. (?P<name>\w+) resumed>")
LOG = re.compile(r"-wal$|-journal$|/pg_wal/")
BACKGROUND = re.compile("walwriter|checkpointer|background writer|launcher|io worker")
WRITES, SYNCS = ("pwrite64", "pwritev", "write", "writev"), ("fdatasync", "fsync")
ACKNOWLEDGEMENT = r"\"saved_at\":"  # as strace spells the JSON; PostgreSQL's rows and queries have no such quotes
CONTROLS = {"sqlite": "weak_sqlite", "postgresql": "weak_postgresql"}


@dataclass
class Order:
    """What a trace shows: acknowledgements that left clean, and those that left before their commit was on disk."""

    after: int = 0
    before: int = 0


def judge(lines: Iterable[str], background: Container[str] = ()) -> Order:
    """Follow the state of the log through a trace. Processes in the ``background`` may be at work at any time."""
    found, dirty, is_synced = Order(), set[str](), False
    for pid, event in _events(lines):
        if event == "write":
            dirty.add(pid)
        elif event == "sync":
            is_synced = is_synced or pid in dirty
            dirty.discard(pid)
        elif event == "reply":
            if is_synced and not any(other not in background for other in dirty):
                found.after += 1
            else:
                found.before += 1
            is_synced = False
    return found


def _events(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Process and event: a write or a reply counts when it begins, a sync when it has ended well."""
    syncing: set[str] = set()
    for line in lines:
        if not (match := LINE.match(line)):
            continue
        pid, rest = match["pid"], match["rest"]
        if resumed := RESUMED.match(rest):
            if resumed["name"] in SYNCS and pid in syncing and rest.rstrip().endswith("= 0"):
                yield pid, "sync"
            syncing.discard(pid)
            continue
        call = CALL.match(rest)
        if call is None:
            continue
        is_log = LOG.search(call["file"]) is not None
        if is_log and call["name"] in SYNCS:
            if "<unfinished" in rest:
                syncing.add(pid)
            elif rest.rstrip().endswith("= 0"):
                yield pid, "sync"
        elif is_log and call["name"] in WRITES:
            yield pid, "write"
        elif call["file"].startswith(("socket:", "TCP:")) and ACKNOWLEDGEMENT in rest:
            yield pid, "reply"


def watch(database: str, folder: Path, saves: int, *, weak: bool = False) -> Order:
    """Save so many answers one after the other, under trace; ``weak``: the control, whose order must be wrong."""
    with ExitStack() as stack:
        postgres = Postgres() if database == "postgresql" else None
        if postgres:
            stack.callback(postgres.close)
        url = postgres.url if postgres else f"sqlite:///{folder / 'quizapp.sqlite3'}"
        department = found(url, folder, 1)
        node = Node("node", folder, folder, url, {"FAULTS_BUG": CONTROLS[database]} if weak else {}, 1)
        stack.callback(node.stop)
        node.wait_ready()
        quiz, _closes = publish(department, 1, 1200)
        client = Client(department.logins[0], lambda: [node.port], random.Random(1))
        stack.callback(client.close)
        client.sign_in()
        attempt = client.start(quiz)[1]["attempt"]
        lease = client.lease(attempt, 1)[1]["lease"]
        end_of_time = time.monotonic() + 45  # of the attempt, which lasts a minute
        for pid in node.clocks():
            os.kill(pid, signal.SIGSTOP)  # its own commits would lie between those that are watched
        family = children(postgres.postmaster()) if postgres else {}
        pids = [*node.workers(), *([postgres.postmaster()] if postgres else []), *family]
        trace = folder / "trace"
        tracer = _attach(pids, trace)
        try:
            acknowledged = _save(client, attempt, lease, saves, end_of_time)
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate()
        for pid in node.clocks():
            os.kill(pid, signal.SIGCONT)
        background = {str(pid) for pid, words in family.items() if BACKGROUND.search(words)}
        order = judge(trace.read_text("utf-8", "replace").splitlines(), background)
        assert order.after + order.before == acknowledged, (order, acknowledged)
        return order


def _attach(pids: list[int], trace: Path) -> "subprocess.Popen[bytes]":
    words = ["strace", "-f", "-y", "-s", "600", "-e", f"trace={CALLS}", "-o", str(trace)]
    tracer = subprocess.Popen([*words, *(f"-p{pid}" for pid in pids)], stderr=subprocess.PIPE)
    assert tracer.stderr
    for pid in pids:
        line = tracer.stderr.readline()
        assert b"attached" in line, (pid, line)
    return tracer


def _save(client: Client, attempt: int, lease: int, saves: int, until: float) -> int:
    done = 0
    for number in range(saves):
        if time.monotonic() > until:
            break
        item = {
            "position": 0, "answer": ["AB"[number % 2]], "marked": False, "version": number,
            "operation": f"watched-{number}",
        }  # fmt: skip
        status, told = client.save(attempt, lease, [item])
        assert status == 200, (status, told)
        assert told["results"][0]["version"] == number + 1, told
        done += 1
    return done


def missing() -> str | None:
    """Why nothing can be traced here, if so."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
    return f"strace may not trace: {tried.stderr.strip()[:200]}" if tried.returncode else None


def main() -> None:
    """All profiles with their controls; 1 where one is not as it should be."""
    if reason := missing():
        sys.exit(reason)
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    wrong = 0
    for database in CONTROLS:
        for weak in (False, True):
            with tempfile.TemporaryDirectory(prefix="quizapp-trace-") as folder:
                order = watch(database, Path(folder), saves, weak=weak)
            wrong += (order.before == 0) if weak else (order.before > 0 or order.after == 0)
            name = f"{database}, {'control with weaker durability' if weak else 'as shipped'}"
            print(f"{name}: {order.after} of {order.after + order.before} left after the sync", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
