"""How the branches of a report, or its units, stand to the whole: `quizapp.domain.standing` on what is kept of a test.

Participation is one figure and knowledge another; nothing mixes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.branch_summary import Count, Level, Place, together
from quizapp.domain.problem import N_
from quizapp.domain.standing import Measure, Scores, Share, standing_of_means, standing_of_rates
from quizapp.reports.kept import branch_counts, paper_ease
from quizapp.reports.queries import BranchReport


class Figure(StrEnum):
    """What branches are compared by."""

    MEAN = "mean"
    PASS_RATE = "pass_rate"
    PARTICIPATION = "participation"


FIGURE_NAMES = {
    Figure.MEAN: N_("Mean score"),
    Figure.PASS_RATE: N_("Pass rate"),
    Figure.PARTICIPATION: N_("Participation"),
}
"""English names (msgids)."""


@dataclass(frozen=True)
class Member:
    """A branch or unit that is compared; of a unit ``unit`` is itself. ``branches``: how many are in it."""

    place: Place
    unit: Place
    branches: int = 1


@dataclass(frozen=True)
class DepartmentStanding:
    """Every figure at one level. ``measures`` has no scores where the reader may not see all of them.

    Means are in points, rates from 0 to 1.
    """

    level: Level
    members: Mapping[int, Member]
    measures: Mapping[Figure, Measure]


def standing_of(report: BranchReport, level: Level = Level.BRANCH) -> DepartmentStanding:
    """How the branches of ``report`` stand to all of them together; or its units, which hold every small branch."""
    members, groups = {}, {}
    for part in report.summary.units:
        ids = [row.place.id for row in part.branches]
        if level is Level.UNIT:
            members[part.unit.place.id] = Member(part.unit.place, part.unit.place, len(ids))
            groups[part.unit.place.id] = ids
        else:
            members |= {row.place.id: Member(row.place, part.unit.place) for row in part.branches}
            groups |= {id: [id] for id in ids}
    return DepartmentStanding(level, members, _measures(report, groups))


def _measures(report: BranchReport, groups: Mapping[int, Sequence[int]]) -> Mapping[Figure, Measure]:
    counts = branch_counts(report.quiz.id, {id for ids in groups.values() for id in ids})
    people = {group: together(counts.get(id, Count()) for id in ids) for group, ids in groups.items()}
    turnout = standing_of_rates({group: Share(count.sat, count.eligible) for group, count in people.items()})
    if report.summary.total.withheld:
        return {Figure.PARTICIPATION: turnout}
    ease = paper_ease(report.quiz.id)
    scores = {
        group: Scores(
            {round(points * 100): number for points, number in count.scores.items()},
            _ease_of([(counts[id].sat, ease.get(id, 0)) for id in groups[group] if id in counts]),
        )
        for group, count in people.items()
    }
    return {
        Figure.MEAN: standing_of_means(scores, round(report.spec.full_points * 100)),
        Figure.PASS_RATE: standing_of_rates({group: Share(count.passed, count.sat) for group, count in people.items()}),
        Figure.PARTICIPATION: turnout,
    }


def _ease_of(branches: Sequence[tuple[int, int]]) -> float:
    """In points: the mean over the people of these branches (how many sat, by how many hundredths easier)."""
    sat = sum(people for people, _ease in branches)
    return sum(people * ease for people, ease in branches) / sat / 100 if sat else 0.0
