"""Whether somebody is a candidate is asked from two sides, and both say the same on every database."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from quizapp.db import writing
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import publish_quiz, withdraw_quiz
from quizapp.quizzes.queries import candidates, for_person, quiz_for, quizzes_for
from quizapp.roster.models import Membership, Person, UnitPeriod
from tests.quizzes.plans import OPENS, make_plan, make_revision
from tests.support.cast import Cast, make_cast
from tests.support.time import MovableClock

BEFORE, AFTER = OPENS - timedelta(days=1), OPENS + timedelta(days=1)


def audiences(cast: Cast) -> dict[str, tuple[int, ...]]:
    u1, u2 = cast.units
    b1, _b2, b3, b4 = cast.branches
    return {
        "department": (cast.department,),
        "one unit": (u1,),
        "other unit": (u2,),
        "branch": (b1,),
        "a branch of each": (b1, b3),
        "unit and its branch": (u2, b3),
        "branch of nobody": (b4,),
    }


def move(unit_id: int, parent_id: int | None, at: Any) -> None:
    """End the present period of a node at ``at``; from then on it lies under ``parent_id``, or nowhere for None."""
    with writing() as session:
        old = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == unit_id, UnitPeriod.until.is_(None))).one()
        old.until = at
        session.flush()
        if parent_id is not None:
            session.add(UnitPeriod(unit_id=unit_id, parent_id=parent_id, name=old.name, position=9, since=at))


def change_branch(person_id: int | None, branch_id: int, at: Any) -> None:
    with writing() as session:
        session.execute(
            update(Membership).where(Membership.person_id == person_id, Membership.until.is_(None)).values(until=at)
        )
        session.add(Membership(person_id=person_id, branch_id=branch_id, since=at))


CHANGES = {
    "nothing": lambda cast: None,
    "a unit's branch goes before": lambda cast: move(cast.branches[0], cast.units[1], BEFORE),
    "a unit's branch goes after": lambda cast: move(cast.branches[0], cast.units[1], AFTER),
    "a branch goes as it opens": lambda cast: move(cast.branches[0], cast.units[1], OPENS),
    "a branch is closed before": lambda cast: move(cast.branches[2], None, BEFORE),
    "a unit is closed before": lambda cast: move(cast.units[1], None, BEFORE),
    "a unit is closed after": lambda cast: move(cast.units[1], None, AFTER),
    "somebody moves before": lambda cast: change_branch(cast.zhang.person_id, cast.branches[2], BEFORE),
    "somebody moves as it opens": lambda cast: change_branch(cast.zhang.person_id, cast.branches[2], OPENS),
    "somebody moves after": lambda cast: change_branch(cast.zhang.person_id, cast.branches[2], AFTER),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_persons_tests_are_those_whose_candidate_they_are(
    any_app: Flask, any_session: Any, clock: MovableClock, change: str
) -> None:
    cast = make_cast(any_app)
    revision_id = make_revision(cast)
    for title, audience in audiences(cast).items():
        plan = make_plan(cast, revision_id, title=title, audience=audience)
        publish_quiz(publisher_id=cast.organizer.account_id, plan=plan)
    CHANGES[change](cast)
    quizzes = any_session.scalars(select(Quiz)).all()
    eligible = {(one.person_id, quiz.id) for quiz in quizzes for one in candidates(quiz)}
    assert eligible
    for person_id in any_session.scalars(select(Person.id)):
        own = {quiz.id for quiz in quizzes if (person_id, quiz.id) in eligible}
        assert {quiz.id for quiz in quizzes_for(person_id)} == own
        assert {quiz.id for quiz in for_person(quizzes, person_id)} == own
        assert {quiz.id for quiz in quizzes if quiz_for(person_id, quiz.id)} == own
        assert for_person([], person_id) == []


def test_a_withdrawn_test_is_found_by_its_door_only(any_app: Flask, any_session: Any, clock: MovableClock) -> None:
    cast = make_cast(any_app)
    plan = make_plan(cast, make_revision(cast))
    quiz_id = publish_quiz(publisher_id=cast.organizer.account_id, plan=plan).id
    withdraw_quiz(quiz_id=quiz_id, reason="题目有误")
    assert cast.zhang.person_id is not None
    assert quizzes_for(cast.zhang.person_id) == []
    assert quiz_for(cast.zhang.person_id, quiz_id) is not None
    assert quiz_for(cast.zhang.person_id, quiz_id + 1) is None
