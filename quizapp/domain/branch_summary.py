"""What may be said of a branch, a unit and the whole: counted from persons, never averaged from averages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

FEWEST_FOR_SCORES = 5
"""Figures of fewer people than this say too much of one person to somebody who may not see single scores."""


class Level(StrEnum):
    """What a row of the summary speaks of."""

    BRANCH = "branch"
    UNIT = "unit"


@dataclass(frozen=True)
class Count:
    """People of a branch, or of several together, by the result that counts.

    ``scores`` says how many of those who sat the test (实考) reached each score, in points. Whoever opened a paper and
    saved nothing is eligible and no more. ``excused`` (缓考) are those who did not sit it and need not have.
    """

    eligible: int = 0
    passed: int = 0
    excellent: int = 0
    scores: Mapping[Decimal, int] = field(default_factory=dict)
    excused: int = 0

    @property
    def sat(self) -> int:
        """How many sat the test."""
        return sum(self.scores.values())


def together(counts: Iterable[Count]) -> Count:
    """The people of all these."""
    eligible = passed = excellent = excused = 0
    scores = Counter[Decimal]()
    for count in counts:
        eligible, passed, excellent = eligible + count.eligible, passed + count.passed, excellent + count.excellent
        excused += count.excused
        for points, people in count.scores.items():
            scores[points] += people
    return Count(eligible, passed, excellent, scores, excused)


@dataclass(frozen=True)
class Figures:
    """What is counted of a group of people. Rates are fractions from 0 to 1, None where nothing divides them.

    Participation is of the eligible, the excused among them; every other rate, mean and median is of those who sat.
    ``excused`` people did not sit and need not have (缓考). ``excellent`` is None for a test without such a line.
    ``withheld``: there are scores, but the reader may not see them; all None then.
    """

    eligible: int
    sat: int
    points: Decimal | None  # the sum that the mean divides
    median: Decimal | None
    passed: int | None
    excellent: int | None
    withheld: bool = False
    excused: int = 0

    @property
    def absent(self) -> int:
        """Who should have sat the test, did not and is not excused (缺考)."""
        return self.eligible - self.sat - self.excused

    @property
    def missing(self) -> int:
        """The eligible without a result, whether absent or excused."""
        return self.eligible - self.sat

    @property
    def participation(self) -> Decimal | None:
        """Those who sat, of the eligible."""
        return _share(self.sat, self.eligible)

    @property
    def mean(self) -> Decimal | None:
        """The mean score in points, not rounded. Absentees are not zeros."""
        return _share(self.points, self.sat)

    @property
    def pass_rate(self) -> Decimal | None:
        """Those who passed, of those who sat."""
        return _share(self.passed, self.sat)

    @property
    def excellence_rate(self) -> Decimal | None:
        """Those who reached the excellent score, of those who sat."""
        return _share(self.excellent, self.sat)

    def without_scores(self) -> "Figures":
        """The same people with nothing said of their scores."""
        return replace(self, points=None, median=None, passed=None, excellent=None, withheld=self.sat > 0)


def _share(part: Decimal | int | None, whole: int) -> Decimal | None:
    return None if part is None or whole == 0 else Decimal(part) / whole


@dataclass(frozen=True)
class Place:
    """A unit or branch, as it was called when the test opened."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Outline:
    """A unit with its branches, in order. ``whole`` says that none of the test's branches there is left out."""

    unit: Place
    branches: tuple[Place, ...]
    whole: bool = True


@dataclass(frozen=True)
class Row:
    """The figures of one branch or unit."""

    place: Place
    level: Level
    figures: Figures


@dataclass(frozen=True)
class UnitPart:
    """A unit's row and those of its branches; ``whole`` as in `Outline`."""

    unit: Row
    branches: tuple[Row, ...]
    whole: bool


@dataclass(frozen=True)
class Summary:
    """The figures of everybody, and of each unit with its branches."""

    total: Figures
    units: tuple[UnitPart, ...]


Hides = Callable[[int, Figures], bool]
"""Whether the scores of a branch (its id, its figures) are kept from the reader."""


def summarise(count: Count, *, excellence: bool = True) -> Figures:
    """The figures of those people; ``excellence`` False for a test without an excellent score."""
    return Figures(
        eligible=count.eligible,
        sat=count.sat,
        points=sum((points * people for points, people in count.scores.items()), Decimal(0)),
        median=median_of(count.scores),
        passed=count.passed,
        excellent=count.excellent if excellence else None,
        excused=count.excused,
    )


def median_of(scores: Mapping[Decimal, int]) -> Decimal | None:
    """The middle one, or the mean of the middle two; ``scores`` says how often each occurs. None where none does."""
    people = sum(scores.values())
    if not people:
        return None
    places, passed_by = [(people - 1) // 2, people // 2], 0
    middle: list[Decimal] = []
    for points in sorted(scores):
        passed_by += scores[points]
        while places and places[0] < passed_by:
            middle.append(points)
            places.pop(0)
    return sum(middle, Decimal(0)) / 2


def roll_up(
    outlines: Sequence[Outline],
    counts: Mapping[int, Count],
    *,
    excellence: bool = True,
    hides: Hides = lambda branch_id, figures: False,
) -> Summary:
    """The summary of ``counts`` (by branch) by ``outlines``, in their order; branches without people have a row too.

    Where the scores of a branch are hidden, those of its unit and the total are hidden with them, so that no
    subtraction brings them back. Raises ValueError for a count of a branch that is in none of the outlines.
    """
    by_branch = {branch.id: counts.get(branch.id, Count()) for outline in outlines for branch in outline.branches}
    if lost := counts.keys() - by_branch.keys():
        raise ValueError(f"there are people in branch {min(lost)}, which is not in the report")
    figures = {id: summarise(count, excellence=excellence) for id, count in by_branch.items()}
    hidden = {id for id, counted in figures.items() if counted.sat and hides(id, counted)}

    def shown(counted: Figures, ids: Iterable[int]) -> Figures:
        return counted.without_scores() if hidden.intersection(ids) else counted

    def figures_of(ids: Sequence[int]) -> Figures:
        return shown(summarise(together(by_branch[id] for id in ids), excellence=excellence), ids)

    units = tuple(
        UnitPart(
            unit=Row(outline.unit, Level.UNIT, figures_of([branch.id for branch in outline.branches])),
            branches=tuple(
                Row(branch, Level.BRANCH, shown(figures[branch.id], [branch.id])) for branch in outline.branches
            ),
            whole=outline.whole,
        )
        for outline in outlines
    )
    return Summary(figures_of(list(by_branch)), units)
