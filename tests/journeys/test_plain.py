"""Without script the same page is one long form: everything a candidate must be able to do, it can do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.attempts.exam import Exam
from tests.journeys.steps import IN_BANK, RIGHT, Paper, saved_answers, score, start
from tests.support import browser


@pytest.fixture
def plain(exam: Exam, open_page: Callable[..., Page]) -> Paper:
    """Zhang's paper on a phone that runs no script."""
    return start(open_page(java_script_enabled=False, **browser.PHONE), exam.cast.zhang.login, exam.quiz_id)


def fill(paper: Paper, words: str, texts: tuple[str, ...]) -> None:
    """Set the fields of one item on the long form."""
    for at, text in enumerate(texts):
        blank = paper.item(words).locator("input.form-control").nth(at)
        if blank.count():
            blank.fill(text)
        else:
            paper.item(words).locator(".opt", has_text=text).locator("input").check()


def test_whole_test_by_plain_forms(plain: Paper, live_server: Any) -> None:
    page = plain.page
    fill(plain, "单选一", ("丙",))
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存").last).to_be_visible()
    assert saved_answers(live_server.app) == {"s1": ["C"]}
    for words, texts in RIGHT.items():
        fill(plain, words, texts)
    page.get_by_role("button", name="保存并交卷").click()
    expect(page.get_by_role("heading", name="7 题已全部作答")).to_be_visible()
    assert saved_answers(live_server.app) == IN_BANK
    page.get_by_role("button", name="确认交卷").click()
    expect(page.locator(".score b")).to_have_text("100")
    assert score(live_server.app) == {"points": 100, "of": 100, "ended_by": "candidate"}


def test_an_older_form_does_not_overwrite(plain: Paper, live_server: Any) -> None:
    other = Paper(plain.page.context.new_page())
    other.page.goto(plain.page.url)
    fill(other, "单选一", ("乙",))
    other.page.get_by_role("button", name="保存", exact=True).click()
    fill(plain, "单选一", ("丙",))
    fill(plain, "单选二", ("甲",))
    plain.page.get_by_role("button", name="保存并交卷").click()
    expect(plain.page.get_by_text("有 1 题在别处改过")).to_be_visible()
    assert plain.chosen("单选一") == ["乙"]
    assert saved_answers(live_server.app) == {"s1": ["B"], "s2": ["A"]}


def test_large_type_fits_the_phone(plain: Paper) -> None:
    plain.page.get_by_role("button", name="大字").click()
    expect(plain.page.locator("html")).to_have_attribute("data-type", "large")
    expect(plain.page).to_have_url(re.compile(r"/attempts/\d+"))
    widest = max(
        box["x"] + box["width"] for each in plain.page.locator("main *:visible").all() if (box := each.bounding_box())
    )
    assert widest <= 390


def test_a_new_look_of_the_page_costs_no_answer(plain: Paper, live_server: Any) -> None:
    """大字 is a button of the answers' own form: what was ticked and not saved yet goes along."""
    fill(plain, "单选一", ("乙",))
    fill(plain, "期间为", ("12", "党组"))
    plain.item("单选二").locator(".mark-tool input").check(force=True)
    plain.page.get_by_role("button", name="大字").click()
    expect(plain.page.locator("html")).to_have_attribute("data-type", "large")
    assert saved_answers(live_server.app) == {"s1": ["B"], "f1": ["12", "党组"], "s2": []}
    assert plain.chosen("单选一") == ["乙"]
    expect(plain.item("单选二").locator(".mark-tool input")).to_be_checked()


def test_the_whole_paper_is_on_the_page_and_the_way_around_works(plain: Paper) -> None:
    page = plain.page
    expect(page.locator("[data-item]:visible")).to_have_count(7)
    expect(page.locator(".passage-text")).to_be_visible()
    expect(page.locator("[data-layout-switch], [data-open-keys], [data-foot-script]")).to_have_count(3)
    for hidden in page.locator("[data-layout-switch], [data-open-keys], [data-foot-script]").all():
        expect(hidden).to_be_hidden()
    plain.item("单选二").locator(".mark-tool input").check(force=True)
    page.get_by_role("button", name="保存并交卷").click()
    expect(page.get_by_role("heading", name="还有 7 题没有作答")).to_be_visible()
    expect(page.get_by_text("交卷后不能再改。")).to_be_visible()
    cell = page.get_by_role("link", name="未答，已标记").last
    number = cell.inner_text().strip()
    cell.click()
    expect(page).to_have_url(re.compile(rf"#item-{int(number) - 1}$"))
    expect(page.locator(f"#item-{int(number) - 1}")).to_be_in_viewport()


def test_enter_in_a_blank_saves(plain: Paper, live_server: Any) -> None:
    fill(plain, "期间为", ("12", "党组"))
    plain.item("期间为").locator("input.form-control").first.press("Enter")
    expect(plain.page.get_by_text("已保存").last).to_be_visible()
    assert saved_answers(live_server.app) == {"f1": ["12", "党组"]}
    expect(plain.page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "false")
