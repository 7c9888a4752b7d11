"""By how much the papers that were drawn for a branch happened to be easier than those of the whole department.

Papers are drawn at random from a bank, so that a branch of few people may have met easier items than others by luck.
The *ease* of a branch is the mean, over its papers, of how easy their items proved to be for the people of all other
branches: what the branch's own people earned does not count, or a branch would be told that its papers were hard
because it answered badly. An item that few others met says little, so its facility is drawn to the mean of all items,
as far as sampling alone explains why it differs (method of moments, as in C. N. Morris, Parametric empirical Bayes
inference, Journal of the American Statistical Association 78, 1983, pages 47-55).

Where everybody has the same items every ease is exactly nought.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Worth(NamedTuple):
    """An item as it stood on some papers: its points and those of the whole paper, in hundredths."""

    item_id: str
    full_points: int
    paper_points: int


class Met(NamedTuple):
    """How many people met an item so, and the hundredths of a point that they earned by it together."""

    responses: int
    points: int


@dataclass
class _Facility:
    """What people met and earned of an item, or of all: in hundredths of a point."""

    responses: int = 0
    earned: int = 0
    possible: int = 0

    def without(self, other: "_Facility") -> "_Facility":
        return _Facility(self.responses - other.responses, self.earned - other.earned, self.possible - other.possible)

    def add(self, met: Met, full_points: int) -> None:
        self.responses += met.responses
        self.earned += met.points
        self.possible += met.responses * full_points

    @property
    def share(self) -> float:
        return self.earned / self.possible if self.possible else 0.0


def ease_of(branches: Mapping[int, Mapping[Worth, Met]]) -> dict[int, float]:
    """How much easier each branch's papers were than those of all, as a share of the points of a paper.

    0.02: two points in a hundred. Branches in which nobody met anything have none.
    """
    items, everything = _facilities(list(branches.values()))
    differ = _variance_of_items(items, everything)
    mix = _mix(*branches.values())
    found = {}
    for branch_id, met in branches.items():
        own_mix = _mix(met)
        if not own_mix:
            continue
        own_items, own = _facilities([met])
        others = everything.without(own)
        noise = others.share * (1 - others.share)
        ease = 0.0
        for item_id, facility in items.items():
            rest = facility.without(own_items.get(item_id, _Facility()))
            reliable = differ / (differ + noise / rest.responses) if differ and rest.responses else 0.0
            easier = reliable * (rest.share - others.share)  # than the mean item, which cancels out
            ease += (own_mix.get(item_id, 0.0) - mix[item_id]) * easier
        found[branch_id] = ease
    return found


def _facilities(branches: list[Mapping[Worth, Met]]) -> tuple[dict[str, _Facility], _Facility]:
    """By item, and of everything together."""
    items: dict[str, _Facility] = defaultdict(_Facility)
    everything = _Facility()
    for branch in branches:
        for worth, met in branch.items():
            items[worth.item_id].add(met, worth.full_points)
            everything.add(met, worth.full_points)
    return dict(items), everything


def _variance_of_items(items: Mapping[str, _Facility], everything: _Facility) -> float:
    """How much the facilities of items vary beyond what so many responses vary by themselves."""
    if not everything.responses:
        return 0.0
    mean = everything.share
    spread = sum(one.responses * (one.share - mean) ** 2 for one in items.values()) / everything.responses
    return max(0.0, spread - (len(items) - 1) * mean * (1 - mean) / everything.responses)


def _mix(*branches: Mapping[Worth, Met]) -> dict[str, float]:
    """The share that each item has of all points of these branches' papers."""
    shares: dict[str, float] = defaultdict(float)
    for branch in branches:
        for worth, met in branch.items():
            if worth.paper_points:
                shares[worth.item_id] += met.responses * worth.full_points / worth.paper_points
    total = sum(shares.values())
    return {item_id: share / total for item_id, share in shares.items()} if total else {}
