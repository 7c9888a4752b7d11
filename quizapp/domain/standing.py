"""What may honestly be said of how branches stand to their department: as much as their few people can carry.

Three figures, each by itself and never mixed into one: the mean score, the pass rate, the participation.

- *Interval*, 95 %. Of a rate: Wilson's (`quizapp.domain.estimates`). Of a mean: the same, since a mean of scores
  between nought and full marks varies like a rate, only less; how much less, the *dispersion*, is taken from the spread
  within all branches together (R. W. M. Wedderburn, Quasi-likelihood functions, generalized linear models, and the
  Gauss-Newton method, Biometrika 61, 1974, pages 439-447), with Student's t for what is not known of it. It is never
  beyond full marks, and longer downwards there.
- *Estimate*: the figure drawn towards the department's, but at most half way to the end of its own interval, so that a
  branch that truly stands apart is not talked away (B. Efron and C. Morris, Limiting the risk of Bayes and empirical
  Bayes estimators, part II, Journal of the American Statistical Association 67, 1972, pages 130-139).
- *Group*: a branch is said to stand above or below its department only where the same results, dealt at random, would
  hardly ever do that to it (`quizapp.domain.dealing`), and where its interval says so too. Of departments whose
  branches are all equal, at most 5 in 100 have any branch so named (the family-wise error). All others have no real
  difference, and there is no order among them.

How well this holds: docs/statistics.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from quizapp.domain.dealing import chance_of_count, chance_of_sum
from quizapp.domain.estimates import LEVEL, Interval, beyond_chance, drawn_together, score_interval, wilson
from quizapp.domain.problem import N_
from quizapp.domain.student_t import t_quantile

LEAST_PEOPLE = 5
"""A branch of fewer people than this is shown only as part of its unit: too few for a figure of its own."""


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
    interval is around; ``estimate`` the adjusted one drawn towards the whole.
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
    points = full / 100
    whole = total / (100 * n)  # one division: rounded like the exact figure that other pages show
    people: dict[int, int] = {}
    for scores in branches.values():
        for score, count in scores.people.items():
            people[score] = people.get(score, 0) + count
    easier = sum(scores.easier * scores.n for scores in branches.values()) / n
    spread = dispersion(list(branches.values()), full)
    drafts = {}
    for id, scores in branches.items():
        if scores.n < least:
            continue
        value = scores.total / (100 * scores.n)
        adjusted = min(max(value - (scores.easier - easier), 0.0), points)
        t = t_quantile(LEVEL, n - len(branches))
        drafts[id] = _Draft(
            value,
            adjusted,
            score_interval(adjusted / points, scores.n / spread, t).times(points),
            spread * whole * (points - whole) / scores.n,
            lambda scores=scores: chance_of_sum(scores.total, scores.n, people),  # type: ignore[misc]
        )
    return _measure(n, whole, {id: scores.n for id, scores in branches.items()}, drafts)


def dispersion(branches: Sequence[Scores], full: int) -> float:
    """How much scores vary within branches, as a share of what all or nothing would: between 0 and 1.

    It makes the squares within branches what they should be where each branch's variance is this times p(1 - p), p
    being its mean as a share of ``full``. Where no score differs from another in any branch nothing is known of it,
    and 1 is the most that it can be.
    """
    squares, parts = 0.0, []
    for scores in branches:
        mean = scores.total / scores.n
        squares += sum(count * (score - mean) ** 2 for score, count in scores.people.items()) / full**2
        parts.append(((scores.n - 1) * mean / full * (1 - mean / full), scores.n))
    if squares <= 0:
        return 1.0

    def expected(spread: float) -> float:
        # What a sample of n shows of p(1 - p) is too little by a share of spread/n.
        return spread * sum(part / (1 - spread / n) for part, n in parts if n > 1)

    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) < squares else (low, middle)
    return high


@dataclass(frozen=True)
class _Draft:
    """A branch before it is compared: ``error`` is the variance of the figure; ``chance`` is worked out if needed."""

    value: float
    adjusted: float
    interval: Interval
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
    return whole not in draft.interval and (draft.adjusted > whole) == (draft.value > whole)


def _half_way(draft: _Draft, estimate: float) -> float:
    """The estimate, but not farther from the figure than half way to the end of its interval."""
    low, high = (draft.adjusted + draft.interval.low) / 2, (draft.adjusted + draft.interval.high) / 2
    return min(max(estimate, low), high)
