"""Bringing the roster up to date: all or nothing, only as shown, and never backwards."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from quizapp.accounts.queries import account_named
from quizapp.audit.models import AuditEntry
from quizapp.db import db, writing
from quizapp.roster.models import Membership, Person, Unit, UnitPeriod
from quizapp.roster.operations import (
    RosterError,
    close_unit,
    found_department,
    import_roster,
    move_person,
    preview_import,
    rename_unit,
)
from quizapp.roster.queries import branch_at, tree_at
from tests.roster.files import HEAD, Rows, csv_file, xlsx_file
from tests.support.cast import UNITS, Cast, make_cast
from tests.support.time import MovableClock

ONE, TWO = UNITS[0][1], UNITS[1][1]
ZHANG, LI = (ONE, "办公室党支部", "100001", "张三"), (ONE, "办公室党支部", "100002", "李四")
WANG = (TWO, "监督一科党支部", "100003", "王五", "", "招标采购")
EVERYBODY = [(*ZHANG, "", "", "13800001234"), LI, WANG]


@pytest.fixture
def cast(any_app: Flask, any_session: object, clock: MovableClock) -> Cast:
    return make_cast(any_app)


def bring(rows: Rows, effective: datetime | None = None, missing_left: bool = False) -> None:
    import_roster(preview_import("名册.csv", csv_file([HEAD, *rows])), effective, missing_left=missing_left)


def branch_name(staff_no: str, at: datetime) -> str | None:
    person_id = db.session.scalar(select(Person.id).where(Person.staff_no == staff_no))
    assert person_id is not None
    branch_id = branch_at(person_id, at)
    return tree_at(at)[branch_id].name if branch_id is not None else None


def snapshot() -> list[tuple[object, ...]]:
    """Every period of everybody, without the ends that are still open."""
    memberships = select(Membership.person_id, Membership.branch_id, Membership.since)
    return sorted(tuple(row) for row in db.session.execute(memberships))


def test_the_cast_is_what_its_file_says(cast: Cast) -> None:
    plan = preview_import("名册.csv", csv_file([HEAD, *EVERYBODY]))
    assert plan.difference.is_empty
    assert plan.difference.missing == []


def test_a_preview_changes_nothing(cast: Cast) -> None:
    before = snapshot()
    assert preview_import("名册.csv", csv_file([HEAD, (TWO, "新支部", "7", "新人")])).difference.new
    assert snapshot() == before
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 7


def test_new_people_get_an_account_that_cannot_sign_in_yet(cast: Cast, clock: MovableClock) -> None:
    bring([*EVERYBODY, (ONE, "新支部", "１００００９", "新人", "科员", "", "13900000000")])
    account = account_named("100009")
    assert account is not None
    assert (account.name, account.password_hash) == ("新人", None)
    assert branch_name("100009", clock.now()) == "新支部"
    person = db.session.scalar(select(Person).where(Person.staff_no == "100009"))
    assert person is not None
    assert (person.duty, person.phone, person.account_id) == ("科员", "13900000000", account.id)


def test_a_split_moves_people_from_a_day_and_keeps_the_days_before(cast: Cast, clock: MovableClock) -> None:
    split = clock.now() + timedelta(days=7)
    bring([(ONE, "办公室第一党支部", *ZHANG[2:]), (ONE, "办公室第二党支部", *LI[2:])], split)
    before = split - timedelta(seconds=1)
    assert [branch_name(number, before) for number in ("100001", "100002")] == ["办公室党支部"] * 2
    assert [branch_name(number, split) for number in ("100001", "100002")] == ["办公室第一党支部", "办公室第二党支部"]


def test_a_dissolved_branch_is_still_in_the_tree_of_its_day(cast: Cast, clock: MovableClock) -> None:
    bring([(ONE, "人事处党支部", *ZHANG[2:]), (ONE, "人事处党支部", *LI[2:])])
    then = clock.now() - timedelta(days=1)
    clock.advance(days=1)
    close_unit(cast.branches[0])
    assert cast.branches[0] not in tree_at(clock.now())
    assert tree_at(then)[cast.branches[0]].name == "办公室党支部"
    assert branch_name("100001", then) == "办公室党支部"


def test_a_branch_with_members_and_a_unit_with_branches_stay_open(cast: Cast) -> None:
    for unit_id in (cast.branches[0], cast.units[0], cast.department):
        with pytest.raises(RosterError):
            close_unit(unit_id)


def test_a_new_name_holds_from_its_day(cast: Cast, clock: MovableClock) -> None:
    before = clock.now()
    clock.advance(days=1)
    rename_unit(cast.branches[0], "综合处党支部")
    assert tree_at(before)[cast.branches[0]].name == "办公室党支部"
    assert tree_at(clock.now())[cast.branches[0]].name == "综合处党支部"
    with pytest.raises(RosterError, match="exists already"):
        rename_unit(cast.branches[1], "综合处 党支部")


def test_missing_people_leave_only_when_that_is_said(cast: Cast, clock: MovableClock) -> None:
    bring([ZHANG])
    assert branch_name("100002", clock.now()) == "办公室党支部"
    clock.advance(days=1)
    bring([ZHANG], missing_left=True)
    assert branch_name("100002", clock.now()) is None
    assert branch_name("100002", clock.now() - timedelta(hours=1)) == "办公室党支部"
    assert branch_name("100003", clock.now()) == "监督一科党支部", "the file does not name that unit"
    clock.advance(days=1)
    bring([ZHANG, LI])
    assert branch_name("100002", clock.now()) == "办公室党支部"


def test_a_changed_name_changes_the_account_too(cast: Cast) -> None:
    bring([(*ZHANG[:3], "张山"), LI, WANG])
    account = account_named("100001")
    assert account is not None
    assert account.name == "张山"


def test_a_roster_that_changed_since_the_preview_is_not_touched(cast: Cast, clock: MovableClock) -> None:
    plan = preview_import("名册.csv", csv_file([HEAD, (ONE, "人事处党支部", *ZHANG[2:]), LI]))
    with writing() as session:
        assert cast.zhang.person_id is not None
        move_person(session.get_one(Person, cast.zhang.person_id), cast.branches[2], clock.now())
    before = snapshot()
    clock.advance(minutes=1)
    with pytest.raises(RosterError, match="since the preview"):
        import_roster(plan)
    assert snapshot() == before


def test_the_past_is_closed_once_somebody_is_in_the_roster(cast: Cast, clock: MovableClock) -> None:
    before = snapshot()
    with pytest.raises(RosterError, match="past"):
        bring([(ONE, "人事处党支部", *ZHANG[2:]), LI], clock.now() - timedelta(seconds=1))
    assert snapshot() == before


def test_the_first_roster_may_begin_in_the_past(any_app: Flask, any_session: object, clock: MovableClock) -> None:
    with pytest.raises(RosterError, match="no department"):
        bring(EVERYBODY)
    found_department("示范省住房和城乡建设厅")
    start = clock.now() - timedelta(days=100)
    bring(EVERYBODY, start)
    assert branch_name("100003", start) == "监督一科党支部"
    assert sorted(db.session.scalars(select(Unit.code))) == ["B001", "B002", "D", "U001", "U002"]
    with pytest.raises(RosterError):
        found_department("另一个厅")


def test_an_import_with_problems_changes_nothing(cast: Cast) -> None:
    before = snapshot()
    with pytest.raises(RosterError) as refused:
        bring([(ONE, "新支部", "7", "新人"), (ONE, "", "8", "无支部"), (ONE, "办公室党支部", "7", "重复")])
    assert len(refused.value.problems) == 2
    assert snapshot() == before


def test_later_changes_are_not_undone_by_an_earlier_one(cast: Cast, clock: MovableClock) -> None:
    bring([(ONE, "人事处党支部", *ZHANG[2:]), LI], clock.now() + timedelta(days=7))
    before = snapshot()
    with pytest.raises(RosterError, match="takes effect"):
        bring([(TWO, "监督一科党支部", *ZHANG[2:]), WANG], clock.now() + timedelta(days=3))
    assert snapshot() == before


def test_an_import_is_recorded(cast: Cast) -> None:
    bring([*EVERYBODY, (ONE, "新支部", "7", "新人")])
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "roster.imported")).one()
    assert (entry.detail["new"], entry.detail["unchanged"], entry.detail["file"]) == (1, 3, "名册.csv")


PLACES = [(ONE, "办公室党支部"), (ONE, "人事处党支部"), (TWO, "监督一科党支部"), (TWO, "新支部"), ("造价站", "一支部")]
ROSTERS = st.lists(
    st.dictionaries(
        st.integers(100001, 100006), st.tuples(st.sampled_from(PLACES), st.sampled_from("甲乙丙")), min_size=1
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def sqlite_cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    return make_cast(app)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROSTERS, st.booleans())
def test_twice_is_once_and_history_only_grows(
    sqlite_cast: Cast, clock: MovableClock, rosters: list[dict[int, tuple[tuple[str, str], str]]], missing_left: bool
) -> None:
    for roster in rosters:
        earlier = clock.now()
        was = {number: branch_at(number, earlier) for number in db.session.scalars(select(Person.id))}
        periods = set(snapshot())
        clock.advance(hours=1)
        rows = [(*place, number, name) for number, (place, name) in roster.items()]
        bring(rows, missing_left=missing_left)
        again = preview_import("名册.csv", csv_file([HEAD, *rows])).difference
        assert again.is_empty
        assert not (missing_left and again.missing)
        assert periods <= set(snapshot())
        assert {number: branch_at(number, earlier) for number in was} == was


def count_statements() -> Callable[[], int]:
    """Counts from now on what is asked or changed; the returned function says how much it was.

    Insertions are left out: SQLite gets each row by itself (it is no network away), PostgreSQL gets them in bundles.
    """
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("INSERT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    return lambda: len(seen)


def test_two_thousand_people_are_brought_in_quickly(app: Flask, db_session: object, clock: MovableClock) -> None:
    make_cast(app)
    people = [
        (f"单位{at % 10}", f"支部{at % 90}", at + 500_000, f"职工{at}", "", "", 13_000_000_000 + at)
        for at in range(2000)
    ]
    data = xlsx_file([HEAD, *people])
    started = time.process_time()
    statements = count_statements()
    import_roster(preview_import("名册.xlsx", data))
    assert statements() < 20
    assert time.process_time() - started < 15
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 2003
    statements = count_statements()
    moved = [(row[0], "支部合并", *row[2:]) for row in people]
    clock.advance(days=1)
    import_roster(preview_import("名册.xlsx", xlsx_file([HEAD, *moved])))
    assert statements() < 20
    assert db.session.scalar(select(func.count()).select_from(UnitPeriod)) == 7 + 10 + 90 + 10
