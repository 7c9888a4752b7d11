"""How an open page learns what changed elsewhere: it asks, as often as the number of people at work allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, abort, current_app
from sqlalchemy import bindparam, func, select

from quizapp.attempts.closing import is_due
from quizapp.attempts.models import Attempt, Extension, ExtensionGrant
from quizapp.attempts.unchanged import Standing
from quizapp.db import Prepared, db, first_row
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Person
from quizapp.web import clock

PULSES_PER_SECOND = 3500
"""What the pages together may ask, most of it answered by `unchanged`: 5,250 people at 1.5 seconds each."""
FASTEST, SLOWEST = 1.5, 10  # seconds between two pulses of a page; a page shows within 2 that another took over
COUNTED_FOR = timedelta(seconds=10)
STATE = "quizapp_pulse"


@dataclass
class _Pace:
    """How many were at work, and until when this process believes it."""

    every: float
    until: datetime


@dataclass(frozen=True)
class Pulse:
    """What a page is told. ``every``: seconds until it should ask again; ``extension``: the newest one, if any."""

    seconds_left: float
    over: bool
    withdrawn: bool
    every: float
    extension: dict[str, Any] | None
    standing: Standing

    def as_json(self, tag: str) -> dict[str, Any]:
        """As the page reads it; ``tag`` is that of the standing, with which the page asks whether this still holds."""
        told = {name: value for name, value in vars(self).items() if name != "standing"}
        return {**told, "lease": self.standing.lease, "tag": tag}


def init_app(app: Flask) -> None:
    """Give ``app`` its pace; each process counts for itself."""
    app.extensions[STATE] = None


# Written once, of columns alone, and all in one: every page at work asks this again and again.
_ATTEMPT, _QUIZ, _PERSON = Attempt.__table__, Quiz.__table__, Person.__table__
_GRANT, _EXTENSION = ExtensionGrant.__table__, Extension.__table__
_NEWEST = select(func.max(_GRANT.c.extension_id)).where(_GRANT.c.attempt_id == _ATTEMPT.c.id).scalar_subquery()
_PULSE = Prepared(
    select(
        *(_ATTEMPT.c[name] for name in ("deadline", "submitted_at", "lease")),
        *(_QUIZ.c[name] for name in ("withdrawn_at", "grace_seconds")),
        *(_EXTENSION.c[name].label(f"extension_{name}") for name in ("id", "minutes", "reason")),
    )
    .join_from(_ATTEMPT, _QUIZ, _ATTEMPT.c.quiz_id == _QUIZ.c.id)
    .join(_PERSON, _ATTEMPT.c.person_id == _PERSON.c.id)
    .outerjoin(_EXTENSION, _EXTENSION.c.id == _NEWEST)
    .where(_ATTEMPT.c.id == bindparam("attempt"), _PERSON.c.account_id == bindparam("account"))
)


def pulse_of(*, account_id: int, attempt_id: int) -> Pulse:
    """What the page of that attempt should know now; 404 where it is not the account's."""
    row, now = first_row(_PULSE, {"attempt": attempt_id, "account": account_id}), clock.now()
    if row is None:
        abort(404)
    is_over = row.submitted_at is not None or is_due(row.deadline, timedelta(seconds=row.grace_seconds), now)
    newest = {name: getattr(row, f"extension_{name}") for name in ("id", "minutes", "reason")}
    return Pulse(
        seconds_left=max(0.0, (row.deadline - now).total_seconds()),
        over=is_over or row.withdrawn_at is not None,
        withdrawn=row.withdrawn_at is not None,
        every=_every(now),
        extension=newest if row.extension_id is not None else None,
        standing=Standing(attempt_id, row.lease, row.deadline),
    )


def interval(at_work: int) -> float:
    """Seconds between two pulses of each page, so that ``at_work`` people ask no more than `PULSES_PER_SECOND`."""
    return min(max(at_work / PULSES_PER_SECOND, FASTEST), SLOWEST)


def _every(now: datetime) -> float:
    pace: _Pace | None = current_app.extensions[STATE]
    if pace is None or not now < pace.until <= now + COUNTED_FOR:
        running = select(func.count()).select_from(Attempt)
        at_work = db.session.scalar(running.where(Attempt.submitted_at.is_(None), Attempt.deadline > now)) or 0
        pace = current_app.extensions[STATE] = _Pace(interval(at_work), now + COUNTED_FOR)
    return pace.every
