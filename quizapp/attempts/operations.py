"""What begins an attempt. The database decides every race: two starts meet in a unique constraint."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import lazyload

from quizapp.attempts.closing import close_if_due
from quizapp.attempts.door import Entry, require, require_network
from quizapp.attempts.models import Attempt
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.db import db, writing
from quizapp.domain.paper import paper_to_json
from quizapp.domain.timing import QuizState, deadline
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import pool_of, state_of
from quizapp.web import clock
from quizapp.web.heartbeat import last_beat

NOTHING_GIVEN = Entry()

# Written once: everybody starts within the same minutes.
_HELD_QUIZ = (
    select(Quiz)
    .where(Quiz.id == bindparam("quiz"))
    .options(lazyload(Quiz.audience))
    .with_for_update(read=True)
    .execution_options(populate_existing=True)
)
_RUNNING = select(Attempt).where(
    Attempt.quiz_id == bindparam("quiz"), Attempt.person_id == bindparam("person"), Attempt.submitted_at.is_(None)
)


def start_attempt(*, quiz: Quiz, person_id: int, entry: Entry = NOTHING_GIVEN) -> int:
    """The id of the person's running attempt; makes one, with its paper and deadline, where there is none.

    The person must be a candidate of the quiz. Going on asks for no pledge and no code again, only for the network.
    Raises AttemptRefused.
    """
    running = _running(quiz.id, person_id)
    if running is not None:
        close_if_due(running)
        if running.submitted_at is None:
            require_network(quiz, entry.address)
            return running.id
    _require_open(quiz, clock.now())  # before the work of drawing; what counts is asked again under the lock
    require(quiz, person_id, entry)
    seed = secrets.randbits(62)
    return _insert_attempt(quiz.id, person_id, paper_to_json(pool_of(quiz).draw(seed)), seed)


def _require_open(quiz: Quiz, now: datetime) -> None:
    if quiz.withdrawn_at is not None:
        raise AttemptRefused(Refusal.WITHDRAWN)
    state = state_of(quiz, now)
    if state is not QuizState.OPEN:
        raise AttemptRefused(Refusal.NOT_OPEN if state is QuizState.SCHEDULED else Refusal.CLOSED)


def _insert_attempt(quiz_id: int, person_id: int, paper: dict[str, Any], seed: int) -> int:
    """Add the attempt, unless another request of the same person was first: then that one's id.

    The time begins here, so that waiting for the lock costs the candidate none of it.
    """
    with writing("start") as session:
        quiz = session.scalars(_HELD_QUIZ, {"quiz": quiz_id}).one()
        now = clock.now()  # one moment for both: the last one of the window is no beginning
        _require_open(quiz, max(now, last_beat(session) or now))  # a clock that was put back reopens nothing
        mine = (Attempt.quiz_id == quiz_id) & (Attempt.person_id == person_id)
        before = session.execute(select(Attempt.id, Attempt.submitted_at).where(mine)).all()
        used, running = len(before), next((row.id for row in before if row.submitted_at is None), None)
        if running is None and used >= quiz.attempts_allowed:
            raise AttemptRefused(Refusal.NONE_LEFT)
        if running is None:
            dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
            values = {
                "quiz_id": quiz_id,
                "person_id": person_id,
                "number": used + 1,
                "seed": seed,
                "paper": paper,
                "started_at": now,
                "deadline": deadline(now, quiz.minutes, quiz.closes_at, opens_at=quiz.opens_at),
                "pledged_at": now if quiz.pledge else None,
            }
            insert = dialect.insert(Attempt).values(**values).on_conflict_do_nothing().returning(Attempt.id)
            # Another request of the same person may have been first; then the row is that one's.
            made: int | None = session.scalar(insert)
            running = made or session.scalar(select(Attempt.id).where(mine, Attempt.submitted_at.is_(None)))
        if running is None:  # the other request's attempt has been submitted meanwhile
            raise AttemptRefused(Refusal.NONE_LEFT)
        return running


def _running(quiz_id: int, person_id: int) -> Attempt | None:
    return db.session.scalar(_RUNNING, {"quiz": quiz_id, "person": person_id})
