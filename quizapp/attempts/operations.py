"""What a candidate does: start, answer, submit. And what the clock does for those who do not submit.

The database decides every race: two starts meet in a unique constraint, two saves in a compare-and-set on the
version, two submissions in ``WHERE submitted_at IS NULL``.
"""

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from quizapp.attempts.letters import to_bank
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.paper import draw_paper, paper_from_json, paper_to_json
from quizapp.domain.scoring import Score, is_blank, score_paper
from quizapp.domain.timing import QuizState, deadline, is_late
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import spec_of, state_of
from quizapp.web import clock

log = logging.getLogger(__name__)

BY_CANDIDATE, BY_CLOCK = "candidate", "clock"


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
    now = clock.now()
    running = _running(quiz.id, person_id)
    if running is not None:
        close_if_due(running)
        if running.submitted_at is None:
            return running.id
    if quiz.withdrawn_at is not None:
        raise AttemptRefused(Refusal.WITHDRAWN)
    state = state_of(quiz, now)
    if state is not QuizState.OPEN:
        raise AttemptRefused(Refusal.NOT_OPEN if state is QuizState.SCHEDULED else Refusal.CLOSED)
    seed = secrets.randbits(62)
    row = {
        "quiz_id": quiz.id,
        "person_id": person_id,
        "seed": seed,
        "paper": paper_to_json(draw_paper(bank_of(quiz.bank_revision_id), spec_of(quiz), seed)),
        "started_at": now,
        "deadline": deadline(now, quiz.minutes, quiz.closes_at),
    }
    return _insert_attempt(row, quiz.attempts_allowed)


def _insert_attempt(row: dict[str, object], allowed: int) -> int:
    """Add the attempt, unless another request of the same person was first: then that one's id."""
    with writing() as session:
        mine = (Attempt.quiz_id == row["quiz_id"]) & (Attempt.person_id == row["person_id"])
        used = session.scalar(select(func.count()).select_from(Attempt).where(mine)) or 0
        running = session.scalar(select(Attempt.id).where(mine, Attempt.submitted_at.is_(None)))
        if running is None and used >= allowed:
            raise AttemptRefused(Refusal.NONE_LEFT)
        if running is None:
            dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
            session.execute(dialect.insert(Attempt).values(**row, number=used + 1).on_conflict_do_nothing())
            running = session.scalar(select(Attempt.id).where(mine, Attempt.submitted_at.is_(None)))
        assert running is not None
        return running


def save_response(*, attempt: Attempt, change: Change, arrived_at: datetime) -> Saved:
    """Keep what was marked for one item; on disk when this returns.

    Raises AttemptRefused; `Refusal.STALE` when the item has another version by now.
    """
    answer = _in_bank_letters(attempt, change.position, change.shown)
    attempt_id, grace, withdrawn = attempt.id, attempt.quiz.grace, attempt.quiz.withdrawn_at is not None
    with writing() as session:
        row = _locked(session, attempt_id)
        kept = _kept(session, attempt_id, change.position)
        if kept is not None and kept.operation == change.operation:
            return Saved(kept.version, kept.saved_at)
        if row.submitted_at is not None:
            raise AttemptRefused(Refusal.SUBMITTED if row.ended_by == BY_CANDIDATE else Refusal.LATE)
        if withdrawn:
            raise AttemptRefused(Refusal.WITHDRAWN)
        if is_late(arrived_at, row.deadline, grace):
            raise AttemptRefused(Refusal.LATE)
        saved_at = clock.now()
        _compare_and_set(session, attempt_id, change, answer, saved_at)
    return Saved(change.version + 1, saved_at)


def save_responses(*, attempt: Attempt, changes: Iterable[Change], arrived_at: datetime) -> int:
    """Keep several items, each by itself; how many were refused because they had another version by now.

    Raises AttemptRefused for any other reason; what had been saved until then stays.
    """
    stale = 0
    for change in changes:
        try:
            save_response(attempt=attempt, change=change, arrived_at=arrived_at)
        except AttemptRefused as error:
            if error.reason is not Refusal.STALE:
                raise
            stale += 1
    return stale


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


