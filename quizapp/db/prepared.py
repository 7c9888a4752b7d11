"""Statements made ready once, for what is asked thousands of times a second.

SQLAlchemy looks a statement up in its cache, builds a context, a cursor and a result for it, and tells whoever listens:
more work than SQLite has with the statement itself. Here its compiler writes the text once and its types say what a
value goes through on the way in and out; then the driver is called. Connections are those of the engine's pool, and an
error is the one that SQLAlchemy would have raised.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, Executable
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError

Processor = Callable[[Any], Any]


class Prepared:
    """A statement that is a transaction of its own, with a value for each ``bindparam``; defaults are not filled in."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._made: dict[str, _Made] = {}  # by the name of the dialect

    def first(self, engine: Engine, values: Mapping[str, Any]) -> Any:
        """The first row, its columns by name; None where there is none. Raises what SQLAlchemy would."""
        made = self.made_for(engine.dialect)
        with _cursor(engine, made.text) as cursor:
            cursor.execute(made.text, made.parameters(values))
            found = cursor.fetchone()
        return made.row(found) if found is not None else None

    def change(self, engine: Engine, values: Mapping[str, Any]) -> int:
        """How many rows it changed. Raises what SQLAlchemy would."""
        made = self.made_for(engine.dialect)
        with _cursor(engine, made.text) as cursor:
            cursor.execute(made.text, made.parameters(values))
            changed: int = cursor.rowcount
        return changed

    def made_for(self, dialect: Dialect) -> "_Made":
        """In the words of that kind of database."""
        if dialect.name not in self._made:
            self._made[dialect.name] = _Made(self._statement, dialect)
        return self._made[dialect.name]


class _Made:
    """A statement in the words of one kind of database."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text: str = compiled.string
        self._order: list[str] | None = compiled.positiontup  # None where the driver takes names
        self._given = dict(compiled.params)
        kinds = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self._ways_in = _ways({name: kind.bind_processor(dialect) for name, kind in kinds.items()})
        columns = list(getattr(statement, "selected_columns", ()))
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._ways_out = _ways(dict(enumerate(found)))
        self._row = namedtuple("_row", [column.name for column in columns])  # type: ignore[misc]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """What the driver is given."""
        given = {**self._given, **values}
        for name, way in self._ways_in:
            given[name] = way(given[name])
        return given if self._order is None else [given[name] for name in self._order]

    def row(self, found: Any) -> Any:
        """What the driver found, as the types of the columns have it."""
        cells = list(found)
        for place, way in self._ways_out:
            cells[place] = way(cells[place])
        return self._row(*cells)


def _ways(processors: Mapping[Any, Processor | None]) -> list[tuple[Any, Processor]]:
    return [(key, processor) for key, processor in processors.items() if processor is not None]


def change_together(engine: Engine, changes: Sequence[tuple[Prepared, Mapping[str, Any]]]) -> list[int]:
    """How many rows each changed, all in one transaction of SQLite: all are on disk then, or none is."""
    counts: list[int] = []
    with _cursor(engine, "BEGIN IMMEDIATE") as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for prepared, values in changes:
                made = prepared.made_for(engine.dialect)
                cursor.execute(made.text, made.parameters(values))
                counts.append(cursor.rowcount)
            cursor.execute("COMMIT")
        except BaseException:
            if cursor.connection.in_transaction:  # a full disk may have ended it already
                cursor.execute("ROLLBACK")
            raise
    return counts


@contextmanager
def _cursor(engine: Engine, text: str) -> Iterator[Any]:
    """A cursor of a pooled connection that begins no transaction."""
    dialect = engine.dialect
    errors: Any = dialect.loaded_dbapi.Error
    connection: Any = None
    try:
        connection = engine.pool.connect()
        _begin_nothing(connection, dialect, alone=True)
        cursor = connection.cursor()
        yield cursor
        cursor.close()
    except errors as error:
        is_lost = connection is None or dialect.is_disconnect(error, connection, None)
        if is_lost and connection is not None:
            connection.invalidate(error)
        raise DBAPIError.instance(text, None, error, errors, connection_invalidated=is_lost, dialect=dialect) from error
    finally:
        if connection is not None:
            if connection.is_valid:
                _begin_nothing(connection, dialect, alone=False)
            connection.close()


def _begin_nothing(connection: Any, dialect: Dialect, *, alone: bool) -> None:
    """Have PostgreSQL's driver begin no transaction, or again one for everybody else; SQLite's never does by itself."""
    if dialect.name != "sqlite":
        connection.driver_connection.autocommit = alone
