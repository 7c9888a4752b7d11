"""What is read for the analysis of a quarter or a year: its tests, as far as one account may see each of them.

Nothing is read that the reports of the single tests do not show to the same reader (`quizapp.reports.queries`): a test
is seen as its report shows it, with the structure of its opening, and then narrowed to one unit or branch.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quizapp.accounts.models import Account
from quizapp.attempts.closing import close_due
from quizapp.domain.branch_summary import Figures, Place, Row, Summary, UnitPart
from quizapp.domain.period_analysis import Period, Turnout, turnout
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.frozen import reading
from quizapp.reports.queries import SEES_SCORES, BranchReport, branch_report, quizzes_reported_to, sight_of
from quizapp.reports.source import Source, read_from
from quizapp.reports.tallies import CLOSED_WHILE_READING, COUNTED_WHILE_READING, refresh, version_of
from quizapp.roster.queries import tree_at
from quizapp.web import clock


class Depth(StrEnum):
    """For whom the analysis is: the same figures, more or fewer of them."""

    LEADERS = "leaders"  # 党组: the whole, what stayed weak, which posts and measures lag
    COMMITTEE = "committee"  # 机关党委: all of it, by unit and branch
    BRANCH = "branch"  # 党支部: one branch


@dataclass(frozen=True)
class Part:
    """What the summary of a test says of the place asked for: its figures, its branches, and the units over them."""

    figures: Figures
    branches: tuple[Row, ...]
    units: tuple[UnitPart, ...]

    @property
    def branch_ids(self) -> list[int]:
        """The ids of its branches."""
        return [row.place.id for row in self.branches]


@dataclass(frozen=True)
class PeriodTest:
    """A test of the period as the reader may see it; ``as_secretary``: partly or wholly only as a secretary.

    ``is_whole``: every branch of the test is in it.
    """

    report: BranchReport
    part: Part
    as_secretary: bool
    is_whole: bool

    @property
    def quiz(self) -> Quiz:
        """The test."""
        return self.report.quiz

    @property
    def scores_shown(self) -> bool:
        """Whether the reader may see all its scores, so that sums of them may be shown."""
        return not self.part.figures.withheld


@dataclass(frozen=True)
class PeriodReport:
    """The tests of a period, the oldest first, all for the same ``place`` (None: all that the reader may see).

    ``under_way``: tests of the period that have not ended, of which nothing is counted. ``elsewhere``: ended tests
    that were for others than the place, or at whose opening it did not exist. ``places``: each unit with its branches
    that may be asked for, by their newest names.
    """

    period: Period
    depth: Depth
    place: Place | None
    tests: tuple[PeriodTest, ...]
    under_way: tuple[Quiz, ...]
    elsewhere: tuple[Quiz, ...]
    places: tuple[tuple[Place, tuple[Place, ...]], ...]
    waiting: int
    whole: bool
    source: Source

    @property
    def turnout(self) -> Turnout:
        """The person-times of all its tests."""
        return turnout(test.part.figures for test in self.tests)


def periods_of(quizzes: Iterable[Quiz]) -> list[Period]:
    """The quarters and years in which these tests opened, the newest first; a year before its quarters."""
    quarters = {Period.of(opened_on(quiz)) for quiz in quizzes}
    years = sorted({quarter.year for quarter in quarters}, reverse=True)
    return [
        period
        for year in years
        for period in (Period(year), *sorted((one for one in quarters if one.year == year), reverse=True))
    ]


def opened_on(quiz: Quiz) -> date:
    """The day that puts the test into a period, by the department's calendar."""
    return clock.local(quiz.opens_at).date()


def depths_for(account: Account) -> list[Depth]:
    """Which depths the account may ask for: the secretary of a branch sees branches alone."""
    return list(Depth) if account.roles.intersection(SEES_SCORES) else [Depth.BRANCH]


@contextmanager
def period_to_reader(
    account: Account, period: Period, place_id: int | None, depth: Depth
) -> Iterator[PeriodReport | None]:
    """The analysis for the reader, after the clock has ended what was due; None where no test is seen in the period.

    As for a single report, results are counted at the database itself, and the block reads from a copy of it if there
    is one that has all of them. A place that is in none of the tests is as good as none.
    """
    close_due(at_most=CLOSED_WHILE_READING)
    quizzes = [quiz for quiz in quizzes_reported_to(account) if period.holds(opened_on(quiz))]
    for quiz in quizzes:
        refresh(quiz, at_most=COUNTED_WHILE_READING)
    versions = {quiz.id: version_of(quiz.id) for quiz in quizzes}

    def has_all() -> bool:
        return all(version_of(quiz_id) >= version for quiz_id, version in versions.items())

    with read_from(has_all) as source, ExitStack() as frozen:
        reports = [branch_report(quiz, account, source) for quiz in reversed(quizzes)]
        for report in reports:
            frozen.enter_context(reading(report.quiz.id, report.frozen))  # looked up once
        yield _period_report(account, period, place_id, depth, reports) if reports else None


def _period_report(
    account: Account, period: Period, place_id: int | None, depth: Depth, reports: Sequence[BranchReport]
) -> PeriodReport:
    quizzes = [report.quiz for report in reports]
    as_secretary = {quiz.id: sight_of(quiz, account, tree_at(quiz.opens_at)).as_secretary for quiz in quizzes}
    ended = [report for report in reports if report.settled]
    places = _places(ended)
    place = _chosen(places, place_id, depth)
    parts = [(report, _part(report.summary, place)) for report in ended]
    return PeriodReport(
        period=period,
        depth=depth,
        place=place,
        tests=tuple(
            PeriodTest(
                report,
                part,
                as_secretary=not as_secretary[report.quiz.id].isdisjoint(part.branch_ids),
                is_whole=report.whole and place is None,
            )
            for report, part in parts
            if part is not None
        ),
        under_way=tuple(report.quiz for report in reports if not report.settled),
        elsewhere=tuple(report.quiz for report, part in parts if part is None),
        places=places,
        waiting=sum(report.waiting for report in ended),
        whole=all(report.whole for report in ended),
        source=reports[0].source,
    )


def _places(reports: Iterable[BranchReport]) -> tuple[tuple[Place, tuple[Place, ...]], ...]:
    """Every unit and branch seen, where and as the newest test has it."""
    units: dict[int, Place] = {}
    homes: dict[int, tuple[Place, int]] = {}
    for report in reports:
        for part in report.summary.units:
            units[part.unit.place.id] = part.unit.place
            homes |= {row.place.id: (row.place, part.unit.place.id) for row in part.branches}
    return tuple(
        (unit, tuple(branch for branch, home in homes.values() if home == unit_id and branch.id != unit_id))
        for unit_id, unit in units.items()
    )


def _chosen(places: Sequence[tuple[Place, tuple[Place, ...]]], place_id: int | None, depth: Depth) -> Place | None:
    branches = [branch for _unit, those in places for branch in those]
    if depth is Depth.BRANCH:
        return next((one for one in branches if one.id == place_id), next(iter(branches), None))
    return next((one for one in (*(unit for unit, _those in places), *branches) if one.id == place_id), None)


def _part(summary: Summary, place: Place | None) -> Part | None:
    """What the summary says of the place, as it stood then; None where it is not in it."""
    if place is None:
        return Part(summary.total, tuple(row for part in summary.units for row in part.branches), summary.units)
    for part in summary.units:
        if part.unit.place.id == place.id:
            return Part(part.unit.figures, part.branches, (part,))
        for row in part.branches:
            if row.place.id == place.id:
                return Part(row.figures, (row,), ())
    return None
