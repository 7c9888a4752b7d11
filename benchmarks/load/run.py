"""A whole measurement: the yardsticks, the journey in closed loops, and the same server under a fixed rate."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import servers, small, upserts
from benchmarks.load.crew import Crew, Seen
from benchmarks.load.prepare import LONG, SHORT, Department
from benchmarks.load.rows import Row, compare, find, row_of
from benchmarks.load.servers import Server
from tests.faults.postgres import Postgres

STEPS = ("sign_in", "home", "door", "start", "page", "lease", "pulse", "save", "submit", "result")
BELL_STEPS = ("bell_start", "bell_page", "bell_lease", "bell_save", "bell_pulse")
BELL_PEOPLE, BELL_SPREAD, BELL_PACE, BELL_PULSE = 5000, 60.0, 15.0, 1.5
"""The bell at full size: so many people start within so many seconds, save so often each, and ask so often."""
STARTS_A_SECOND = 300
"""More than these nobody starts: so many people are made for each second of a phase."""
OPEN_SHARE = 0.5
"""The open loop saves at this share of what the closed loop of 32 clients (or the nearest) reached."""


@dataclass(frozen=True)
class Plan:
    """What is measured: seconds for each phase, how many clients, which databases, how many at the bell (0: none).

    ``pulses``: at the bell the open pages also ask whether anything has changed, as real ones do.

    With ``one_server`` the same server does all of it, and says all the time how long it has each request: the short
    form that the tests run, since most of its time would go into starting servers. It needs no more ``workers`` than
    one, either; what is measured has those that ``quizapp serve`` has unless told otherwise.
    """

    seconds: float = 8.0
    clients: Sequence[int] = (8, 32, 128)
    databases: Sequence[str] = ("sqlite", "postgresql")
    bell: int = 500
    only_bell: bool = False
    pulses: bool = False
    one_server: bool = False
    workers: int = servers.DEFAULTS["workers"]

    @property
    def people(self) -> int:
        """How many people are made."""
        starts = 0 if self.only_bell else max(*self.clients, round(self.seconds * STARTS_A_SECOND))
        return max(self.bell, starts)


@dataclass(frozen=True)
class Bench:
    """A database that is ready, and where its server lies."""

    plan: Plan
    database: str
    url: str
    folder: Path
    department: Department
    postgres: Postgres | None

    @property
    def people(self) -> Path:
        """What the driver reads."""
        return self.folder / "people.json"

    def database_seconds(self) -> float:
        """The time of the processor that PostgreSQL has taken so far."""
        return servers.processor(servers.descendants(self.postgres.postmaster())) if self.postgres else 0.0


def measure(plan: Plan, say: Callable[[str], None]) -> list[Row]:
    """Carry out a plan; ``say`` is told what is under way."""
    rows: list[Row] = []
    with _folder() as folder:
        rows += [] if plan.only_bell else _hello(plan, folder, say)
        for database in plan.databases:
            with _bench(plan, database, folder) as bench:
                if not plan.only_bell:
                    rows += _upserts(bench, say)
                    with servers.quizapp(bench.url, bench.folder, plan.workers, stamped=plan.one_server) as server:
                        rows += _closed(bench, server, rows, say)
                        rows += _open(bench, server, rows, say) if plan.one_server else []
                if not plan.one_server:
                    with servers.quizapp(bench.url, bench.folder, plan.workers, stamped=True) as server:
                        rows += _open(bench, server, rows, say)
    return rows


def _hello(plan: Plan, folder: Path, say: Callable[[str], None]) -> Iterator[Row]:
    with servers.hello(folder, plan.workers) as server:
        for clients in plan.clients:
            say(f"hello, {clients} clients")
            with Crew(server.port, clients, people=None) as crew:
                crew.run("hello", min(1.0, plan.seconds))  # the first requests make the workers ready
                yield _measured("hello", server, lambda: crew.run("hello", plan.seconds), clients)


def _upserts(bench: Bench, say: Callable[[str], None]) -> Iterator[Row]:
    say(f"durable upserts, {bench.database}")
    seconds = bench.plan.seconds
    if bench.postgres is None:
        yield upserts.on_sqlite(bench.folder, seconds)
        return
    for clients in bench.plan.clients:
        yield upserts.on_postgresql(bench.postgres.address, clients, seconds)
        tool = upserts.pgbench(bench.postgres.address, clients, seconds, bench.folder)
        if tool is not None:
            yield tool


def _closed(bench: Bench, server: Server, known: Sequence[Row], say: Callable[[str], None]) -> Iterator[Row]:
    """Start, memory and weight; then the whole journey at each number of clients."""
    yield from small.before(server, bench.department, bench.database)
    _warm(bench, server)
    for clients in bench.plan.clients:
        for row in _journey(bench, server, clients, say):
            against = "upsert" if bench.postgres and row.step == "save" else "hello"
            place = bench.database if against == "upsert" else None
            compare(row, find(known, against, place, clients), against)
            yield row
    yield from small.after(server, bench.database)


def _warm(bench: Bench, server: Server) -> None:
    """Let each worker compile its templates and addresses: it does so once, and a server runs for weeks."""
    clients, short = 4 * bench.plan.workers, bench.department.publish(SHORT, attempts=100_000)
    with Crew(server.port, clients, people=bench.people, at_most=clients) as crew:
        for step in ("sign_in", "home", "attempt"):
            crew.run(step, min(2.0, bench.plan.seconds), quiz=short.quiz, kinds=short.kinds)


def _journey(bench: Bench, server: Server, clients: int, say: Callable[[str], None]) -> Iterator[Row]:
    long, short = bench.department.publish(LONG), bench.department.publish(SHORT, attempts=100_000)
    with Crew(server.port, clients, people=bench.people) as crew:
        for step in (*STEPS, "attempt"):
            say(f"{bench.database}, {clients} clients: {step}")
            test = short if step == "attempt" else long

            def phase(step: str = step, quiz: int = test.quiz, kinds: tuple[str, ...] = test.kinds) -> Seen:
                return crew.run(step, bench.plan.seconds, quiz=quiz, kinds=kinds)

            yield _measured(step, server, phase, clients, bench)


def _open(bench: Bench, server: Server, known: Sequence[Row], say: Callable[[str], None]) -> Iterator[Row]:
    """Saves at a fixed rate, and the bell; by a server that says how long it had each request."""
    if not bench.plan.one_server:
        _warm(bench, server)
    if not bench.plan.only_bell:
        yield from _fixed_rate(bench, server, known, say)
    if bench.plan.bell:
        yield from _bell(bench, server, say)


def _fixed_rate(bench: Bench, server: Server, known: Sequence[Row], say: Callable[[str], None]) -> Iterator[Row]:
    clients, saves = min(bench.plan.clients, key=lambda count: abs(count - 32)), bench.plan.clients[-1]
    closed = find(known, "save", bench.database, clients)
    rate = OPEN_SHARE * (closed.per_second if closed and closed.per_second else 10)
    say(f"{bench.database}: {rate:.0f} saves a second, whatever the server does")
    test = bench.department.publish(LONG)
    with Crew(server.port, saves, people=bench.people, at_most=saves) as crew:
        crew.run("start", 30.0, quiz=test.quiz)
        crew.run("lease", 30.0)
        seconds, pace = max(bench.plan.seconds, saves / rate * 2), saves / rate
        row = _measured("open_save", server, lambda: crew.run("open_save", seconds, kinds=test.kinds, pace=pace), saves,
                        bench)  # fmt: skip
    row.note = "; ".join(filter(None, (f"{rate:.0f} saves a second were due", row.note)))
    yield row


def _bell(bench: Bench, server: Server, say: Callable[[str], None]) -> Iterator[Row]:
    """Fewer people than in full press in a time that is as much shorter: the rates are those of the full form."""
    people, scale = bench.plan.bell, bench.plan.bell / BELL_PEOPLE
    say(f"{bench.database}: the bell, {people} people within {BELL_SPREAD * scale:.0f} s")
    test = bench.department.publish(LONG)
    with Crew(server.port, people, people=bench.people, at_most=people) as crew:
        before, db_before = servers.processor(server.family()), bench.database_seconds()
        spread, pace = BELL_SPREAD * scale, BELL_PACE * scale
        pulse = BELL_PULSE * scale if bench.plan.pulses else 0.0
        times = {"spread": spread, "pace": pace, "pulse": pulse}
        seen = crew.run("bell", spread + 4 * pace, quiz=test.quiz, kinds=test.kinds, **times)
        spent, db_spent = servers.processor(server.family()) - before, bench.database_seconds() - db_before
    for step in BELL_STEPS[: None if bench.plan.pulses else -1]:
        row = row_of(step, seen)
        row.database, row.clients = bench.database, people
        row.server_cpu_ms = _each(spent, seen.requests)
        row.database_cpu_ms = _each(db_spent, seen.requests) if bench.postgres else None
        yield row


def _measured(step: str, server: Server, phase: Callable[[], Seen], clients: int, bench: Bench | None = None) -> Row:
    """One phase with what the processors took for it."""
    before, db_before = servers.processor(server.family()), bench.database_seconds() if bench else 0.0
    seen = phase()
    spent = servers.processor(server.family()) - before
    row = row_of(step, seen)
    row.clients = clients
    done = len(seen.times.get(step, ()))
    row.server_cpu_ms = _each(spent, done)
    if bench is not None:
        row.database = bench.database
        row.database_cpu_ms = _each(bench.database_seconds() - db_before, done) if bench.postgres else None
    return row


def _each(seconds: float, count: int) -> float | None:
    return float(f"{seconds / count * 1000:.4g}") if count else None


@contextmanager
def _folder() -> Iterator[Path]:
    """A place on the disk on which the project lies, or on that of TMPDIR: what is measured is meant to be durable."""
    with tempfile.TemporaryDirectory(prefix="quizapp-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _bench(plan: Plan, database: str, folder: Path) -> Iterator[Bench]:
    own = folder / database
    own.mkdir()
    postgres = Postgres() if database == "postgresql" else None
    try:
        url = postgres.url if postgres else f"sqlite:///{own / 'quizapp.sqlite3'}"
        began = time.monotonic()
        department = Department(url, own, plan.people)
        bench = Bench(plan, database, url, own, department, postgres)
        department.prepared.write(bench.people)
        print(f"{database}: {plan.people} people made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        yield bench
    finally:
        if postgres:
            postgres.close()
