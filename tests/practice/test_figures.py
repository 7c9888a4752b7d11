"""Reports count whole branches: how many people practised and how many items, and nothing of a handful."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.banks.models import BankRevision
from quizapp.db import db, writing
from quizapp.practice.figures import BranchPractice, branch_practice
from quizapp.practice.models import PracticeAnswer
from quizapp.roster.operations import add_person
from quizapp.web import clock as the_clock
from tests.attempts.exam import Exam, make_exam
from tests.support.cast import SINCE, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(app: Flask, clock: MovableClock, db_session: Any) -> Exam:
    return make_exam(app)


def colleagues(exam: Exam, branch_id: int, count: int) -> list[int]:
    with writing():
        people = [
            add_person(staff_no=f"2{branch_id:03}{n:02}", name=f"同事{n}", branch_id=branch_id, since=SINCE)
            for n in range(count)
        ]
        return [person.id for person in people]


def practise(people: list[int], items: int) -> None:
    revision_id = db.session.scalars(select(BankRevision.id)).one()
    with writing() as session:
        now = the_clock.now()
        session.add_all(
            PracticeAnswer(
                person_id=person_id,
                revision_id=revision_id,
                item_id=f"i{number}",
                operation=str(uuid4()),
                letters=[],
                answer=[],
                outcome="wrong",
                grade=1,
                daily=False,
                answered_on=now.date(),
                answered_at=now,
            )
            for person_id in people
            for number in range(items)
        )


def test_branches_with_five_or_more(exam: Exam, clock: MovableClock) -> None:
    many, few = colleagues(exam, exam.cast.branches[1], 7), colleagues(exam, exam.cast.branches[3], 6)
    practise(many[:5], 3)
    practise(few[:4], 9)
    start = clock.now()
    branch_of = dict.fromkeys(many, 1) | dict.fromkeys(few, 2)

    def branches_of(people: Collection[int]) -> dict[int, int]:
        return {person_id: branch_of[person_id] for person_id in people if person_id in branch_of}

    said = {1: 7, 2: 6, 3: 1}, branches_of
    found = branch_practice(*said, start, start + timedelta(days=1))
    assert found == {1: BranchPractice(7, 5, 15), 2: BranchPractice(6, None, None), 3: BranchPractice(1, None, None)}
    later = branch_practice(*said, start + timedelta(seconds=1), start + timedelta(days=1))
    assert {line.practised for line in later.values()} == {None}
    assert branch_practice(*said, start - timedelta(days=1), start)[1].practised is None


def test_the_report_says_it_by_branch(exam: Exam, clock: MovableClock, client: FlaskClient) -> None:
    practise(colleagues(exam, exam.cast.branches[1], 6), 11)
    practise([exam.zhang], 3)
    clock.advance(hours=1)
    sign_in_as(client, exam.cast.committee.login)
    text = client.get(f"/reports/{exam.quiz_id}").text
    part = text[text.index("h-practice") :]
    assert '<td class="num">66</td>' in part
    assert "不足 5 人" in part
    for name in ("同事0", "张三", '<td class="num">3</td>'):
        assert name not in part


def test_a_secretary_reads_of_the_own_branch_alone(exam: Exam, clock: MovableClock, client: FlaskClient) -> None:
    practise(colleagues(exam, exam.cast.branches[1], 6), 11)
    clock.advance(hours=1)
    sign_in_as(client, exam.cast.secretary.login)
    text = client.get(f"/reports/{exam.quiz_id}").text
    assert '<td class="num">66</td>' not in text
    assert "人事处党支部" not in text[text.index("h-practice") :]
