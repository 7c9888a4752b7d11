"""What practice did in a period: by branch only, and nothing of a handful (`quizapp.practice.figures`).

Branches that practise much are set beside the others in the same tests. That they do better does not show that
practice is why: who is keen does both. The pages say so.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial

from quizapp.domain.branch_summary import Row
from quizapp.domain.period_analysis import Earned
from quizapp.practice.figures import BranchPractice, branch_practice
from quizapp.reports.kept import branches_of_people, topic_figures
from quizapp.reports.periods.queries import PeriodReport, PeriodTest
from quizapp.web import clock

MUCH = Decimal("0.25")
"""From this share of its people on a branch is said to practise much."""
FEWEST_BRANCHES = 2
"""Of fewer branches than this no group is made: it would be the branch."""


@dataclass(frozen=True)
class PractiseGroup:
    """So many branches, and in each test what their people earned of all points; nothing where that is not shown."""

    much: bool
    branches: int
    earned: tuple[Earned, ...]


def practice_of(period: PeriodReport) -> list[tuple[Row, BranchPractice]]:
    """The branches of the newest test, each with its practice from the first day of the period until its end."""
    if not period.tests:
        return []
    newest = period.tests[-1]
    rows = [row for row in newest.part.branches if row.figures.eligible]
    people = {row.place.id: row.figures.eligible for row in rows}
    since, until = (_midnight(day) for day in (period.period.first, period.period.after))
    branches_of = partial(branches_of_people, newest.quiz.id)
    found = branch_practice(people, branches_of, since, min(until, period.source.as_of))
    return [(row, found[row.place.id]) for row in rows]


def practise_groups(tests: Sequence[PeriodTest], lines: Sequence[tuple[Row, BranchPractice]]) -> list[PractiseGroup]:
    """The branches that practised much, and the others; none unless there are several of each."""
    much = {row.place.id for row, practice in lines if practises_much(practice)}
    groups = {True: much, False: {row.place.id for row, _practice in lines} - much}
    if min(map(len, groups.values())) < FEWEST_BRANCHES:
        return []
    return [PractiseGroup(kind, len(ids), tuple(_earned(test, ids) for test in tests)) for kind, ids in groups.items()]


def practises_much(practice: BranchPractice) -> bool:
    """Whether a branch counts as one that practises much."""
    return practice.practised is not None and practice.practised >= MUCH * practice.people


def _earned(test: PeriodTest, ids: Collection[int]) -> Earned:
    """What the people of these branches earned of all points of their papers."""
    if not test.scores_shown:
        return Earned()
    figures = topic_figures(test.quiz.id, [id for id in test.part.branch_ids if id in ids])
    return sum((Earned(one.responses, one.points, one.full_points) for one in figures.values()), Earned())


def _midnight(day: date) -> datetime:
    return clock.from_local(datetime.combine(day, time()))
