"""Who belongs where: each change adds a period and leaves the earlier ones alone."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from quizapp.db import writing
from quizapp.roster.models import Person
from quizapp.roster.operations import RosterError, move_person
from quizapp.roster.queries import branch_at
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
