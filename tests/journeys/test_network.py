"""A network that fails in one way at a time: every answer clicked is in the database in the end."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.attempts.exam import Exam
from tests.journeys.steps import IN_BANK, RIGHT, SAVES, Paper, attempts, saved_answers, score, start


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
    page = paper.page
    page.context.set_offline(True)
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("离线 · 待同步 1 题")
    expect(paper.notice).to_contain_text("请继续答题。未送达的 1 题已存在这台设备上")
    spoken = page.locator("[data-spoken]")
    expect(spoken).to_contain_text("网络断开了")
    paper.answer("单选二", ["甲"])
    expect(paper.pill).to_have_text("离线 · 待同步 2 题")
    expect(spoken).to_contain_text("未送达的 1 题")  # not read out anew with each answer
    page.context.set_offline(False)
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})
    expect(paper.pill).to_have_text("已保存")
    expect(paper.notice).to_contain_text("网络已恢复，2 题全部送达。")


def test_nothing_is_called_saved_before_the_first_answer(paper: Paper) -> None:
    page = paper.page
    expect(paper.pill).to_have_text("尚未作答")
    page.goto(f"{page.url.partition('#')[0]}/submission")
    expect(paper.pill).to_have_text("尚未作答")
    page.go_back()
    page.context.set_offline(True)
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("离线 · 待同步 1 题")
    page.context.set_offline(False)
    expect(paper.pill).to_have_text("已保存")
    page.reload()
    expect(paper.pill).to_have_text("已保存")
    paper.answer("判断一", ["错误"])
    expect(paper.pill).not_to_have_text("尚未作答")


def test_a_save_that_takes_long_is_said_after_a_moment(paper: Paper) -> None:
    held: list[Route] = []
    paper.page.route(SAVES, lambda route: held.append(route), times=1)
    paper.answer("单选一", ["乙"])
    assert paper.pill.inner_text().strip() == "尚未作答"  # no flicker with every answer
    expect(paper.pill).to_have_text("正在保存")
    held[0].continue_()
    expect(paper.pill).to_have_text("已保存")


def test_unsent_answers_outlive_the_page(paper: Paper, app: Flask) -> None:
    page, context, url = paper.page, paper.page.context, paper.page.url
    context.route(SAVES, lambda route: route.abort())
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()) }")  # no route holds while it closes
    paper.answer("单选一", ["乙"])
    paper.answer("期间为", ["12"])
    expect(paper.pill).to_have_text("待同步 2 题")
    page.close()  # no farewell: as a phone ends a page that it needs the room of
    later = Paper(context.new_page())
    later.page.goto(url)
    assert later.chosen("单选一") == ["乙"]
    assert later.item("期间为").locator("input.form-control").first.input_value() == "12"
    assert saved_answers(app) == {}
    context.unroute_all(behavior="ignoreErrors")
    later.expect_saved(app, {"s1": ["B"], "f1": ["12", ""]})


def test_the_home_page_says_what_has_not_arrived(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    page.goto("/")
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("link", name="有 1 题还没送达，点这里送出").click()
    paper.expect_saved(app, {"s1": ["B"]})
    expect(paper.pill).to_have_text("已保存")
    page.goto("/")
    expect(page.get_by_role("heading", name="小测试")).to_be_visible()
    expect(page.locator("[data-unsent] a")).to_have_count(0)


def test_without_room_on_the_device_the_page_keeps_the_answers_and_says_so(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') } }")
    page.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["乙"])
    paper.answer("单选二", ["甲"])
    expect(paper.notice).to_contain_text("先别关闭这一页。未送达的 2 题只存在这一页里")
    page.unroute_all(behavior="ignoreErrors")
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})


def test_what_something_on_the_way_answers_is_no_acknowledgement(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.route(SAVES, lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>请先登录网络</h1>"))
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    page.unroute_all(behavior="ignoreErrors")
    paper.expect_saved(app, {"s1": ["B"]})


def test_answers_go_together_after_a_pause(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.context.set_offline(True)
    for words, texts in RIGHT.items():
        paper.answer(words, texts)
    expect(paper.pill).to_have_text("离线 · 待同步 7 题")
    sent: list[str] = []
    page.on("request", lambda request: SAVES.search(request.url) and sent.append(request.method))
    page.context.set_offline(False)
    paper.expect_saved(app, IN_BANK)
    expect(paper.pill).to_have_text("已保存")
    assert len(sent) <= 2


def test_a_slow_save_is_overtaken_by_the_newer_answer(paper: Paper, app: Flask) -> None:
    held: list[Route] = []
    paper.page.route(SAVES, lambda route: held.append(route), times=1)
    paper.answer("多选一", ["甲", "丙"])
    paper.answer("多选一", ["丙", "乙", "丁"])
    expect(paper.pill).not_to_have_text("已保存")
    held[0].continue_()
    paper.expect_saved(app, {"m1": ["A", "B", "D"]})


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
    receipt = page.evaluate("JSON.parse(localStorage['quizapp:receipt:1'])[0]")
    assert receipt["answered"] == 1
    assert receipt["items"] == 7
    [attempt] = attempts(app)
    assert receipt["fingerprint"] == attempt.fingerprint


def test_confirming_waits_for_what_has_not_arrived(paper: Paper, app: Flask) -> None:
    page = paper.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    page.goto(f"{page.url.split('#')[0]}/submission")
    page.get_by_role("button", name="确认交卷").click()
    expect(paper.notice).to_contain_text("正在等待 1 题送达，送达后自动交卷")
    page.unroute_all(behavior="ignoreErrors")
    page.wait_for_url(re.compile("/result$"))
    assert score(app)["points"] == 20
