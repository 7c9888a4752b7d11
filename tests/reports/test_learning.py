"""The report of a follow-up: what those who sat both tests learned and forgot."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from quizapp.accounts.queries import account_named
from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.db import writing
from quizapp.quizzes.operations import publish_quiz
from quizapp.reports.learning import Comparison, comparison
from quizapp.reports.queries import branch_report
from quizapp.roster.operations import add_person
from tests.attempts.exam import SPEC, Exam, make_exam
from tests.practice.sitting import ITEMS, sit
from tests.quizzes.plans import make_plan
from tests.support.cast import SINCE, sign_in_as
from tests.support.time import MovableClock

KNOWN_FIRST = {"BANK-s1", "BANK-s2", "BANK-m1"}
KNOWN_NOW = {"BANK-s1", "BANK-t1", "BANK-f1", "BANK-c1-1"}


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


@pytest.fixture
def followed(exam: Exam, clock: MovableClock) -> Exam:
    """Five colleagues of a branch sat both tests, Wang of another too, Li the first one alone."""
    people = colleagues(exam, 5)
    assert exam.cast.li.person_id is not None
    assert exam.cast.wang.person_id is not None
    for person_id in (*people, exam.cast.wang.person_id, exam.cast.li.person_id):
        sit(exam, KNOWN_FIRST, person_id)
    clock.advance(days=30)
    first = exam.quiz
    plan = make_plan(
        exam.cast,
        first.bank_revision_id,
        title="回访",
        follows=first.id,
        opens_at=clock.now(),
        closes_at=clock.now() + timedelta(days=1),
        audience=(exam.cast.department,),
        minutes=30,
        spec=SPEC,
    )
    second = publish_quiz(publisher_id=exam.cast.organizer.account_id, plan=plan).id
    again = Exam(exam.cast, second)
    for person_id in (*people, exam.cast.wang.person_id):
        sit(again, KNOWN_NOW, person_id)
    clock.advance(days=2)
    return again


def colleagues(exam: Exam, count: int) -> list[int]:
    with writing():
        people = [
            add_person(staff_no=f"3000{n:02}", name=f"同事{n}", branch_id=exam.cast.branches[0], since=SINCE)
            for n in range(count)
        ]
        return [person.id for person in people]


def compared(exam: Exam, login: str) -> Comparison | None:
    account = account_named(login)
    assert account is not None
    return comparison(branch_report(exam.quiz, account), account)


def test_learned_and_forgotten(followed: Exam) -> None:
    found = compared(followed, followed.cast.committee.login)
    assert found is not None
    assert not found.withheld
    assert found.total.people == 6
    assert (found.total.learned, found.total.forgotten) == (3 * 6, 2 * 6)
    assert (found.total.kept, found.total.still_wrong) == (1 * 6, 1 * 6)
    assert (found.total.right_before, found.total.items_before) == (3 * 6, len(ITEMS) * 6)
    names = {name: change.people if change else None for name, change in found.branches}
    assert names == {"办公室党支部": 5, "监督一科党支部": None}


def test_a_secretary_reads_of_the_own_branch_alone(followed: Exam) -> None:
    found = compared(followed, followed.cast.secretary.login)
    assert found is not None
    assert (found.total.people, found.withheld) == (5, False)
    assert [name for name, _change in found.branches] == ["办公室党支部"]


def test_too_few_people_are_withheld(followed: Exam) -> None:
    with writing() as session:  # two of the five answered nothing after all
        ids = session.scalars(select(Attempt.id).where(Attempt.quiz_id == followed.quiz_id).limit(2)).all()
        session.execute(update(AttemptScore).where(AttemptScore.attempt_id.in_(ids)).values(answered=0))
    found = compared(followed, followed.cast.secretary.login)
    assert found is not None
    assert found.withheld


def test_nothing_before_the_end(followed: Exam, clock: MovableClock) -> None:
    clock.advance(days=-2)
    assert compared(followed, followed.cast.committee.login) is None


def test_nothing_without_an_earlier_test(exam: Exam, clock: MovableClock) -> None:
    clock.advance(days=5)
    assert compared(exam, exam.cast.committee.login) is None


def test_the_page(followed: Exam, any_app: Flask) -> None:
    client: FlaskClient = any_app.test_client()
    sign_in_as(client, followed.cast.committee.login)
    text = client.get(f"/reports/{followed.quiz_id}").text
    assert "对比两次测试" in text
    text = client.get(f"/reports/{followed.quiz_id}?compare=1").text
    assert "学会了什么，忘记了什么" in text
    assert '<td class="num">18</td>' in text
    assert "不足 5 人，不显示。" in text
