"""A report in today's structure, and the series of branches that were merged, divided and moved."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.attempts.closing import SETTLING
from quizapp.db import db, writing
from quizapp.domain.branch_summary import Count
from quizapp.domain.timing import DEFAULT_GRACE
from quizapp.reports import restated
from quizapp.roster.models import Membership, UnitKind, UnitPeriod
from quizapp.roster.operations import add_unit, close_unit, move_people, rename_unit
from tests.reports.occasion import CLOSES, KEYS, OPENS, Occasion, Sitter, hold
from tests.reports.readers import Table, page_rows, page_table
from tests.reports.test_dashboard import hold_earlier, page, text_of
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

ALL_RIGHT, HALF = dict(KEYS), {"t1": "A", "t2": "B"}  # 10 points, and 4: not passed
REORGANISED = CLOSES + timedelta(days=20)


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES + DEFAULT_GRACE + SETTLING + timedelta(hours=1))
    cast = make_cast(app)
    with writing() as session:  # the cast itself does not sit
        session.execute(db.text("DELETE FROM membership"))
    return cast


@pytest.fixture
def reader(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in_as(client, cast.committee.login)
    return client


def department_sits(cast: Cast) -> Occasion:
    """Office: two with 10 points, one with 4. Personnel: two with 4. First section: three with 10."""
    office, personnel, first, _second = cast.branches
    marks = [(office, ALL_RIGHT), (office, ALL_RIGHT), (office, HALF), (personnel, HALF), (personnel, HALF)]
    marks += [(first, ALL_RIGHT)] * 3
    people = [Sitter(branch, (marked,), name=f"同志{n}") for n, (branch, marked) in enumerate(marks)]
    return hold(cast.department, cast.organizer.account_id, people)


def send(occasion: Occasion, branch_id: int, people: slice, target: int | None, at: datetime = REORGANISED) -> None:
    """Let some of a branch's people belong to another branch from then on."""
    members = [id for id, sitter in occasion.sitters.items() if sitter.branch_id == branch_id]
    with writing():
        move_people([(person, target) for person in members[people]], at)


def new_branch(cast: Cast, name: str = "新设党支部") -> int:
    with writing():
        return add_unit(
            code="B9",
            kind=UnitKind.BRANCH,
            name=name,
            parent_id=cast.units[1],
            position=9,
            since=REORGANISED - timedelta(days=1),
        ).id


def put_under(branch_id: int, unit_id: int) -> None:
    with writing() as session:
        old = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == branch_id)).one()
        old.until = REORGANISED
        session.flush()
        session.add(
            UnitPeriod(unit_id=branch_id, parent_id=unit_id, name=old.name, position=old.position, since=REORGANISED)
        )


def today(client: FlaskClient, occasion: Occasion) -> Table:
    return dict(page_rows(page(client, occasion.quiz_id, "?structure=today")))


def later(cast: Cast, reader: FlaskClient, clock: MovableClock) -> None:
    clock.set(REORGANISED + timedelta(days=1))
    sign_in_as(reader, cast.committee.login)


def test_nothing_changes_where_nothing_changed(cast: Cast, reader: FlaskClient) -> None:
    occasion = department_sits(cast)
    assert today(reader, occasion) == page_table(reader, occasion.quiz_id)
    assert "支部没有变化" in page(reader, occasion.quiz_id, "?structure=today")


def test_a_merged_branch_is_counted_with_its_heir(cast: Cast, reader: FlaskClient, clock: MovableClock) -> None:
    occasion = department_sits(cast)
    office, personnel, *_ = cast.branches
    send(occasion, personnel, slice(0, 1), office)
    send(occasion, personnel, slice(1, 2), None)  # one has left the department
    close_unit(personnel, REORGANISED)
    later(cast, reader, clock)
    table = today(reader, occasion)
    assert "人事处党支部" not in table
    assert table["办公室党支部"][:3] == ["5", "5", "0"]
    assert table["办公室党支部"][5] == "6.4"  # (10 + 10 + 4 + 4 + 4) / 5
    assert table["合计"] == page_table(reader, occasion.quiz_id)["合计"]
    words = text_of(page(reader, occasion.quiz_id, "?structure=today"))
    assert "人事处党支部 机关 已撤销 办公室党支部（2 人）" in words
    assert "人事处党支部" in page_table(reader, occasion.quiz_id)


def test_a_new_branch_takes_along_the_results_of_its_people(
    cast: Cast, reader: FlaskClient, clock: MovableClock
) -> None:
    occasion = department_sits(cast)
    office = cast.branches[0]
    send(occasion, office, slice(2, 3), new_branch(cast))  # the one with 4 points
    later(cast, reader, clock)
    table = today(reader, occasion)
    assert table["新设党支部"][:3] == ["1", "1", "0"]
    assert (table["新设党支部"][5], table["办公室党支部"][5]) == ("4.0", "10.0")
    assert table["合计"] == page_table(reader, occasion.quiz_id)["合计"]


