"""The database: engine set-up, column types with a meaning, and the one way to change something."""

import logging
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from threading import Event, Lock
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Integer, MetaData, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from quizapp import failpoints

try:
    import pysqlite3.dbapi2 as bundled_sqlite
except ImportError:  # only Linux has a wheel that carries a fixed SQLite
    bundled_sqlite = None

log = logging.getLogger(__name__)

SQLITE: ModuleType = bundled_sqlite or sqlite3
BUSY_TIMEOUT_SECONDS = 5
"""How long a transaction waits for a lock, on either database. Then the request is refused and the page tries again:
a candidate's browser would not wait longer, and a worker's threads must not all stand in one queue."""
WRITE = "quizapp_write"


class Base(DeclarativeBase):
    """The base of every model; names every constraint, so that migrations can speak of it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model  # Base with Flask-SQLAlchemy's plumbing, which a type checker cannot follow


class UtcMoment(TypeDecorator[datetime]):
    """An instant. Only aware datetimes go in; aware datetimes in UTC come out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Hundredths(TypeDecorator[Decimal]):
    """Points of a score: a Decimal with two decimals, kept as whole hundredths, so that sums are exact."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


Key = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcMoment)]
Points = Annotated[Decimal, mapped_column(Hundredths)]
Json = Annotated[Any, mapped_column(JSON)]


def init_app(app: Flask, database_url: str) -> None:
    """Bind ``app`` to its database. SQLite goes through a library without the WAL-reset bug where there is one."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    is_sqlite = make_url(database_url).get_backend_name() == "sqlite"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _SQLITE_OPTIONS if is_sqlite else _POSTGRESQL_OPTIONS
    db.init_app(app)
    with app.app_context():
        (_prepare_sqlite if is_sqlite else _prepare_postgresql)(db.engine)


_SQLITE_OPTIONS: dict[str, Any] = {"module": SQLITE, "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}}
_POSTGRESQL_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,  # a connection that a restart of the server has cut is replaced before it is used
    "pool_timeout": BUSY_TIMEOUT_SECONDS,
    # A server that has vanished without a word is given up after seconds, not after the system's quarter of an hour.
    "connect_args": {"connect_timeout": BUSY_TIMEOUT_SECONDS, "tcp_user_timeout": 10_000},
}


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


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether that SQLite is free of the WAL-reset bug (https://sqlite.org/wal.html#walresetbug).

    3.7.0 to 3.51.2 can lose committed pages when several connections share a WAL file; 3.50.7 and 3.44.6
    carry the mend too.
    """
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def _prepare_sqlite(engine: Engine) -> None:
    journal = "WAL" if wal_is_safe(SQLITE.sqlite_version_info) else "DELETE"
    if journal != "WAL":
        log.warning(
            "SQLite %s has the WAL-reset bug, so the write-ahead log stays off and writes are slower; "
            "install the package pysqlite3 (SQLite 3.51.3 or later) to have it on.",
            SQLITE.sqlite_version,
        )

    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later can fail with SQLITE_BUSY in the middle;
        # one that is going to write takes the lock at once and waits for it instead.
        mode = "IMMEDIATE" if connection.get_execution_options().get(WRITE) else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)


def _prepare_postgresql(engine: Engine) -> None:
    """Have every connection wait for locks no longer than SQLite's do, and acknowledge nothing before it is on disk."""

    def connect(connection: Any, _record: object) -> None:
        connection.autocommit = True  # outside a transaction, so that a rollback does not take it back
        connection.execute(f"SET lock_timeout = '{BUSY_TIMEOUT_SECONDS}s'")
        if connection.execute("SHOW synchronous_commit").fetchone()[0] == "off":
            connection.execute("SET synchronous_commit = on")
        connection.autocommit = False

    event.listen(engine, "connect", connect)


class Busy(Exception):
    """So many wait for SQLite's lock already that there is no sense in waiting behind them."""


class _Queue:
    """A lock that goes to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard, self._taken = Lock(), False
        self._waiting: deque[Event] = deque()

    def enter(self, seconds: float) -> bool:
        """Wait for the lock, so long at most; whether it was had."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            ticket = Event()
            self._waiting.append(ticket)
        if ticket.wait(seconds):
            return True
        with self._guard:
            if ticket.is_set():  # just now
                return True
            self._waiting.remove(ticket)
        return False

    def leave(self) -> None:
        """Hand the lock to the next."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


_writers = _Queue()


@contextmanager
def _in_turn() -> Iterator[None]:
    """Let the threads of the process write to SQLite one after another.

    Those that wait for its own lock look again and again, and it goes to whoever looks first: of many, one may find it
    taken each time until its patience is over. In a queue, only the processes are left to compete.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    if not _writers.enter(BUSY_TIMEOUT_SECONDS):
        raise Busy("other threads of this process wait for the database's lock")
    try:
        yield
    finally:
        _writers.leave()


@contextmanager
def writing(operation: str = "other") -> Iterator[Session]:
    """One transaction that changes something: commits on leaving, rolls back on any error.

    What was read before on this session is read again, under the lock. Operations use this and nothing else
    commits; inside one another they would commit half of the outer, so that is an error. ``operation`` names the
    transaction for `quizapp.failpoints`.
    """
    session = db.session()
    if session.info.get(WRITE):
        raise RuntimeError("an operation was called inside another one")
    session.rollback()
    with _in_turn():
        session.info[WRITE] = True
        try:
            session.connection(execution_options={WRITE: True})
            yield session
            failpoints.reach(operation, failpoints.BEFORE)
            session.commit()
            failpoints.reach(operation, failpoints.AFTER)
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(WRITE, None)
