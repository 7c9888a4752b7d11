"""Reading excused absences: how many people of a branch are excused, which, and who may say so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from quizapp.accounts.models import Account
from quizapp.db import db
from quizapp.domain.excuses import Reason
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import branches_of
from quizapp.reports.excusals.models import Excusal
from quizapp.reports.models import TallyPerson
from quizapp.roster.models import Person
from quizapp.roster.queries import scope_of, tree_at
from quizapp.web.access import Role

EXCUSED = (
    (Excusal.quiz_id == TallyPerson.quiz_id)
    & (Excusal.person_id == TallyPerson.person_id)
    & Excusal.withdrawn_at.is_(None)
    & ~TallyPerson.sat
)
"""Joins the excuse that holds to a person of the tally: whoever sat the test needs none."""


def excused_counts(quiz_id: int, branch_ids: Collection[int]) -> dict[int, int]:
    """How many people of those branches did not sit the test and are excused; branches without any are left out."""
    rows = (
        select(TallyPerson.branch_id, func.count())
        .join(Excusal, EXCUSED)
        .where(TallyPerson.quiz_id == quiz_id)
        .group_by(TallyPerson.branch_id)
    )
    return {branch_id: people for branch_id, people in db.session.execute(rows) if branch_id in branch_ids}


@dataclass(frozen=True)
class Recorded:
    """An excuse as it was recorded, with names for ids; ``withdrawn_at`` None: it holds."""

    id: int
    staff_no: str
    name: str
    branch_id: int
    sat: bool
    reason: Reason
    note: str
    said_by: str
    recorded_by: str
    recorded_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


def recorded_excusals(quiz_id: int, branch_ids: Collection[int]) -> list[Recorded]:
    """Every excuse of people of these branches, the withdrawn ones too, newest first."""
    author, withdrawer = aliased(Account), aliased(Account)
    rows = db.session.execute(
        select(Excusal, Person, TallyPerson.branch_id, TallyPerson.sat, author.name, withdrawer.name)
        .join(TallyPerson, (TallyPerson.quiz_id == Excusal.quiz_id) & (TallyPerson.person_id == Excusal.person_id))
        .join(Person, Person.id == Excusal.person_id)
        .join(author, author.id == Excusal.recorded_by)
        .outerjoin(withdrawer, withdrawer.id == Excusal.withdrawn_by)
        .where(Excusal.quiz_id == quiz_id)
        .order_by(Excusal.id.desc())
    )
    return [
        Recorded(
            id=one.id,
            staff_no=person.staff_no,
            name=person.name,
            branch_id=branch_id,
            sat=sat,
            reason=Reason(one.reason),
            note=one.note,
            said_by=one.said_by,
            recorded_by=by,
            recorded_at=one.recorded_at,
            withdrawn_by=withdrawn_by,
            withdrawn_at=one.withdrawn_at,
        )
        for one, person, branch_id, sat, by, withdrawn_by in rows
        if branch_id in branch_ids
    ]


RECORDS_EXCUSALS = (Role.ORGANIZER, Role.COMMITTEE)


def excusable_branches(quiz: Quiz, account: Account) -> frozenset[int]:
    """The branches of the test for whose people the account may record excuses."""
    return scope_of(account, *RECORDS_EXCUSALS, tree=tree_at(quiz.opens_at)) & branches_of(quiz)