def test_a_transfer_between_old_branches_moves_no_result(cast: Cast, reader: FlaskClient, clock: MovableClock) -> None:
    occasion = department_sits(cast)
    office, _personnel, first, _second = cast.branches
    send(occasion, office, slice(0, 1), first)
    later(cast, reader, clock)
    assert today(reader, occasion) == page_table(reader, occasion.quiz_id)
    words = text_of(page(reader, occasion.quiz_id, "?structure=today"))
    assert "个人调动 1 人" in words
    assert "办公室党支部 监督一科党支部 办公室党支部" in words  # then, now, and where they count


def test_a_branch_stands_under_its_present_name_and_unit(cast: Cast, reader: FlaskClient, clock: MovableClock) -> None:
    occasion = department_sits(cast)
    office, personnel, *_ = cast.branches
    put_under(personnel, cast.units[1])
    rename_unit(office, "综合处党支部", REORGANISED)
    later(cast, reader, clock)
    rows = [name for name, _figures in page_rows(page(reader, occasion.quiz_id, "?structure=today"))]
    assert rows == [
        "机关",
        "综合处党支部",
        "建设工程质量监督总站",
        "人事处党支部",
        "监督一科党支部",
        "监督二科党支部",
        "合计",
    ]
    table = today(reader, occasion)
    assert table["建设工程质量监督总站"][0] == "5"
    assert table["综合处党支部"] == page_table(reader, occasion.quiz_id)["办公室党支部"]


def test_a_branch_of_which_nobody_is_left_keeps_a_row(cast: Cast, reader: FlaskClient, clock: MovableClock) -> None:
    occasion = department_sits(cast)
    personnel = cast.branches[1]
    send(occasion, personnel, slice(None), None)
    close_unit(personnel, REORGANISED)
    later(cast, reader, clock)
    names = [name for name, _figures in page_rows(page(reader, occasion.quiz_id, "?structure=today"))]
    assert names[-3:] == ["现已撤销的支部", "人事处党支部", "合计"]


def test_a_secretary_is_shown_no_other_structure(cast: Cast, client: FlaskClient, clock: MovableClock) -> None:
    occasion = department_sits(cast)
    sign_in_as(client, cast.secretary.login)
    assert client.get(f"/reports/{occasion.quiz_id}?structure=today").status_code == 404
    assert "structure=today" not in page(client, occasion.quiz_id)


def test_a_merged_branch_keeps_its_series(cast: Cast, reader: FlaskClient, clock: MovableClock) -> None:
    office, personnel, *_ = cast.branches
    people = [Sitter(office, (ALL_RIGHT,)), Sitter(office, (HALF,)), Sitter(personnel, (HALF,))]
    before = hold_earlier(cast, people)
    page(reader, before.quiz_id)
    with writing() as session:  # merged between the two tests
        moved = session.scalars(select(Membership).where(Membership.branch_id == personnel)).all()
        for membership in moved:
            membership.until = OPENS - timedelta(days=5)
            session.flush()
            session.add(Membership(person_id=membership.person_id, branch_id=office, since=membership.until))
        session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == personnel)).one().until = OPENS
    now = hold(cast.department, cast.organizer.account_id, [Sitter(office, (ALL_RIGHT,))])
    words = text_of(page(reader, now.quiz_id, f"/branches/{office}"))
    # The earlier test: (10 + 4 + 4) / 3 of 10 points; passed one of three.
    assert "上一次测试 60.0" in words
    assert "上一次测试 33.3" in words
    assert "上一次测试 100.0" in words  # participation


def test_a_series_says_nothing_of_people_out_of_sight(cast: Cast, client: FlaskClient, clock: MovableClock) -> None:
    office, _personnel, first, _second = cast.branches
    before = hold_earlier(cast, [Sitter(office, (ALL_RIGHT,)), Sitter(first, (HALF,))])
    sign_in_as(client, cast.committee.login)
    page(client, before.quiz_id)
    with writing() as session:  # a branch of the other unit is merged into one of U1
        membership = session.scalars(select(Membership).where(Membership.branch_id == first)).one()
        membership.until = OPENS - timedelta(days=5)
        session.flush()
        session.add(Membership(person_id=membership.person_id, branch_id=office, since=membership.until))
        session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == first)).one().until = OPENS
    now = hold(cast.department, cast.organizer.account_id, [Sitter(office, (ALL_RIGHT,))])
    assert "h-year" in page(client, now.quiz_id, f"/branches/{office}")
    sign_in_as(client, cast.unit_organizer.login)
    assert "h-year" not in page(client, now.quiz_id, f"/branches/{office}")


def test_what_was_fixed_and_does_not_come_out_is_counted_whole(
    cast: Cast, reader: FlaskClient, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    occasion = department_sits(cast)
    office = cast.branches[0]
    send(occasion, office, slice(2, 3), new_branch(cast))
    later(cast, reader, clock)
    corrected = Count(1, 1, 1, {Decimal(7): 1})
    monkeypatch.setattr(restated, "_counts_of", lambda people, quiz: dict.fromkeys(people, corrected))
    assert today(reader, occasion)["办公室党支部"] == page_table(reader, occasion.quiz_id)["办公室党支部"]
    assert "未能拆分，整体计入：办公室党支部" in text_of(page(reader, occasion.quiz_id, "?structure=today"))
