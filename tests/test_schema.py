"""The schema goes up and down on both databases, and says what the models say."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from quizapp import schema
from quizapp.db import BUSY_TIMEOUT_SECONDS, Base, db
from tests.support.databases import settings_for, sqlite_url

ROOT = Path(__file__).parents[1]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application over a database in which there is no table at all, inside its context."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "empty.sqlite3")
    else:
        url = request.getfixturevalue("postgres_url")
    app = make_app(settings_for(url, tmp_path))
    with app.app_context():
        if request.param == "postgresql":
            schema.downgrade("base")
            with db.engine.begin() as connection:
                connection.execute(text("DROP TABLE alembic_version"))
        yield app


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(empty: Flask) -> None:
    assert (tables(), schema.revision()) == (set(), None)
    for _ in range(2):
        schema.upgrade()
        assert schema.revision() == schema.head()
        assert tables() == set(Base.metadata.tables)
        schema.require_current()
        schema.downgrade("base")
        assert (tables(), schema.revision()) == (set(), None)
    schema.upgrade()
    schema.upgrade()  # nothing to do is no error
    assert schema.differences() == []


def test_models_and_migrations_agree(any_app: Flask, any_session: Any) -> None:
    assert schema.differences() == []


def test_what_differs_is_found(any_app: Flask, any_session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard for the test above: a table that no migration makes is a difference."""
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table("forgotten", metadata, Column("id", Integer, primary_key=True))
    monkeypatch.setattr(Base, "metadata", metadata)
    [difference] = schema.differences()
    assert "forgotten" in str(difference)


def test_there_is_one_newest_migration() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert schema.head() == scripts.get_current_head()


def put_at(revision: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_an_empty_database_is_refused(empty: Flask) -> None:
    with pytest.raises(schema.SchemaError, match=r"at schema none, not \w+: run 'quizapp db upgrade'\.$"):
        schema.require_current()


def test_an_older_schema_is_refused(app: Flask, db_session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    older = schema.revision()
    monkeypatch.setattr(schema, "head", lambda: "9999")
    with pytest.raises(schema.SchemaError, match=f"at schema {older}, not 9999: run 'quizapp db upgrade'"):
        schema.require_current()


def test_an_unknown_schema_is_refused(app: Flask, db_session: Any) -> None:
    put_at("f00d")
    with pytest.raises(schema.SchemaError, match="at schema f00d, which this version does not know: install the newer"):
        schema.require_current()


def test_a_half_migration_leaves_nothing(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction: what fails on the way up is as if it had not begun."""

    def fail(*_args: object, **_keywords: object) -> None:
        raise RuntimeError("the disk is full")

    from alembic.runtime.migration import HeadMaintainer

    monkeypatch.setattr(HeadMaintainer, "update_to_step", fail)
    with pytest.raises(RuntimeError, match="disk is full"):
        schema.upgrade()
    assert tables() == set()


@pytest.mark.postgres
def test_nodes_that_start_together_migrate_one_after_another(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    """Longer than a request would wait for a lock: a migration that takes its time must not stop the second node."""
    app = make_app(settings_for(postgres_url, tmp_path))
    with app.app_context():
        schema.downgrade("base")

    def upgrade(_node: int) -> str | None:
        with app.app_context():
            schema.upgrade()
            return schema.revision()

    with app.app_context(), db.engine.begin() as slow, ThreadPoolExecutor(2) as nodes:
        slow.execute(text(f"SELECT pg_advisory_xact_lock({schema.UPGRADING})"))
        found = [nodes.submit(upgrade, number) for number in range(2)]
        time.sleep(BUSY_TIMEOUT_SECONDS + 0.5)
        slow.commit()
        assert [each.result() for each in found] == [schema.head()] * 2
