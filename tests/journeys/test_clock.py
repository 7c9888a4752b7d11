"""The time is the server's, whatever the device believes, and the page goes to the result when it is over."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.attempts.exam import Exam
from tests.journeys.steps import attempts, score, start
from tests.support.time import MovableClock


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_device_clock_does_not_matter(hours: int, clock: MovableClock, exam: Exam, phone: Page) -> None:
    phone.clock.install(time=clock.now() + timedelta(hours=hours))
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    expect(phone.locator("[data-timer-figure]")).to_have_text(re.compile(r"^(30:00|29:5\d)$"))
    clock.advance(minutes=21)
    paper.page.reload()
    expect(phone.locator("[data-timer-figure]")).to_have_text(re.compile(r"^(09:00|08:5\d)$"))
    expect(phone.locator("[data-timer-word]")).to_have_text("不足 10 分钟")


def test_when_time_is_up_the_page_goes_to_the_result(
    clock: MovableClock, exam: Exam, phone: Page, live_server: Any
) -> None:
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    paper.answer("单选一", ["乙"])
    paper.expect_saved(live_server.app, {"s1": ["B"]})
    clock.advance(minutes=29, seconds=59)
    phone.reload()
    expect(phone.locator("[data-timer-figure]")).to_have_text("00:00")
    clock.advance(seconds=30)
    phone.wait_for_url(re.compile("/result$"))
    expect(phone.get_by_text("时间到")).to_be_visible()
    [attempt] = attempts(live_server.app)
    assert attempt.submitted_at == attempt.deadline
    assert score(live_server.app) == {"points": 20, "of": 100, "ended_by": "clock"}
