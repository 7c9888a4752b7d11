"""Practice in a real browser: by plain forms, and for every eye at both widths in three modes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from quizapp.banks.models import PracticeUse
from tests.attempts.exam import Exam, make_exam
from tests.journeys.steps import RIGHT
from tests.practice.sitting import allow_practice, sit
from tests.support import browser
from tests.support.axe import complaints, reflow
from tests.support.cast import sign_in_page
from tests.support.time import MovableClock

PAGES = ["/", "/practice", "/practice/choose", "/practice/book", "/practice/next"]


@pytest.fixture
def exam(clock: MovableClock, live_server: Any) -> Exam:
    """A test that has closed, of which Zhang knew nothing; its bank may be practised."""
    exam = make_exam(live_server.app)
    with live_server.app.app_context():
        sit(exam)
        allow_practice(exam, PracticeUse.OPEN)
    clock.advance(days=3)
    return exam


def answer(page: Page, texts: tuple[str, ...]) -> None:
    """Mark the options of these texts, or fill the blanks with them."""
    blanks = page.locator("input.form-control")
    for at, text in enumerate(texts):
        if blanks.count():
            blanks.nth(at).fill(text)
        else:
            page.locator(".opt", has_text=text).locator("input").check(force=True)


def test_a_day_without_script(exam: Exam, open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False, **browser.PHONE)
    sign_in_page(page, exam.cast.zhang.login)
    page.goto("/")
    expect(page.get_by_text("7 题，约 2 分钟")).to_be_visible()
    page.get_by_role("button", name="开始练习").click()
    for number in range(1, 8):
        expect(page.locator("h1 b")).to_have_text(str(number))
        stem = page.locator("legend.stem").inner_text()
        [texts] = [texts for words, texts in RIGHT.items() if words in stem]
        answer(page, texts)
        page.get_by_role("button", name="核对答案").click()
        expect(page.get_by_role("heading", name="答对了")).to_be_visible()
        expect(page.get_by_text("再练。")).to_be_visible()
        page.get_by_role("link", name="下一题").click()
    expect(page.get_by_text("共 7 题，答对 7 题。")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_enter_checks_the_answer(script: bool, exam: Exam, open_page: Callable[..., Page]) -> None:
    """Enter in a blank or on an option, and the key that a phone's keyboard has for it, never say "I do not know"."""
    page = open_page(java_script_enabled=script, **browser.PHONE)
    sign_in_page(page, exam.cast.zhang.login)
    page.goto("/")
    page.get_by_role("button", name="开始练习").click()
    for _ in range(7):
        stem = page.locator("legend.stem").inner_text()
        [texts] = [texts for words, texts in RIGHT.items() if words in stem]
        if page.locator("input.form-control").count():
            answer(page, texts[:1])
            page.locator("input.form-control").first.press("Enter")
            expect(page.locator("legend.stem")).to_be_visible()  # a blank is still empty
        answer(page, texts)
        page.locator("input.form-control, .opt input:checked").last.press("Enter")
        expect(page.get_by_role("heading", name="答对了")).to_be_visible()
        page.get_by_role("link", name="下一题").click()
    expect(page.get_by_text("共 7 题，答对 7 题。")).to_be_visible()


@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
def test_every_page_for_every_eye(size: dict[str, Any], exam: Exam, open_page: Callable[..., Page]) -> None:
    page = open_page(**size, reduced_motion="reduce")  # or the change of mode would be seen half-way
    sign_in_page(page, exam.cast.zhang.login)
    page.goto("/practice")
    page.get_by_role("button", name="开始练习").click()
    found: list[str] = []
    judged: set[str] = set()

    def look(name: str) -> None:
        found.extend(complaints(page, name, judged=judged))
        if size is browser.DESKTOP:
            found.extend(reflow(page, name, browser.DESKTOP["viewport"]))

    look("question")
    page.get_by_role("button", name="不会，看答案").click()
    look("answered")
    for address in PAGES:
        page.goto(address)
        look(address)
    page.goto("/practice/book")
    page.locator("summary").first.click()
    look("book, opened")
    page.goto("/practice/chosen?topic=没有")
    look("nothing to practise")
    assert not found, "\n".join(found)
