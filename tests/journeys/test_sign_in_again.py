"""A sign-in that ends in the middle: the person signs in on the same page, and no answer is lost."""

import json
import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from quizapp.accounts.models import SignIn
from quizapp.db import writing
from quizapp.web import clock
from tests.attempts.exam import Exam
from tests.journeys.steps import Paper, saved_answers, score, start
from tests.support.cast import PASSWORD, sign_in_page


@pytest.fixture
def paper(exam: Exam, phone: Page) -> Paper:
    """Zhang's paper on the phone."""
    return start(phone, exam.cast.zhang.login, exam.quiz_id)


def end_sign_ins(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))


def answer_signed_out(paper: Paper, app: Flask) -> None:
    """An answer after the sign-in ended; no pulse hears of the end before it is given, and covers the page."""
    pulse = re.compile("/clock$")
    paper.page.route(pulse, lambda route: route.abort())
    end_sign_ins(app)
    paper.answer("单选一", ["乙"])
    paper.page.unroute(pulse)


def sign_in(page: Page, login: str | None = None, password: str = PASSWORD) -> None:
    dialog = page.get_by_role("dialog", name="请重新登录")
    if login:
        dialog.get_by_label("工号").fill(login)
    dialog.get_by_label("密码").fill(password)
    dialog.get_by_role("button", name="登录").click()


def test_in_place_without_losing_an_answer(paper: Paper, app: Flask) -> None:
    page = paper.page
    expect(paper.pill).to_have_text("尚未作答")
    answer_signed_out(paper, app)
    dialog = page.get_by_role("dialog", name="请重新登录")
    expect(dialog.get_by_label("密码")).to_be_focused()
    expect(dialog.get_by_label("工号")).to_have_value("100001")
    assert dialog.get_by_label("密码").get_attribute("autocomplete") == "current-password"
    expect(paper.pill).to_have_text(re.compile("登录已过期"))
    sign_in(page, password="wrong")
    expect(dialog.get_by_role("alert")).to_contain_text("工号或密码")
    sign_in(page)
    expect(dialog).to_be_hidden()
    paper.expect_saved(app, {"s1": ["B"]})
    expect(paper.pill).to_have_text("已保存")
    expect(paper.notice).to_be_hidden()
    paper.answer("单选二", ["甲"])
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})


WIRE = """async () => {
  const { Wire } = await import("/static/js/wire.js");
  window.asked = 0;
  window.wire = new Wire({ token: "old", clockUrl: "/clock", on: { signedOut: () => (window.asked += 1) } });
  window.late = window.wire.ask("/late");
}"""


def test_a_refusal_from_before_does_not_ask_again(paper: Paper) -> None:
    """Of a question that left before the person signed in again, and is answered after it."""
    page = paper.page
    held: list[Route] = []
    page.route("**/late", lambda route: held.append(route))
    page.evaluate(WIRE)
    while not held:
        page.wait_for_timeout(20)
    page.evaluate("() => window.wire.signedIn('new')")
    refusal = json.dumps({"error": "signed_out", "csrf_token": "old"})
    held[0].fulfill(status=401, content_type="application/json", body=refusal)
    assert page.evaluate("async () => (await window.late).kind") == "busy"
    assert page.evaluate("() => [window.asked, window.wire.token]") == [0, "new"]
    page.evaluate("() => { window.late = window.wire.ask('/late'); }")
    while len(held) < 2:
        page.wait_for_timeout(20)
    held[1].fulfill(status=401, content_type="application/json", body=refusal)
    assert page.evaluate("async () => (await window.late).kind") == "signed_out"
    assert page.evaluate("() => [window.asked, window.wire.token]") == [1, "old"]


def test_when_the_cookie_is_gone_too(paper: Paper, app: Flask) -> None:
    expect(paper.pill).to_have_text("尚未作答")
    paper.page.context.clear_cookies()
    paper.answer("单选一", ["乙"])
    sign_in(paper.page)
    paper.expect_saved(app, {"s1": ["B"]})


def test_put_off_and_taken_up_again(paper: Paper, app: Flask) -> None:
    page = paper.page
    answer_signed_out(paper, app)
    dialog = page.get_by_role("dialog", name="请重新登录")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    paper.answer("单选二", ["甲"])
    page.wait_for_timeout(2500)  # the next pulse hears it again, and does not press
    expect(dialog).to_be_hidden()
    assert paper.chosen("单选一") == ["乙"]
    paper.notice.get_by_role("button", name="登录").click()
    sign_in(page)
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})


def test_signed_in_again_in_another_tab(paper: Paper, exam: Exam, app: Flask) -> None:
    page = paper.page
    answer_signed_out(paper, app)
    page.keyboard.press("Escape")
    sign_in_page(page.context.new_page(), exam.cast.zhang.login)
    paper.expect_saved(app, {"s1": ["B"]})
    expect(paper.notice).to_be_hidden()


def test_another_person_neither_sees_nor_sends_anything(paper: Paper, exam: Exam, app: Flask) -> None:
    page = paper.page
    answer_signed_out(paper, app)
    sign_in(page, login=exam.cast.li.login)
    page.wait_for_url(lambda url: url.endswith("/"))
    expect(page.get_by_role("heading", name="李四")).to_be_visible()
    expect(page.locator("[data-unsent] a")).to_have_count(0)
    assert saved_answers(app) == {}
    [key] = [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith("quizapp:outbox:")]
    kept = json.loads(page.evaluate(f"localStorage['{key}']"))
    assert kept["person"] == str(exam.cast.zhang.account_id)  # still there for its owner
    end_sign_ins(app)
    sign_in_page(page, exam.cast.zhang.login)
    page.goto("/")
    page.get_by_role("link", name="有 1 题还没送达，点这里送出").click()
    paper.expect_saved(app, {"s1": ["B"]})


def test_another_person_in_another_tab(paper: Paper, exam: Exam, app: Flask) -> None:
    page = paper.page
    expect(paper.pill).to_have_text("尚未作答")
    other = page.context.new_page()
    other.context.clear_cookies()
    sign_in_page(other, exam.cast.li.login)
    page.wait_for_url(lambda url: url.endswith("/"))
    assert saved_answers(app) == {}


def test_confirming_after_the_sign_in_ended(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.goto(f"{page.url.split('#')[0]}/submission")
    expect(page.get_by_role("button", name="确认交卷")).to_be_enabled()
    end_sign_ins(app)
    page.get_by_role("button", name="确认交卷").click()
    sign_in(page)
    page.wait_for_url(re.compile("/result$"))
    assert score(app)["ended_by"] == "candidate"
