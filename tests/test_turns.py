"""Rows that several threads want written to SQLite go in one transaction, and none is lost or told too early."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from quizapp.accounts.models import Account
from quizapp.db import SQLITE, Busy, Outage, Prepared, db, outage_of, transactions, write_row

ADD = Prepared(
    insert(Account).values(
        login=bindparam("login"),
        name="某人",
        password_is_temporary=False,
        failed_sign_ins=0,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
)


def test_rows_that_wait_are_written_in_one_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first is on its way to the disk, the others come together, and go together."""
    with app.app_context(), ThreadPoolExecutor(8) as hands:
        batches, is_first_out = record_batches(monkeypatch)

        first = hands.submit(add, app, "P0")
        wait_for(lambda: bool(batches))
        others = [hands.submit(add, app, f"P{number}") for number in range(1, 8)]
        wait_for(lambda: len(transactions._engines().together._waiting) == 7)
        is_first_out.set()
        assert [one.result(10) for one in (first, *others)] == [1] * 8
        assert batches == [1, 7]
        assert db.session.scalar(select(func.count()).select_from(Account)) == 8


def test_one_row_that_fails_spoils_none_of_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context(), ThreadPoolExecutor(4) as hands:
        batches, is_first_out = record_batches(monkeypatch)

        first = hands.submit(add, app, "P0")
        wait_for(lambda: bool(batches))
        others = [hands.submit(add, app, login) for login in ("P1", "P0", "P2")]
        wait_for(lambda: len(transactions._engines().together._waiting) == 3)
        is_first_out.set()
        assert [first.result(10), others[0].result(10), others[2].result(10)] == [1, 1, 1]
        with pytest.raises(IntegrityError):
            others[1].result(10)
        assert set(db.session.scalars(select(Account.login))) == {"P0", "P1", "P2"}


def test_whoever_waits_behind_a_turn_that_is_not_had_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next one after them has it."""
    nothing = Prepared(update(Account).where(Account.id == bindparam("row")).values(name="x"))

    def write(_number: int) -> object:
        with app.app_context():
            try:
                return write_row("other", nothing, {"row": 0})
            except Busy as error:
                return type(error)

    with app.app_context(), ThreadPoolExecutor(4) as hands:
        engines = transactions._engines()
        monkeypatch.setitem(app.extensions, transactions.ENGINES, replace(engines, patience=0.2))
        assert transactions._writers.enter(1)
        assert list(hands.map(write, range(4))) == [Busy] * 4
        transactions._writers.leave()
        assert list(hands.map(write, range(4))) == [0] * 4


def test_a_lock_that_is_not_had_is_waited_for_once_for_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waited for by each in turn, it would hold up every writer of the process for as many times as long."""
    asked: list[int] = []

    def find_it_locked(*_what: Any) -> list[int]:
        asked.append(1)
        cause = SQLITE.OperationalError("database is locked")
        cause.sqlite_errorname = "SQLITE_BUSY"
        raise OperationalError("BEGIN IMMEDIATE", None, cause)

    monkeypatch.setattr(transactions, "change_together", find_it_locked)
    monkeypatch.setattr(Prepared, "change", find_it_locked)
    with app.app_context():
        rows = [transactions._Row("other", ADD, {"login": f"P{number}"}) for number in range(5)]
        came = transactions._write_together(transactions._engines().alone, rows)
    assert [outage_of(one) for one in came if isinstance(one, BaseException)] == [Outage.LOCKED] * 5
    assert len(asked) == 1


def add(app: Flask, login: str) -> int:
    """Write an account of that login, from a thread of its own."""
    with app.app_context():
        return write_row("other", ADD, {"login": login})


def record_batches(monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], threading.Event]:
    """How many rows each transaction wrote; the first one waits for the event."""
    batches: list[int] = []
    together, is_first_out = transactions._engines().together, threading.Event()
    real = together._write

    def write(rows: Any) -> Any:
        batches.append(len(rows))
        if len(batches) == 1:
            assert is_first_out.wait(10)
        return real(rows)

    monkeypatch.setattr(together, "_write", write)
    return batches, is_first_out


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)
