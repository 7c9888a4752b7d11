"""Leaving the page, in a real browser: said at once, explained without leaving the item, kept while offline."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from quizapp.accounts.models import SignIn
from quizapp.attempts.models import Leaving
from quizapp.db import db, writing
from tests.attempts.exam import Exam, make_exam
from tests.journeys.steps import start
from tests.support import browser
from tests.support.cast import sign_in_page
from tests.support.time import MovableClock

HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def exam(app: Flask, clock: MovableClock) -> Exam:
    return make_exam(app, leaving_recorded=True)


def kept(app: Flask) -> list[tuple[int, str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(Leaving).order_by(Leaving.left_at))
        return [(row.seconds, row.cause, row.explanation) for row in rows]


def expect_kept(page: Page, app: Flask, expected: list[tuple[int, str, str]]) -> None:
    for _ in range(60):
        if kept(app) == expected:
            return
        page.wait_for_timeout(100)
    assert kept(app) == expected


def sit_down(page: Page, exam: Exam, clock: MovableClock, *, saves: bool = True) -> None:
    """Start, ten minutes ago by every clock; the page's own clock is then moved by hand.

    ``saves``: wait until the page knows that it is the one that saves.
    """
    page.clock.install(time=clock.now())
    start(page, exam.cast.zhang.login, exam.quiz_id)
    if saves:
        expect(page.locator("[data-take]")).to_have_attribute("data-held", re.compile("[0-9]"))
    clock.advance(minutes=10)
    page.clock.fast_forward(600_000)


def away(page: Page, seconds: int, *, before: str = "") -> None:
    """Hidden for so long, ``before``: a tap just before."""
    if before:
        page.locator(before).first.click()
    page.evaluate(HIDE, True)
    page.clock.fast_forward(seconds * 1000)
    page.evaluate(HIDE, False)


def test_a_call_is_said_at_once_and_explained_in_place(
    exam: Exam, phone: Page, clock: MovableClock, live_server: Any
) -> None:
    sit_down(phone, exam, clock)
    away(phone, 48, before="legend:visible")
    notice = phone.locator("[data-leaving-said]")
    expect(notice).to_contain_text("离开页面 48 秒，可能是来电。只作记录，不影响成绩。")
    expect_kept(phone, live_server.app, [(48, "call", "")])
    address = phone.url
    notice.get_by_role("link", name="说明情况").click()
    phone.get_by_label("当时的情况").fill("接了值班电话")
    notice.get_by_role("button", name="提交").click()
    expect(notice).to_contain_text("说明已保存")
    expect_kept(phone, live_server.app, [(48, "call", "接了值班电话")])
    assert phone.url == address
    expect(phone.locator("[data-item]:visible").first).to_be_visible()


def test_the_guess_follows_what_the_page_can_know(
    exam: Exam, open_page: Callable[..., Page], clock: MovableClock, live_server: Any
) -> None:
    phone = open_page(**browser.PHONE)
    sit_down(phone, exam, clock)
    phone.locator("legend:visible").first.click()
    phone.clock.fast_forward(40_000)
    away(phone, 20)  # not touched for 40 seconds: it locked itself
    away(phone, 300, before="legend:visible")
    expect_kept(phone, live_server.app, [(300, "other_app", ""), (20, "screen_lock", "")])


def test_moments_reloads_and_pages_of_the_test_are_no_leaving(
    exam: Exam, phone: Page, clock: MovableClock, live_server: Any
) -> None:
    sit_down(phone, exam, clock)
    away(phone, 2, before="legend:visible")
    phone.reload()
    paper = phone.url.split("#")[0]
    phone.goto(f"{paper}/submission")
    phone.goto(paper)
    phone.get_by_role("button", name="大字").click()
    opener = phone.locator("[data-open-sheet]")
    if opener.is_visible():
        opener.click()
    phone.wait_for_timeout(500)
    assert kept(live_server.app) == []


def on_the_device(page: Page) -> int:
    """How many attempts have an absence that waits there."""
    waiting: int = page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('quizapp:leavings:')).length")
    return waiting


def test_offline_it_waits_on_the_device_and_arrives_after_a_reload(
    exam: Exam, phone: Page, clock: MovableClock, live_server: Any
) -> None:
    sit_down(phone, exam, clock)
    phone.context.set_offline(True)
    away(phone, 48, before="legend:visible")
    expect(phone.locator("[data-leaving-said]")).to_contain_text("离开页面 48 秒")
    assert kept(live_server.app) == []
    assert on_the_device(phone) == 1
    phone.context.set_offline(False)
    phone.reload()
    expect_kept(phone, live_server.app, [(48, "call", "")])
    until = time.monotonic() + 10  # the server keeps it a moment before the page has its word for it
    while on_the_device(phone):
        assert time.monotonic() < until
        phone.wait_for_timeout(50)


@pytest.mark.parametrize("had_it", [True, False], ids=["had-it", "came-too-late"])
def test_the_time_at_another_device_is_no_leaving(
    had_it: bool, exam: Exam, phone: Page, open_page: Callable[..., Page], clock: MovableClock, live_server: Any
) -> None:
    """Whether the phone was the one that saved, or had not been told yet that it is."""
    if not had_it:
        phone.route(re.compile("/lease$"), lambda route: route.abort())
    sit_down(phone, exam, clock, saves=had_it)
    phone.evaluate(HIDE, True)
    computer = open_page(**browser.DESKTOP)
    sign_in_page(computer, exam.cast.zhang.login)
    computer.goto(phone.url)
    expect(computer.locator("[data-take]")).to_have_attribute("data-held", re.compile("[0-9]"))
    clock.advance(minutes=5)
    phone.clock.fast_forward(300_000)
    phone.evaluate(HIDE, False)
    expect(phone.locator("[data-notice]")).to_contain_text("另一台设备")
    expect(phone.locator("[data-leaving-said]")).to_be_empty()
    phone.unroute_all(behavior="ignoreErrors")
    phone.get_by_role("button", name="在这里继续").click()
    expect(phone.locator("[data-notice]")).to_be_hidden()
    phone.wait_for_timeout(500)
    assert kept(live_server.app) == []


def test_two_tabs_of_the_test_count_nothing_twice(
    exam: Exam, phone: Page, clock: MovableClock, live_server: Any
) -> None:
    sit_down(phone, exam, clock)
    phone.evaluate(HIDE, True)
    clock.advance(seconds=60)
    phone.clock.fast_forward(60_000)
    other = phone.context.new_page()
    other.clock.install(time=clock.now())
    other.goto(phone.url)
    for _ in range(60):
        if kept(live_server.app):
            break
        other.wait_for_timeout(100)
    [(seconds, _cause, _explanation)] = kept(live_server.app)
    assert 40 <= seconds <= 61
    clock.advance(seconds=60)
    phone.clock.fast_forward(60_000)
    phone.evaluate(HIDE, False)
    phone.wait_for_timeout(1000)
    assert len(kept(live_server.app)) == 1


def test_while_signed_out_nothing_is_recorded(exam: Exam, phone: Page, clock: MovableClock, live_server: Any) -> None:
    sit_down(phone, exam, clock)
    with live_server.app.app_context(), writing() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    phone.evaluate("window.dispatchEvent(new Event('online'))")  # an idle page asks in full every twenty seconds
    expect(phone.locator("[data-pill]")).to_have_text(re.compile("登录已过期"))
    away(phone, 48)
    expect(phone.locator("[data-leaving-said]")).to_be_empty()
    sign_in_page(phone.context.new_page(), exam.cast.zhang.login)
    phone.wait_for_timeout(500)
    assert kept(live_server.app) == []


def test_nothing_is_watched_where_it_is_not_recorded(
    app: Flask, phone: Page, clock: MovableClock, live_server: Any
) -> None:
    exam = make_exam(app)
    sit_down(phone, exam, clock)
    away(phone, 48, before="legend:visible")
    phone.wait_for_timeout(300)
    expect(phone.locator("[data-leaving-said]")).to_have_count(0)
    assert kept(live_server.app) == []
