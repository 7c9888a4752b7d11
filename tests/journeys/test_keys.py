"""By keyboard alone, from the sign-in to the result; and the keys of the paper, which never stand in the way."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.attempts.exam import Exam
from tests.journeys.steps import RIGHT, Paper, current, expect_kept, saved_answers, score, start
from tests.support.cast import PASSWORD


@pytest.fixture
def paper(exam: Exam, desktop: Page) -> Paper:
    """Zhang's paper on a desk."""
    return start(desktop, exam.cast.zhang.login, exam.quiz_id)


def tab_to(page: Page, selector: str, words: str = "") -> None:
    """Press Tab until an element of that kind, with these words in it, has the focus; the ring must be seen there."""
    found = "([s, w]) => document.activeElement.matches(s) && document.activeElement.textContent.includes(w)"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(found, [selector, words]):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"Tab never reaches {selector} {words}")


def answer_by_keys(page: Page, words: str, texts: tuple[str, ...]) -> None:
    """Answer the present item without leaving the keyboard."""
    item = page.locator("[data-item]:visible")
    expect(item.locator("legend")).to_contain_text(words)
    if item.locator("input.form-control").count():
        for text in texts:
            tab_to(page, "input.form-control")
            page.keyboard.type(text)
        page.keyboard.press("Enter")  # ends the typing, not the test
        return
    options = item.locator(".opt .txt").all_inner_texts()
    for text in texts:
        page.keyboard.press(str(options.index(text) + 1))


@pytest.mark.timeout(240)
def test_from_the_sign_in_to_the_result_without_a_mouse(exam: Exam, desktop: Page, app: Flask) -> None:
    page, keys = desktop, desktop.keyboard
    page.goto("/sign-in")
    tab_to(page, "#login")
    keys.type(exam.cast.zhang.login)
    tab_to(page, "#password")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    tab_to(page, "main a.btn-primary, main form .btn-primary")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/(tests|attempts)/\d+"))
    if "/tests/" in page.url:
        tab_to(page, "main .btn-primary")
        keys.press("Enter")
    page.wait_for_url(re.compile(r"/attempts/\d+"))
    expect(page.locator(".take.is-single")).to_be_visible()
    order = page.locator("legend").all_text_contents()
    for position, stem in enumerate(order):
        [(words, texts)] = [(words, texts) for words, texts in RIGHT.items() if words in stem]
        answer_by_keys(page, words, texts)
        if position < len(order) - 1:
            keys.press("ArrowRight")
            expect(page.locator(f"#no-{position + 1}")).to_be_focused()
    tab_to(page, "[data-last]")
    keys.press("Enter")
    page.wait_for_url(re.compile("/submission$"))
    expect(page.get_by_role("heading", name="7 题已全部作答")).to_be_visible()
    tab_to(page, "form[action$='/submission'] button")
    keys.press("Enter")
    page.wait_for_url(re.compile("/result"))
    assert score(app) == {"points": 100, "of": 100, "ended_by": "candidate"}


def test_keys_choose_mark_and_go_on(paper: Paper, app: Flask) -> None:
    page, keys = paper.page, paper.page.keyboard
    paper.show("多选一")
    for key in ("a", "B", "3", "3", "4"):
        keys.press(key)
    ticked = paper.item("多选一").locator(".opt input:checked")
    assert [each.get_attribute("value") for each in ticked.all()] == ["A", "B", "D"]
    expect(paper.pill).to_have_text("已保存")
    assert len(saved_answers(app)["m1"]) == 3
    keys.press("m")
    expect(paper.item("多选一").locator(".mark-tool input")).to_be_checked()
    before = int(current(page) or 0)
    keys.press("ArrowRight" if before < 6 else "ArrowLeft")
    assert abs(int(current(page) or 0) - before) == 1
    expect(page.locator(f"#no-{current(page)}")).to_be_focused()
    paper.show("判断一")
    keys.press("1")
    assert paper.chosen("判断一") == ["正确"]


def test_an_arrow_from_a_chosen_option_changes_the_item_and_not_the_answer(paper: Paper) -> None:
    paper.answer("单选一", ["乙"])
    before = int(current(paper.page) or 0)
    paper.page.keyboard.press("ArrowRight")
    assert int(current(paper.page) or 0) == before + 1
    paper.page.keyboard.press("ArrowLeft")
    assert paper.chosen("单选一") == ["乙"]
    paper.page.locator(f"#item-{before} input:checked").focus()
    paper.page.keyboard.press("ArrowDown")  # the browser's own way through the options stays
    assert paper.chosen("单选一") != ["乙"]


def test_keys_leave_typing_alone(paper: Paper) -> None:
    blank = paper.show("期间为").locator("input.form-control").first
    blank.focus()
    before = current(paper.page)
    paper.page.keyboard.type("am12?")
    paper.page.keyboard.press("ArrowLeft")
    expect(blank).to_have_value("am12?")
    assert current(paper.page) == before
    expect(paper.item("期间为").locator(".mark-tool input")).not_to_be_checked()


@pytest.mark.parametrize("chord", ["Control+a", "Alt+b", "Meta+m"])
def test_keys_with_a_modifier_belong_to_the_browser(chord: str, paper: Paper) -> None:
    paper.show("单选一")
    paper.page.keyboard.press(chord)
    assert paper.chosen("单选一") == []


def test_keys_can_be_looked_up_and_switched_off_for_good(paper: Paper) -> None:
    page = paper.page
    paper.show("单选一")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="键盘操作")
    expect(help_).to_be_visible()
    page.keyboard.press("b")  # nothing behind the dialog
    help_.get_by_role("button", name="停用快捷键").click()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.keyboard.press("b")
    assert paper.chosen("单选一") == []
    expect_kept(page, 'data-shortcuts="off"')
    page.reload()
    page.keyboard.press("b")
    assert page.locator(".opt input:checked").count() == 0
    page.get_by_role("button", name="键盘操作").click()
    help_.get_by_role("button", name="启用快捷键").click()
    help_.get_by_role("button", name="关闭").click()
    expect(help_).to_be_hidden()
    page.keyboard.press("b")
    assert page.locator(".opt input:checked").count() == 1
