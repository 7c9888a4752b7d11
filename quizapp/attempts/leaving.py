"""Leaving the page: kept as a record with room for an explanation. Nothing here ends, marks down or judges anything.

What the page knows is when it was hidden and for how long; the cause is its guess (js/leaving.js). The server believes
neither further than the attempt itself reaches: a record neither begins before the attempt nor lasts beyond its end.
Nor is it leaving when the candidate worked at another page meanwhile: nothing is kept for a page that is no longer
the one that saves, and a record begins only after the last save that arrived in its midst.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.attempts.models import Attempt, ItemResponse, Leaving
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Person
from quizapp.web import clock

SHORTEST = 3
"""Seconds. A shorter one is a slip of the thumb, or a notice drawn over the page."""
MOST_OF_AN_ATTEMPT = 200
"""More records than this say nothing more, and only a script sends them."""
LONGEST_EXPLANATION = 500
ON_ITS_WAY = timedelta(seconds=10)
"""A save this close to either end of a leaving may be of the page itself, before it was hidden or back in sight."""


@dataclass(frozen=True)
class Seen:
    """What a page saw: it was hidden ``ago`` seconds before it sent this, for ``seconds``.

    ``lease`` is the one it holds as it says so; None where an earlier page of the same device was hidden.
    """

    operation: str
    ago: float
    seconds: float
    cause: str
    lease: int | None = None


def record_leaving(*, attempt: Attempt, seen: Seen, arrived_at: datetime) -> Leaving | None:
    """Keep what the page saw; None where nothing is to be kept. The same ``operation`` again returns what is kept.

    A record may arrive after the end of the attempt (the phone was offline), but not be about the time after it.
    """
    attempt_id, quiz = attempt.id, attempt.quiz
    if not quiz.leaving_recorded or seen.lease not in (None, attempt.lease):
        return None
    left_at, back_at = _span(attempt, seen, arrived_at)
    seconds = int((back_at - left_at).total_seconds())
    if seconds < SHORTEST:
        return None
    with writing() as session:
        kept = select(func.count()).select_from(Leaving).where(Leaving.attempt_id == attempt_id)
        if (session.scalar(kept) or 0) < MOST_OF_AN_ATTEMPT:
            values = {"attempt_id": attempt_id, "operation": seen.operation, "left_at": left_at, "seconds": seconds}
            dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
            row = dialect.insert(Leaving).values(**values, cause=seen.cause, explanation="")
            session.execute(row.on_conflict_do_nothing())
    same = (Leaving.attempt_id == attempt_id) & (Leaving.operation == seen.operation)
    return db.session.scalar(select(Leaving).where(same))


def _span(attempt: Attempt, seen: Seen, arrived_at: datetime) -> tuple[datetime, datetime]:
    """From when to when the candidate was away, as far as it can be believed; the second may be before the first."""
    hidden_at = arrived_at - timedelta(seconds=seen.ago)
    shown_at = hidden_at + timedelta(seconds=seen.seconds)
    left_at = max(attempt.started_at, hidden_at)
    back_at = min(shown_at, arrived_at, attempt.submitted_at or attempt.deadline)
    saves = select(func.max(ItemResponse.saved_at)).where(
        ItemResponse.attempt_id == attempt.id,
        ItemResponse.saved_at > left_at + ON_ITS_WAY,
        ItemResponse.saved_at < back_at - ON_ITS_WAY,
    )
    return db.session.scalar(saves) or left_at, back_at


def explain_leaving(*, leaving: Leaving, text: str) -> None:
    """Keep what the candidate says about it; the last word stands, each is on record."""
    leaving_id, words = leaving.id, text.strip()[:LONGEST_EXPLANATION]
    with writing() as session:
        row = session.get_one(Leaving, leaving_id)
        row.explanation, row.explained_at = words, clock.now()
        record("leaving.explained", f"attempt:{row.attempt_id}", {"leaving": row.id}, note=words)


def leavings_of(attempt: Attempt) -> Sequence[Leaving]:
    """The records of one attempt, the first one first."""
    return db.session.scalars(select(Leaving).where(Leaving.attempt_id == attempt.id).order_by(Leaving.left_at)).all()


def leaving_of(attempt: Attempt, leaving_id: int) -> Leaving | None:
    """That record, where it belongs to the attempt."""
    return db.session.scalar(select(Leaving).where(Leaving.id == leaving_id, Leaving.attempt_id == attempt.id))


def leavings_in(quiz: Quiz) -> list[tuple[Attempt, Person, list[Leaving]]]:
    """Every attempt of a test that has records, in the order in which they were started."""
    rows = db.session.execute(
        select(Attempt, Person, Leaving)
        .join(Leaving, Leaving.attempt_id == Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.quiz_id == quiz.id)
        .order_by(Attempt.started_at, Attempt.id, Leaving.left_at)
    ).all()
    found: dict[int, tuple[Attempt, Person, list[Leaving]]] = {}
    for attempt, person, leaving in rows:
        found.setdefault(attempt.id, (attempt, person, []))[2].append(leaving)
    return list(found.values())
