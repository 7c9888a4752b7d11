"""The one way to change something, and the short way to ask one question."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import Executable, Row
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from quizapp import failpoints
from quizapp.db.columns import db
from quizapp.db.outages import Busy, outage_of
from quizapp.db.prepared import Prepared, change_together
from quizapp.db.routing import WRITE
from quizapp.db.turns import Queue, Together

ALONE = "quizapp_alone"
ENGINES = "quizapp_engines"


@dataclass(frozen=True)
class _Engines:
    """One pool of connections, as it is used for each purpose."""

    alone: Engine
    writing: Engine
    patience: float  # seconds that a writer waits for its turn
    together: Together[Any]


def init_app(app: Flask, engine: Engine, patience: float) -> None:
    """Prepare the ways to the database of ``app``; a writer waits ``patience`` seconds for its turn."""
    is_sqlite = engine.dialect.name == "sqlite"
    # SQLAlchemy would set SQLite's driver back to beginning transactions by itself, so there our own BEGIN is left out.
    alone = {ALONE: True} if is_sqlite else {"isolation_level": "AUTOCOMMIT"}
    by_itself = engine.execution_options(**alone)
    app.extensions[ENGINES] = _Engines(
        alone=by_itself,
        writing=engine.execution_options(**{WRITE: True}),
        patience=patience,
        together=Together(partial(_write_together, by_itself)),
    )


def _engines() -> _Engines:
    engines: _Engines = current_app.extensions[ENGINES]
    return engines


def first_row(question: Prepared, values: Mapping[str, Any]) -> Any:
    """What one question finds first. It opens no transaction, so none is there to be ended, and nothing is locked."""
    return question.first(_engines().alone, values)


def all_rows(statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
    """Everything that one question finds, asked like `first_row`."""
    with _engines().alone.connect() as connection:
        return connection.execute(statement, values).all()


def write_row(operation: str, statement: Prepared, values: Mapping[str, Any]) -> int:
    """One statement that is a transaction of its own: the number of rows changed, which are on disk on return.

    On SQLite the threads that wait for their turn go along with the one that has it, in one transaction.
    """
    if db.session.registry.has():
        _require_outermost(db.session())
        db.session.rollback()
    engines, row = _engines(), _Row(operation, statement, values)
    if dialect_name() == "sqlite":
        return engines.together.carry_out(row, _in_turn())
    return _write_alone(engines.alone, row)


class _Row(NamedTuple):
    """A statement that is to be written, by which operation, with which values."""

    operation: str
    statement: Prepared
    values: Mapping[str, Any]


def _write_alone(engine: Engine, row: _Row) -> int:
    failpoints.reach(row.operation, failpoints.BEFORE)
    changed = row.statement.change(engine, row.values)
    failpoints.reach(row.operation, failpoints.AFTER)
    return changed


def _write_together(engine: Engine, rows: Sequence[_Row]) -> Sequence[int | BaseException]:
    """In one transaction; where one of them spoils it, each in its own.

    An outage is nobody's fault and is told to all: to wait for another's lock once for each would hold up every writer.
    """
    if len(rows) > 1:
        try:
            failpoints.reach(rows[0].operation, failpoints.BEFORE)
            changed = change_together(engine, [(row.statement, row.values) for row in rows])
            failpoints.reach(rows[0].operation, failpoints.AFTER)
            return changed
        except DBAPIError as error:
            if outage_of(error) is not None:
                return [error] * len(rows)
    return [_outcome(engine, row) for row in rows]


def _outcome(engine: Engine, row: _Row) -> int | BaseException:
    try:
        return _write_alone(engine, row)
    except DBAPIError as error:
        return error


def dialect_name() -> str:
    """``sqlite`` or ``postgresql``."""
    return _engines().alone.dialect.name


_writers = Queue()


@contextmanager
def _in_turn() -> Iterator[None]:
    """Let the threads of the process write to SQLite one after another.

    Those that wait for its own lock look again and again, and it goes to whoever looks first: of many, one may find it
    taken each time until its patience is over. In a queue, only the processes are left to compete.
    """
    engines = _engines()
    if dialect_name() != "sqlite":
        yield
        return
    if not _writers.enter(engines.patience):
        raise Busy("other threads of this process wait for the database's lock")
    try:
        yield
    finally:
        _writers.leave()


def _require_outermost(session: Session) -> None:
    if session.info.get(WRITE):
        raise RuntimeError("an operation was called inside another one")


@contextmanager
def writing(operation: str = "other") -> Iterator[Session]:
    """One transaction that changes something: commits on leaving, rolls back on any error.

    What was read before on this session is read again, under the lock. Operations use this and nothing else
    commits; inside one another they would commit half of the outer, so that is an error. ``operation`` names the
    transaction for `quizapp.failpoints`.
    """
    session = db.session()
    _require_outermost(session)
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


@contextmanager
def writing_rows(operation: str) -> Iterator[Connection]:
    """`writing` without a session, for what a few statements do many times a second."""
    if db.session.registry.has():
        _require_outermost(db.session())
        db.session.rollback()
    with _in_turn(), _engines().writing.connect() as connection:
        with connection.begin():
            yield connection
            failpoints.reach(operation, failpoints.BEFORE)
        failpoints.reach(operation, failpoints.AFTER)
