"""What stands in the way of the whole page is said plainly, and nothing is asked again and again."""

import json
import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from quizapp.accounts.models import Account
from quizapp.db import writing
from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import Exam
from tests.journeys.steps import SAVES, Paper, start


@pytest.fixture
def paper(exam: Exam, phone: Page) -> Paper:
    """Zhang's paper on the phone."""
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    expect(paper.page.locator("[data-take]")).to_have_attribute("data-held", re.compile("^[0-9]+$"))
    return paper


def withdraw(app: Flask, exam: Exam) -> None:
    with app.app_context():
        withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")


def expect_withdrawn(paper: Paper) -> None:
    """It is said, with the way to the reason, and the page is quiet."""
    page = paper.page
    expect(paper.notice).to_contain_text("组织者已撤回本场测试。您不用再作答，也不用交卷。")
    expect(page.locator("[data-timer]")).to_be_hidden()
    expect(paper.pill).to_have_text("测试已撤回")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3000)
    assert asked == []
    page.get_by_role("button", name="查看撤回说明").click()
    page.wait_for_url(re.compile(r"/tests/\d+$"))
    expect(page.get_by_text("题目有误")).to_be_visible()


def test_a_test_that_was_withdrawn_by_the_pulse(paper: Paper, exam: Exam, app: Flask) -> None:
    page = paper.page
    page.route(SAVES, lambda route: route.abort())
    paper.answer("单选一", ["乙"])
    expect(paper.pill).to_have_text("待同步 1 题")
    withdraw(app, exam)
    expect(paper.notice).to_contain_text("撤回")
    [key] = [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith("quizapp:outbox:")]
    assert json.loads(page.evaluate(f"localStorage['{key}']"))["answer"]
    page.on("dialog", lambda dialog: dialog.accept())
    expect_withdrawn(paper)


def test_a_test_that_was_withdrawn_by_a_save(paper: Paper, exam: Exam, app: Flask) -> None:
    paper.page.route(re.compile("/clock$"), lambda route: route.abort())
    withdraw(app, exam)
    paper.answer("单选一", ["乙"])
    expect_withdrawn(paper)


def test_a_test_that_was_withdrawn_before_the_lease(paper: Paper, exam: Exam, app: Flask) -> None:
    page = paper.page
    held: list[Route] = []
    page.route(re.compile("/clock$"), lambda route: route.abort())
    page.route(re.compile("/lease$"), lambda route: held.append(route))
    page.reload()
    while not held:
        page.wait_for_timeout(50)
    withdraw(app, exam)
    held[0].continue_()
    expect_withdrawn(paper)


def test_a_one_time_password_is_said(paper: Paper, app: Flask) -> None:
    page = paper.page
    with app.app_context(), writing() as session:
        session.execute(update(Account).values(password_is_temporary=True))
    paper.answer("单选一", ["乙"])
    expect(paper.notice).to_contain_text("请先设置自己的密码")
    expect(paper.pill).to_have_text("请先设置密码")
    page.wait_for_timeout(2500)
    expect(paper.notice).not_to_contain_text("网络断开")
    page.get_by_role("button", name="去设置密码").click()
    page.wait_for_url(re.compile(r"/me\?next=%2Fattempts%2F\d+$"))
    page.go_back()
    with app.app_context(), writing() as session:
        session.execute(update(Account).values(password_is_temporary=False))
    page.goto("/attempts/1")
    paper.expect_saved(app, {"s1": ["B"]})


def test_one_answer_that_is_not_understood_holds_up_no_other(paper: Paper, app: Flask) -> None:
    page = paper.page
    position = paper.item("单选二").get_attribute("data-item")  # each paper has an order of its own
    page.context.set_offline(True)
    for words, text in (("单选一", "乙"), ("单选二", "甲"), ("判断一", "正确")):
        paper.answer(words, [text])
    expect(paper.pill).to_have_text("离线 · 待同步 3 题")

    def refuse(route: Route) -> None:
        if f'"position":{position},' in (route.request.post_data or ""):
            route.fulfill(status=422, json={"error": "not_understood", "message": ""})
        else:
            route.continue_()

    page.route(SAVES, refuse)
    page.context.set_offline(False)
    paper.expect_saved(app, {"s1": ["B"], "t1": ["true"]})
    expect(paper.notice).to_contain_text(f"第 {int(position or 0) + 1} 题没有存上")
    expect(paper.pill).to_have_text("已保存")


def test_half_a_character_is_not_sent(paper: Paper, app: Flask) -> None:
    blank = paper.show("期间为").locator("input.form-control").first
    blank.evaluate(
        "field => { field.value = '十\\ud83d二😀'; field.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    paper.expect_saved(app, {"f1": ["十二😀", ""]})
