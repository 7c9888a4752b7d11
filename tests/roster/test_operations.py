"""Who belongs where: each change adds a period and leaves the earlier ones alone."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from quizapp.accounts.queries import account_named
from quizapp.db import writing
from quizapp.roster.models import Person
from quizapp.roster.operations import RosterError, close_unit, move_person
from quizapp.roster.queries import branch_at, scope_of, tree_at
from quizapp.web.access import Role
from tests.support.cast import SINCE, make_cast

MOVED = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def move(person_id: int, branch_id: int | None, at: datetime) -> None:
    with writing() as session:
        move_person(session.get_one(Person, person_id), branch_id, at)


def test_a_move_leaves_the_earlier_membership(any_app: Flask, any_session: object) -> None:
    cast = make_cast(any_app)
    assert cast.zhang.person_id is not None
    move(cast.zhang.person_id, cast.branches[3], MOVED)
    assert branch_at(cast.zhang.person_id, MOVED - timedelta(microseconds=1)) == cast.branches[0]
    assert branch_at(cast.zhang.person_id, MOVED) == cast.branches[3]


def test_a_person_leaves_and_comes_back(app: Flask, db_session: object) -> None:
    cast = make_cast(app)
    assert cast.li.person_id is not None
    back = MOVED + timedelta(days=30)
    move(cast.li.person_id, None, MOVED)
    move(cast.li.person_id, cast.branches[1], back)
    days = [MOVED - timedelta(days=1), MOVED, back]
    assert [branch_at(cast.li.person_id, day) for day in days] == [cast.branches[0], None, cast.branches[1]]


def test_a_move_to_the_same_branch_changes_nothing(app: Flask, db_session: object) -> None:
    cast = make_cast(app)
    assert cast.li.person_id is not None
    move(cast.li.person_id, cast.branches[0], MOVED)
    assert branch_at(cast.li.person_id, MOVED) == cast.branches[0]


def test_nobody_comes_back_before_they_left(app: Flask, db_session: object) -> None:
    cast = make_cast(app)
    assert cast.li.person_id is not None
    move(cast.li.person_id, None, MOVED)
    with pytest.raises(RosterError, match="李四"):
        move(cast.li.person_id, cast.branches[1], MOVED - timedelta(days=1))


def test_a_move_before_the_last_change_is_refused(app: Flask, db_session: object) -> None:
    cast = make_cast(app)
    assert cast.li.person_id is not None
    with pytest.raises(RosterError, match="李四"):
        move(cast.li.person_id, cast.branches[1], SINCE)
    assert branch_at(cast.li.person_id, SINCE) == cast.branches[0]


def test_what_a_closed_unit_leaves_behind_is_still_looked_after(app: Flask, db_session: object) -> None:
    """Its banks and tests belong to a node that is in no tree of today."""
    cast = make_cast(app)
    unit, branch = cast.units[1], cast.branches[2]
    with writing() as session:
        assert cast.wang.person_id is not None
        move_person(session.get_one(Person, cast.wang.person_id), cast.branches[0], datetime.now(UTC))
    for node in (branch, cast.branches[3], unit):
        close_unit(node)
    assert unit not in tree_at(datetime.now(UTC) + timedelta(seconds=1))
    for login in (cast.organizer.login, cast.auditor.login):
        account = account_named(login)
        assert account is not None
        assert {unit, branch} <= scope_of(account, Role.ORGANIZER, Role.AUDITOR)
    limited = account_named(cast.unit_organizer.login)
    assert limited is not None
    assert unit not in scope_of(limited, Role.ORGANIZER)
