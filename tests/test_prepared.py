"""Rows that tests/support/prepared.py copies are the rows that would have been made, and work goes on from them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from quizapp.db import db, writing
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import add_unit
from quizapp.web import clock as the_clock
from tests.attempts.exam import make_exam
from tests.support import prepared
from tests.support.addresses import fingerprint
from tests.support.cast import SINCE, make_cast
from tests.support.time import MovableClock


@pytest.fixture(autouse=True)
def _nothing_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_prepared", {})


def empty(app: Flask) -> None:
    """Bring the database back to where it was, its counters included."""
    with app.app_context(), db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            names = ", ".join(table.name for table in db.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in db.metadata.sorted_tables:
            connection.execute(table.delete())


def test_a_copy_is_what_was_made_and_can_be_gone_on_from(any_app: Flask, clock: MovableClock) -> None:
    exam = make_exam(any_app)
    made = fingerprint(any_app)
    empty(any_app)
    assert fingerprint(any_app) != made
    assert make_exam(any_app) is exam
    assert fingerprint(any_app) == made
    with any_app.app_context():
        assert exam.start().person_id == exam.zhang
        with writing():
            unit = add_unit(
                code="U9", kind=UnitKind.UNIT, name="新", parent_id=exam.cast.department, position=9, since=SINCE
            )
        assert unit.id == max(*exam.cast.units, *exam.cast.branches) + 1


def test_no_copy_where_it_would_be_another(app: Flask, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_exam(app)
    empty(app)
    assert make_exam(app, minutes=31) is not first
    empty(app)
    clock.advance(minutes=1)
    later = make_exam(app)
    assert later is not first
    with app.app_context():
        assert later.quiz.opens_at == clock.now()
    empty(app)
    monkeypatch.setattr(the_clock, "now", prepared._running_clock)  # a test opens now, not when another one did
    running = make_exam(app)
    empty(app)
    assert make_exam(app) is not running


def test_the_cast_of_the_running_clock_is_never_of_tomorrow(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast(app)
    empty(app)
    assert make_cast(app) is cast
    [(place, kept)] = prepared._prepared.items()
    for moved in (timedelta(hours=2), -timedelta(hours=2)):
        prepared._prepared[place] = prepared._Prepared(kept.made_at + moved, kept.rows, kept.result)
        empty(app)
        assert make_cast(app) is not cast
