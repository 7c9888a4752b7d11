"""What the application should reach, and whether it does. Ratios within one run count; a machine's own speed does not.

The targets stand for two cores with the driver beside the server on the same machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.load.rows import Row, find

Rows = Sequence[Row]
Reading = Callable[[Rows], float | None]
PEER_HELLO = 7800
"""Empty Flask pages a second on the machine for which "60 whole attempts a second" was said."""
NOT_HERE = "not part of this benchmark"


@dataclass(frozen=True)
class Figure:
    """A promise in numbers. ``most``: the target is the most that it may be, not the least. ``only`` one database."""

    name: str
    target: float | None
    unit: str
    read: Reading
    most: bool = False
    note: str | None = None

    def row(self, rows: Rows) -> Row:
        """Whether it is kept; ``ratio`` is 1 or more where it is. Not met where it was not measured: unknown."""
        value = self.read(rows)
        row = Row(f"figure: {self.name}", value=value, unit=self.unit, target=self.target, note=self.note)
        if value is None or self.target is None:
            row.note = self.note or "not measured in this run"
            return row
        if self.most:
            row.met = value <= self.target
            row.ratio = _short(self.target / value) if value else None
        else:
            row.met = value >= self.target
            row.ratio = _short(value / self.target) if self.target else None
        return row


def figures(rows: Rows) -> Iterator[Row]:
    """A row for each promise."""
    for figure in _figures(rows):
        yield figure.row(rows)


def _figures(rows: Rows) -> Iterator[Figure]:
    yield Figure("save on SQLite, 32 clients, of hello", 0.40, "×", _of("save", "sqlite", "ratio", 32))
    yield Figure("save on SQLite, 32 clients, p99", 60, "ms", _of("save", "sqlite", "p99_ms", 32), most=True)
    yield Figure("save on SQLite, 32 clients, slowest client", 0.5, "× median", _of("save", "sqlite", "slowest", 32))
    yield Figure("save on PostgreSQL, 32 clients, of upsert", 0.60, "×", _of("save", "postgresql", "ratio", 32))
    best = max((row.per_second or 0 for row in rows if row.step == "hello"), default=0)
    yield Figure("whole attempts of 20 items on SQLite", _short(60 * best / PEER_HELLO) if best else None, "/s",
                 partial(_best, step="attempt", database="sqlite"))  # fmt: skip
    for step in ("result", "page"):
        yield Figure(
            f"{'test' if step == 'page' else step} page, 50 items, processor",
            6,
            "ms",
            _of(step, "sqlite", "server_cpu_ms"),
            most=True,
        )
    for database in ("sqlite", "postgresql"):
        yield from _at_the_bell(rows, database)
    for name, target, unit in REPORTS:
        yield Figure(f"report of 8,000,000 responses: {name}", target, unit, lambda _rows: None, True, NOT_HERE)
    for step, name, most, unit in SMALL:
        yield Figure(name, most, unit, _of(step, "sqlite", "value"), most=True)


def _at_the_bell(rows: Rows, database: str) -> Iterator[Figure]:
    """The targets are those of the full form; the note says by how many it was tried."""
    row = find(rows, "bell_start", database)
    note = f"with {row.clients:,} people" if row and row.clients else None
    name = f"the bell on {database}"
    yield Figure(f"{name}: errors", 0, "", partial(_bell_errors, database=database), True, note)
    for step, most in (("bell_start", 1000), ("bell_save", 250)):
        yield Figure(f"{name}: {step[5:]} p99", most, "ms", _of(step, database, "p99_ms"), True, note)


REPORTS = (
    ("branch table", 300, "ms"),
    ("item analysis", 1000, "ms"),
    ("XLSX", 10_000, "ms"),
    ("peak memory", 300, "MB"),
    ("time from 1 to 8 million", 2, "×"),
)
SMALL = (
    ("start_time", "start of the server to the first answer", 2, "s"),
    ("worker_memory", "memory of a worker after the benchmark", 130, "MB"),
    ("idle_memory", "memory of the whole server when idle", 250, "MB"),
    ("page_weight", "test page, 50 items, over the wire", 30, "kB"),
    ("first_visit_weight", "styles and scripts, once", 250, "kB"),
)
"""The last three are budgets of our own: nobody asked for a number."""


def _of(step: str, database: str, field: str, clients: int | None = None) -> Reading:
    """A field of the row of that step; at the fewest clients unless told."""

    def read(rows: Rows) -> float | None:
        row = find(rows, step, database, clients)
        value: float | None = getattr(row, field) if row else None
        return value

    return read


def _best(rows: Rows, step: str, database: str) -> float | None:
    rates = [row.per_second or 0 for row in rows if (row.step, row.database) == (step, database)]
    return max(rates, default=None)


def _bell_errors(rows: Rows, database: str) -> float | None:
    found = [row.errors or 0 for row in rows if row.step.startswith("bell_") and row.database == database]
    return sum(found) if found else None


def _short(value: float) -> float:
    return float(f"{value:.4g}")
