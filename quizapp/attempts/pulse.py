"""How an open page learns what changed elsewhere: it asks, as often as the number of people at work allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import func, select

from quizapp.attempts.closing import is_over
from quizapp.attempts.models import Attempt, ExtensionGrant
from quizapp.db import db
from quizapp.web import clock

PULSES_PER_SECOND = 500
"""What the pages together may ask: with 750 people at work each asks every 1.5 seconds, with 5,000 every 10."""
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
    lease: int
    every: float
    extension: dict[str, Any] | None


def init_app(app: Flask) -> None:
    """Give ``app`` its pace; each process counts for itself."""
    app.extensions[STATE] = None


def pulse_of(attempt: Attempt) -> Pulse:
    """What the page of ``attempt`` should know now."""
    now = clock.now()
    return Pulse(
        seconds_left=max(0.0, (attempt.deadline - now).total_seconds()),
        over=is_over(attempt) or attempt.quiz.withdrawn_at is not None,
        withdrawn=attempt.quiz.withdrawn_at is not None,
        lease=attempt.lease,
        every=_every(now),
        extension=_newest_extension(attempt.id),
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


def _newest_extension(attempt_id: int) -> dict[str, Any] | None:
    grant = db.session.scalar(
        select(ExtensionGrant)
        .where(ExtensionGrant.attempt_id == attempt_id)
        .order_by(ExtensionGrant.extension_id.desc())
        .limit(1)
    )
    if grant is None:
        return None
    return {"id": grant.extension_id, "minutes": grant.extension.minutes, "reason": grant.extension.reason}
