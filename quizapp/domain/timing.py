"""When an attempt ends and a quiz is open. The server's clock decides; every moment carries its time zone."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

DEFAULT_GRACE = timedelta(seconds=10)
"""How long after the deadline an answer may still arrive: the way through the network, not time to think."""


BELL = timedelta(seconds=30)
"""After the opening: thousands wait for it, their pages spread the starts, and that must cost nobody any time."""


class QuizState(StrEnum):
    """Where ``now`` lies in a quiz's window."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


def deadline(
    started_at: datetime,
    minutes: int,
    closes_at: datetime,
    extra: timedelta = timedelta(0),
    *,
    opens_at: datetime | None = None,
) -> datetime:
    """When an attempt ends, in UTC: after ``minutes`` and ``extra``, but never after the window closes.

    Whoever starts within `BELL` after ``opens_at`` was there on time: for them the window closes as much later as
    they started later. Raises ValueError for a moment without a time zone, or a limit that is not positive.
    """
    if minutes <= 0:
        raise ValueError("the time limit must be positive")
    start, close = _utc(started_at), _utc(closes_at)
    if opens_at is not None and start - _utc(opens_at) <= BELL:
        close += max(start - _utc(opens_at), timedelta(0))
    return min(start + timedelta(minutes=minutes) + extra, close)


def latest_deadline(opens_at: datetime, closes_at: datetime, minutes: int) -> datetime:
    """The moment by which every attempt has ended that nobody extended, in UTC; mostly when the window closes."""
    last_of_the_bell = _utc(opens_at) + BELL
    return max(_utc(closes_at), deadline(last_of_the_bell, minutes, closes_at, opens_at=opens_at))


def seconds_left(deadline: datetime, now: datetime) -> int:
    """Whole seconds until ``deadline``, a begun one counted in full; never negative."""
    return max(0, -((_utc(now) - _utc(deadline)) // timedelta(seconds=1)))


def is_late(arrived_at: datetime, deadline: datetime, grace: timedelta = DEFAULT_GRACE) -> bool:
    """Whether an answer came too late to count. Exactly at the end of the grace period is still in time."""
    return _utc(arrived_at) > _utc(deadline) + grace


def quiz_state(opens_at: datetime, closes_at: datetime, now: datetime) -> QuizState:
    """The state of a quiz; it is open from ``opens_at`` on and closed from ``closes_at`` on."""
    opening, closing, moment = _utc(opens_at), _utc(closes_at), _utc(now)
    if moment >= closing:
        return QuizState.CLOSED
    return QuizState.OPEN if moment >= opening else QuizState.SCHEDULED


def _utc(moment: datetime) -> datetime:
    # Within one zone Python adds and compares wall-clock times, which is wrong across a change of clocks.
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
