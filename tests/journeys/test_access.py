"""Everybody can use the pages: no violation that axe knows, and a whole test by keyboard alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.attempts.exam import Exam
from tests.journeys.steps import start
from tests.support import browser
from tests.support.cast import sign_in_page

WIDTHS = pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
OFFICES = {
    "organizer": "/ /quizzes /quizzes/new /quizzes/1 /quizzes/1/preview /banks /banks/new /banks/1 "
    "/banks/1/revisions/1 /roster /me",
    "committee": "/reports /reports/1",
}


def violations(page: Page, place: str = "") -> list[str]:
    """What axe finds on the page, each with the place and the first element."""
    found = Axe().run(page).response["violations"]
    return [f"{place}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


@WIDTHS
def test_offices(size: dict[str, Any], exam: Exam, open_page: Callable[..., Page]) -> None:
    found = []
    for office, addresses in OFFICES.items():
        page = open_page(**size)
        sign_in_page(page, getattr(exam.cast, office).login)
        for address in addresses.split():
            page.goto(address)
            found += violations(page, address)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{address}: wider than the window")
    assert not found, "\n".join(found)


@WIDTHS
def test_candidate(size: dict[str, Any], exam: Exam, open_page: Callable[..., Page]) -> None:
    page = open_page(**size)
    page.goto("/sign-in")
    found = violations(page, "sign-in")
    paper = start(page, exam.cast.zhang.login, exam.quiz_id)
    for words in ("单选一", "多选一", "期间为", "案例判断"):
        paper.show(words)
        found += violations(page, words)
    page.get_by_role("button", name="大字").click()
    found += violations(page, "large type")
    page.goto(f"{page.url.split('#')[0]}/submission")
    found += violations(page, "submission")
    page.get_by_role("button", name="确认交卷").click()
    page.wait_for_url(re.compile("/result$"))
    found += violations(page, "result")
    page.goto("/")
    found += violations(page, "home")
    assert not found, "\n".join(found)


def test_by_keyboard_alone(exam: Exam, desktop: Page) -> None:
    start(desktop, exam.cast.zhang.login, exam.quiz_id)
    keys = desktop.keyboard
    press_until(desktop, "input[type=radio]")
    keys.press("Space")
    letter = desktop.evaluate("document.activeElement.value")
    keys.press("ArrowDown")
    assert desktop.evaluate("document.activeElement.value") == chr(ord(letter) + 1)
    press_until(desktop, "[data-step='1']")
    keys.press("Enter")
    expect(desktop.locator("[data-item='1'] .item-no")).to_be_focused()
    press_until(desktop, "[data-answer-sheet] [type=submit]")
    keys.press("Enter")
    desktop.wait_for_url(re.compile("/submission$"))
    press_until(desktop, "form[action$='/submission'] button")
    keys.press("Enter")
    desktop.wait_for_url(re.compile("/result$"))
    expect(desktop.locator(".score")).to_be_visible()


def press_until(page: Page, selector: str) -> None:
    """Press Tab until an element of that kind has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")
