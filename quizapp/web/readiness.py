"""Whether this process can do its work now: the database takes a write, and agrees on what time it is."""

import logging
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizapp.db import Outage, db, outage_of, writing
from quizapp.web import clock
from quizapp.web.heartbeat import WEB, beat

log = logging.getLogger(__name__)

MEMORY = "quizapp_readiness"
GOOD_FOR, BAD_FOR = 5, 1
"""Seconds for which an answer is repeated: a check writes and waits for the disk, and anybody may ask for it."""
WRONG_CLOCK, BROKEN = "clock", "error"
LEAST_FREE_BYTES = 8 * 2**20
"""Less than that on the disk of SQLite's file is full: the check's own write may still fit where an answer does not."""
CLOCKS_AGREE = timedelta(seconds=1)


def trouble() -> str | None:
    """Why the process is not ready, in a word: a `quizapp.db.Outage`, ``clock`` or ``error``; None where it is."""
    reason: str | None
    until, reason = current_app.extensions.get(MEMORY, (0.0, None))
    if time.monotonic() >= until:
        reason = _look()
        current_app.extensions[MEMORY] = (time.monotonic() + (BAD_FOR if reason else GOOD_FOR), reason)
    return reason


def _look() -> str | None:
    try:
        with writing() as session:
            beat(session, WEB, clock.now())
            apart = _clocks_apart(session)
        if _disk_is_full():
            return Outage.FULL
    except Exception as error:
        reason = outage_of(error)
        if reason is None:
            log.exception("the check of the database failed")
        return reason or BROKEN
    if apart > CLOCKS_AGREE:
        log.error("this machine's clock and the database's are %s s apart", apart.total_seconds())
        return WRONG_CLOCK
    return None


def _disk_is_full() -> bool:
    if db.engine.dialect.name != "sqlite":
        return False
    return shutil.disk_usage(Path(str(db.engine.url.database)).parent).free < LEAST_FREE_BYTES


def _clocks_apart(session: Session) -> timedelta:
    """How far this clock and the database's differ; SQLite has none of its own."""
    if db.engine.dialect.name != "postgresql":
        return timedelta(0)
    asked = clock.now()
    theirs: datetime = session.scalars(select(func.clock_timestamp())).one()
    ours = asked + (clock.now() - asked) / 2
    return max(theirs - ours, ours - theirs)
