"""Where a session reads: at the database that is written, or, for reports, at a copy that follows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import current_app
from flask_sqlalchemy.session import Session

WRITE = "quizapp_write"
REPORTS = "reports"

_from_copy: ContextVar[bool] = ContextVar("quizapp_from_copy", default=False)


class RoutedSession(Session):
    """Reads from the copy inside `reading_copy`; whatever `quizapp.db.writing` does, it does where it is written."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **named: Any) -> Any:
        if bind is None and _from_copy.get() and not self.info.get(WRITE):
            return self._db.engines[REPORTS]
        return super().get_bind(mapper, clause, bind, **named)


def has_copy() -> bool:
    """Whether reports have a database of their own to read from."""
    return REPORTS in _database().engines


@contextmanager
def reading_copy() -> Iterator[None]:
    """Let ``db.session`` read from the copy in this block; nothing that was read before is believed in it, or after.

    So a page is to be rendered inside the block: what it looks up later would come from the other database.
    """
    session = _database().session
    session.rollback()
    token = _from_copy.set(True)
    try:
        yield
    finally:
        _from_copy.reset(token)
        session.rollback()


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
