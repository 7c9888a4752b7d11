"""The door of a test in a browser: waiting for the opening, being let in by itself, and what goes wrong on the way."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import Exam, make_exam
from tests.journeys.steps import attempts
from tests.support import browser
from tests.support.cast import PASSWORD, sign_in_page
from tests.support.time import MovableClock

PAPER = re.compile(r"/attempts/\d+")
CONDITIONS: dict[str, Any] = {"pledge": "我承诺独立作答。", "access_code": "lian2026"}


@pytest.fixture
def scheduled(live_server: Any, clock: MovableClock) -> Callable[..., Exam]:
    """``scheduled(seconds, **changes)`` publishes a test that opens in so many seconds for half an hour."""

    def make(seconds: float, **changes: Any) -> Exam:
        opens_at = clock.now() + timedelta(seconds=seconds)
        return make_exam(live_server.app, opens_at=opens_at, closes_at=opens_at + timedelta(minutes=30), **changes)

    return make


def wait_at(page: Page, exam: Exam) -> None:
    """Sign in and go to the door."""
    sign_in_page(page, exam.cast.zhang.login)
    page.goto(f"/tests/{exam.quiz_id}")


def opening(app: Flask, exam: Exam) -> Any:
    with app.app_context():
        return exam.quiz.opens_at


def hear(page: Page, clock: MovableClock, app: Flask, exam: Exam, late: float = 0) -> None:
    """The server's clock reaches the opening (and ``late`` seconds more), and the page asks for the time."""
    clock.set(opening(app, exam) + timedelta(seconds=late))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_page_counts_down_and_lets_in_by_itself(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(125)
    wait_at(phone, exam)
    expect(phone.locator("[data-figure]")).to_have_text(re.compile(r"^02:0[345]$"))
    expect(phone.get_by_role("button", name="开始测试")).to_be_disabled()
    hear(phone, clock, live_server.app, exam)
    phone.wait_for_url(PAPER)
    [attempt] = attempts(live_server.app)
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)


def test_the_device_clock_does_not_matter(scheduled: Callable[..., Exam], clock: MovableClock, phone: Page) -> None:
    phone.clock.install(time=clock.now() + timedelta(hours=3))
    exam = scheduled(125)
    wait_at(phone, exam)
    expect(phone.locator("[data-figure]")).to_have_text(re.compile(r"^02:0[345]$"))


