"""A test can repeat an earlier one: chosen on the publish page, checked, and named on its page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.db import db
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import PlanError, publish_quiz, withdraw_quiz
from tests.quizzes.form_page import Desk
from tests.quizzes.plans import make_plan, make_revision
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def cast(app: Flask, clock: MovableClock, db_session: Any) -> Cast:
    return make_cast(app)


@pytest.fixture
def publish(cast: Cast, clock: MovableClock) -> Callable[..., Quiz]:
    """Publish a test that opens in a day, and let it open."""
    revision_id = make_revision(cast)

    def act(**changes: Any) -> Quiz:
        times = {"opens_at": clock.now() + timedelta(days=1), "closes_at": clock.now() + timedelta(days=5)}
        quiz = publish_quiz(
            publisher_id=cast.organizer.account_id, plan=make_plan(cast, revision_id, **times | changes)
        )
        clock.advance(days=2)
        return quiz

    return act


def refused(publish: Callable[..., Quiz], **changes: Any) -> list[str]:
    with pytest.raises(PlanError) as error:
        publish(**changes)
    return [problem.path for problem in error.value.problems]


def test_what_may_be_followed(publish: Callable[..., Quiz], cast: Cast, clock: MovableClock) -> None:
    first = publish(title="第一次").id
    assert publish(title="第二次", follows=first).follows == first
    assert refused(publish, follows=999) == ["follows"]
    clock.advance(days=-30)
    assert refused(publish, follows=first) == ["follows"]  # it would open before the test that it follows
    clock.advance(days=30)
    withdraw_quiz(quiz_id=first, reason="试题有误")
    assert refused(publish, follows=first) == ["follows"]


def test_a_test_of_another_unit_cannot_be_followed(publish: Callable[..., Quiz], cast: Cast) -> None:
    first = publish(title="第一次")
    with pytest.raises(PlanError) as error:
        publish_quiz(
            publisher_id=cast.unit_organizer.account_id,
            plan=make_plan(cast, first.bank_revision_id, follows=first.id, title="别处"),
        )
    assert "follows" in [problem.path for problem in error.value.problems]


def test_the_publish_page_offers_it(publish: Callable[..., Quiz], cast: Cast, client: FlaskClient) -> None:
    sign_in_as(client, cast.organizer.login)
    assert "回访测试" not in Desk(client).text
    first = publish(title="第一次").id
    sign_in_as(client, cast.organizer.login)  # the first sign-in has run out meanwhile
    desk = Desk(client, f"?copy={first}")
    assert "不是回访" in desk.text
    opens, closes = "2026-05-01T09:00", "2026-05-08T18:00"
    desk.press("check", title="回访", follows=first, opens_at=opens, closes_at=closes)
    assert desk.values("follows") == [str(first)]
    desk.press("publish", title="回访", audience=cast.department)
    assert desk.response.status_code == 302, desk.text
    quiz = db.session.scalars(select(Quiz).where(Quiz.title == "回访")).one()
    assert quiz.follows == first
    text = client.get(f"/quizzes/{quiz.id}").text
    assert "回访哪次测试" in text
    assert "第一次" in text
