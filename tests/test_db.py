"""The one way to change something."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, literal, select, text, update

from quizapp import db as database
from quizapp.accounts.models import Account
from quizapp.accounts.operations import open_account
from quizapp.banks.queries import CACHE, bank_of
from quizapp.db import Prepared, db, first_row, writing, writing_rows
from tests.attempts.exam import make_exam
from tests.support.databases import settings_for

ACCOUNT = Account.__table__


def test_an_operation_inside_another_is_an_error(db_session: Any) -> None:
    """It would commit half of the outer one."""
    with writing(), pytest.raises(RuntimeError, match="inside another"), writing():
        pass


def test_after_a_failure_the_next_operation_works(db_session: Any) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        raise ZeroDivisionError
    with writing():
        pass


def test_rows_written_without_a_session_are_kept_or_not_at_all(any_session: Any) -> None:
    with writing():
        account = open_account(login="A", name="甲")
    assert account.name == "甲"
    with writing_rows("other") as connection:
        connection.execute(update(Account).values(name="乙"))
    assert account.name == "乙"  # what a session had read is read anew
    with pytest.raises(ZeroDivisionError):
        spoil()
    found = first_row(Prepared(select(ACCOUNT.c.name)), {})
    assert found is not None
    assert found.name == "乙"


def spoil() -> None:
    with writing_rows("other") as connection:
        connection.execute(update(Account).values(name="丙"))
        raise ZeroDivisionError


def test_rows_are_not_written_inside_another_operation(any_session: Any) -> None:
    with writing(), pytest.raises(RuntimeError, match="inside another"), writing_rows("other"):
        pass


def test_a_question_leaves_no_transaction(any_app: Flask) -> None:
    """One that stayed would hold SQLite's readers' lock, and one of PostgreSQL's connections."""
    with any_app.app_context():
        assert first_row(Prepared(select(ACCOUNT.c.id).where(ACCOUNT.c.login == "nobody")), {}) is None
        with db.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            is_open = driver.in_transaction if db.engine.dialect.name == "sqlite" else driver.info.transaction_status
        assert not is_open


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_replaced_before_it_is_used(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TRUSTED_SECONDS", -1)
    with make_app(settings_for(postgres_url, tmp_path)).app_context():
        with db.engine.connect() as connection:
            [cut] = connection.execute(text("SELECT pg_backend_pid()")).one()
        from psycopg import connect

        address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with connect(address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [cut])
        assert first_row(Prepared(select(literal(1).label("one"))), {}) == (1,)


def test_a_bank_is_read_within_the_transaction_that_asks_for_it(any_app: Flask) -> None:
    """A second connection could wait for the first one's lock, which waits for it."""
    exam = make_exam(any_app)
    with any_app.app_context():
        revision_id = exam.quiz.bank_revision_id
        any_app.extensions[CACHE].cache_clear()
        taken: list[object] = []
        with writing():
            event.listen(db.engine, "checkout", lambda *connection: taken.append(connection))
            assert bank_of(revision_id).title == "试题"
        assert taken == []
        any_app.extensions[CACHE].cache_clear()
        with writing_rows("other"):
            assert bank_of(revision_id).title == "试题"
        assert len(taken) == 2  # the writer's own, and one that is given back at once
