"""Which page of a candidate may save: the one that took the attempt over last."""

from datetime import datetime

from sqlalchemy import update

from quizapp.attempts.closing import locked
from quizapp.attempts.models import Attempt
from quizapp.attempts.saving import require_savable
from quizapp.db import writing


def take_lease(*, attempt: Attempt, arrived_at: datetime) -> int:
    """The new lease: from now on only who names it may save, until the next page takes over.

    Each page asks for one before its first save; a page that is open elsewhere learns from its next save or from
    its pulse that it is no longer the one. Raises AttemptRefused for an attempt that takes no answers any more.
    """
    attempt_id, grace = attempt.id, attempt.quiz.grace
    with writing("lease") as session:
        row = locked(session, attempt_id)
        require_savable(row, arrived_at, grace)
        lease: int = row.lease + 1
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(lease=lease))
    return lease
