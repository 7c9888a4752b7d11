"""The database's schema: bring it up to date, and say whether it is.

Alembic is imported where it is needed: it takes a quarter of a second, which no command without it should wait.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from quizapp.db import BUSY_TIMEOUT_SECONDS, Base, db
from quizapp.domain.problem import N_, Problem

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

PLACES = (Path(__file__).parent.parent / "migrations", Path(__file__).parent / "migrations")
"""Beside the package in a checkout, inside it in an installed wheel."""


UPGRADING = 0x7175697B
"""The advisory lock under which PostgreSQL's schema is changed; its neighbour is that of the record."""


def upgrade(target: str = "head") -> None:
    """Run every migration up to ``target``, in one transaction."""
    from alembic import command

    with db.engine.begin() as connection:
        _wait_for_other_nodes(connection)
        command.upgrade(_config(connection), target)


def _wait_for_other_nodes(connection: Connection) -> None:
    """Let nodes that start together migrate one after another: the second then finds nothing left to do.

    SQLite has one node only, and its own lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # a migration may take longer than any request waits
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
        connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_SECONDS}s'"))


def downgrade(target: str) -> None:
    """Take migrations back down to ``target`` (``base``: all of them)."""
    from alembic import command

    with db.engine.begin() as connection:
        command.downgrade(_config(connection), target)


def revision() -> str | None:
    """The revision the database is at; None for an empty one."""
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision this version of the application knows."""
    return _scripts().get_current_head()


class SchemaError(Exception):
    """The database is at a revision this version cannot work with. ``problem`` is a sentence that says what to run."""

    def __init__(self, msgid: str, **params: object) -> None:
        self.problem = Problem(msgid, params)
        super().__init__(self.problem.text())


def require_current() -> None:
    """Refuse to go on with a schema that is older, newer or missing. Raises SchemaError."""
    present, newest = revision(), head()
    if present == newest:
        return
    if present is None:
        raise SchemaError(
            N_("The database is at schema none, not %(newest)s: run 'quizapp db upgrade'."), newest=newest
        )
    if knows(present):
        raise SchemaError(
            N_("The database is at schema %(present)s, not %(newest)s: run 'quizapp db upgrade'."),
            present=present,
            newest=newest,
        )
    raise SchemaError(
        N_("The database is at schema %(present)s, which this version does not know: install the newer one."),
        present=present,
    )


def knows(revision: str) -> bool:
    """Whether this version has a migration of that name, so that it can bring such a database up to date."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def differences() -> list[object]:
    """What the models say and the database does not; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(next(place for place in PLACES if place.exists())))
    config.attributes["connection"] = connection
    return config
