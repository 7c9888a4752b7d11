"""How an attempt ends: by its candidate, or by the clock; scored once, from what was saved.

The database decides every race: of all who would end an attempt, the one that finds ``submitted_at IS NULL`` does.
"""

import logging
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from quizapp.attempts.models import Attempt, AttemptScore, ItemScoreRow
from quizapp.attempts.receipts import fingerprint
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.paper import paper_from_json
from quizapp.domain.scoring import Answer, Score, is_blank, score_paper
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import spec_of
from quizapp.web import clock

log = logging.getLogger(__name__)

BY_CANDIDATE, BY_CLOCK = "candidate", "clock"
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SETTLING = timedelta(seconds=5)
"""How long after the grace the clock waits: an answer that arrived in time may still be waiting for a lock."""


def submit_attempt(*, attempt: Attempt, arrived_at: datetime, lease: int | None = None) -> None:
    """End the attempt and score what was saved. A second time changes nothing.

    Where the deadline and the grace have passed, the clock has ended the attempt at its deadline instead. ``lease``
    is the one the page holds, None a plain form: raises AttemptRefused where another page has taken over meanwhile.
    """
    if is_late(arrived_at, attempt.deadline, attempt.quiz.grace):
        _end(attempt.id, attempt.deadline, BY_CLOCK)
    else:
        _end(attempt.id, min(arrived_at, attempt.deadline), BY_CANDIDATE, lease)


def is_over(attempt: Attempt) -> bool:
    """Whether the attempt has ended, or is for the clock to end."""
    return attempt.submitted_at is not None or _is_due(attempt.deadline, attempt.quiz.grace, clock.now())


def close_if_due(attempt: Attempt) -> None:
    """End the attempt as of its deadline, where its time is over and nobody has done so yet."""
    if attempt.submitted_at is None and is_over(attempt):
        _end(attempt.id, attempt.deadline, BY_CLOCK)


def close_due(at_most: int | None = None) -> int:
    """End every attempt whose time is over (or only so many), scored from what was saved. The number of those ended.

    Anybody may call this at any time, on any node: each attempt is ended by one of them, always as of its deadline,
    and one that cannot be scored does not keep the others open.
    """
    now = clock.now()
    rows = db.session.execute(
        select(Attempt.id, Attempt.deadline, Quiz.grace_seconds)
        .join(Quiz, Attempt.quiz_id == Quiz.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < now)
        .order_by(Attempt.deadline)
    ).all()
    due = [row for row in rows if _is_due(row.deadline, timedelta(seconds=row.grace_seconds), now)]
    ended = 0
    for row in due[:at_most]:
        try:
            ended += _end(row.id, row.deadline, BY_CLOCK)
        except Exception:
            log.exception("attempt %s could not be closed", row.id)
    return ended


def _is_due(deadline: datetime, grace: timedelta, now: datetime) -> bool:
    return is_late(now, deadline, grace + SETTLING)


def _end(attempt_id: int, at: datetime, ended_by: str, lease: int | None = None) -> bool:
    """End and score an attempt in one transaction; False where it had been ended before."""
    with writing("submit" if ended_by == BY_CANDIDATE else "close") as session:
        row = locked(session, attempt_id)
        if row.submitted_at is not None:
            return False
        if lease is not None and lease != row.lease:
            raise AttemptRefused(Refusal.TAKEN_OVER)
        attempt = session.get_one(Attempt, attempt_id, populate_existing=True)
        responses = {response.position: tuple(response.answer) for response in attempt.responses}
        session.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id, Attempt.submitted_at.is_(None))
            .values(
                submitted_at=at,
                ended_by=ended_by,
                fingerprint=fingerprint(attempt, responses, at, ended_by),
                verification_code=_new_code() if attempt.quiz.certificate else None,
            )
        )
        _add_score(session, attempt, responses)
    return True


def _new_code() -> str:
    """What a certificate is verified by: 16 signs, none of which looks like another; about 79 bits of chance."""
    return "".join(secrets.choice(CODE_SIGNS) for _sign in range(16))


def _add_score(session: Session, attempt: Attempt, responses: dict[int, Answer]) -> None:
    """Score the saved answers as edition 1. UNIQUE(attempt, edition) holds if all else fails."""
    quiz = attempt.quiz
    score = score_paper(bank_of(quiz.bank_revision_id), spec_of(quiz), paper_from_json(attempt.paper), responses)
    answered = sum(not is_blank(answer) for answer in responses.values())
    row = session.scalar(
        insert(AttemptScore).values(**score_values(attempt.id, score, answered, clock.now())).returning(AttemptScore.id)
    )
    session.execute(insert(ItemScoreRow.__table__), list(item_values(row, score)))  # type: ignore[arg-type]


def score_values(attempt_id: int, score: Score, answered: int, at: datetime, edition: int = 1) -> dict[str, Any]:
    """The row that keeps ``score``."""
    return {
        "attempt_id": attempt_id,
        "edition": edition,
        "points": score.points,
        "full_points": score.full_points,
        "section_points": [int(points * 100) for points in score.sections],
        "answered": answered,
        "passed": score.passed,
        "excellent": score.excellent,
        "scored_at": at,
    }


def item_values(score_id: int, score: Score) -> Iterator[dict[str, Any]]:
    """The rows that keep the points of each item, omitted ones included."""
    for position, item in enumerate(score.items):
        yield {
            "score_id": score_id,
            "position": position,
            "item_id": item.item_id,
            "points": item.points,
            "full_points": item.full_points,
            "outcome": item.outcome.value,
        }


Locked: TypeAlias = Row[datetime | None, str | None, datetime, int, datetime | None]


def locked(session: Session, attempt_id: int) -> Locked:
    """The attempt's dates and lease, read under its lock: a save and a submission of one attempt take turns."""
    return session.execute(
        select(Attempt.submitted_at, Attempt.ended_by, Attempt.deadline, Attempt.lease, Quiz.withdrawn_at)
        .join(Quiz, Attempt.quiz_id == Quiz.id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
    ).one()
