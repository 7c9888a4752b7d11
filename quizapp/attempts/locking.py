"""An attempt under its lock: a save, a page that takes over and a submission of one attempt take turns."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from quizapp.attempts.endings import BY_CANDIDATE
from quizapp.attempts.models import Attempt
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Person

_ATTEMPT, _QUIZ, _PERSON = Attempt.__table__, Quiz.__table__, Person.__table__


class Locked(NamedTuple):
    """What decides whether an attempt takes an answer, and how the answer is read. ``paper`` as it is stored."""

    account_id: int | None
    started_at: datetime
    deadline: datetime
    submitted_at: datetime | None
    ended_by: str | None
    lease: int
    paper: Any
    withdrawn_at: datetime | None
    grace_seconds: int
    bank_revision_id: int

    @property
    def grace(self) -> timedelta:
        """How long after the deadline an answer may still arrive."""
        return timedelta(seconds=self.grace_seconds)


# Written once, of columns alone, and all in one: this is asked with every save.
_LOCKED = (
    select(
        _PERSON.c.account_id,
        *(_ATTEMPT.c[name] for name in ("started_at", "deadline", "submitted_at", "ended_by", "lease", "paper")),
        *(_QUIZ.c[name] for name in ("withdrawn_at", "grace_seconds", "bank_revision_id")),
    )
    .join_from(_ATTEMPT, _QUIZ, _ATTEMPT.c.quiz_id == _QUIZ.c.id)
    .join(_PERSON, _ATTEMPT.c.person_id == _PERSON.c.id)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
    .with_for_update(of=_ATTEMPT)
)


def locked(session: Session | Connection, attempt_id: int) -> Locked | None:
    """The attempt, read under its lock; None where there is none of that id."""
    row = session.execute(_LOCKED, {"attempt": attempt_id}).first()
    return Locked(*row) if row is not None else None


def require_savable(row: Locked, arrived_at: datetime) -> None:
    """Raise AttemptRefused where an attempt takes no answers that arrived then."""
    if row.submitted_at is not None:
        raise AttemptRefused(Refusal.SUBMITTED if row.ended_by == BY_CANDIDATE else Refusal.LATE)
    if row.withdrawn_at is not None:
        raise AttemptRefused(Refusal.WITHDRAWN)
    if is_late(arrived_at, row.deadline, row.grace):
        raise AttemptRefused(Refusal.LATE)