def _kept(session: Session, attempt_id: int, position: int) -> Row[int, str, datetime] | None:
    """What the last accepted save of the item left behind."""
    return session.execute(
        select(ItemResponse.version, ItemResponse.operation, ItemResponse.saved_at).where(
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


def submit_attempt(*, attempt: Attempt, arrived_at: datetime) -> None:
    """End the attempt and score what was saved. A second time changes nothing.

    Where the deadline and the grace have passed, the clock has ended the attempt at its deadline instead.
    """
    if is_late(arrived_at, attempt.deadline, attempt.quiz.grace):
        _end(attempt.id, attempt.deadline, BY_CLOCK)
    else:
        _end(attempt.id, min(arrived_at, attempt.deadline), BY_CANDIDATE)


def close_if_due(attempt: Attempt) -> None:
    """End the attempt as of its deadline, where its time is over and nobody has done so yet."""
    if attempt.submitted_at is None and is_late(clock.now(), attempt.deadline, attempt.quiz.grace):
        _end(attempt.id, attempt.deadline, BY_CLOCK)


def close_due() -> int:
    """End every attempt whose time is over, scored from what was saved. The number of those ended.

    Anybody may call this at any time, on any node: each attempt is ended by one of them, always as of its deadline,
    and one that cannot be scored does not keep the others open.
    """
    now = clock.now()
    due = db.session.execute(
        select(Attempt.id, Attempt.deadline, Quiz.grace_seconds)
        .join(Quiz, Attempt.quiz_id == Quiz.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < now)
    ).all()
    ended = 0
    for row in due:
        if (now - row.deadline).total_seconds() <= row.grace_seconds:
            continue
        try:
            ended += _end(row.id, row.deadline, BY_CLOCK)
        except Exception:
            log.exception("attempt %s could not be closed", row.id)
    return ended


def _end(attempt_id: int, at: datetime, ended_by: str) -> bool:
    """End and score an attempt in one transaction; False where it had been ended before."""
    with writing() as session:
        row = _locked(session, attempt_id)
        if row.submitted_at is not None:
            return False
        session.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id, Attempt.submitted_at.is_(None))
            .values(submitted_at=at, ended_by=ended_by)
            .execution_options(synchronize_session=False)
        )
        attempt = session.get_one(Attempt, attempt_id, populate_existing=True)
        _add_score(session, attempt)
    return True


def _add_score(session: Session, attempt: Attempt) -> None:
    """Score the saved answers as edition 1. UNIQUE(attempt, edition) holds if all else fails."""
    quiz = attempt.quiz
    responses = {response.position: tuple(response.answer) for response in attempt.responses}
    score = score_paper(bank_of(quiz.bank_revision_id), spec_of(quiz), paper_from_json(attempt.paper), responses)
    session.add(score_row(attempt.id, score, sum(not is_blank(answer) for answer in responses.values())))


def score_row(attempt_id: int, score: Score, answered: int, edition: int = 1) -> AttemptScore:
    """The rows that keep ``score``."""
    return AttemptScore(
        attempt_id=attempt_id,
        edition=edition,
        points=score.points,
        full_points=score.full_points,
        section_points=[int(points * 100) for points in score.sections],
        answered=answered,
        passed=score.passed,
        excellent=score.excellent,
        scored_at=clock.now(),
        items=[
            ItemScoreRow(
                position=position,
                item_id=item.item_id,
                points=item.points,
                full_points=item.full_points,
                outcome=item.outcome.value,
            )
            for position, item in enumerate(score.items)
        ],
    )


def _running(quiz_id: int, person_id: int) -> Attempt | None:
    return db.session.scalar(
        select(Attempt).where(
            Attempt.quiz_id == quiz_id, Attempt.person_id == person_id, Attempt.submitted_at.is_(None)
        )
    )


def _locked(session: Session, attempt_id: int) -> Row[datetime | None, str | None, datetime]:
    """The attempt's dates, read under its lock: a save and a submission of one attempt take turns."""
    return session.execute(
        select(Attempt.submitted_at, Attempt.ended_by, Attempt.deadline)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
    ).one()
