"""What keeps a database from its work, told apart from faults of the program."""

from enum import StrEnum
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class Busy(Exception):
    """So many wait for SQLite's lock already that there is no sense in waiting behind them."""


class Outage(StrEnum):
    """Why the database cannot do its work at the moment, in a word. All of them may pass without a change of ours."""

    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read_only"
    UNREACHABLE = "unreachable"


_SQLITE_OUTAGES = {
    "SQLITE_BUSY": Outage.LOCKED,
    "SQLITE_LOCKED": Outage.LOCKED,
    "SQLITE_FULL": Outage.FULL,
    "SQLITE_READONLY": Outage.READ_ONLY,
    "SQLITE_PERM": Outage.READ_ONLY,
    "SQLITE_CANTOPEN": Outage.UNREACHABLE,
    "SQLITE_IOERR": Outage.UNREACHABLE,
}
"""By the beginning of the error's name; the extended codes say more after it (SQLITE_READONLY_DBMOVED)."""

_POSTGRESQL_OUTAGES = {
    "40": Outage.LOCKED,  # deadlocks and transactions that could not be put in a row: to be tried again
    "55P03": Outage.LOCKED,
    "57014": Outage.LOCKED,
    "53100": Outage.FULL,
    "25006": Outage.READ_ONLY,
    "08": Outage.UNREACHABLE,
    "53": Outage.UNREACHABLE,  # out of memory, too many connections
    "57P": Outage.UNREACHABLE,
    "58": Outage.UNREACHABLE,
}
"""By the beginning of SQLSTATE, the longest that fits (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


def outage_of(error: BaseException) -> Outage | None:
    """Why the database could not do it, where the cause lies outside and may pass; None for a fault of the program."""
    if isinstance(error, PoolTimeout):
        return Outage.UNREACHABLE
    if isinstance(error, Busy):
        return Outage.LOCKED
    if not isinstance(error, DBAPIError):
        return None
    cause: Any = error.orig
    if name := getattr(cause, "sqlite_errorname", None):
        return next((outage for start, outage in _SQLITE_OUTAGES.items() if name.startswith(start)), None)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # the connection broke, or could not be made: there was nobody to give a code
        is_postgresql = hasattr(cause, "pgconn") and isinstance(error, OperationalError)
        return Outage.UNREACHABLE if error.connection_invalidated or is_postgresql else None
    starts = (state[:length] for length in (5, 3, 2))
    return next((_POSTGRESQL_OUTAGES[start] for start in starts if start in _POSTGRESQL_OUTAGES), None)
