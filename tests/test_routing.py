"""Where a session reads and writes when reports have a copy, and what becomes of a connection that broke."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from quizapp.accounts.models import Account
from quizapp.accounts.operations import open_account
from quizapp.db import Outage, Prepared, db, first_row, has_copy, outage_of, reading_copy, writing
from tests.support.databases import settings_for, sqlite_url


@pytest.fixture
def app_with_copy(sqlite_template: Path, tmp_path: Path, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """Its database holds the account ``main``; the copy was taken before."""
    for name in ("main", "copy"):
        copyfile(sqlite_template, tmp_path / name)
    copy = sqlite_url(tmp_path / "copy")
    app = make_app(settings_for(sqlite_url(tmp_path / "main"), tmp_path, QUIZAPP_REPORT_DATABASE_URL=copy))
    with app.app_context():
        with writing():
            open_account(login="main", name="主库")
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def logins() -> list[str]:
    return list(db.session.scalars(select(Account.login)))


def test_a_report_reads_the_copy_and_nothing_else_does(app_with_copy: Flask) -> None:
    assert has_copy()
    assert logins() == ["MAIN"]
    with reading_copy():
        assert logins() == []
        assert first_row(Prepared(select(Account.login)), {}) == ("MAIN",)
    assert logins() == ["MAIN"]


def test_who_asks_need_not_be_in_the_copy_yet(app_with_copy: Flask) -> None:
    account = db.session.scalars(select(Account)).one()
    db.session.rollback()
    with reading_copy():
        assert account.name == "主库"
        assert db.session.get(Account, account.id) is None
    assert db.session.get(Account, account.id) is account


def test_a_change_within_goes_to_the_database_itself(app_with_copy: Flask) -> None:
    with reading_copy():
        with writing():
            open_account(login="second", name="乙")
            assert logins() == ["MAIN", "SECOND"]
        assert logins() == []
    assert logins() == ["MAIN", "SECOND"]


def test_the_copy_cannot_be_changed(app_with_copy: Flask) -> None:
    with reading_copy(), pytest.raises(DBAPIError) as refused:
        db.session.execute(text("DELETE FROM account"))
    assert outage_of(refused.value) is Outage.READ_ONLY


@pytest.mark.postgres
def test_a_copy_on_postgresql_cannot_be_changed_either(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    app = make_app(settings_for(postgres_url, tmp_path, QUIZAPP_REPORT_DATABASE_URL=postgres_url))
    with app.app_context():
        with reading_copy(), pytest.raises(DBAPIError) as refused:
            db.session.execute(text("DELETE FROM account"))
        assert outage_of(refused.value) is Outage.READ_ONLY
        db.engines["reports"].dispose()


def test_without_a_copy_everything_is_read_from_the_database(any_app: Flask) -> None:
    with any_app.app_context():
        assert not has_copy()


@pytest.mark.postgres
def test_an_answer_holds_though_its_connection_breaks_afterwards(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    """A failover between the last question and the end of a request is no error of that request."""
    with make_app(settings_for(postgres_url, tmp_path)).app_context():
        cut = db.session.scalar(text("SELECT pg_backend_pid()"))
        address: Any = db.engine.url.set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [cut])
        db.session.remove()
        assert db.session.scalar(text("SELECT 1")) == 1
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != cut
