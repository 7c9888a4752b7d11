"""How long nothing was acknowledged, read from the history of the clients."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tests.faults.history import UNKNOWN, Record, oks

BEHIND = re.compile(r"最多比主库晚 (\d+) 秒")
ALLOWED = re.compile(r"HTTP 50[234]$|(?!HTTP )")
"""What a page keeps its answers at and tries again: no node, no database, a connection that broke."""


def acknowledgements(records: Iterable[Record]) -> list[float]:
    """When each acknowledged save came back, in order (Unix time)."""
    return sorted(each["t1"] for record in records if record["f"] == "save" for each in oks(record))


def gap(acknowledged: Sequence[float], began: float, ended: float) -> float | None:
    """Seconds between the last acknowledgement before a fault and the first after it; None where none came after.

    What was under way when the fault came may still come back a moment later: so it is the longest silence that lies,
    at least in part, between the moments at which the fault ``began`` and was over (``ended``).
    """
    if not acknowledged or acknowledged[-1] < ended:
        return None
    silences = (after - before for before, after in pairwise(acknowledged) if after > began and before < ended)
    return max(silences, default=0.0)


def seconds_behind(page: str) -> int | None:
    """How far the copy is behind that a report says it was read from; None where it was read from the primary."""
    found = BEHIND.search(page)
    return int(found[1]) if found else None


def failures(records: Iterable[Record]) -> Counter[str]:
    """What the clients met instead of an answer, by its name."""
    tries = (each for record in records for each in record.get("tries", ()))
    return Counter((each["told"] or {}).get("reason", "no answer") for each in tries if each["status"] == UNKNOWN)


def unworthy(met: Iterable[str]) -> list[str]:
    """Those among them that a page must never be given: errors of the program."""
    return sorted(reason for reason in met if not ALLOWED.match(reason))
