"""Everybody who should sit a test, by name: who has, who has not yet, who is excused. Read as it stands now."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.db import db
from quizapp.domain.excuses import Reason
from quizapp.reports.absentees import Absence, absence_of
from quizapp.reports.excusals.models import Excusal
from quizapp.reports.excusals.queries import EXCUSED
from quizapp.reports.models import TallyPerson
from quizapp.reports.sums import in_pieces
from quizapp.roster.models import Person


@dataclass(frozen=True)
class Turnout:
    """One eligible person in the branch of the test's opening. ``absence`` None: has sat it.

    ``points`` and ``passed`` are of the score that counts: whoever shows them asks first who may see them.
    """

    person_id: int
    staff_no: str
    name: str
    duty: str
    branch_id: int
    absence: Absence | None
    reason: Reason | None = None
    note: str = ""
    said_by: str = ""
    points: Decimal | None = None
    passed: bool | None = None

    @property
    def sat(self) -> bool:
        """Whether there is a result (实考)."""
        return self.absence is None

    @property
    def excused(self) -> bool:
        """Without a result, and excused (缓考)."""
        return not self.sat and self.reason is not None


def turnout(quiz_id: int, branch_ids: Collection[int]) -> dict[int, list[Turnout]]:
    """The people of these branches by branch, in the order of the staff numbers; no branch without people."""
    running = Attempt.submitted_at.is_(None) & (Attempt.quiz_id == quiz_id) & (Attempt.person_id == Person.id)
    query = (
        select(
            *(Person.id, Person.staff_no, Person.name, Person.duty),
            *(TallyPerson.branch_id, TallyPerson.sat, TallyPerson.score_id),
            *(Excusal.reason, Excusal.note, Excusal.said_by),
            *(AttemptScore.points, AttemptScore.passed, Attempt.id.label("now")),
        )
        .join(TallyPerson, TallyPerson.person_id == Person.id)
        .outerjoin(AttemptScore, TallyPerson.sat & (AttemptScore.id == TallyPerson.score_id))
        .outerjoin(Excusal, EXCUSED)
        .outerjoin(Attempt, running)
        .where(TallyPerson.quiz_id == quiz_id)
        .order_by(Person.staff_no)
    )
    found: dict[int, list[Turnout]] = defaultdict(list)
    for piece in in_pieces(branch_ids):
        for row in db.session.execute(query.where(TallyPerson.branch_id.in_(piece))):
            found[row.branch_id].append(_turnout(row))
    return found


def _turnout(row: Any) -> Turnout:
    absence = None if row.sat else absence_of(row)
    reason = None if row.reason is None else Reason(row.reason)
    who = (row.id, row.staff_no, row.name, row.duty, row.branch_id)
    return Turnout(*who, absence, reason, row.note or "", row.said_by or "", row.points, row.passed)
