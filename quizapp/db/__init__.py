"""The database: engine set-up, column types with a meaning, and the one way to change something."""

import logging
import sqlite3
import time
from types import ModuleType
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import InvalidatePoolError

from quizapp.db import transactions
from quizapp.db.columns import Base, Hundredths, Json, Key, Model, Moment, Points, UtcMoment, db
from quizapp.db.outages import Busy, Outage, outage_of
from quizapp.db.prepared import Prepared
from quizapp.db.routing import REPORTS, WRITE, has_copy, make_read_only, reading_copy
from quizapp.db.transactions import ALONE, all_rows, dialect_name, first_row, write_row, writing, writing_rows

try:
    import pysqlite3.dbapi2 as bundled_sqlite
except ImportError:  # only Linux has a wheel that carries a fixed SQLite
    bundled_sqlite = None

__all__ = [
    "SQLITE",
    "Base",
    "Busy",
    "Hundredths",
    "Json",
    "Key",
    "Model",
    "Moment",
    "Outage",
    "Points",
    "Prepared",
    "UtcMoment",
    "all_rows",
    "db",
    "dialect_name",
    "first_row",
    "has_copy",
    "outage_of",
    "reading_copy",
    "wal_is_safe",
    "write_row",
    "writing",
    "writing_rows",
]

log = logging.getLogger(__name__)

SQLITE: ModuleType = bundled_sqlite or sqlite3
BUSY_TIMEOUT_SECONDS = 5
"""How long a transaction waits for a lock, on either database. Then the request is refused and the page tries again:
a candidate's browser would not wait longer, and a worker's threads must not all stand in one queue."""

RESTED = "quizapp_rested"
TRUSTED_SECONDS = 1
"""How long a connection that was used is taken to live; to ask each time costs as much as a statement."""


def init_app(app: Flask, database_url: str, report_database_url: str = "") -> None:
    """Bind ``app`` to its database, and to the copy of it that reports are read from, if any.

    SQLite goes through a library without the WAL-reset bug where there is one.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _options(database_url)
    if report_database_url:
        app.config["SQLALCHEMY_BINDS"] = {REPORTS: {"url": report_database_url, **_options(report_database_url)}}
    db.init_app(app)
    with app.app_context():
        for key, engine in db.engines.items():
            _prepare(engine, read_only=key == REPORTS)
        transactions.init_app(app, db.engine, BUSY_TIMEOUT_SECONDS)


def _options(database_url: str) -> dict[str, Any]:
    return _SQLITE_OPTIONS if make_url(database_url).get_backend_name() == "sqlite" else _POSTGRESQL_OPTIONS


def _prepare(engine: Engine, *, read_only: bool) -> None:
    (_prepare_sqlite if engine.dialect.name == "sqlite" else _prepare_postgresql)(engine)
    if read_only:
        event.listen(engine, "connect", lambda connection, _record: make_read_only(connection, engine.dialect.name))


_SQLITE_OPTIONS: dict[str, Any] = {"module": SQLITE, "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}}
_POSTGRESQL_OPTIONS: dict[str, Any] = {
    "pool_timeout": BUSY_TIMEOUT_SECONDS,
    # A server that has vanished without a word is given up after seconds, not after the system's quarter of an hour.
    "connect_args": {"connect_timeout": BUSY_TIMEOUT_SECONDS, "tcp_user_timeout": 10_000},
}


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
        options = connection.get_execution_options()
        if not options.get(ALONE):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITE) else "BEGIN DEFERRED")

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

    def rested(_connection: Any, record: Any) -> None:
        record.info[RESTED] = time.monotonic()

    def ask_whether_it_lives(connection: Any, record: Any, _proxy: object) -> None:
        """A connection that a restart of the server has cut is replaced before it is used, unless it was just used."""
        since = record.info.get(RESTED)
        if since is not None and time.monotonic() - since > TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine, "connect", connect)
    event.listen(engine, "checkin", rested)
    event.listen(engine, "checkout", ask_whether_it_lives)
