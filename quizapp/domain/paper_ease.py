"""By how much the papers that were drawn for a branch happened to be easier than those of the whole department.

Papers are drawn at random from a bank, so that a branch of few people may have met easier items than others by luck.
The *ease* of a branch is the mean, over its papers, of how easy their items proved to be for the people of all other
branches: what the branch's own people earned does not count, or a branch would be told that its papers were hard
because it answered badly. An item that few others met says little, so its facility is drawn to the mean of all items,
as far as sampling alone explains why it differs (method of moments, as in C. N. Morris, Parametric empirical Bayes
inference, Journal of the American Statistical Association 78, 1983, pages 47-55).

Where everybody has the same items every ease is exactly nought.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Met(NamedTuple):
    """That people of a branch met an item as it stood on some papers, and what it earned them together.

    Points are hundredths: ``full_points`` of the item, ``paper_points`` of the whole paper.
    """

    branch_id: int
    item_id: str
    full_points: int
    paper_points: int
    responses: int
    points: int


@dataclass
class _Sums:
    """What people met and earned, each list by item; ``share`` is of the points of their papers."""

    responses: list[int]
    earned: list[int]
    possible: list[int]
    share: list[float]

    @classmethod
    def of_none(cls, items: int) -> "_Sums":
        return cls([0] * items, [0] * items, [0] * items, [0.0] * items)

    @classmethod
    def together(cls, every: Iterable["_Sums"]) -> "_Sums":
        lists = zip(*((one.responses, one.earned, one.possible, one.share) for one in every), strict=True)
        return cls(*([sum(values) for values in zip(*each, strict=True)] for each in lists))

    def mix(self) -> list[float]:
        """The share that each item has of all the points of these papers."""
        whole = sum(self.share)
        return [share / whole for share in self.share]


def ease_of(met: Iterable[tuple[int, str, int, int, int, int]]) -> dict[int, float]:
    """How much easier each branch's papers were than those of all, as a share of the points of a paper.

    0.02: two points in a hundred. Branches in which nobody met anything have none. ``met``: as `Met` has it.
    """
    rows = [row for row in met if row[3] and row[4]]
    places = {item_id: place for place, item_id in enumerate(dict.fromkeys(row[1] for row in rows))}
    branches: dict[int, _Sums] = {}
    for branch_id, item_id, full, paper, responses, points in rows:
        if branch_id not in branches:
            branches[branch_id] = _Sums.of_none(len(places))
        own, place = branches[branch_id], places[item_id]
        possible = responses * full
        own.responses[place] += responses
        own.earned[place] += points
        own.possible[place] += possible
        own.share[place] += possible / paper
    branches = {id: own for id, own in branches.items() if any(own.share)}
    return _eases(_Sums.together(branches.values()), branches) if branches else {}


def _eases(everybody: _Sums, branches: Mapping[int, _Sums]) -> dict[int, float]:
    differ = _variance_of_items(everybody)
    if not differ:
        return dict.fromkeys(branches, 0.0)
    mix = everybody.mix()
    found = {}
    for branch_id, own in branches.items():
        possible = sum(everybody.possible) - sum(own.possible)
        facility = (sum(everybody.earned) - sum(own.earned)) / possible if possible else 0.0
        noise = facility * (1 - facility) / differ
        ease = 0.0
        columns = (everybody.responses, own.responses, everybody.earned, own.earned)
        wholes = (everybody.possible, own.possible, own.mix(), mix)
        for met, met_here, earned, earned_here, full, full_here, part, usual in zip(*columns, *wholes, strict=True):
            others, of = met - met_here, full - full_here
            if others and of:
                reliable = others / (others + noise)  # what is left of it is drawn to the mean item, which cancels out
                ease += (part - usual) * reliable * ((earned - earned_here) / of - facility)
        found[branch_id] = ease
    return found


def _variance_of_items(everybody: _Sums) -> float:
    """How much the facilities of items vary beyond what so many responses vary by themselves."""
    responses, possible = sum(everybody.responses), sum(everybody.possible)
    if not possible:
        return 0.0
    mean = sum(everybody.earned) / possible
    columns = zip(everybody.responses, everybody.earned, everybody.possible, strict=True)
    spread = sum(met * (earned / full - mean) ** 2 for met, earned, full in columns if full) / responses
    return max(0.0, spread - (len(everybody.responses) - 1) * mean * (1 - mean) / responses)
