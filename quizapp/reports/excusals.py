"""Reading excused absences: how many people of a branch are excused, and which."""

from collections.abc import Collection

from sqlalchemy import func, select

from quizapp.db import db
from quizapp.reports.excusals_models import Excusal
from quizapp.reports.models import TallyPerson

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
