"""Two pages of one candidate: the newest saves, the older one shows it and cannot overwrite, nothing is lost."""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from quizapp.attempts.models import ItemResponse
from quizapp.db import writing
from tests.attempts.exam import Exam
from tests.journeys.steps import SAVES, Paper, attempts, score, start
from tests.support import browser
from tests.support.cast import sign_in_page

TOLD_WITHIN = 2.5  # seconds: a pulse every two, and the time to draw it on a busy machine


@pytest.fixture
def paper(exam: Exam, phone: Page) -> Paper:
    """Zhang's paper on the phone."""
    return start(phone, exam.cast.zhang.login, exam.quiz_id)


@pytest.fixture
def computer(paper: Paper, exam: Exam, open_page: Callable[..., Page]) -> Callable[[], Paper]:
    """``computer()`` opens the same paper on another device."""
    page = open_page(**browser.DESKTOP)
    sign_in_page(page, exam.cast.zhang.login)

    def go_on() -> Paper:
        page.goto(paper.page.url)
        expect(page.locator("[data-pill]")).to_be_visible()
        return Paper(page)

    return go_on


def expect_taken_over(paper: Paper, words: str) -> None:
    expect(paper.notice).to_contain_text(words)
    expect(paper.pill).to_have_text("已在另一台设备继续")
    assert paper.page.locator("[data-sheet] fieldset:not([disabled])").count() == 0


def test_the_older_device_is_told_within_two_seconds(paper: Paper, computer: Callable[[], Paper], app: Flask) -> None:
    expect(paper.pill).to_have_text("尚未作答")
    other = computer()
    asked = time.monotonic()
    expect_taken_over(paper, "本场测试已在另一台设备继续，这里不再保存。")
    assert time.monotonic() - asked < TOLD_WITHIN
    other.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})


def test_another_window_is_told_at_once(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.route(re.compile("/clock$"), lambda route: route.abort())  # not by the pulse
    other = Paper(page.context.new_page())
    other.page.goto(page.url)
    expect_taken_over(paper, "本场测试已在另一个窗口继续，这里不再保存。")
    other.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="在这里继续").click()
    expect_taken_over(other, "另一个窗口")
    assert paper.chosen("单选一") == ["乙"]
    paper.answer("单选一", ["丙"])
    paper.expect_saved(app, {"s1": ["C"]})


def test_what_the_older_page_saves_while_the_new_one_is_on_its_way(paper: Paper, app: Flask) -> None:
    other = Paper(paper.page.context.new_page())
    held: list[Route] = []
    other.page.route(re.compile("/lease$"), lambda route: held.append(route))
    other.page.goto(paper.page.url)
    paper.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    assert other.chosen("单选一") == []
    held[0].continue_()
    expect(other.item("单选一").locator(".opt input:checked + label .txt")).to_have_text("乙")
    other.answer("单选一", ["丙"])
    paper.expect_saved(app, {"s1": ["C"]})
    expect(other.notice).to_be_hidden()


def test_what_the_older_device_had_not_sent_is_named_and_offered(
    paper: Paper, computer: Callable[[], Paper], app: Flask
) -> None:
    page = paper.page
    page.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["丙"])
    paper.answer("单选二", ["甲"])
    expect(paper.pill).to_have_text("待同步 2 题")
    other = computer()
    other.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    expect_taken_over(paper, "题还没有送达，答案留在这台设备上，在这里继续时会补交。")
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="在这里继续").click()
    expect(paper.notice).to_contain_text(re.compile(r"第 \d 题在别处改过，现在保存的是 [A-D]。您在这里选的是 [A-D]。"))
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})  # the newer choice stays; what nobody else answered is sent
    assert paper.chosen("单选一") == ["乙"]
    page.reload()  # the offer outlives the page
    page.get_by_role("button", name=re.compile("改回我选的")).click()
    assert paper.chosen("单选一") == ["丙"]
    paper.expect_saved(app, {"s1": ["C"], "s2": ["A"]})
    expect(paper.notice).to_be_hidden()


