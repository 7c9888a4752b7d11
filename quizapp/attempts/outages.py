"""Outages: the server leaves a heartbeat in the database, and a gap in it while somebody was answering is one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizapp.attempts.endings import BY_CLOCK
from quizapp.attempts.extensions import MOST_MINUTES
from quizapp.attempts.models import Attempt, Extension, Outage
from quizapp.db import db, writing
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.web import clock
from quizapp.web.heartbeat import CLOCK, beat, insert_into, last_beat

GAP = timedelta(seconds=30)
"""The shortest silence that is an outage: a restart within it cost nobody more than a wait."""


@dataclass(frozen=True)
class Interruption:
    """An outage as one test saw it.

    ``at_work`` were answering when it began and can still be given the time back; for ``closed`` the time ran out
    during it. ``given`` minutes were given back, None where that has not been done.
    """

    outage_id: int
    began_at: datetime
    ended_at: datetime
    at_work: int
    closed: int
    given: int | None

    @property
    def minutes(self) -> int:
        """How long it was, a begun minute counted in full, as far as that can be given back."""
        return min(MOST_MINUTES, -((self.began_at - self.ended_at) // timedelta(minutes=1)))


def note_heartbeat() -> bool:
    """Leave the heartbeat of the clock; whether it ends an outage. Of several nodes that come back, one notes it."""
    with writing() as session:
        now = clock.now()
        noticed = _note_gap(session, now)
        beat(session, CLOCK, now)
    return noticed


def interruptions_of(quiz: Quiz) -> list[Interruption]:
    """The outages in which somebody was answering this test, the newest first."""
    outages = db.session.scalars(
        select(Outage).where(Outage.ended_at > quiz.opens_at).order_by(Outage.began_at.desc())
    ).all()
    found = (_interruption(quiz, outage) for outage in outages)
    return [one for one in found if one is not None]


def _interruption(quiz: Quiz, outage: Outage) -> Interruption | None:
    now = clock.now()
    rows = db.session.execute(
        select(Attempt.deadline, Attempt.submitted_at, Attempt.ended_by).where(
            Attempt.quiz_id == quiz.id,
            Attempt.started_at <= outage.began_at,
            Attempt.deadline > outage.began_at,
            Attempt.submitted_at.is_(None) | (Attempt.submitted_at > outage.began_at),
        )
    ).all()
    given = db.session.scalar(
        select(Extension.minutes).where(Extension.quiz_id == quiz.id, Extension.outage_id == outage.id)
    )
    if not rows:
        return None
    return Interruption(
        outage_id=outage.id,
        began_at=outage.began_at,
        ended_at=outage.ended_at,
        at_work=sum(row.submitted_at is None and not is_late(now, row.deadline, quiz.grace) for row in rows),
        closed=sum(row.deadline <= outage.ended_at and row.ended_by == BY_CLOCK for row in rows),
        given=given,
    )


def _note_gap(session: Session, now: datetime) -> bool:
    last = last_beat(session)
    if last is None or now - last <= GAP or not _somebody_was_at_work(session, last):
        return False
    added = session.execute(
        insert_into(session, Outage).values(began_at=last, ended_at=now).on_conflict_do_nothing().returning(Outage.id)
    )
    return added.first() is not None


def _somebody_was_at_work(session: Session, moment: datetime) -> bool:
    query = select(Attempt.id).where(
        Attempt.started_at <= moment,
        Attempt.deadline > moment,
        Attempt.submitted_at.is_(None) | (Attempt.submitted_at > moment),
    )
    return session.scalar(query.limit(1)) is not None
