"""What may honestly be said of how branches stand to their department: as much as their few people can carry.

Three figures, each by itself and never mixed into one: the mean score, the pass rate, the participation.

- *Interval*, 95 %. Of a mean: Student's t with the spread within branches, taken together for all of them. Of a rate:
  the score interval (E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
  American Statistical Association 22, 1927, pages 209-212; why this one: L. D. Brown, T. T. Cai and A. DasGupta,
  Interval estimation for a binomial proportion, Statistical Science 16, 2001, pages 101-133).
- *Estimate*: the figure drawn towards the department's, the more the fewer people stand behind it and the less the
  branches differ at all (empirical Bayes: C. N. Morris, Parametric empirical Bayes inference, Journal of the American
  Statistical Association 78, 1983, pages 47-55). How much branches differ beyond chance: R. C. Paule and J. Mandel,
  Consensus values and weighting factors, Journal of Research of the National Bureau of Standards 87, 1982, pages
  377-385. It is drawn at most half way to the end of its own interval, so that a branch that truly stands apart is not
  talked away (B. Efron and C. Morris, Limiting the risk of Bayes and empirical Bayes estimators, part II, Journal of
  the American Statistical Association 67, 1972, pages 130-139).
- *Group*: a branch is said to stand above or below its department only where the same results, dealt at random, would
  hardly ever do that to it (`quizapp.domain.dealing`), and where its interval says so too. Of all branches together at
  most 5 in 100 departments whose branches are equal have any so named: the family-wise error (S. Holm, A simple
  sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 1979, pages 65-70). All others
  have no real difference, and there is no order among them.

How well this holds: docs/statistics.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

from quizapp.domain.dealing import chance_of_count, chance_of_sum
from quizapp.domain.problem import N_
from quizapp.domain.student_t import normal_quantile, t_quantile

LEVEL = 0.95
LEAST_PEOPLE = 5
"""A branch of fewer people than this is shown only as part of its unit: too few for a figure of its own."""
_FEWEST_TO_SHRINK = 4
"""Below four branches nothing is drawn anywhere: with three, Morris's factor (k - 3)/(k - 1) is zero."""


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both of them within."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def within(self, low: float, high: float) -> "Interval":
        """The part of it that lies between these."""
        return Interval(min(max(self.low, low), high), max(min(self.high, high), low))


class Group(StrEnum):
    """How a branch stands to the whole."""

    ABOVE = "above"
    ALIKE = "alike"
    BELOW = "below"
    TOO_FEW = "too_few"


GROUP_NAMES = {
    Group.ABOVE: N_("Above the whole"),
    Group.ALIKE: N_("No real difference from the whole"),
    Group.BELOW: N_("Below the whole"),
    Group.TOO_FEW: N_("Too few people: counted in their unit only"),
}
"""English names (msgids), in the order in which the groups are shown."""


@dataclass(frozen=True)
class Line:
    """What is said of one branch. All None where it has too few people (``n``) for a figure of its own.

    ``value`` is the figure as counted; ``adjusted`` the same with the difficulty of its papers evened out, which the
    interval is around; ``estimate`` the adjusted one drawn towards the whole. ``interval`` is None where the results do
    not differ within any branch, so that nothing says how much chance does.
    """

    n: int
    group: Group
    value: float | None = None
    adjusted: float | None = None
    estimate: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True)
class Measure:
    """One figure of the whole (``n`` people; None where there are none) and of each branch, by id."""

    n: int
    whole: float | None
    lines: Mapping[int, Line]

    def ids_of(self, group: Group) -> list[int]:
        """The branches of a group, in the order in which they came in."""
        return [id for id, line in self.lines.items() if line.group is group]

    @property
    def compares(self) -> bool:
        """Whether there are at least two branches to tell apart."""
        return sum(line.group is not Group.TOO_FEW for line in self.lines.values()) > 1


@dataclass(frozen=True)
class Scores:
    """The scores of a branch: how many of its people have each, in hundredths of a point.

    ``easier``: by how many points the papers drawn for them were easier than those of the whole
    (`quizapp.domain.paper_ease`).
    """

    people: Mapping[int, int]
    easier: float = 0.0

    @property
    def n(self) -> int:
        """How many people."""
        return sum(self.people.values())

    @property
    def total(self) -> int:
        """The sum of their scores, in hundredths."""
        return sum(score * count for score, count in self.people.items())


@dataclass(frozen=True)
class Share:
    """``part`` of ``n`` people: who passed of those who sat, or who sat of the eligible."""

    part: int
    n: int


