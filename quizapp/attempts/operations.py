"""What a candidate does until the end: start, and answer.

The database decides every race: two starts meet in a unique constraint, two saves in a compare-and-set on the version.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from quizapp.attempts.closing import BY_CANDIDATE, close_if_due, locked
from quizapp.attempts.letters import to_bank
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.paper import paper_from_json, paper_to_json
from quizapp.domain.timing import QuizState, deadline, is_late
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import pool_of, state_of
from quizapp.web import clock


@dataclass(frozen=True)
class Change:
    """What a candidate marked for one item.

    ``shown`` is in the letters of the page, ``version`` the one the page had seen last (0: none yet), ``operation``
    an id of the client's choosing: the same one sent again is answered as before and changes nothing.
    """

    position: int
    shown: tuple[str, ...]
    marked: bool
    version: int
    operation: str


@dataclass(frozen=True)
class Saved:
    """An accepted answer: it is on disk. The next save of the item must name this ``version``."""

    version: int
    saved_at: datetime


def start_attempt(*, quiz: Quiz, person_id: int) -> int:
    """The id of the person's running attempt; makes one, with its paper and deadline, where there is none.

    The person must be a candidate of the quiz. Raises AttemptRefused.
    """
    running = _running(quiz.id, person_id)
    if running is not None:
        close_if_due(running)
        if running.submitted_at is None:
            return running.id
    _require_open(quiz, clock.now())  # before the work of drawing; what counts is asked again under the lock
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
    with writing() as session:
        quiz = session.get_one(Quiz, quiz_id, populate_existing=True, with_for_update={"read": True})
        now = clock.now()  # one moment for both: the last one of the window is no beginning
        _require_open(quiz, now)
        mine = (Attempt.quiz_id == quiz_id) & (Attempt.person_id == person_id)
        used = session.scalar(select(func.count()).select_from(Attempt).where(mine)) or 0
        running = session.scalar(select(Attempt.id).where(mine, Attempt.submitted_at.is_(None)))
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
                "deadline": deadline(now, quiz.minutes, quiz.closes_at),
            }
            session.execute(dialect.insert(Attempt).values(**values).on_conflict_do_nothing())
            running = session.scalar(select(Attempt.id).where(mine, Attempt.submitted_at.is_(None)))
        if running is None:  # the other request's attempt has been submitted meanwhile
            raise AttemptRefused(Refusal.NONE_LEFT)
        return running


def save_response(*, attempt: Attempt, change: Change, arrived_at: datetime) -> Saved:
    """Keep what was marked for one item; on disk when this returns.

    Raises AttemptRefused; `Refusal.STALE` when the item has another version by now.
    """
    answer = _in_bank_letters(attempt, change.position, change.shown)
    attempt_id, grace = attempt.id, attempt.quiz.grace
    with writing() as session:
        row = locked(session, attempt_id)
        kept = _kept(session, attempt_id, change.position)
        if kept is not None and (kept.operation, kept.answer) == (change.operation, answer):
            return Saved(kept.version, kept.saved_at)
        if row.submitted_at is not None:
            raise AttemptRefused(Refusal.SUBMITTED if row.ended_by == BY_CANDIDATE else Refusal.LATE)
        if row.withdrawn_at is not None:
            raise AttemptRefused(Refusal.WITHDRAWN)
        if is_late(arrived_at, row.deadline, grace):
            raise AttemptRefused(Refusal.LATE)
        saved_at = clock.now()
        _compare_and_set(session, attempt_id, change, answer, saved_at)
    return Saved(change.version + 1, saved_at)


def save_responses(*, attempt: Attempt, changes: Iterable[Change], arrived_at: datetime) -> int:
    """Keep several items, each by itself; how many could not be kept as they were sent.

    Those had another version by now, or were no answers; the others are kept all the same. Raises AttemptRefused
    where the attempt itself takes nothing any more.
    """
    refused = 0
    for change in changes:
        try:
            save_response(attempt=attempt, change=change, arrived_at=arrived_at)
        except AttemptRefused as error:
            if error.reason not in (Refusal.STALE, Refusal.NOT_AN_ANSWER):
                raise
            refused += 1
    return refused


def _in_bank_letters(attempt: Attempt, position: int, shown: Sequence[str]) -> list[str]:
    """What a page sent for one item, as it is stored. Raises AttemptRefused for what the paper does not offer."""
    entries = paper_from_json(attempt.paper).items
    if not 0 <= position < len(entries):
        raise AttemptRefused(Refusal.NOT_AN_ANSWER)
    entry = entries[position]
    try:
        return list(to_bank(entry, bank_of(attempt.quiz.bank_revision_id).item(entry.item_id), shown))
    except ValueError:
        raise AttemptRefused(Refusal.NOT_AN_ANSWER) from None


def _kept(session: Session, attempt_id: int, position: int) -> Row[int, str, Any, datetime] | None:
    """What the last accepted save of the item left behind."""
    return session.execute(
        select(ItemResponse.version, ItemResponse.operation, ItemResponse.answer, ItemResponse.saved_at).where(
            ItemResponse.attempt_id == attempt_id, ItemResponse.position == position
        )
    ).first()


def _compare_and_set(session: Session, attempt_id: int, change: Change, answer: list[str], saved_at: datetime) -> None:
    """Write the row only where it still has the version that the writer had seen (0: only where there is none)."""
    values = {"answer": answer, "marked": change.marked, "operation": change.operation, "saved_at": saved_at}
    if change.version == 0:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        done = session.execute(
            dialect.insert(ItemResponse)
            .values(attempt_id=attempt_id, position=change.position, version=1, **values)
            .on_conflict_do_nothing()
            .returning(ItemResponse.version)
        )
    else:
        done = session.execute(
            update(ItemResponse)
            .where(
                ItemResponse.attempt_id == attempt_id,
                ItemResponse.position == change.position,
                ItemResponse.version == change.version,
            )
            .values(version=change.version + 1, **values)
            .returning(ItemResponse.version)
            .execution_options(synchronize_session=False)
        )
    if done.first() is None:
        raise AttemptRefused(Refusal.STALE)


def _running(quiz_id: int, person_id: int) -> Attempt | None:
    return db.session.scalar(
        select(Attempt).where(
            Attempt.quiz_id == quiz_id, Attempt.person_id == person_id, Attempt.submitted_at.is_(None)
        )
    )