def test_whoever_comes_with_the_bell_but_late_loses_no_time(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(60)
    wait_at(phone, exam)
    hear(phone, clock, live_server.app, exam, late=20)
    phone.wait_for_url(PAPER)
    expect(phone.locator("[data-timer-figure]")).to_have_text(re.compile(r"^(30:00|29:5\d)$"))


def test_pledge_and_code_are_given_while_waiting(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(60, **CONDITIONS)
    wait_at(phone, exam)
    phone.get_by_label("我已阅读并承诺").check()
    phone.get_by_label("考试口令").fill("LIAN 2026")
    hear(phone, clock, live_server.app, exam)
    phone.wait_for_url(PAPER)
    [attempt] = attempts(live_server.app)
    assert attempt.pledged_at == attempt.started_at


def test_nobody_is_let_in_before_the_pledge(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(60, **CONDITIONS)
    wait_at(phone, exam)
    hear(phone, clock, live_server.app, exam)
    expect(phone.get_by_text("请把上面没有填写的补上")).to_be_visible()
    phone.get_by_label("考试口令").fill("lian2025")
    phone.get_by_role("button", name="开始测试").click()
    expect(phone.get_by_text("请先阅读诚信承诺并勾选")).to_be_visible()
    expect(phone.get_by_label("我已阅读并承诺")).to_be_focused()
    phone.get_by_label("我已阅读并承诺").check()
    phone.get_by_role("button", name="开始测试").click()
    expect(phone.get_by_text("考试口令不对")).to_be_visible()
    expect(phone.get_by_text("请先阅读诚信承诺并勾选")).to_be_hidden()
    assert attempts(live_server.app) == []
    phone.get_by_label("考试口令").fill("lian2026")
    phone.get_by_role("button", name="开始测试").click()
    phone.wait_for_url(PAPER)


def test_a_hidden_page_waits_for_its_person(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(60)
    wait_at(phone, exam)
    hide = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => %s})"
    phone.evaluate(hide % "true")
    clock.set(opening(live_server.app, exam))
    phone.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(phone.get_by_text("已经开考")).to_be_visible()
    phone.wait_for_timeout(1500)
    assert attempts(live_server.app) == []
    phone.evaluate(hide % "false")
    hear(phone, clock, live_server.app, exam)
    phone.wait_for_url(PAPER)


def test_who_would_not_be_let_in_by_itself_is_told_beforehand(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page
) -> None:
    phone.clock.install(time=clock.now())
    exam = scheduled(20 * 60)
    wait_at(phone, exam)
    said = phone.locator("[data-said]")
    phone.clock.run_for(4 * 60_000)
    expect(said).to_be_empty()
    phone.clock.run_for(2 * 60_000)
    expect(said).to_have_text("请点一下页面，到时间才会自动进入。")
    expect(said).to_be_visible()
    phone.get_by_role("heading", level=1).click()
    expect(said).to_be_empty()


def test_a_busy_server_is_tried_again(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(60)
    wait_at(phone, exam)
    turns = iter(["busy", "lost"])

    def answer(route: Route) -> None:
        turn = next(turns, "through")
        if turn == "busy":
            route.fulfill(status=503, json={"error": "busy"})
        elif turn == "lost":
            route.fetch()  # it reached the server, and the answer was lost
            route.abort()
        else:
            route.continue_()

    phone.route("**/tests/*/attempts", answer)
    hear(phone, clock, live_server.app, exam)
    expect(phone.get_by_text("页面会自动再试")).to_be_visible()
    phone.wait_for_url(PAPER)
    assert len(attempts(live_server.app)) == 1


def test_a_withdrawn_test_is_told(
    scheduled: Callable[..., Exam], clock: MovableClock, phone: Page, live_server: Any
) -> None:
    exam = scheduled(60)
    wait_at(phone, exam)
    with live_server.app.app_context():
        withdraw_quiz(quiz_id=exam.quiz_id, reason="改期")
    hear(phone, clock, live_server.app, exam)
    expect(phone.get_by_text("改期")).to_be_visible()


def test_from_the_link_to_the_first_item_in_one_tap_after_signing_in(exam: Exam, phone: Page) -> None:
    phone.goto(f"/tests/{exam.quiz_id}")
    phone.get_by_label("工号").fill(exam.cast.zhang.login)
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_label("密码").press("Enter")
    phone.wait_for_url(f"**/tests/{exam.quiz_id}")
    phone.get_by_role("button", name="开始测试").tap()
    expect(phone.locator("[data-item]").first).to_be_visible()


def test_with_a_pledge_it_is_two_taps(scheduled: Callable[..., Exam], clock: MovableClock, phone: Page) -> None:
    exam = scheduled(0, pledge="我承诺。")
    wait_at(phone, exam)
    box = phone.locator("label", has_text="我已阅读并承诺")
    size = box.bounding_box()
    assert size is not None
    assert size["height"] >= 44
    box.tap()
    phone.get_by_role("button", name="开始测试").tap()
    expect(phone.locator("[data-item]").first).to_be_visible()


def test_without_script_the_button_is_enough(
    scheduled: Callable[..., Exam], clock: MovableClock, open_page: Callable[..., Page], live_server: Any
) -> None:
    exam = scheduled(60, **CONDITIONS)
    page = open_page(java_script_enabled=False, **browser.PHONE)
    wait_at(page, exam)
    expect(page.get_by_text("开考时间：")).to_be_visible()
    page.get_by_label("我已阅读并承诺").check()
    page.get_by_label("考试口令").fill("lian2026")
    page.get_by_role("button", name="开始测试").click()
    expect(page.get_by_text("本场测试还没有开放")).to_be_visible()
    expect(page.get_by_label("我已阅读并承诺")).to_be_checked()
    clock.set(opening(live_server.app, exam))
    page.get_by_role("button", name="开始测试").click()
    page.wait_for_url(PAPER)


@pytest.mark.parametrize("script", [True, False])
def test_a_rehearsal_from_the_sign_in_page(script: bool, exam: Exam, open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=script, **browser.PHONE)
    page.goto("/sign-in")
    page.get_by_role("link", name="试答 2 分钟").click()
    page.get_by_role("button", name="开始试答").click()
    page.locator(".opt", has_text="十二个月").locator("input").click()
    if script:
        expect(page.locator("[data-pill]")).to_contain_text("已保存")
        for _ in range(4):
            page.locator('[data-step="1"]').click()
        page.locator("[data-last]").click()
    else:
        page.get_by_role("button", name="保存并交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_text("服务器收到 1 题的答案")).to_be_visible()
    if script:
        expect(page.get_by_text("每答一题自动保存")).to_be_visible()
        expect(page.get_by_text("断网时答案先留在这台设备上")).to_be_visible()
        expect(page.locator('[data-finding="speed"]')).to_be_visible()
    else:
        expect(page.get_by_text("每答几题按一次“保存”")).to_be_visible()
