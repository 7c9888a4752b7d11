"""Where a report is read from: the database itself, or a copy that follows it, and how old that copy is."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizapp.db import db, has_copy, outage_of, reading_copy
from quizapp.web import clock
from quizapp.web.heartbeat import last_beat

MOST_BEHIND = timedelta(minutes=5)
"""A copy that is older no longer follows; reports are then read from the database itself until it does."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """What a report is made of. Everything that had happened at ``as_of`` is in it."""

    as_of: datetime
    is_copy: bool = False
    seconds_behind: int = 0  # at most so many, rounded up


@contextmanager
def read_from() -> Iterator[Source]:
    """Read in this block from the copy, where there is one that follows; render the page in it too.

    The age of a copy is that of the newest heartbeat in it (`quizapp.attempts.outages.note_heartbeat`, every 5
    seconds): it holds for any kind of copy, and also for one that has lost its primary, which PostgreSQL itself would
    call up to date.
    """
    as_of = _age_of_copy() if has_copy() else None
    if as_of is None:
        yield Source(clock.now())
        return
    with reading_copy():
        behind = -((as_of - clock.now()) // timedelta(seconds=1))
        yield Source(as_of, is_copy=True, seconds_behind=max(0, behind))


def _age_of_copy() -> datetime | None:
    """As of when the copy is; None where it cannot be read from, or does not follow."""
    now = clock.now()
    try:
        with reading_copy():
            newest = last_beat(db.session())
    except Exception as error:
        if outage_of(error) is None:
            raise
        log.warning("reports are read from the database itself: the copy is %s", outage_of(error))
        return None
    if newest is None or now - newest > MOST_BEHIND:
        log.warning("reports are read from the database itself: the copy is of %s", newest or "no known time")
        return None
    return min(now, newest)