def test_the_other_answer_may_stay(paper: Paper, app: Flask) -> None:
    page = paper.page
    paper.answer("单选一", ["丙"])
    paper.expect_saved(app, {"s1": ["C"]})
    with app.app_context(), writing() as session:
        session.execute(
            update(ItemResponse).values(answer=["B"], version=ItemResponse.version + 1, operation="other-1")
        )
    paper.answer("单选一", ["甲"])
    page.get_by_role("button", name=re.compile("^就用")).click()
    assert paper.chosen("单选一") == ["乙"]
    expect(paper.notice).to_be_hidden()
    page.reload()
    expect(paper.pill).to_have_text("已保存")
    expect(paper.notice).to_be_hidden()
    paper.expect_saved(app, {"s1": ["B"]})


def test_only_the_newest_page_can_submit(paper: Paper, computer: Callable[[], Paper], app: Flask) -> None:
    page = paper.page
    page.goto(f"{page.url.split('#')[0]}/submission")
    page.route(re.compile("/clock$"), lambda route: route.abort())  # it has not heard yet
    expect(page.get_by_role("button", name="确认交卷")).to_be_enabled()
    page.wait_for_timeout(500)
    computer()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="确认交卷").click()
    expect(paper.notice).to_contain_text("另一台设备继续")
    assert [attempt.submitted_at for attempt in attempts(app)] == [None]


def test_submitted_elsewhere_leads_to_the_result(paper: Paper, computer: Callable[[], Paper], app: Flask) -> None:
    other = computer().page
    other.goto(f"{other.url.split('#')[0]}/submission")
    other.get_by_role("button", name="确认交卷").click()
    expect(other.locator(".score")).to_be_visible()
    paper.page.wait_for_url(re.compile("/result$"))
    assert score(app)["ended_by"] == "candidate"


OUTBOX = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('quizapp:outbox:'))"
LATE = """() => {
  const [key] = Object.keys(localStorage).filter((key) => key.startsWith("quizapp:outbox:"));
  const late = { ...JSON.parse(localStorage[key]), sent: false, operation: "f".repeat(32) };
  const older = { at: late.at - 1, answer: [late.answer[0] === "A" ? "B" : "A"] };
  localStorage[key.slice(0, -32) + late.operation] = JSON.stringify({ ...late, ...older });
}"""
"""What a window does that has not heard yet that it was replaced: it writes back a choice that was made anew since."""


