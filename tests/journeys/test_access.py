"""The offices' pages: no violation that axe knows, and nothing wider than the window."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.attempts.exam import Exam
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
