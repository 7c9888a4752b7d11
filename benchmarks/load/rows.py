"""What a measurement is written down as, and how it becomes one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.load.crew import Seen


@dataclass
class Row:
    """One line of the result. What was not measured, or means nothing here, is None.

    ``yardstick`` is the rate per second that ``per_second`` is compared with (``against`` names it), ``ratio`` the one
    divided by the other. ``server_cpu_ms`` is the time of the processor that the server's processes took for each
    (``database_cpu_ms``: PostgreSQL's), ``waited_ms`` the median of the time before a worker's thread took the request,
    ``slowest`` what the slowest client got done as a part of the median client's, and ``driver_cores`` how much of the
    machine's cores the driver took for itself, ``driver_busiest`` that of its busiest process, which can be 1 at most.
    A figure with a target has a ``value`` with its ``unit``, and there ``ratio`` is 1 or more where it is ``met``.
    """

    step: str
    database: str | None = None
    clients: int | None = None
    per_second: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    errors: int | None = None
    server_cpu_ms: float | None = None
    yardstick: float | None = None
    ratio: float | None = None
    against: str | None = None
    database_cpu_ms: float | None = None
    waited_ms: float | None = None
    slowest: float | None = None
    driver_cores: float | None = None
    driver_busiest: float | None = None
    value: float | None = None
    unit: str | None = None
    target: float | None = None
    met: bool | None = None
    note: str | None = None


def percentile(sorted_values: Sequence[float], share: float) -> float | None:
    """The value that so large a share of all does not exceed ("nearest rank")."""
    if not sorted_values:
        return None
    return sorted_values[max(0, -(-len(sorted_values) * round(share * 100) // 100) - 1)]


def timed(step: str, times: Iterable[float], seconds: float) -> Row:
    """A row of these times (seconds), taken within so many seconds."""
    ordered = sorted(times)
    p50, p95, p99 = (_ms(percentile(ordered, share)) for share in (0.50, 0.95, 0.99))
    return Row(step, per_second=_rounded(len(ordered) / seconds), p50_ms=p50, p95_ms=p95, p99_ms=p99, errors=0)


def row_of(step: str, seen: Seen) -> Row:
    """A row of one step of a phase."""
    row = timed(step, seen.times.get(step, ()), seen.seconds)
    row.errors = seen.errors[step] if len(seen.times) > 1 else sum(seen.errors.values())
    row.waited_ms = _ms(percentile(sorted(seen.waits.get(step, ())), 0.50))
    row.slowest = _rounded(seen.slowest.get(step))
    row.driver_cores, row.driver_busiest = _rounded(seen.cores), _rounded(seen.busiest)
    if seen.reasons:
        row.note = ", ".join(f"{reason}: {count}" for reason, count in seen.reasons.most_common(4))
    return row


def compare(row: Row, yardstick: Row | None, against: str) -> None:
    """Hold a row against what the machine can do at best."""
    if yardstick is not None and yardstick.per_second and row.per_second is not None:
        row.yardstick, row.against = yardstick.per_second, against
        row.ratio = _rounded(row.per_second / yardstick.per_second)


def find(rows: Iterable[Row], step: str, database: str | None = None, clients: int | None = None) -> Row | None:
    """The first row of that step; where ``clients`` is None, at any number of them."""
    for row in rows:
        if (row.step, row.database) == (step, database) and clients in (None, row.clients):
            return row
    return None


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
