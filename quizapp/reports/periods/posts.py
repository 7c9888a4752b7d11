"""How the people of each post (岗位) did in the tests of a period, beside everybody in the same test.

Whole posts only, and none of which fewer than `FEWEST_FOR_SCORES` sat the test: that would say too much of one person.
A person's post is the present one, since the roster keeps no earlier ones; somebody with two posts counts with each.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, cast, func, select

from quizapp.attempts.endings import table_of
from quizapp.attempts.models import AttemptScore
from quizapp.db import db
from quizapp.domain.branch_summary import FEWEST_FOR_SCORES
from quizapp.domain.period_analysis import GroupMark, GroupTrend, lagging_first
from quizapp.reports.models import TallyPerson
from quizapp.reports.periods.queries import PeriodTest
from quizapp.reports.sums import in_pieces
from quizapp.roster.models import Person

SEPARATORS = re.compile(r"[、，,;；/]")

_score = table_of(AttemptScore)
_points, _full = cast(_score.c.points, BigInteger), cast(_score.c.full_points, BigInteger)


@dataclass
class _Group:
    eligible: int = 0
    sat: int = 0
    earned: Decimal = Decimal(0)  # the sum of what each earned of the paper, from 0 to 1

    def count(self, eligible: int, sat: int, earned: Decimal) -> None:
        self.eligible, self.sat, self.earned = self.eligible + eligible, self.sat + sat, self.earned + earned

    @property
    def mean(self) -> Decimal | None:
        return self.earned / self.sat if self.sat else None


def post_trends(tests: Sequence[PeriodTest]) -> list[GroupTrend]:
    """Each post that people have; nothing of tests that the reader sees only as the secretary of a branch."""
    found = [_by_post(test) if test.scores_shown and not test.as_secretary else {} for test in tests]
    names = dict.fromkeys(name for groups in found for name in groups if name is not None)
    return lagging_first([GroupTrend(name, tuple(_mark(groups, name) for groups in found)) for name in names])


def _mark(groups: dict[str | None, _Group], name: str) -> GroupMark | None:
    group = groups.get(name)
    if group is None:
        return None
    mean = group.mean if group.sat >= FEWEST_FOR_SCORES else None
    return GroupMark(group.eligible, group.sat, mean, groups[None].mean)


def _by_post(test: PeriodTest) -> dict[str | None, _Group]:
    """Each post, and None for everybody."""
    found: dict[str | None, _Group] = defaultdict(_Group)
    for piece in in_pieces(test.part.branch_ids, 5000):
        rows = (
            select(Person.post, TallyPerson.sat, _full, func.count(), func.sum(_points))
            .join(Person, Person.id == TallyPerson.person_id)
            .outerjoin(_score, _score.c.id == TallyPerson.score_id)
            .where(TallyPerson.quiz_id == test.quiz.id, TallyPerson.branch_id.in_(piece))
            .group_by(Person.post, TallyPerson.sat, _full)
        )
        for post, sat, full, people, points in db.session.execute(rows):
            earned = Decimal(int(points)) / full if sat and full else Decimal(0)
            for name in (None, *_names(post)):
                found[name].count(people, people if sat else 0, earned)
    return found


def _names(post: str) -> set[str]:
    return {name.strip() for name in SEPARATORS.split(post) if name.strip()}
