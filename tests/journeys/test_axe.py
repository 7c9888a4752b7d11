"""Every page of a candidate at both widths, in light, in dark and in large type: what axe finds, how wide it is, and
how large is what a finger must hit. A new page is one more row of PAGES; those after a test and those of practice are
walked by test_after.py and test_practice.py, where there is more on them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Error, Page, expect

from quizapp.quizzes.models import ReviewTime
from tests.attempts.exam import Exam, make_exam
from tests.journeys.steps import RIGHT, Paper
from tests.support import browser
from tests.support.axe import complaints, reflow
from tests.support.cast import sign_in_page
from tests.support.time import MovableClock


@dataclass
class Visit:
    """A candidate on the way through everything; ``attempt`` is the address of the attempt once it has begun."""

    page: Page
    exam: Exam
    clock: MovableClock
    attempt: str = ""
    found: list[str] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)

    @property
    def paper(self) -> Paper:
        """What can be done on the paper."""
        return Paper(self.page)


def go(address: str) -> Callable[[Visit], object]:
    """To an address; ``{quiz}`` and ``{attempt}`` are filled in."""
    return lambda visit: visit.page.goto(address.format(quiz=visit.exam.quiz_id, attempt=visit.attempt))


def show(words: str) -> Callable[[Visit], object]:
    """To the item with these words."""
    return lambda visit: visit.paper.show(words)


def rehearsing(visit: Visit) -> None:
    visit.page.goto("/rehearsal")
    visit.page.get_by_role("button", name="开始试答").click()


def rehearsed(visit: Visit) -> None:
    visit.page.goto("/rehearsal/submission")
    visit.page.get_by_role("button", name="确认交卷").click()
    expect(visit.page.locator('[data-finding="speed"]')).to_be_visible()


def signed_in(visit: Visit) -> None:
    sign_in_page(visit.page, visit.exam.cast.zhang.login)
    visit.page.goto("/")


def opened(visit: Visit) -> None:
    visit.clock.advance(minutes=10)
    visit.page.goto(f"/tests/{visit.exam.quiz_id}")


def refused(visit: Visit) -> None:
    visit.page.locator("#code").fill("wrong")
    visit.page.get_by_role("button", name="开始测试").click()
    expect(visit.page.locator("[data-error]").first).to_be_visible()


def begun(visit: Visit) -> None:
    visit.page.locator("#pledged").check()
    visit.page.locator("#code").fill("2468")
    visit.page.get_by_role("button", name="开始测试").click()
    visit.page.wait_for_url(re.compile(r"/attempts/\d+"))
    visit.attempt = visit.page.url.split("#")[0]


def marked(visit: Visit) -> None:
    visit.paper.show("单选二").locator(".mark-tool").click()
    visit.page.locator(".opt:visible").first.click()


def open_sheet(visit: Visit) -> None:
    if visit.page.locator("[data-open-sheet]").is_visible():
        visit.page.locator("[data-open-sheet]").click()


def close_sheet(visit: Visit) -> None:
    if visit.page.locator("[data-close-sheet]").is_visible():
        visit.page.locator("[data-close-sheet]").click()
        expect(visit.page.locator("[data-close-sheet]")).to_be_hidden()


def all_on_one(visit: Visit) -> None:
    visit.page.locator("[data-layout-switch]").get_by_role("button", name="整卷").click()
    close_sheet(visit)


def offline(visit: Visit) -> None:
    visit.page.context.set_offline(True)
    visit.paper.answer("单选一", ["乙"])
    expect(visit.page.locator("[data-pill]")).to_contain_text("离线")


def online(visit: Visit) -> None:
    visit.page.context.set_offline(False)
    expect(visit.page.locator("[data-pill]")).to_have_text("已保存", timeout=20_000)


def keys_help(visit: Visit) -> None:
    visit.page.locator("#no-0").focus()
    visit.page.keyboard.press("?")
    expect(visit.page.locator("[data-keys-help]")).to_be_visible()


def everything_right(visit: Visit) -> None:
    visit.page.goto(visit.attempt)
    for words, texts in RIGHT.items():
        item = visit.paper.show(words)
        item.locator(".opt [type=checkbox]:checked").evaluate_all("boxes => boxes.forEach(box => box.click())")
        visit.paper.answer(words, texts)
    expect(visit.page.locator("[data-pill]")).to_have_text("已保存", timeout=20_000)
    visit.page.goto(f"{visit.attempt}/submission")


def submitted(visit: Visit) -> None:
    visit.page.get_by_role("button", name="确认交卷").click()
    visit.page.wait_for_url(re.compile("/result"))


PAGES: dict[str, Callable[[Visit], object]] = {
    "sign-in": go("/sign-in"),
    "rehearsal": go("/rehearsal"),
    "rehearsal: paper": rehearsing,
    "rehearsal: result": rehearsed,
    "home": signed_in,
    "me": go("/me"),
    "no such page": go("/nowhere"),
    "door: waiting for the bell": go("/tests/{quiz}"),
    "door": opened,
    "door: refused": refused,
    "paper": begun,
    "paper: single choice": show("单选一"),
    "paper: marked and answered": marked,
    "paper: multiple choice": show("多选一"),
    "paper: true or false": show("判断一"),
    "paper: fill-in": show("期间为"),
    "paper: case": show("案例判断"),
    "paper: offline": offline,
    "paper: online again": online,
    "paper: answer sheet": open_sheet,
    "paper: all on one page": all_on_one,
    "paper: keys": keys_help,
    "submission: some unanswered": go("{attempt}/submission"),
    "submission: everything answered": everything_right,
    "result": submitted,
    "home: afterwards": go("/"),
}


@pytest.fixture
def exam(clock: MovableClock, live_server: Any) -> Exam:
    """A test that opens in five minutes, with everything that a door, a page and a result can show."""
    return make_exam(
        live_server.app,
        opens_at=clock.now() + timedelta(minutes=5),
        pledge="我承诺独立作答。",
        access_code="2468",
        leaving_recorded=True,
        certificate=True,
        key_shown=ReviewTime.AT_SUBMISSION,
        rationale_shown=ReviewTime.AT_SUBMISSION,
    )


def look(visit: Visit, name: str) -> None:
    """Note what is wrong with the page as it stands, in each mode."""
    visit.found += complaints(visit.page, name, judged=visit.judged)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_for_everybody(
    size: dict[str, Any], exam: Exam, clock: MovableClock, app: Flask, open_page: Callable[..., Page]
) -> None:
    visit = Visit(open_page(**size, reduced_motion="reduce"), exam, clock)
    for name, act in PAGES.items():
        act(visit)
        print(name)  # where it was, should the browser give up
        try:
            look(visit, name)
        except Error:  # the page went on by itself, as some do once everything has arrived
            visit.page.wait_for_load_state()
            look(visit, name)
        if size is browser.DESKTOP and not visit.page.locator(".is-open").count():
            visit.found += reflow(visit.page, name, browser.DESKTOP["viewport"])
    assert not visit.found, "\n".join(visit.found)


def test_the_search_finds_what_is_wrong(phone: Page, exam: Exam, clock: MovableClock) -> None:
    phone.goto("/sign-in")
    visit = Visit(phone, exam, clock)
    look(visit, "as it is")
    assert visit.found == []
    phone.locator("main").evaluate("""main => {
        const more = "<button></button><svg width='900' height='1'></svg><p id='faint'>Too faint to be read</p>";
        main.insertAdjacentHTML("beforeend", more); }""")
    for mode, colour in (("light", "rgb(200, 200, 200)"), ("dark", "rgb(60, 60, 60)")):
        phone.locator("#faint").evaluate("(text, colour) => { text.style.color = colour; }", colour)
        visit.found.clear()
        look(visit, "spoilt")
        for problem in ("small target", "button-name", "wider than the window"):
            assert any(problem in each for each in visit.found), problem
        assert any(f"{mode}: color-contrast" in each and "faint" in each for each in visit.found), visit.found