def wilson(right: int, n: int, level: float = LEVEL) -> Interval:
    """The score interval of a rate. Raises ZeroDivisionError for nobody."""
    z = normal_quantile(level)
    rate, weight = right / n, z * z / n
    middle = (rate + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(rate * (1 - rate) / n + weight / (4 * n))
    # At the ends exactly: 0 of n reaches down to 0, and not to what is left of rounding.
    return Interval(0.0 if right == 0 else middle - half, 1.0 if right == n else middle + half)


def standing_of_rates(shares: Mapping[int, Share], least: int = LEAST_PEOPLE) -> Measure:
    """How branches stand by a rate. Branches of nobody are left out; those below ``least`` count in the whole."""
    shares = {id: share for id, share in shares.items() if share.n}
    n, part = sum(share.n for share in shares.values()), sum(share.part for share in shares.values())
    if not n:
        return Measure(0, None, {})
    whole = part / n
    drafts = {
        id: _Draft(
            share.part / share.n,
            share.part / share.n,
            wilson(share.part, share.n),
            whole * (1 - whole) / share.n,
            lambda share=share: chance_of_count(share.part, share.n, part, n),  # type: ignore[misc]
        )
        for id, share in shares.items()
        if share.n >= least
    }
    return _measure(n, whole, {id: share.n for id, share in shares.items()}, drafts)


def standing_of_means(branches: Mapping[int, Scores], full: int, least: int = LEAST_PEOPLE) -> Measure:
    """The same by the mean score, in points; ``full``: the points of the whole paper, in hundredths.

    What ``easier`` says is evened out around the whole, whose mean stays as counted.
    """
    branches = {id: scores for id, scores in branches.items() if scores.n}
    n, total = sum(scores.n for scores in branches.values()), sum(scores.total for scores in branches.values())
    if not n:
        return Measure(0, None, {})
    whole = total / n / 100
    people: dict[int, int] = {}
    for scores in branches.values():
        for score, count in scores.people.items():
            people[score] = people.get(score, 0) + count
    easier = sum(scores.easier * scores.n for scores in branches.values()) / n
    variance, degrees = spread_within(list(branches.values()))
    drafts = {}
    for id, scores in branches.items():
        if scores.n < least:
            continue
        value = scores.total / scores.n / 100
        adjusted = min(max(value - (scores.easier - easier), 0.0), full / 100)
        error = variance / scores.n
        half = t_quantile(LEVEL, degrees) * sqrt(error) if error else 0.0
        drafts[id] = _Draft(
            value,
            adjusted,
            Interval(adjusted - half, adjusted + half).within(0, full / 100) if error else None,
            error,
            lambda scores=scores: chance_of_sum(scores.total, scores.n, people),  # type: ignore[misc]
        )
    return _measure(n, whole, {id: scores.n for id, scores in branches.items()}, drafts)


def spread_within(branches: Sequence[Scores]) -> tuple[float, int]:
    """The variance of scores (points squared) within branches, all of them together, and its degrees of freedom."""
    squares, degrees = 0.0, 0
    for scores in branches:
        mean = scores.total / scores.n
        squares += sum(count * (score - mean) ** 2 for score, count in scores.people.items())
        degrees += scores.n - 1
    return (squares / degrees / 10_000 if degrees else 0.0), degrees


@dataclass(frozen=True)
class _Draft:
    """A branch before it is compared: ``error`` is the variance of the figure; ``chance`` is worked out if needed."""

    value: float
    adjusted: float
    interval: Interval | None
    error: float
    chance: Callable[[], float] = field(compare=False)


def _measure(n: int, whole: float, sizes: Mapping[int, int], drafts: Mapping[int, _Draft]) -> Measure:
    chances = {id: draft.chance() for id, draft in drafts.items() if _stands_apart(draft, whole)}
    named = beyond_chance(chances, len(drafts))
    estimates = drawn_together(
        [draft.adjusted for draft in drafts.values()], [draft.error for draft in drafts.values()], whole
    )
    lines = {id: Line(size, Group.TOO_FEW) for id, size in sizes.items()}
    for (id, draft), estimate in zip(drafts.items(), estimates, strict=True):
        group = Group.ALIKE
        if id in named:
            group = Group.ABOVE if draft.adjusted > whole else Group.BELOW
        kept = _half_way(draft, estimate)
        lines[id] = Line(sizes[id], group, draft.value, draft.adjusted, kept, draft.interval)
    return Measure(n, whole, lines)


def _stands_apart(draft: _Draft, whole: float) -> bool:
    """Whether its interval leaves the whole out, on the side on which the results as counted lie too."""
    if draft.interval is None or whole in draft.interval:
        return False
    return (draft.adjusted > whole) == (draft.value > whole)


def beyond_chance(chances: Mapping[int, float], of: int, rate: float = 1 - LEVEL) -> frozenset[int]:
    """Whom Holm's procedure tells from chance; ``of`` so many were compared, of whom the others are as good as 1."""
    found: set[int] = set()
    for id in sorted(chances, key=lambda id: chances[id]):
        if chances[id] * (of - len(found)) > rate:
            break
        found.add(id)
    return frozenset(found)


def drawn_together(values: Sequence[float], errors: Sequence[float], whole: float) -> list[float]:
    """Each value drawn to the whole by (k - 3)/(k - 1) · V/(V + A): V its error, A what branches truly differ."""
    count = len(values)
    if count < _FEWEST_TO_SHRINK or not all(errors):
        return list(values)
    apart = variance_between(values, errors)
    factor = (count - 3) / (count - 1)
    return [
        value + factor * error / (error + apart) * (whole - value) for value, error in zip(values, errors, strict=True)
    ]


def variance_between(values: Sequence[float], errors: Sequence[float]) -> float:
    """What ``values`` vary beyond their ``errors`` (variances, none of them 0): Paule and Mandel's, never below 0."""

    def too_far_apart(apart: float) -> bool:
        weights = [1 / (error + apart) for error in errors]
        mean = sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
        found = sum(weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True))
        return found > len(values) - 1

    if not too_far_apart(0.0):
        return 0.0
    low, high = 0.0, max(errors)
    while too_far_apart(high):
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if too_far_apart(middle) else (low, middle)
    return (low + high) / 2


def _half_way(draft: _Draft, estimate: float) -> float:
    """The estimate, but not farther from the figure than half way to the end of its interval."""
    if draft.interval is None:
        return draft.adjusted
    low, high = (draft.adjusted + draft.interval.low) / 2, (draft.adjusted + draft.interval.high) / 2
    return min(max(estimate, low), high)
