"""From the committee's Word file to a published test: how many clicks it takes, and that nothing is guessed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.quizzes.models import Quiz
from tests.support import browser
from tests.support.cast import make_cast, sign_in_page
from tests.support.word_files import p, word_file

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_CLICKS = 8


def questions() -> list[str]:
    """Two hundred questions as a committee types them; three have no key, and one has a key that is no option."""
    lines = ["廉政知识题库", "一、单项选择题"]
    for n in range(1, 91):
        key = "" if n in (17, 40) else "E" if n == 50 else "ABCD"[n % 4]
        lines += [f"{n}、处分种类第{n}问，正确的是（　）。", f"A．警告{n}　B．记过{n}", f"C．降级{n}　D．撤职{n}"]
        lines += [f"答案：{key}"] if key else []
    lines.append("二、多项选择题")
    for n in range(1, 41):
        lines += [f"{n}、纪律要求第{n}问，正确的有（　）。", f"A．甲{n} B．乙{n} C．丙{n} D．丁{n}", "答案：ABD"]
    lines.append("三、判断题")
    lines += [f"{n}、第{n}条规定应当遵守。（{'√' if n % 2 else '×'}）" for n in range(1, 70)]
    return [*lines, "70、第70条规定应当遵守。（　）"]


class Clicks:
    """Counts what a person presses."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        """Press it."""
        target.click()
        self.count += 1


@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
def test_two_hundred_questions_in_word_are_a_test_in_eight_clicks(
    size: dict[str, Any], live_server: Any, open_page: Callable[..., Page]
) -> None:
    cast = make_cast(live_server.app)
    page, clicks = open_page(**size), Clicks()
    sign_in_page(page, cast.organizer.login)
    page.goto("/")
    clicks.on(page.get_by_role("main").get_by_role("link", name="题库", exact=True))
    clicks.on(page.get_by_role("main").get_by_role("link", name="上传题库"))
    word = word_file("".join(p(line) for line in questions()))
    page.set_input_files("#file", {"name": "廉政题库（终稿）.docx", "mimeType": WORD, "buffer": word})
    clicks.on(page.get_by_role("button", name="上传并检查"))
    expect(page.get_by_role("heading", name="核对导入内容")).to_be_visible(timeout=60_000)
    clicks.on(page.get_by_role("button", name="导入 196 道，余下存为草稿"))
    page.wait_for_url(re.compile(r"/banks/\d+$"))
    expect(page.get_by_role("link", name="查看这些草稿")).to_be_visible()
    clicks.on(page.get_by_role("link", name="用此题库发布测试"))
    clicks.on(page.get_by_role("checkbox", name="示范省住房和城乡建设厅"))
    clicks.on(page.get_by_role("button", name="检查", exact=True).locator("visible=true").last)
    clicks.on(page.get_by_role("button", name="发布", exact=True))
    page.wait_for_url(re.compile(r"/quizzes/\d+$"))
    assert clicks.count <= MOST_CLICKS
    expect_nothing_guessed(live_server.app)


def expect_nothing_guessed(app: Flask) -> None:
    """The bank of the only test holds the questions that had a key, each with that key."""
    with app.app_context():
        quiz = db.session.scalars(select(Quiz)).one()
        assert quiz.title == "廉政知识题库", "as the first line of the document says"
        bank = bank_of(quiz.bank_revision_id)
        single = {item.stem: item.key for item in bank.items if item.type == "single"}
        assert len(single) == 87
        for n in set(range(1, 91)) - {17, 40, 50}:
            assert single[f"处分种类第{n}问，正确的是（　）。"] == ("ABCD"[n % 4],)


def test_a_problem_marks_its_line_and_its_question(live_server: Any, desktop: Page) -> None:
    cast = make_cast(live_server.app)
    sign_in_page(desktop, cast.organizer.login)
    desktop.goto("/banks/new")
    text = "\n".join(questions()).encode()
    desktop.set_input_files("#file", {"name": "题目.txt", "mimeType": "text/plain", "buffer": text})
    desktop.get_by_role("button", name="上传并检查").click()
    expect(desktop.get_by_role("heading", name="核对导入内容")).to_be_visible(timeout=60_000)
    problem = desktop.locator(".probs a", has_text="第 40 题")
    problem.focus()
    problem.press("Enter")
    expect(problem).to_have_attribute("aria-current", "true")
    marked = desktop.locator(".src .is-sel")
    expect(marked).to_have_count(1)
    expect(marked).to_be_in_viewport()
    question = desktop.locator(".parsed.is-sel")
    expect(question).to_contain_text("第40问")
    expect(question).to_be_in_viewport()
    expect(question.locator('[aria-pressed="true"]')).to_have_count(0)
    question.get_by_role("button", name="答案 C").click()
    expect(desktop.get_by_role("button", name="导入 197 道，余下存为草稿")).to_be_visible()


def test_the_workbench_works_without_script(live_server: Any, open_page: Callable[..., Page]) -> None:
    cast = make_cast(live_server.app)
    page = open_page(**browser.DESKTOP, java_script_enabled=False)
    sign_in_page(page, cast.organizer.login)
    page.goto("/banks/new")
    text = "\n".join(questions()).encode()
    page.set_input_files("#file", {"name": "题目.txt", "mimeType": "text/plain", "buffer": text})
    page.get_by_role("button", name="上传并检查").click()
    while page.get_by_role("link", name="再看一次").count():
        page.get_by_role("link", name="再看一次").click()
    page.locator(".probs a", has_text="第 17 题").click()
    expect(page.locator(".src li:target")).to_be_in_viewport()
