"""What ending an attempt writes: the moment, the score by item, and an entry of the record that binds both."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, Text, bindparam, cast, insert, select, update
from sqlalchemy.orm import Session

from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse
from quizapp.attempts.receipts import fingerprint, spelt
from quizapp.audit.operations import SYSTEM, Act, record_all
from quizapp.banks.queries import bank_of
from quizapp.db import Base, db
from quizapp.domain.paper import paper_from_json
from quizapp.domain.scoring import Answer, ItemScore, Known, Score, is_blank, score_paper
from quizapp.quizzes.queries import spec_of
from quizapp.web import clock

BY_CANDIDATE, BY_CLOCK = "candidate", "clock"
ENDED = "attempt.ended"
FIRST_EDITION = 1
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Ending:
    """That an attempt, locked by the caller and not ended yet, ends as of ``at``."""

    attempt: Attempt
    at: datetime
    by: str


def end_all(session: Session, endings: Sequence[Ending]) -> None:
    """End and score these attempts inside the caller's transaction, each with its entry in the record.

    UNIQUE(attempt, edition) holds if all else fails. The record comes last: its lock is everybody's.
    """
    answers = saved_answers(session, [ending.attempt.id for ending in endings])
    scores, acts, rows = {}, [], []
    known: dict[int, Known] = defaultdict(dict)
    for ending in endings:
        attempt, given = ending.attempt, answers[ending.attempt.id]
        scores[attempt.id] = score = score_attempt(attempt, given, known[attempt.quiz_id])
        sealed = fingerprint(attempt, given, ending.at, ending.by)
        code = _new_code() if attempt.quiz.certificate else None
        rows.append({"key": attempt.id, "at": ending.at, "by": ending.by, "sealed": sealed, "code": code})
        acts.append(ended_act(attempt, score, at=ending.at, by=ending.by, sealed=sealed))
    session.execute(_END, rows)
    _add_scores(session, scores, answers)
    record_all(acts)


def score_attempt(attempt: Attempt, answers: Mapping[int, Answer], known: Known | None = None) -> Score:
    """What the answers earn, by the bank revision, the paper and the rules of the attempt's test.

    ``known`` is that of `score_paper`, for attempts of one test.
    """
    quiz = attempt.quiz
    return score_paper(bank_of(quiz.bank_revision_id), spec_of(quiz), paper_from_json(attempt.paper), answers, known)


def ended_act(attempt: Attempt, score: Score, *, at: datetime, by: str, sealed: str) -> Act:
    """The entry that binds how the attempt ended. `quizapp.verification` works it out again from the rows."""
    detail = ending_detail(attempt, at=at, by=by, sealed=sealed, score=score)
    return Act(ENDED, f"attempt:{attempt.id}", detail, actor=SYSTEM if by == BY_CLOCK else "")


def ending_detail(
    attempt: Attempt, *, at: datetime, by: str, sealed: str, score: Score | AttemptScore
) -> dict[str, Any]:
    """What the entry says: whose attempt of which test, until when, when and how it ended, and its score."""
    return {
        "quiz": attempt.quiz_id,
        "person": attempt.person_id,
        "number": attempt.number,
        "started_at": spelt(attempt.started_at),
        "deadline": spelt(attempt.deadline),
        "submitted_at": spelt(at),
        "ended_by": by,
        "fingerprint": sealed,
        "points": f"{score.points:.2f}",
        "full_points": f"{score.full_points:.2f}",
        "passed": score.passed,
        "excellent": score.excellent,
    }


def score_values(attempt_id: int, score: Score, answered: int, at: datetime) -> dict[str, Any]:
    """The row that keeps ``score`` as the first edition."""
    return {
        "attempt_id": attempt_id,
        "edition": FIRST_EDITION,
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


def count_answered(answers: Mapping[int, Answer]) -> int:
    """How many items were not left blank."""
    return sum(not is_blank(answer) for answer in answers.values())


def table_of(model: type[Base]) -> Table:
    """The bare table, for many rows at once: the mapper would double the time."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


_END = (
    update(table_of(Attempt))
    .where(Attempt.id == bindparam("key"))
    .values(
        submitted_at=bindparam("at"),
        ended_by=bindparam("by"),
        fingerprint=bindparam("sealed"),
        verification_code=bindparam("code"),
    )
)


_SCORE = table_of(AttemptScore)
_ADD_SCORES = insert(_SCORE).returning(_SCORE.c.attempt_id, _SCORE.c.id)
_RESPONSE = table_of(ItemResponse).c
_ANSWERS = select(_RESPONSE.attempt_id, _RESPONSE.position, cast(_RESPONSE.answer, Text)).where(
    _RESPONSE.attempt_id.in_(bindparam("attempts", expanding=True))
)


def answers_of(attempt: Attempt) -> dict[int, Answer]:
    """What was saved in one attempt, by position."""
    return saved_answers(db.session(), [attempt.id])[attempt.id]


def saved_answers(session: Session, attempt_ids: Sequence[int]) -> dict[int, dict[int, Answer]]:
    """What was saved, by attempt and position."""
    answers: dict[int, dict[int, Answer]] = {attempt_id: {} for attempt_id in attempt_ids}
    for attempt_id, position, answer in session.execute(_ANSWERS, {"attempts": attempt_ids}):
        answers[attempt_id][position] = _read_answer(answer)
    return answers


@lru_cache(maxsize=1000)
def _read_answer(stored: str) -> Answer:
    """An answer as it is stored. Most are a letter or some: reading each of them anew takes a fifth of all the time."""
    return tuple(json.loads(stored))


def _add_scores(session: Session, scores: Mapping[int, Score], answers: Mapping[int, Mapping[int, Answer]]) -> None:
    now = clock.now()
    values = [score_values(key, score, count_answered(answers[key]), now) for key, score in scores.items()]
    added = session.execute(_ADD_SCORES, values)
    _add_items(session, [(score_id, scores[attempt_id]) for attempt_id, score_id in added.all()])


def _add_items(session: Session, scores: Sequence[tuple[int, Score]]) -> None:
    """Keep the points of each item. They are thousands of rows: what SQLAlchemy does for each doubles the time."""
    once: dict[int, tuple[str, int, int, str]] = {}  # by identity: papers scored together share what they can
    rows = []
    for score_id, score in scores:
        for place, item in enumerate(score.items):
            stored = once.get(id(item)) or once.setdefault(id(item), _stored(item))
            rows.append((score_id, place, *stored))
    mark = "?" if session.get_bind().dialect.paramstyle == "qmark" else "%s"
    columns = "score_id, position, item_id, points, full_points, outcome"
    marks = ", ".join([mark] * 6)
    session.connection().exec_driver_sql(f"INSERT INTO item_score ({columns}) VALUES ({marks})", rows)


def _stored(item: ItemScore) -> tuple[str, int, int, str]:
    """An item's columns, as the types of `quizapp.db` would make them."""
    return item.item_id, int(item.points * 100), int(item.full_points * 100), item.outcome.value


def _new_code() -> str:
    """What a certificate is verified by: 16 signs, none of which looks like another; about 79 bits of chance."""
    return "".join(secrets.choice(CODE_SIGNS) for _sign in range(16))