def test_of_two_windows_choices_the_newest_is_sent(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.context.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["丙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    page.evaluate(LATE)
    other = Paper(page.context.new_page())
    other.page.goto(page.url)
    expect(other.pill).to_have_text("待同步 1 题")
    assert other.chosen("单选一") == ["丙"]
    page.context.unroute_all(behavior="ignoreErrors")
    paper.expect_saved(app, {"s1": ["C"]})
    expect(other.pill).to_have_text("已保存")
    assert [key for key in other.page.evaluate("Object.keys(localStorage)") if "outbox" in key] == []


def test_a_choice_made_over_what_the_older_window_was_sending_is_no_conflict(paper: Paper, app: Flask) -> None:
    page = paper.page
    other = Paper(page.context.new_page())
    saves: list[Route] = []
    leases: list[Route] = []
    page.route(SAVES, lambda route: saves.append(route), times=1)
    paper.answer("单选二", ["甲"])  # on its way, so that the next waits for its turn
    paper.answer("单选一", ["丙"])
    other.page.route(re.compile("/lease$"), lambda route: leases.append(route))
    other.page.goto(page.url)
    assert other.chosen("单选一") == ["丙"]
    other.answer("单选一", ["乙"])
    saves[0].continue_()
    paper.expect_saved(app, {"s2": ["A"], "s1": ["C"]})
    leases[0].continue_()
    paper.expect_saved(app, {"s2": ["A"], "s1": ["B"]})
    expect(other.pill).to_have_text("已保存")
    expect(other.notice).to_be_hidden()
    assert other.chosen("单选一") == ["乙"]


def test_what_an_older_window_writes_back_is_swept_away(paper: Paper, app: Flask) -> None:
    page = paper.page
    held: list[Route] = []
    page.route(SAVES, lambda route: held.append(route), times=1)
    paper.answer("单选一", ["丙"])
    paper.answer("单选一", ["丁"])
    before = page.evaluate(OUTBOX)
    assert len(before) == 2
    held[0].continue_()
    paper.expect_saved(app, {"s1": ["D"]})
    expect(paper.pill).to_have_text("已保存")
    page.evaluate("before => before.forEach(([key, value]) => localStorage.setItem(key, value))", before)
    paper.answer("单选二", ["甲"])
    paper.expect_saved(app, {"s1": ["D"], "s2": ["A"]})
    page.wait_for_function(f"() => ({OUTBOX})().length === 0")  # the answer to the save may come after the pill
    page.evaluate("before => before.forEach(([key, value]) => localStorage.setItem(key, value))", before)
    other = page.context.new_page()  # a window in which it is written is heard in all others
    other.goto("/rehearsal")
    other.evaluate("localStorage.setItem('quizapp:any', '1')")
    page.wait_for_function(f"() => ({OUTBOX})().length === 0")


def test_a_choice_over_what_was_being_sent_outlives_its_page(paper: Paper, app: Flask) -> None:
    page = paper.page
    other = Paper(page.context.new_page())
    saves: list[Route] = []
    page.route(SAVES, lambda route: saves.append(route), times=1)
    paper.answer("单选二", ["甲"])
    paper.answer("单选一", ["丙"])
    other.page.route(re.compile("/lease$"), lambda route: route.abort())
    other.page.goto(page.url)
    other.answer("单选一", ["乙"])
    saves[0].continue_()
    paper.expect_saved(app, {"s2": ["A"], "s1": ["C"]})
    other.page.unroute_all(behavior="ignoreErrors")
    other.page.on("dialog", lambda dialog: dialog.accept())
    other.page.reload()
    paper.expect_saved(app, {"s2": ["A"], "s1": ["B"]})
    expect(other.notice).to_be_hidden()


FULL = """() => {
  const set = Storage.prototype.setItem;
  window.isFull = true;
  Storage.prototype.setItem = function (...words) {
    if (window.isFull) throw new DOMException("full", "QuotaExceededError");
    return set.apply(this, words);
  };
}"""


def test_what_a_full_device_did_not_take_is_kept_as_soon_as_it_does(paper: Paper) -> None:
    page = paper.page
    page.context.add_init_script(f"({FULL})()")
    held: list[Route] = []
    page.context.route(SAVES, lambda route: held.append(route))  # never answered, so that no second try writes it
    page.context.route(re.compile("/lease$"), lambda route: route.abort())
    page.reload()
    paper.answer("单选一", ["丙"])
    assert page.evaluate(OUTBOX) == []
    page.context.unroute(re.compile("/lease$"))
    expect(page.locator("[data-take]")).to_have_attribute("data-held", re.compile("[0-9]"), timeout=20_000)
    page.evaluate("window.isFull = false")
    paper.answer("单选二", ["甲"])
    assert len(page.evaluate(OUTBOX)) == 2


def test_the_lease_is_taken_when_the_network_returns(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.route(re.compile("/lease$"), lambda route: route.abort())
    page.reload()
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    page.unroute_all(behavior="ignoreErrors")
    paper.expect_saved(app, {"s1": ["B"]})
    expect(paper.pill).to_have_text("已保存")


def test_an_older_page_whose_request_was_lost_takes_nothing_from_a_newer_one(
    paper: Paper, computer: Callable[[], Paper], app: Flask
) -> None:
    page = paper.page
    lost: list[Route] = []
    page.route(re.compile("/lease$"), lambda route: (lost.append(route), route.abort()))
    page.reload()  # its first request is lost, and it tries again and again
    page.wait_for_timeout(500)
    assert lost
    page.context.set_offline(True)
    other = computer()
    other.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    page.unroute_all(behavior="ignoreErrors")
    page.context.set_offline(False)
    expect_taken_over(paper, "另一台设备继续")
    other.answer("单选二", ["甲"])
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})
    expect(other.notice).to_be_hidden()


def test_a_request_for_the_lease_that_is_heard_twice_freezes_nobody(paper: Paper, app: Flask) -> None:
    page = paper.page

    def lose_reply(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(re.compile("/lease$"), lose_reply, times=1)
    page.reload()
    paper.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    page.wait_for_timeout(2500)  # a pulse later
    expect(paper.notice).to_be_hidden()
