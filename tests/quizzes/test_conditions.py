"""The conditions of a test: checked with the plan, kept with the test, shown to those who run it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.audit.models import AuditEntry
from quizapp.quizzes.conditions import USUAL_PLEDGE, condition_problems, is_code
from quizapp.quizzes.models import PageLayout, Quiz
from quizapp.quizzes.operations import PlanError, publish_quiz
from tests.quizzes.form_page import Desk
from tests.quizzes.plans import make_plan, make_revision
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

CONDITIONS: dict[str, Any] = {
    "layout": PageLayout.SINGLE,
    "pledge": " 我承诺独立作答。 ",
    "access_code": "　Ｌian-　2026 ",
    "networks": ("10.20.3.4/16", "10.20.0.0/16", "2001:db8::/32"),
    "leaving_recorded": True,
    "certificate": True,
}


@pytest.fixture
def cast(app: Flask, clock: MovableClock, db_session: Any) -> Cast:
    return make_cast(app)


@pytest.fixture
def publish(cast: Cast) -> Callable[..., Quiz]:
    revision_id = make_revision(cast)

    def act(**changes: Any) -> Quiz:
        return publish_quiz(publisher_id=cast.organizer.account_id, plan=make_plan(cast, revision_id, **changes))

    return act


def kept(quiz: Quiz) -> dict[str, Any]:
    return {name: getattr(quiz, name) for name in CONDITIONS}


def test_a_test_without_conditions_asks_for_nothing(publish: Callable[..., Quiz]) -> None:
    none = {"layout": "choice", "pledge": "", "access_code": "", "networks": []}
    assert kept(publish()) == none | {"leaving_recorded": False, "certificate": False}


def test_conditions_are_kept_in_one_spelling(publish: Callable[..., Quiz]) -> None:
    assert kept(publish(**CONDITIONS)) == {
        "layout": "single",
        "pledge": "我承诺独立作答。",
        "access_code": "Lian-2026",
        "networks": ["10.20.0.0/16", "2001:db8::/32"],
        "leaving_recorded": True,
        "certificate": True,
    }


def test_the_record_holds_the_conditions_but_not_the_code(publish: Callable[..., Quiz], db_session: Any) -> None:
    publish(**CONDITIONS)
    entry = db_session.scalars(select(AuditEntry).where(AuditEntry.act == "quiz.published")).one()
    assert entry.detail["access_code"] is True
    assert entry.detail["networks"] == list(CONDITIONS["networks"])
    assert entry.detail["leaving_recorded"] is True
    assert "2026" not in str(entry.detail["access_code"])


WRONG = {
    "pledge": ({"pledge": "长" * 2001}, "The pledge is too long; the limit is 2000 characters."),
    "short": ({"access_code": "123"}, "The access code needs 4 to 40 characters"),
    "long": ({"access_code": "1" * 41}, "The access code needs 4 to 40 characters"),
    "short but for blanks": ({"access_code": "1 2 3"}, "The access code needs 4 to 40 characters"),
    "invisible": ({"access_code": "12\u200b34"}, "The access code needs 4 to 40 characters"),
    "networks": ({"networks": ("10.0.0.0/8", "办公楼")}, "'办公楼' is no range of addresses."),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_condition_is_named_with_its_field(name: str, publish: Callable[..., Quiz]) -> None:
    changes, sentence = WRONG[name]
    with pytest.raises(PlanError) as refused:
        publish(**changes)
    [problem] = refused.value.problems
    assert problem.path in changes
    assert problem.text().startswith(sentence)


def test_too_many_networks_are_one_problem() -> None:
    [problem] = condition_problems("", "", ["10.0.0.0/8"] * 201)
    assert problem.text() == "At most 200 networks can be named."


@pytest.mark.parametrize("given", ["lian-2026", " LIAN-2026 ", "ｌｉａｎ－２０２６", "Lian - 2026"])
def test_a_code_is_recognised_as_it_was_heard(given: str) -> None:
    assert is_code(given, "Lian-2026")


@pytest.mark.parametrize("given", ["", "lian2026", "lian-2027", "lian-20266", "廉洁"])
def test_another_code_is_not(given: str) -> None:
    assert not is_code(given, "Lian-2026")


@pytest.fixture
def desk(publish: Callable[..., Quiz], cast: Cast, client: FlaskClient) -> Desk:
    """The publish page with another test of the ordinary plan, ready to be published."""
    quiz = publish(title="冬季测试")
    sign_in_as(client, cast.organizer.login)
    client.set_cookie("lang", "en")
    desk = Desk(client, f"?copy={quiz.id}")
    desk.press("check", title="春季测试")
    return desk


def newest(db_session: Any) -> Quiz:
    quiz: Quiz = db_session.scalars(select(Quiz).where(Quiz.title == "春季测试")).one()
    return quiz


def test_the_page_publishes_what_it_says(desk: Desk, db_session: Any) -> None:
    conditions = {"pledge": "我承诺。", "access_code": "lz2026", "networks": "10.0.0.0/8\r\n\r\n::1", "layout": "all"}
    assert desk.press("publish", **conditions, leaving_recorded="y", certificate="y").status_code == 302
    quiz = newest(db_session)
    assert (quiz.pledge, quiz.access_code, quiz.networks) == ("我承诺。", "lz2026", ["10.0.0.0/8", "::1/128"])
    assert (quiz.layout, quiz.leaving_recorded, quiz.certificate) == ("all", True, True)


def test_publishing_needs_none_of_it(desk: Desk, db_session: Any) -> None:
    assert desk.press("publish").status_code == 302
    assert kept(newest(db_session))["access_code"] == ""


def test_a_wrong_line_is_named_at_its_field_and_kept(desk: Desk) -> None:
    answer = desk.press("publish", networks="10.0.0.0/8\r\n10.0.0/33")
    assert answer.status_code == 422
    assert "&#39;10.0.0/33&#39; is no range of addresses." in desk.text
    assert desk.values("networks") == ["10.0.0.0/8\r\n10.0.0/33"]


def test_a_button_puts_in_the_usual_pledge(desk: Desk) -> None:
    desk.press("pledge")
    assert desk.values("pledge") == [USUAL_PLEDGE]


def test_a_copy_has_the_same_conditions(publish: Callable[..., Quiz], cast: Cast, client: FlaskClient) -> None:
    quiz = publish(**CONDITIONS)
    sign_in_as(client, cast.organizer.login)
    desk = Desk(client, f"?copy={quiz.id}")
    assert desk.values("networks") == ["10.20.0.0/16\n2001:db8::/32"]
    assert desk.values("access_code") == ["Lian-2026"]
    assert (desk.values("layout"), desk.values("certificate")) == (["single"], ["y"])


@pytest.mark.parametrize(("member", "sees"), [("organizer", True), ("auditor", False)])
def test_only_those_who_run_the_test_see_its_code(
    member: str, sees: bool, publish: Callable[..., Quiz], cast: Cast, client: FlaskClient
) -> None:
    quiz = publish(**CONDITIONS)
    sign_in_as(client, getattr(cast, member).login)
    page = client.get(f"/quizzes/{quiz.id}").get_data(as_text=True)
    assert ("Lian-2026" in page) is sees
    assert "10.20.0.0/16" in page
    assert "我承诺独立作答。" in page
