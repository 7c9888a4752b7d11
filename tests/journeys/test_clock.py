"""The time is the server's, whatever the device believes; the server ends the test and the page only shows it."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from quizapp.attempts.extensions import grant_extension
from tests.attempts.exam import Exam
from tests.journeys.steps import SAVES, attempts, saved_answers, score, start
from tests.support import browser
from tests.support.time import MovableClock

WITHIN = 1.0  # seconds between the deadline that the page shows and the server's

# Sleeping: the device's date goes on, and what counts the page's age may stand still or not.
SLEEP = """([seconds, stands]) => {
  const [date, age] = [Date.now.bind(Date), performance.now.bind(performance)];
  Date.now = () => date() + seconds * 1000;
  if (!stands) performance.now = () => age() + seconds * 1000;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NEXT_FIGURE = """() => new Promise((resolve) => {
  const figure = document.querySelector("[data-timer-figure]");
  const watch = new MutationObserver(() => {
    watch.disconnect();
    resolve(figure.textContent);
  });
  watch.observe(figure, { childList: true, characterData: true, subtree: true });
})"""


class RunningClock(MovableClock):
    """Goes on by itself from where it was put."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self._begin = time.monotonic()

    def now(self) -> datetime:
        return self.moment + timedelta(seconds=time.monotonic() - self._begin)


@pytest.fixture
def clock(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> RunningClock:
    """The application's clock, going on: a page counts on by itself, and the server with it."""
    from quizapp.web import clock as the_clock

    running = RunningClock(clock.now())
    monkeypatch.setattr(the_clock, "now", running.now)
    return running


def seconds_off(page: Page, clock: RunningClock, exam: Exam, app: Any) -> float:
    """How far the deadline that the page shows lies from the server's: read at the moment when a second is gone."""
    minutes, seconds = map(int, page.evaluate(NEXT_FIGURE).split(":"))
    shown = clock.now() + timedelta(minutes=minutes, seconds=seconds)
    with app.app_context():
        return float((shown - exam.attempt(1).deadline).total_seconds())


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_device_clock_does_not_matter(
    hours: int, clock: RunningClock, exam: Exam, phone: Page, live_server: Any
) -> None:
    off = f"const date = Date.now.bind(Date); Date.now = () => date() + {hours} * 3600000;"
    phone.add_init_script(off)
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN
    clock.advance(minutes=21)
    paper.page.reload()
    expect(phone.locator("[data-timer-word]")).to_have_text("不足 10 分钟")
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN


def test_a_clock_set_and_a_zone_changed_in_the_middle(
    clock: RunningClock, exam: Exam, new_context: Callable[..., Any], live_server: Any
) -> None:
    page = new_context(base_url=live_server.url, locale="zh-CN", **browser.PHONE).new_page()
    zone = page.context.new_cdp_session(page)
    zone.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Shanghai"})
    start(page, exam.cast.zhang.login, exam.quiz_id)
    page.evaluate("() => { const date = Date.now.bind(Date); Date.now = () => date() - 3600000; }")
    zone.send("Emulation.setTimezoneOverride", {"timezoneId": "America/New_York"})
    page.route(re.compile("/clock$"), lambda route: route.abort())  # even where nobody can be asked
    assert abs(seconds_off(page, clock, exam, live_server.app)) < WITHIN
    page.wait_for_timeout(1500)
    assert abs(seconds_off(page, clock, exam, live_server.app)) < WITHIN


@pytest.mark.parametrize("stands", [True, False], ids=["age-stands", "age-goes-on"])
def test_after_ten_minutes_of_sleep(
    stands: bool, clock: RunningClock, exam: Exam, phone: Page, live_server: Any
) -> None:
    start(phone, exam.cast.zhang.login, exam.quiz_id)
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN
    clock.advance(minutes=10)
    phone.evaluate(SLEEP, [600, stands])
    phone.wait_for_timeout(500)
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN


def test_a_frozen_tab(clock: RunningClock, exam: Exam, phone: Page, live_server: Any) -> None:
    start(phone, exam.cast.zhang.login, exam.quiz_id)
    client = phone.context.new_cdp_session(phone)
    client.send("Page.setWebLifecycleState", {"state": "frozen"})
    clock.advance(minutes=10)
    time.sleep(1)
    client.send("Page.setWebLifecycleState", {"state": "active"})
    phone.wait_for_timeout(500)
    expect(phone.locator("[data-timer-figure]")).to_have_text(re.compile("^19:5"))
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN


def test_a_slow_network_does_not_shift_the_time(clock: RunningClock, exam: Exam, phone: Page, live_server: Any) -> None:
    start(phone, exam.cast.zhang.login, exam.quiz_id)
    phone.wait_for_timeout(300)

    def answer_late(route: Any) -> None:
        reply = route.fetch()
        phone.wait_for_timeout(3000)
        route.fulfill(response=reply)

    phone.route(re.compile("/clock$"), answer_late, times=1)
    phone.wait_for_timeout(5500)
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN


def test_the_time_is_announced_once_and_after_a_sleep_only_the_newest(
    clock: RunningClock, exam: Exam, phone: Page
) -> None:
    said: list[str] = []
    phone.expose_function("hear", lambda text: said.append(text))
    start(phone, exam.cast.zhang.login, exam.quiz_id)
    phone.evaluate(
        """() => new MutationObserver((changes) => changes.forEach((change) => window.hear(change.target.textContent)))
        .observe(document.querySelector("[data-announce]"), { childList: true })"""
    )
    for minutes in (16, 9.5, 4):  # over the half; over ten and five; over one
        clock.advance(minutes=minutes)
        phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        phone.wait_for_timeout(3000)
    assert said == ["剩余 15 分钟。", "剩余 5 分钟。", "剩余 1 分钟。"]


def test_more_time_is_shown_and_said_within_ten_seconds(
    clock: RunningClock, exam: Exam, phone: Page, live_server: Any
) -> None:
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    given = time.monotonic()
    with live_server.app.app_context():
        organizer = exam.cast.organizer.account_id
        grant_extension(quiz_id=exam.quiz_id, minutes=10, reason="停电", granted_by=organizer)
    expect(paper.notice).to_contain_text("组织者给您补时 10 分钟，理由：停电。", timeout=10_000)
    expect(phone.locator("[data-spoken]")).to_contain_text("补时 10 分钟")
    expect(phone.locator("[data-timer-figure]")).to_have_text(re.compile("^39:"))
    assert time.monotonic() - given < 10
    assert abs(seconds_off(phone, clock, exam, live_server.app)) < WITHIN
    phone.reload()
    expect(paper.pill).to_have_text("尚未作答")
    phone.wait_for_timeout(500)
    expect(paper.notice).to_be_hidden()  # said once


def test_what_is_unsent_when_time_is_up_still_goes(
    clock: RunningClock, exam: Exam, phone: Page, live_server: Any
) -> None:
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    phone.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    clock.advance(minutes=29, seconds=54)
    expect(phone.locator("[data-timer-word]")).to_have_text("时间到，正在交卷", timeout=10_000)
    phone.unroute_all(behavior="ignoreErrors")
    paper.expect_saved(live_server.app, {"s1": ["B"]})
    clock.advance(seconds=60)
    phone.wait_for_url(re.compile("/result$"))
    [attempt] = attempts(live_server.app)
    assert attempt.submitted_at == attempt.deadline
    assert score(live_server.app) == {"points": 20, "of": 100, "ended_by": "clock"}


def test_what_did_not_arrive_in_time_is_named(clock: RunningClock, exam: Exam, phone: Page, live_server: Any) -> None:
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    phone.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    clock.advance(minutes=31)
    expect(paper.notice).to_contain_text(re.compile(r"第 \d 题没有确认送达，以成绩页为准。"))
    assert saved_answers(live_server.app) == {}
    phone.get_by_role("button", name="查看成绩").click()
    phone.wait_for_url(re.compile("/result$"))
