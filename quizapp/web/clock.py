"""The one clock. Always called through the module (``clock.now()``), so that a test can move it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import current_app


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The time zone in which times are shown and entered."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def local(moment: datetime) -> datetime:
    """``moment`` on the department's wall clock."""
    return moment.astimezone(zone())


def from_local(wall: datetime) -> datetime:
    """The instant at which the department's wall clock shows ``wall`` (without a zone)."""
    return wall.replace(tzinfo=zone()).astimezone(UTC)
