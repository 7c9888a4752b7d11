"""How often scores fall between round numbers: what a histogram of them is drawn from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from math import ceil

MOST_BINS = 12
"""More bars cannot be labelled on the width of a phone."""
FEW = Decimal("0.02")
"""So small a share of the people may stand together in the lowest bin, however far they lie below it."""
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))


@dataclass(frozen=True)
class Bin:
    """``people`` who reached at least ``low`` points and less than ``high``; in the last one also ``high`` itself.

    ``low`` is None where everybody below ``high`` is in it.
    """

    low: Decimal | None
    high: Decimal
    people: int


def score_bins(scores: Mapping[Decimal, int], full: Decimal, cut: Decimal) -> list[Bin]:
    """Bins of one width, together everybody in ``scores`` (points → how many people). ``full`` points are above 0.

    The width is the smallest round one with which `MOST_BINS` suffice to show two below the ``cut`` score and all but
    a `FEW` of the people.
    """
    lowest = _lowest(scores)
    for width in _widths(full):
        first = max(0, int(min(cut / width - 2, lowest // width)))
        last = ceil(full / width)
        if last - first + (first > 0) <= MOST_BINS:
            break
    edges = [width * place for place in range(first, last)]
    bins = [Bin(low, low + width, 0) for low in edges]
    people = [0] * len(bins)
    below = 0
    for points, times in scores.items():
        place = min(int(points // width), last - 1) - first
        if place < 0:
            below += times
        else:
            people[place] += times
    found = [Bin(one.low, one.high, n) for one, n in zip(bins, people, strict=True)]
    return [Bin(None, edges[0], below), *found] if first else found


def _widths(full: Decimal) -> Iterator[Decimal]:
    """Round widths, the smallest first; with the last ones a single bin holds everything."""
    for exponent in count(full.adjusted() - 2):
        yield from (one.scaleb(exponent) for one in _NICE)


def _lowest(scores: Mapping[Decimal, int]) -> Decimal:
    """The lowest score that more than a `FEW` people did not surpass."""
    allowed, passed_by = sum(scores.values()) * FEW, 0
    for points in sorted(scores):
        passed_by += scores[points]
        if passed_by > allowed:
            return points
    return Decimal(0)
