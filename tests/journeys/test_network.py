"""A network that fails, a sign-in that ends, a second tab: every answer clicked is in the database in the end."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from quizapp.accounts.models import SignIn
from quizapp.db import writing
from quizapp.web import clock
from tests.attempts.exam import Exam
from tests.journeys.steps import IN_BANK, RIGHT, Paper, attempts, score, start
from tests.support.cast import sign_in_page

SAVES = re.compile(r"/attempts/\d+/responses/\d+$")


@pytest.fixture
def paper(exam: Exam, phone: Page) -> Paper:
    """Zhang's paper on the phone. The retries are quickened: the order of things is tested, not patience."""
    phone.add_init_script(
        "const later = setTimeout; window.setTimeout = (act, ms) => later(act, ms < 10000 ? Math.min(ms, 300) : ms)"
    )
    return start(phone, exam.cast.zhang.login, exam.quiz_id)


def lose_reply(route: Route) -> None:
    """The server hears it, the page never knows."""
    route.fetch()
    route.abort("connectionreset")


FAILURES: dict[str, Callable[[Route], None]] = {
    "aborted": lambda route: route.abort("connectionfailed"),
    "busy": lambda route: route.fulfill(status=503, body="busy"),
    "reply-lost": lose_reply,
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_answers_wait_and_submission_waits_for_them(failure: Callable[[Route], None], paper: Paper, app: Flask) -> None:
    page = paper.page
    page.route(SAVES, failure)
    paper.answer("单选一", ["丙"])
    expect(paper.pill).to_have_text(re.compile("待同步"))
    paper.answer("单选一", ["乙"])  # changed while the first is under way
    for words, texts in RIGHT.items():
        if words != "单选一":
            paper.answer(words, texts)
    page.locator("[data-open-sheet]").click()
    page.get_by_role("button", name="交卷").locator("visible=true").last.click()
    expect(paper.notice).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    expect(page.get_by_role("heading", name="7 题已全部作答")).to_be_visible()
    paper.expect_saved(app, IN_BANK)


def test_offline_is_said_and_mended_without_a_hand(paper: Paper, app: Flask) -> None:
    paper.page.context.set_offline(True)
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text(re.compile("离线"))
    paper.page.context.set_offline(False)
    paper.expect_saved(app, {"s1": ["B"]})


def test_a_slow_save_is_overtaken_by_the_newer_answer(paper: Paper, app: Flask) -> None:
    held: list[Route] = []
    paper.page.route(SAVES, lambda route: held.append(route), times=1)
    paper.answer("多选一", ["甲", "丙"])
    paper.answer("多选一", ["丙", "乙", "丁"])
    expect(paper.pill).not_to_have_text("已保存")
    held[0].continue_()
    paper.expect_saved(app, {"m1": ["A", "B", "D"]})


def test_signed_out_in_the_middle(paper: Paper, exam: Exam, app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    paper.answer("单选一", ["乙"])
    page = paper.page
    banner = page.locator("[data-signed-out]")
    expect(banner).to_be_visible()
    with page.expect_popup() as popup:
        banner.get_by_role("link", name="登录").click()
    sign_in_page(popup.value, exam.cast.zhang.login)
    paper.expect_saved(app, {"s1": ["B"]})
    expect(paper.pill).to_have_text("已保存")
    expect(banner).to_be_hidden()
    paper.answer("单选二", ["甲"])
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})
    page.get_by_role("button", name="大字").click()  # a plain form of the page that had the old token
    expect(page.locator("html")).to_have_attribute("data-type", "large")


def test_the_older_tab_is_told_and_shows_what_is_kept(paper: Paper, app: Flask) -> None:
    other = Paper(paper.page.context.new_page())
    other.page.goto(paper.page.url)
    other.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    paper.answer("单选一", ["丙"])
    expect(paper.notice).to_contain_text(re.compile(r"第 \d 题在别处改过"))
    assert paper.chosen("单选一") == ["乙"]
    paper.expect_saved(app, {"s1": ["B"]})
    paper.answer("单选一", ["丙"])  # knowing what was there, the candidate may still change it
    paper.expect_saved(app, {"s1": ["C"]})


def test_submitted_elsewhere_leads_to_the_result(paper: Paper, app: Flask) -> None:
    other = paper.page.context.new_page()
    other.goto(paper.page.url)
    other.goto(f"{paper.page.url.split('#')[0]}/submission")
    other.get_by_role("button", name="确认交卷").click()
    expect(other.locator(".score")).to_be_visible()
    paper.answer("单选一", ["乙"])
    paper.page.wait_for_url(re.compile("/result$"))
    paper.expect_saved(app, {})
    assert [attempt.ended_by for attempt in attempts(app)] == ["candidate"]


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_confirming_waits_for_the_network(failure: Callable[[Route], None], paper: Paper, app: Flask) -> None:
    page = paper.page
    paper.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    page.goto(f"{page.url.split('#')[0]}/submission")
    page.route(re.compile("/submission$"), failure)
    page.get_by_role("button", name="确认交卷").click()
    expect(paper.notice).to_contain_text("系统会自动重发")
    page.unroute_all(behavior="ignoreErrors")
    page.wait_for_url(re.compile("/result$"))
    assert score(app)["points"] == 20


def test_confirming_after_the_sign_in_ended(paper: Paper, exam: Exam, app: Flask) -> None:
    page = paper.page
    page.goto(f"{page.url.split('#')[0]}/submission")
    with app.app_context(), writing() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    page.get_by_role("button", name="确认交卷").click()
    expect(page.locator("[data-signed-out]")).to_be_visible()
    sign_in_page(page.context.new_page(), exam.cast.zhang.login)
    page.wait_for_url(re.compile("/result$"))
    assert score(app)["ended_by"] == "candidate"
