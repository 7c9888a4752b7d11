"""How an attempt ends: by its candidate, or by the clock; scored once, from what was saved.

The database decides every race: of all who would end an attempt, the one that holds its lock and finds
``submitted_at IS NULL`` does.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from quizapp.attempts.endings import BY_CANDIDATE, BY_CLOCK, Ending, end_all
from quizapp.attempts.locking import locked
from quizapp.attempts.models import Attempt
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.db import db, outage_of, writing
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.web import clock

log = logging.getLogger(__name__)

SETTLING = timedelta(seconds=2)
"""How long after the grace the clock waits: an answer that arrived in time may still be waiting for a lock."""
BATCH = 50
"""How many the clock ends in one transaction: on SQLite, savers wait for as long as that takes."""
TRY_AGAIN = timedelta(minutes=1)
"""How long an attempt that could not be scored is left alone, so that it neither slows the others nor fills the log."""

_failed: dict[int, datetime] = {}  # attempt -> when it failed last, in this process


# Written once, with all that ending an attempt reads: whom the quiz is for is not among it.
_TO_END = (
    select(Attempt)
    .where(Attempt.id == bindparam("attempt"))
    .options(undefer(Attempt.paper), joinedload(Attempt.quiz, innerjoin=True).lazyload(Quiz.audience))
    .execution_options(populate_existing=True)
)


def submit_attempt(*, attempt: Attempt, arrived_at: datetime, lease: int | None = None) -> None:
    """End the attempt and score what was saved. A second time changes nothing.

    Where the deadline and the grace have passed, the clock has ended the attempt at its deadline instead. ``lease``
    is the one the page holds, None a plain form: raises AttemptRefused where another page has taken over meanwhile.
    """
    attempt_id = attempt.id
    with writing("submit") as session:
        row = locked(session, attempt_id)
        assert row is not None, "the caller has read it"
        if row.submitted_at is not None:
            return
        late = is_late(arrived_at, row.deadline, row.grace)
        if not late and lease is not None and lease != row.lease:
            raise AttemptRefused(Refusal.TAKEN_OVER)
        fresh = session.scalars(_TO_END, {"attempt": attempt_id}).one()
        at, by = (row.deadline, BY_CLOCK) if late else (min(arrived_at, row.deadline), BY_CANDIDATE)
        end_all(session, [Ending(fresh, at, by)])


def is_over(attempt: Attempt) -> bool:
    """Whether the attempt has ended, or is for the clock to end."""
    return attempt.submitted_at is not None or is_due(attempt.deadline, attempt.quiz.grace, clock.now())


def close_if_due(attempt: Attempt) -> None:
    """End the attempt as of its deadline, where its time is over and nobody has done so yet."""
    if attempt.submitted_at is None and is_over(attempt):
        _end_due([attempt.id], wait=True)


def close_due(at_most: int | None = None) -> int:
    """End every attempt whose time is over (or only so many), scored from what was saved. The number of those ended.

    Anybody may call this at any time, on any node: each attempt is ended by one of them, always as of its deadline,
    and one that cannot be scored does not keep the others open. Raises what the database raises when it is gone.
    """
    due = _due(clock.now())[:at_most]
    ended = 0
    for start in range(0, len(due), BATCH):
        ended += _close(due[start : start + BATCH])
    return ended


def _due(now: datetime) -> list[int]:
    """The ids of the attempts to end, the longest overdue first; not those that failed a moment ago."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.deadline, Quiz.grace_seconds)
        .join(Quiz, Attempt.quiz_id == Quiz.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < now)
        .order_by(Attempt.deadline, Attempt.id)
    ).all()
    due = (row.id for row in rows if is_due(row.deadline, timedelta(seconds=row.grace_seconds), now))
    return [attempt_id for attempt_id in due if not _failed_lately(attempt_id, now)]


def _failed_lately(attempt_id: int, now: datetime) -> bool:
    failed_at = _failed.get(attempt_id)
    return failed_at is not None and timedelta(0) <= now - failed_at < TRY_AGAIN


def _close(attempt_ids: Sequence[int]) -> int:
    """End these in one transaction; where one of them cannot be scored, each in its own."""
    try:
        return _end_due(attempt_ids)
    except Exception as error:
        if outage_of(error):
            raise
        if len(attempt_ids) > 1:
            return sum(_close([attempt_id]) for attempt_id in attempt_ids)
        log.exception("attempt %s could not be closed", attempt_ids[0])
        _failed[attempt_ids[0]] = clock.now()
        return 0


def _end_due(attempt_ids: Sequence[int], *, wait: bool = False) -> int:
    """End those of them that are still due under the lock; without ``wait``, not those that somebody else holds now."""
    with writing("close") as session:
        now = clock.now()
        attempts = session.scalars(
            select(Attempt)
            .where(Attempt.id.in_(attempt_ids), Attempt.submitted_at.is_(None))
            .order_by(Attempt.id)
            .options(undefer(Attempt.paper), selectinload(Attempt.quiz).lazyload(Quiz.audience))
            .with_for_update(of=Attempt, skip_locked=not wait)
            .execution_options(populate_existing=True)
        ).all()
        due = [one for one in attempts if is_due(one.deadline, one.quiz.grace, now)]
        if due:
            end_all(session, [Ending(attempt, attempt.deadline, BY_CLOCK) for attempt in due])
    return len(due)


def is_due(deadline: datetime, grace: timedelta, now: datetime) -> bool:
    """Whether an attempt that nobody ended is for the clock to end."""
    return is_late(now, deadline, grace + SETTLING)
