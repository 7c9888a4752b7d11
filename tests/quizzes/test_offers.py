"""What a page offers: to whom, when, and where a new test starts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from quizapp.domain.presets import PRESETS
from quizapp.quizzes.operations import publish_quiz, withdraw_quiz
from tests.quizzes.form_page import Desk
from tests.quizzes.plans import OPENS, make_plan, make_revision
from tests.support.cast import Cast, make_cast, sign_in_as, sign_in_page
from tests.support.time import MovableClock


@pytest.fixture
def cast(app: Flask, clock: MovableClock, db_session: Any) -> Cast:
    return make_cast(app)


@pytest.fixture
def quiz_id(cast: Cast) -> int:
    """A test published by the department's organizer, not open yet."""
    plan = make_plan(cast, make_revision(cast))
    return publish_quiz(publisher_id=cast.organizer.account_id, plan=plan).id


@pytest.fixture
def pages(client: FlaskClient, cast: Cast) -> Callable[[str, str], str]:
    """``pages(login, address)``: that page as that person reads it, in English."""
    client.set_cookie("lang", "en")

    def read(login: str, address: str) -> str:
        sign_in_as(client, login)
        return client.get(address).get_data(as_text=True)

    return read


def test_a_report_is_offered_where_there_is_one(
    pages: Callable[[str, str], str], cast: Cast, quiz_id: int, clock: MovableClock
) -> None:
    address, report = f"/quizzes/{quiz_id}", f'href="/reports/{quiz_id}"'
    assert report not in pages(cast.organizer.login, address)
    clock.set(OPENS)
    assert report in pages(cast.organizer.login, address)
    withdraw_quiz(quiz_id=quiz_id, reason="题目有误")
    assert report not in pages(cast.organizer.login, address)


def test_an_auditor_is_not_asked_to_act(pages: Callable[[str, str], str], cast: Cast, quiz_id: int) -> None:
    invitations = ("Publish a test", "Upload a", "Tell the", "Withdraw")
    for address in ("/", "/quizzes", "/banks", f"/quizzes/{quiz_id}"):
        page = pages(cast.auditor.login, address)
        assert not [words for words in invitations if words in page]


def test_an_organizer_is(pages: Callable[[str, str], str], cast: Cast, quiz_id: int) -> None:
    assert "Publish a test" in pages(cast.organizer.login, "/")
    assert "Upload a bank" in pages(cast.organizer.login, "/banks")
    page = pages(cast.organizer.login, f"/quizzes/{quiz_id}")
    assert page.index("Tell the candidates") < page.index("What was published")


def test_a_new_test_starts_with_a_bank_that_is_enough(cast: Cast, client: FlaskClient) -> None:
    large = make_revision(cast, title="大题库", singles=50, multiples=30, truths=30)
    tiny = make_revision(cast, title="小题库")
    sign_in_as(client, cast.organizer.login)
    for preset in PRESETS:
        assert Desk(client, f"?preset={preset}").values("bank_revision_id") == [str(large)]
    assert tiny > large


def test_where_no_bank_is_enough_the_newest_is_taken(cast: Cast, client: FlaskClient) -> None:
    make_revision(cast, title="旧题库")
    newest = make_revision(cast, title="新题库", singles=7)
    sign_in_as(client, cast.organizer.login)
    assert Desk(client).values("bank_revision_id") == [str(newest)]


def test_everything_wrong_is_said_at_once(cast: Cast, client: FlaskClient) -> None:
    make_revision(cast)
    sign_in_as(client, cast.organizer.login)
    client.set_cookie("lang", "en")
    desk = Desk(client)
    desk.press("check", title="", cut_score=Decimal(101), excellent_score=Decimal(102))
    for part in ("give the test a name", "The cut score must", "The excellent score must", "the bank has", "whom the"):
        assert part in desk.text


@pytest.mark.browser
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_notice_is_copied(request: pytest.FixtureRequest, cast: Cast, quiz_id: int, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_page(page, cast.organizer.login)
    page.goto(f"/quizzes/{quiz_id}")
    page.click("[data-copy]")
    expect(page.locator("#notice-said")).to_have_text("已复制")


@pytest.mark.browser
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_a_withdrawal_without_a_reason_leads_to_what_is_missing(
    request: pytest.FixtureRequest, cast: Cast, quiz_id: int, width: str
) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_page(page, cast.organizer.login)
    page.goto(f"/quizzes/{quiz_id}")
    page.click("aside summary")
    page.click("aside details button")
    summary = page.locator("aside details .alert-danger")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    expect(page.locator("#reason")).to_be_visible()
