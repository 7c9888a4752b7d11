"""Every figure, wherever it is shown, equals what the raw answers say when they are counted again."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role
from quizapp.db import db, writing
from quizapp.quizzes.models import CountedAttempt, Quiz
from quizapp.reports.absentees import absentees
from quizapp.reports.columns import COLUMNS
from quizapp.reports.queries import report_for_cli
from quizapp.roster.models import Unit, UnitPeriod
from quizapp.roster.operations import rename_unit
from quizapp.web.access import Role
from tests.reports.occasion import CLOSES, KEYS, Department, Occasion, Sitter, excuse, found_department, hold, recount
from tests.reports.readers import Table, as_shown, csv_table, json_table, page_table, xlsx_table
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

ANSWERS = st.dictionaries(st.sampled_from(sorted(KEYS)), st.sampled_from("ABCD"), max_size=5)
GOOD_ANSWERS = st.integers(0, 5).map(lambda n: dict(list(KEYS.items())[:n]))  # so that some pass and excel


@st.composite
def crowds(draw: st.DrawFn) -> list[tuple[int, int | None, list[Mapping[str, str]], bool]]:
    """For each person: the place of a branch, the place of one moved to, up to two attempts, and whether excused."""
    branch = st.integers(0, 4)
    attempts = st.lists(ANSWERS | GOOD_ANSWERS, max_size=2)
    return draw(st.lists(st.tuples(branch, st.none() | branch, attempts, st.booleans()), max_size=9))


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES)
    clock.advance(hours=1)
    return make_cast(app)


@pytest.fixture
def reader(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in_as(client, cast.committee.login)
    return client


def names() -> dict[int, str]:
    rows = db.session.execute(select(Unit.id, UnitPeriod.name).join(UnitPeriod, UnitPeriod.unit_id == Unit.id))
    return {row.id: row.name for row in rows}


def expected(department: Department, occasion: Occasion, counted: CountedAttempt) -> Table:
    name = names()
    groups = {name[unit]: branches for unit, branches in department.units.items()}
    groups |= {name[branch]: (branch,) for branch in department.branches}
    groups["合计"] = department.branches
    return {group: as_shown(recount(occasion, branches, counted)) for group, branches in groups.items()}


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],  # each example writes to the database: no explaining, no replaying
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(crowd=crowds(), counted=st.sampled_from(CountedAttempt))
def test_page_and_files_equal_the_recount(
    cast: Cast, reader: FlaskClient, crowd: list[tuple[int, int | None, Any, bool]], counted: CountedAttempt
) -> None:
    with writing() as session:
        department = found_department()
        grant_role(session.get_one(Account, cast.committee.account_id), Role.COMMITTEE, department.top)
    places = department.branches
    sitters = [
        Sitter(places[home], tuple(tries), None if moved in (None, home) else places[moved], excused=excused)
        for home, moved, tries, excused in crowd
    ]
    occasion = hold(department.top, cast.organizer.account_id, sitters, counted=counted)
    excuse(occasion, cast.organizer.account_id)
    truth = expected(department, occasion, counted)
    for read in (page_table, csv_table, xlsx_table, json_table):
        assert read(reader, occasion.quiz_id) == truth, read.__name__


ALL_RIGHT = dict(KEYS)
ALL_WRONG = {"t1": "D", "t2": "A"}


def test_who_moved_after_the_opening_counts_for_the_old_branch(cast: Cast, reader: FlaskClient) -> None:
    old, new = cast.branches[0], cast.branches[2]
    with writing() as session:  # the cast itself does not sit
        session.execute(db.text("DELETE FROM membership"))
    occasion = hold(cast.department, cast.organizer.account_id, [Sitter(old, (ALL_RIGHT,), moved_to=new)])
    table = csv_table(reader, occasion.quiz_id)
    assert table["办公室党支部"][:3] == ["1", "1", "0"]
    assert table["监督一科党支部"] == ["0", "0", "0", "0", "–", "–", "–", "0", "–", "0", "–"]


def test_what_was_renamed_after_the_opening_keeps_its_name(cast: Cast, reader: FlaskClient) -> None:
    occasion = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[0], (ALL_RIGHT,))])
    rename_unit(cast.branches[0], "新名称党支部")
    table = csv_table(reader, occasion.quiz_id)
    assert "办公室党支部" in table
    assert "新名称党支部" not in table


@pytest.mark.parametrize(("rule", "mean"), [("best", "10.0"), ("first", "0.0"), ("last", "10.0")])
def test_the_attempt_that_counts(cast: Cast, reader: FlaskClient, rule: str, mean: str) -> None:
    sitter = Sitter(cast.branches[3], (ALL_WRONG, ALL_RIGHT))
    occasion = hold(cast.units[1], cast.organizer.account_id, [sitter], counted=CountedAttempt(rule))
    assert json_table(reader, occasion.quiz_id)["监督二科党支部"][5] == mean


def test_a_blank_attempt_is_an_absence(cast: Cast, reader: FlaskClient) -> None:
    occasion = hold(cast.units[1], cast.organizer.account_id, [Sitter(cast.branches[3], ({},))])
    assert page_table(reader, occasion.quiz_id)["监督二科党支部"][:6] == ["1", "0", "1", "0", "0.0", "–"]


def test_without_an_excellent_line_nothing_is_said_of_excellence(cast: Cast, reader: FlaskClient) -> None:
    sitters = [Sitter(cast.branches[3], (ALL_RIGHT,))]
    occasion = hold(cast.units[1], cast.organizer.account_id, sitters, excellent=None)
    for read in (page_table, csv_table, xlsx_table, json_table):
        assert read(reader, occasion.quiz_id)["合计"][-2:] == ["–", "–"], read.__name__


def test_the_same_on_both_databases(any_app: Flask, any_session: object, clock: MovableClock) -> None:
    clock.set(CLOSES)
    clock.advance(hours=1)
    cast = make_cast(any_app)
    sitters = [Sitter(branch, (ALL_WRONG, ALL_RIGHT)) for branch in cast.branches[2:]]
    occasion = hold(cast.branches[3], cast.organizer.account_id, [*sitters, Sitter(cast.branches[3])])
    report = report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    total = report.summary.total
    assert [column.text(total) for column in COLUMNS] == as_shown(
        recount(occasion, [cast.branches[3]], CountedAttempt.BEST)
    )
    assert [absentee.name for absentee in absentees(report.quiz.id, report.summary)] == ["某某"]
