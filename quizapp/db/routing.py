"""Where a session reads: at the database that is written, or, for reports, at a copy that follows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from flask_sqlalchemy.session import Session
from sqlalchemy.exc import DBAPIError

from quizapp.db.outages import Outage, outage_of

WRITE = "quizapp_write"
COPY = "quizapp_copy"
REPORTS = "reports"


class RoutedSession(Session):
    """Reads from the copy where `reading_copy` made it; what `quizapp.db.writing` does, it does where it belongs."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **named: Any) -> Any:
        if bind is None and self.info.get(COPY) and not self.info.get(WRITE):
            return self._db.engines[REPORTS]
        return super().get_bind(mapper, clause, bind, **named)

    def close(self) -> None:
        """Let go of the connection, also of one that broke after the last answer came: that answer still holds."""
        try:
            super().close()
        except DBAPIError as error:
            if outage_of(error) is not Outage.UNREACHABLE:
                raise
            self.invalidate()


def has_copy() -> bool:
    """Whether reports have a database of their own to read from."""
    return REPORTS in _database().engines


@contextmanager
def reading_copy() -> Iterator[None]:
    """Let ``db.session`` be another one in this block, which reads from the copy.

    What was read before stays with the session before: the account that asks is never looked for in a copy that may
    not know it yet. What is read in the block is not to be used after it, so a page is rendered in it too.
    """
    scoped = _database().session
    before, copy = scoped(), scoped.session_factory()
    copy.info[COPY] = True
    scoped.registry.set(copy)
    try:
        yield
    finally:
        scoped.registry.set(before)
        copy.close()


def make_read_only(connection: Any, dialect: str) -> None:
    """Let the driver's ``connection`` change nothing: a copy that somebody can write to is no copy for long."""
    if dialect == "sqlite":
        connection.execute("PRAGMA query_only=ON")
        return
    connection.autocommit = True
    connection.execute("SET default_transaction_read_only = on")
    connection.autocommit = False


def _database() -> Any:
    return current_app.extensions["sqlalchemy"]
