"""Which page of a candidate may save: the one that was served last."""

from datetime import datetime, timedelta

from flask import abort
from sqlalchemy import bindparam, update

from quizapp.attempts.locking import Locked, locked, require_savable
from quizapp.attempts.models import Attempt
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.db import writing_rows
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


_TAKE = update(Attempt).where(Attempt.id == bindparam("attempt")).values(lease=bindparam("page"))


def take_lease(*, account_id: int, attempt_id: int, arrived_at: datetime, page: int) -> Locked:
    """The attempt whose lease ``page`` is from now on: only who names it may save, until a later page takes over.

    ``page`` is the number with which the page was served (`page_lease`); asking again with it changes nothing. Each
    page asks before its first save; one that is open elsewhere learns from its next save or from its pulse that it is
    no longer the one. 404 where the attempt is not the account's. Raises AttemptRefused where a page served later has
    it, and for an attempt that takes no answers any more.
    """
    with writing_rows("lease") as connection:
        row = locked(connection, attempt_id)
        if row is None or row.account_id != account_id:
            abort(404)
        require_savable(row, arrived_at)
        highest = max(row.lease + 1, _milliseconds(row.started_at, arrived_at + CLOCKS_APART))
        if not row.lease <= page <= highest:
            raise AttemptRefused(Refusal.TAKEN_OVER)
        connection.execute(_TAKE, {"attempt": attempt_id, "page": page})
    return row


def _milliseconds(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(milliseconds=1)
