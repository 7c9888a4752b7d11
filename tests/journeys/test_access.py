"""The offices' pages: no violation that axe knows, and nothing wider than the window."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.attempts.exam import Exam
from tests.practice.sitting import sit
from tests.support import browser
from tests.support.axe import complaints
from tests.support.cast import sign_in_page
from tests.support.time import MovableClock

WIDTHS = pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
OFFICES = {
    "organizer": "/ /quizzes /quizzes/new /quizzes/1 /quizzes/1/preview /banks /banks/new /banks/1 "
    "/banks/1/revisions/1 /roster /me",
    "committee": "/reports /reports/1",
}


@WIDTHS
def test_offices(size: dict[str, Any], exam: Exam, open_page: Callable[..., Page]) -> None:
    found = []
    for office, addresses in OFFICES.items():
        page = open_page(**size)
        sign_in_page(page, getattr(exam.cast, office).login)
        for address in addresses.split():
            page.goto(address)
            found += complaints(page, address, modes=["light"], targets=False)
    assert not found, "\n".join(found)


@WIDTHS
def test_the_report_with_topics_and_items(
    app: Flask, clock: MovableClock, exam: Exam, size: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    with app.app_context():
        sit(exam, {"BANK-s1", "BANK-t1"})
    clock.advance(days=30)
    page, found = open_page(**size), []
    sign_in_page(page, exam.cast.committee.login)
    for address in ("/reports/1", "/reports/periods", "/reports/1/items"):
        page.goto(address)
        found += complaints(page, address, modes=["light"], targets=False)
    assert page.locator(".rstem").count() == 7
    assert not found, "\n".join(found)
