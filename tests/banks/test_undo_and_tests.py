"""Undoing an import once a test was published from it: what happens, and what the organizer reads before and after."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.attempts.models import Attempt
from quizapp.attempts.operations import start_attempt
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.bank import ItemType
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import publish_quiz, withdraw_quiz
from quizapp.web import clock
from tests.banks.imports import CLEAN, NO_KEY, imported, table
from tests.quizzes.plans import make_plan
from tests.support.cast import Cast

SPEC = PaperSpec(
    (Section("单选题", ItemType.SINGLE, 1, Decimal(10)),), cut_score=Decimal(6), excellent_score=Decimal(9)
)
BUTTON = 'action="/imports/1/undoing"'


@pytest.fixture
def quiz_id(app: Flask, organizer: FlaskClient, cast: Cast) -> int:
    """A test that is open, published from the bank that import 1 made."""
    imported(app, organizer, table(CLEAN, NO_KEY), cast.department)
    with app.app_context():
        now = clock.now()
        times = {"opens_at": now, "closes_at": now + timedelta(days=1)}
        plan = make_plan(cast, 1, title="廉政测试", spec=SPEC, audience=(cast.department,), **times)
        return publish_quiz(publisher_id=cast.organizer.account_id, plan=plan).id


def test_a_test_keeps_the_import_and_the_page_names_it(app: Flask, organizer: FlaskClient, quiz_id: int) -> None:
    page = organizer.get("/imports/1").text
    assert "现在不能撤销本次导入" in page
    assert "廉政测试" in page
    assert BUTTON not in page
    said = organizer.post("/imports/1/undoing", follow_redirects=True).text
    assert "廉政测试" in said
    assert organizer.get("/banks/1").status_code == 200
    with app.app_context():
        assert [item.key for item in bank_of(1).items] == [("A",)], "nothing of the test's revision was touched"


def test_once_the_test_is_withdrawn_the_import_can_go(app: Flask, organizer: FlaskClient, quiz_id: int) -> None:
    with app.app_context():
        withdraw_quiz(quiz_id=quiz_id, reason="重设")
    assert BUTTON in organizer.get("/imports/1").text
    assert "已撤销" in organizer.post("/imports/1/undoing", follow_redirects=True).text
    assert organizer.get("/banks/1").status_code == 404
    assert organizer.get(f"/quizzes/{quiz_id}").status_code == 200, "the withdrawn test can still be looked at"


def test_what_people_were_asked_stays_for_good(app: Flask, organizer: FlaskClient, cast: Cast, quiz_id: int) -> None:
    with app.app_context():
        assert cast.zhang.person_id is not None
        start_attempt(quiz=db.session.get_one(Quiz, quiz_id), person_id=cast.zhang.person_id)
        withdraw_quiz(quiz_id=quiz_id, reason="重设")
    page = organizer.get("/imports/1").text
    assert BUTTON not in page
    assert "已有人答过这些题目" in page
    organizer.post("/imports/1/undoing")
    with app.app_context():
        assert db.session.query(Attempt).count() == 1
        assert [item.id for item in bank_of(1).items] == ["imp-0001"]
    assert organizer.get("/banks/1").status_code == 200
