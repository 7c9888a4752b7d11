"""Which page of a candidate may save: the one that was served last."""

from datetime import datetime, timedelta

from sqlalchemy import update

from quizapp.attempts.locking import locked, require_savable
from quizapp.attempts.models import Attempt
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.db import writing
from quizapp.web import clock

LARGEST_LEASE = 2**31 - 1
"""Of PostgreSQL's integer. In milliseconds it is 24 days, longer than any attempt runs."""
CLOCKS_APART = timedelta(minutes=1)
"""How far ahead of this node's clock another one may have numbered a page."""


def page_lease(attempt: Attempt) -> int:
    """The number of a page served now: milliseconds since the start, and more than the lease has reached.

    A page served later has a higher number, so that requests for the lease may arrive twice, late or in any order.
    """
    return max(_milliseconds(attempt.started_at, clock.now()), attempt.lease + 1)


def take_lease(*, attempt: Attempt, arrived_at: datetime, page: int) -> int:
    """The lease held from now on: only who names it may save, until a page served later takes over.

    ``page`` is the number with which the page was served (`page_lease`); asking again with it changes nothing. Each
    page asks before its first save; one that is open elsewhere learns from its next save or from its pulse that it is
    no longer the one. Raises AttemptRefused where a page served later has it, and for an attempt that takes no
    answers any more.
    """
    attempt_id = attempt.id
    with writing("lease") as session:
        row = locked(session, attempt_id)
        assert row is not None, "the caller has read it"
        require_savable(row, arrived_at)
        highest = max(row.lease + 1, _milliseconds(row.started_at, arrived_at + CLOCKS_APART))
        if not row.lease <= page <= highest:
            raise AttemptRefused(Refusal.TAKEN_OVER)
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(lease=page))
    return page


def _milliseconds(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(milliseconds=1)
