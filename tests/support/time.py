"""A clock that a test can move."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Stands still at ``moment`` (aware, UTC) until the test moves it; takes the place of `quizapp.web.clock.now`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return self.moment

    def set(self, moment: datetime) -> None:
        """Put the clock to an aware ``moment``."""
        if moment.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {moment!r}")
        self.moment = moment.astimezone(UTC)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock forward (back, where negative)."""
        self.moment += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
