"""Who has no result in a test, by name: the absent (缺考) and the excused (缓考)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from quizapp.attempts.models import Attempt
from quizapp.db import db
from quizapp.domain.branch_summary import Summary
from quizapp.domain.excuses import Reason
from quizapp.domain.problem import N_
from quizapp.reports.editions.frozen import frozen_of
from quizapp.reports.excusals.models import Excusal
from quizapp.reports.excusals.queries import EXCUSED
from quizapp.reports.models import TallyPerson
from quizapp.roster.models import Person


class Absence(StrEnum):
    """In which way an eligible person has no result."""

    NOT_STARTED = "not_started"
    NOTHING_SAVED = "nothing_saved"
    UNDER_WAY = "under_way"  # only until the report is settled
    EXCUSED = "excused"


ABSENCE_NAMES = {
    Absence.NOT_STARTED: N_("Not started"),
    Absence.NOTHING_SAVED: N_("Started, answered nothing"),
    Absence.UNDER_WAY: N_("Answering now"),
    Absence.EXCUSED: N_("Excused"),
}


@dataclass(frozen=True)
class Absentee:
    """An eligible person without a result, in the branch of the test's opening; ``reason`` where it is excused."""

    staff_no: str
    name: str
    duty: str
    branch_id: int
    absence: Absence
    reason: Reason | None = None


def absentees(quiz_id: int, summary: Summary, units: Collection[int] | None = None) -> Iterator[Absentee]:
    """Those of the branches in ``summary``, in their order, then of the staff numbers; read a unit at a time.

    ``units``: only those of these units.
    """
    for part in summary.units:
        if part.unit.figures.missing and (units is None or part.unit.place.id in units):
            branches = [row.place.id for row in part.branches if row.figures.missing]
            place = {branch_id: number for number, branch_id in enumerate(branches)}
            yield from sorted(_of_branches(quiz_id, branches), key=lambda one: (place[one.branch_id], one.staff_no))


def _of_branches(quiz_id: int, branch_ids: Collection[int]) -> Iterator[Absentee]:
    if (frozen := frozen_of(quiz_id)) is None:
        yield from _present(quiz_id, branch_ids)
        return
    for branch_id, person in frozen.names(branch_ids):
        reason = None if person["reason"] is None else Reason(person["reason"])
        told = person["staff_no"], person["name"], person["duty"]
        yield Absentee(*told, branch_id, Absence(person["absence"]), reason)


def _present(quiz_id: int, branch_ids: Collection[int]) -> Iterator[Absentee]:
    running = Attempt.submitted_at.is_(None) & (Attempt.quiz_id == quiz_id)
    rows = db.session.execute(
        select(
            Person.staff_no,
            Person.name,
            Person.duty,
            TallyPerson.branch_id,
            TallyPerson.score_id,
            Attempt.id.label("now"),
            Excusal.reason,
        )
        .join(TallyPerson, TallyPerson.person_id == Person.id)
        .outerjoin(Excusal, EXCUSED)
        .outerjoin(Attempt, running & (Attempt.person_id == Person.id))
        .where(TallyPerson.quiz_id == quiz_id, TallyPerson.branch_id.in_(branch_ids), ~TallyPerson.sat)
    )
    for row in rows:
        reason = None if row.reason is None else Reason(row.reason)
        yield Absentee(row.staff_no, row.name, row.duty, row.branch_id, absence_of(row), reason)


def absence_of(row: Any) -> Absence:
    """In which way somebody without a result has none: of a row with ``now``, ``reason`` and ``score_id``."""
    if row.now:
        return Absence.UNDER_WAY
    if row.reason is not None:
        return Absence.EXCUSED
    return Absence.NOT_STARTED if row.score_id is None else Absence.NOTHING_SAVED
