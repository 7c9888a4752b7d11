"""Where a report is read from: the database itself, or a copy that follows it, and how old that copy is."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from quizapp.db import db, has_copy, outage_of, reading_copy
from quizapp.web import clock
from quizapp.web.heartbeat import last_beat

MOST_BEHIND = timedelta(minutes=5)
"""A copy that is older no longer follows; reports are then read from the database itself until it does."""

WAITS_SECONDS, LOOKS_EVERY = 1.0, 0.05
"""How long a report waits for the copy to have what was just counted."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """What a report is made of. Everything that had happened at ``as_of`` is in it."""

    as_of: datetime
    is_copy: bool = False
    seconds_behind: int = 0  # at most so many, rounded up


@contextmanager
def read_from(has_all: Callable[[], bool] = lambda: True) -> Iterator[Source]:
    """Read in this block from the copy, where there is one that follows; render the page in it too.

    The copy must also, within a second, have what ``has_all`` asks for: what this request has just written elsewhere.

    The age of a copy is that of the newest heartbeat in it (`quizapp.attempts.outages.note_heartbeat`, every 5
    seconds): it holds for any kind of copy, and also for one that has lost its primary, which PostgreSQL itself would
    call up to date.
    """
    as_of = _age_of_copy(has_all) if has_copy() else None
    if as_of is None:
        yield Source(clock.now())
        return
    with reading_copy():
        behind = -((as_of - clock.now()) // timedelta(seconds=1))
        yield Source(as_of, is_copy=True, seconds_behind=max(0, behind))


def _age_of_copy(has_all: Callable[[], bool]) -> datetime | None:
    """As of when the copy is; None where it cannot be read from, or does not follow."""
    now = clock.now()
    try:
        with reading_copy():
            newest = last_beat(db.session())
        if newest is None or now - newest > MOST_BEHIND:
            log.warning("reports are read from the database itself: the copy is of %s", newest or "no known time")
            return None
        return min(now, newest) if _comes_to_hold(has_all) else None
    except SQLAlchemyError as error:  # also what is no copy at all: reports are more than where they come from
        log.warning(
            "reports are read from the database itself: the copy is %s", outage_of(error) or f"no copy: {error}"
        )
        return None


def _comes_to_hold(has_all: Callable[[], bool]) -> bool:
    until = time.monotonic() + WAITS_SECONDS
    while True:
        with reading_copy():
            if has_all():
                return True
        if time.monotonic() > until:
            return False
        time.sleep(LOOKS_EVERY)
