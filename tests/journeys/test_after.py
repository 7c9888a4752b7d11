"""The pages after a test in a browser: usable by everybody in every mode, kept by a button, whole on paper."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from quizapp.attempts.models import Attempt, Leaving
from quizapp.db import writing
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_result import sit
from tests.support import browser
from tests.support.axe import complaints, reflow
from tests.support.cast import sign_in_page
from tests.support.time import MovableClock

SIZES = pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])


@pytest.fixture
def exam(app: Flask, clock: MovableClock) -> Exam:
    return make_exam(app, certificate=True, leaving_recorded=True, attempts_allowed=2)


@pytest.fixture
def attempt(app: Flask, exam: Exam, clock: MovableClock) -> Attempt:
    """Zhang passed with two items wrong, was away once, and the test has closed since."""
    with app.app_context():
        attempt = sit(exam, exam.cast.zhang, clock, positions=5)
        with writing() as session:
            values = {"operation": "operation-1", "seconds": 48, "cause": "call"}
            left_at = attempt.started_at + timedelta(minutes=3)
            session.add(Leaving(attempt_id=attempt.id, left_at=left_at, explanation="", **values))
        attempt = exam.attempt(attempt.id)
        clock.advance(days=3)
        return attempt


@SIZES
def test_everybody_can_use_the_pages(
    size: dict[str, Any], exam: Exam, attempt: Attempt, open_page: Callable[..., Page]
) -> None:
    own, office = f"/attempts/{attempt.id}", f"/quizzes/{exam.quiz_id}"
    code = f"/certificates/{attempt.verification_code}"
    visits = {
        exam.cast.zhang.login: [
            f"{own}/result",
            f"{own}/result?items=all",
            f"{own}/record",
            f"{own}/certificate",
            code,
            "/certificates/verify",
        ],
        exam.cast.organizer.login: [f"{office}/leavings", f"{office}/questions"],
    }
    found: list[str] = []
    judged: set[str] = set()
    for login, addresses in visits.items():
        page = open_page(**size, reduced_motion="reduce")  # or the change of mode would be seen half-way
        sign_in_page(page, login)
        for address in addresses:
            page.goto(address)
            own_page = login == exam.cast.zhang.login
            found += complaints(page, address, targets=own_page, judged=judged)
            if own_page and size is browser.DESKTOP:
                found += reflow(page, address, browser.DESKTOP["viewport"])
    assert not found, "\n".join(found)


def test_receipt_is_copied_as_lines_of_text(exam: Exam, attempt: Attempt, desktop: Page) -> None:
    desktop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in_page(desktop, exam.cast.zhang.login)
    desktop.goto(f"/attempts/{attempt.id}/result")
    desktop.get_by_role("button", name="复制").click()
    expect(desktop.locator("#receipt-said")).to_have_text("已复制")
    text = desktop.evaluate("navigator.clipboard.readText()")
    lines = text.splitlines()
    assert "测试：小测试" in lines
    assert f"回执编号：{exam.quiz_id:04d}-{attempt.id:07d}" in lines
    assert re.search(r"答卷指纹：\s+[0-9A-F]{4}( [0-9A-F]{4}){15}$", text)


def test_doubt_about_an_item_is_sent_from_its_place(exam: Exam, attempt: Attempt, phone: Page) -> None:
    sign_in_page(phone, exam.cast.zhang.login)
    phone.goto(f"/attempts/{attempt.id}/result")
    phone.get_by_label("对第 6 题有疑问").click()
    phone.get_by_label("您对什么有疑问，依据是什么？").first.fill("第一条有不同说法")
    phone.locator(".asking[open]").get_by_role("button", name="提交").click()
    expect(phone.get_by_text("您的疑问已送达题库负责人。")).to_be_visible()
    expect(phone.locator("#item-5")).to_contain_text("第一条有不同说法")


def test_without_script_the_same_by_links_and_forms(
    exam: Exam, attempt: Attempt, open_page: Callable[..., Page]
) -> None:
    page = open_page(**browser.PHONE, java_script_enabled=False)
    sign_in_page(page, exam.cast.zhang.login)
    page.goto(f"/attempts/{attempt.id}/result")
    expect(page.locator("#receipt")).to_contain_text("回执编号")
    expect(page.get_by_role("button", name="复制")).to_have_count(0)
    page.get_by_text("说明情况").click()
    page.get_by_label("当时的情况").fill("值班电话")
    page.locator("#leavings").get_by_role("button", name="提交").click()
    expect(page.locator("#leavings")).to_contain_text("您的说明：值班电话")
    page.get_by_role("link", name="合格证明").click()
    expect(page.get_by_role("heading", name="合格证明")).to_be_visible()


@pytest.mark.parametrize("page_name", ["record", "certificate"])
def test_whole_on_paper(exam: Exam, attempt: Attempt, desktop: Page, page_name: str, tmp_path: Path) -> None:
    sign_in_page(desktop, exam.cast.zhang.login)
    desktop.goto(f"/attempts/{attempt.id}/{page_name}")
    paper = desktop.pdf(format="A4", prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert pages == 1 if page_name == "certificate" else 1 < pages <= 3
    desktop.emulate_media(media="print")
    for chrome in (".topbar", ".foot", "[data-print]"):
        expect(desktop.locator(chrome).first).to_be_hidden()
