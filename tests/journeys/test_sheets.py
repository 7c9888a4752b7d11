"""The pages of absences, of the sheets to sign and of a branch: for every eye at both widths, and what they do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, excuse, hold
from tests.support import browser
from tests.support.axe import complaints
from tests.support.cast import Cast, make_cast, sign_in_page
from tests.support.time import MovableClock

PAGES = ("excusals?branch={branch}", "confirmation?scores=1", "confirmation/print?branch={branch}", "branch")


@pytest.fixture
def cast(clock: MovableClock, live_server: Any) -> Cast:
    clock.set(CLOSES + timedelta(hours=1))
    return make_cast(live_server.app)


@pytest.fixture
def occasion(cast: Cast, live_server: Any) -> Occasion:
    app: Flask = live_server.app
    branch = cast.branches[0]
    sitters = [Sitter(branch, (dict(KEYS),), name="已考者"), Sitter(branch, name="出差者", excused=True)]
    with app.app_context():
        occasion = hold(cast.department, cast.organizer.account_id, [*sitters, Sitter(branch, name="缺席者")])
        excuse(occasion, cast.organizer.account_id)
    return occasion


@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
def test_for_every_eye(cast: Cast, occasion: Occasion, size: dict[str, Any], open_page: Callable[..., Page]) -> None:
    page = open_page(**size, reduced_motion="reduce")  # or the change of mode would be seen half-way
    sign_in_page(page, cast.committee.login)
    found = []
    for address in PAGES:
        page.goto(f"/reports/{occasion.quiz_id}/{address.format(branch=cast.branches[0])}")
        found += complaints(page, address)
    assert not found, "\n".join(found)


def test_the_text_is_copied_and_without_script_it_is_there(
    cast: Cast, occasion: Occasion, open_page: Callable[..., Page]
) -> None:
    page = open_page(**browser.PHONE, permissions=["clipboard-read", "clipboard-write"])
    sign_in_page(page, cast.secretary.login)
    page.goto(f"/reports/{occasion.quiz_id}/branch")
    page.get_by_role("button", name="复制文字").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert "缺席者" in page.evaluate("navigator.clipboard.readText()")
    plain = open_page(java_script_enabled=False, **browser.PHONE)
    sign_in_page(plain, cast.secretary.login)
    plain.goto(f"/reports/{occasion.quiz_id}/branch")
    expect(plain.locator("#group-text")).to_contain_text("缺席者")
    expect(plain.get_by_role("button", name="复制文字")).to_be_hidden()
