"""What may be said of a branch, a unit and the whole: counted from persons, never averaged from averages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from statistics import median

FEWEST_FOR_SCORES = 5
"""Figures of fewer people than this say too much of one person to somebody who may not see single scores."""


class Level(StrEnum):
    """What a row of the summary speaks of."""

    BRANCH = "branch"
    UNIT = "unit"


@dataclass(frozen=True)
class Sitting:
    """One eligible person and the result that counts. ``points`` None: no attempt was ended.

    ``answered`` is how many items the counted attempt answered: whoever opened a paper and saved nothing is absent.
    """

    person_id: int
    branch_id: int
    points: Decimal | None = None
    passed: bool = False
    excellent: bool = False
    answered: int = 0

    @property
    def sat(self) -> bool:
        """Whether the person counts as having sat the test (实考)."""
        return self.points is not None and self.answered > 0


@dataclass(frozen=True)
class Figures:
    """What is counted of a group of people. Rates are fractions from 0 to 1, None where nothing divides them.

    Participation is of the eligible; every other rate, mean and median is of those who sat. ``excellent`` is None
    for a test without such a line. ``withheld``: there are scores, but the reader may not see them; all None then.
    """

    eligible: int
    sat: int
    points: Decimal | None  # the sum that the mean divides
    median: Decimal | None
    passed: int | None
    excellent: int | None
    withheld: bool = False

    @property
    def absent(self) -> int:
        """Who should have sat the test and did not (缺考)."""
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


def summarise(sittings: Iterable[Sitting], *, excellence: bool = True) -> Figures:
    """The figures of those people; ``excellence`` False for a test without an excellent score."""
    people = list(sittings)
    sat = [sitting for sitting in people if sitting.sat]
    scores = [sitting.points for sitting in sat if sitting.points is not None]
    return Figures(
        eligible=len(people),
        sat=len(sat),
        points=sum(scores, Decimal(0)),
        median=median(scores) if scores else None,
        passed=sum(sitting.passed for sitting in sat),
        excellent=sum(sitting.excellent for sitting in sat) if excellence else None,
    )


def roll_up(
    outlines: Sequence[Outline],
    sittings: Iterable[Sitting],
    *,
    excellence: bool = True,
    hides: Hides = lambda branch_id, figures: False,
) -> Summary:
    """The summary of ``sittings`` by ``outlines``, in their order; branches without people have a row too.

    Where the scores of a branch are hidden, those of its unit and the total are hidden with them, so that no
    subtraction brings them back. Raises ValueError for a person who stands there twice or in none of the branches.
    """
    by_branch = _by_branch(outlines, sittings)
    figures = {id: summarise(people, excellence=excellence) for id, people in by_branch.items()}
    hidden = {id for id, counted in figures.items() if counted.sat and hides(id, counted)}

    def figures_of(places: Iterable[Place]) -> Figures:
        ids = [place.id for place in places]
        counted = summarise((person for id in ids for person in by_branch[id]), excellence=excellence)
        return counted.without_scores() if hidden.intersection(ids) else counted

    units = tuple(
        UnitPart(
            unit=Row(outline.unit, Level.UNIT, figures_of(outline.branches)),
            branches=tuple(Row(branch, Level.BRANCH, figures_of([branch])) for branch in outline.branches),
            whole=outline.whole,
        )
        for outline in outlines
    )
    return Summary(figures_of(branch for outline in outlines for branch in outline.branches), units)


def _by_branch(outlines: Sequence[Outline], sittings: Iterable[Sitting]) -> dict[int, list[Sitting]]:
    found: dict[int, list[Sitting]] = {branch.id: [] for outline in outlines for branch in outline.branches}
    seen: set[int] = set()
    for sitting in sittings:
        if sitting.person_id in seen:
            raise ValueError(f"person {sitting.person_id} is counted twice")
        if sitting.branch_id not in found:
            raise ValueError(f"person {sitting.person_id} is in branch {sitting.branch_id}, which is not in the report")
        seen.add(sitting.person_id)
        found[sitting.branch_id].append(sitting)
    return found
