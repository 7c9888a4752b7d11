"""The taking page by hand and by screen reader: one item or the whole paper, the 答题卡, a case, 大字."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.attempts.exam import Exam, make_exam
from tests.journeys.steps import Paper, current, expect_kept, start
from tests.support import browser
from tests.support.cast import sign_in_page

READ_IN_ORDER = (
    *("小测试", "剩余", "尚未作答", "大字", "- main", "/ 7 · 单选题 · 20 分", 'group "单选一"', 'button "下一题"'),
    *('complementary "答题卡"', 'link "第 1 题，未答"'),
)
LONG_CASE = "某局工作人员李某负责项目监督，其间多次借用施工单位的车辆供家庭使用。" * 12


@pytest.fixture
def paper(exam: Exam, desktop: Page) -> Paper:
    """Zhang's paper on a desk."""
    return start(desktop, exam.cast.zhang.login, exam.quiz_id)


@pytest.fixture
def small(exam: Exam, phone: Page) -> Paper:
    """Zhang's paper on a phone."""
    return start(phone, exam.cast.zhang.login, exam.quiz_id)


def shown(page: Page) -> list[int]:
    """The positions of the items that can be seen."""
    items = page.locator("[data-item]:visible").all()
    return [int(item.get_attribute("data-item") or "") for item in items]


def box(node: Locator) -> FloatRect:
    """Where it stands, in CSS pixels."""
    found = node.bounding_box()
    assert found is not None
    return found


def choose_layout(page: Page, name: str) -> None:
    page.locator("[data-layout-switch]").get_by_role("button", name=name).click()


def test_one_item_or_all_is_the_candidates_choice_and_kept(paper: Paper) -> None:
    page = paper.page
    assert len(shown(page)) == 1
    choose_layout(page, "整卷")
    assert shown(page) == list(range(7))
    expect(page.get_by_role("button", name="整卷")).to_have_attribute("aria-pressed", "true")
    expect_kept(page, 'data-layout="all"')
    page.reload()
    assert shown(page) == list(range(7))
    choose_layout(page, "一题一屏")
    assert len(shown(page)) == 1


@pytest.mark.parametrize(("layout", "count"), [("single", 1), ("all", 7)])
def test_the_organizer_may_fix_it(layout: str, count: int, app: Flask, desktop: Page) -> None:
    exam = make_exam(app, layout=layout)
    start(desktop, exam.cast.zhang.login, exam.quiz_id)
    assert len(shown(desktop)) == count
    expect(desktop.locator("[data-layout-switch]")).to_have_count(0)


def test_on_one_page_the_sheet_jumps_and_follows(paper: Paper) -> None:
    page = paper.page
    choose_layout(page, "整卷")
    page.locator('[data-cell="4"]').click()
    expect(page.locator("#item-4")).to_be_in_viewport()
    expect(page.locator("#no-4")).to_be_focused()
    assert current(page) == "4"
    page.mouse.move(400, 400)
    page.mouse.wheel(0, -10_000)
    page.wait_for_function("() => document.querySelector('[data-cell=\"0\"]').getAttribute('aria-current') === 'true'")
    page.mouse.wheel(0, 10_000)
    page.wait_for_function("() => window.scrollY > 300")
    page.wait_for_timeout(200)
    assert int(current(page) or 0) >= 3
    page.locator("#item-6 .opt input").first.focus()
    assert current(page) == "6"


def test_cells_say_what_they_are(small: Paper) -> None:
    page = small.page
    order = [item.get_attribute("data-item") or "" for item in (small.item("单选一"), small.item("单选二"))]
    first, second = (page.locator(f'[data-cell="{position}"]') for position in order)
    small.answer("单选一", ["乙"])
    small.show("单选二").locator(".mark-tool").click()
    number = int(order[0]) + 1, int(order[1]) + 1
    expect(first).to_have_attribute("aria-label", f"第 {number[0]} 题，已答")
    expect(second).to_have_attribute("aria-label", f"第 {number[1]} 题，未答，已标记")
    assert re.search(r"\bis-done\b", first.get_attribute("class") or "")
    assert re.search(r"\bis-marked\b", second.get_attribute("class") or "")
    expect(page.locator('.legend [data-count="answered"]')).to_have_text("1")
    expect(page.locator('.legend [data-count="marked"]')).to_have_text("1")
    expect(page.locator(".track")).to_have_attribute("aria-label", "已答 1 题，共 7 题")


def test_what_waits_to_be_sent_is_seen_and_said(small: Paper) -> None:
    page = small.page
    page.route(re.compile("/responses$"), lambda route: route.abort("connectionfailed"))
    position = small.item("单选一").get_attribute("data-item")
    small.answer("单选一", ["乙"])
    cell = page.locator(f'[data-cell="{position}"]')
    expect(cell).to_have_attribute("aria-label", re.compile("已答，待同步$"))
    expect(cell).to_have_class(re.compile("is-wait"))
    page.locator("[data-open-sheet]").click()
    expect(page.locator("[data-legend-unsent]")).to_contain_text("待同步1")
    page.unroute_all(behavior="ignoreErrors")
    expect(cell).to_have_attribute("aria-label", re.compile("已答$"), timeout=20_000)
    expect(page.locator("[data-legend-unsent]")).to_be_hidden()


def test_the_sheet_is_a_dialog_that_keeps_and_returns_the_focus(small: Paper) -> None:
    page, opener = small.page, small.page.locator("[data-open-sheet]")
    opener.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="答题卡")
    expect(card).to_be_visible()
    expect(page.locator("#sheet")).to_have_attribute("aria-hidden", "true")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[data-answer-sheet]') !== null")
        seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    assert len(seen) >= 10
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(opener).to_be_focused()
    assert page.locator("#sheet").get_attribute("aria-hidden") is None


def test_the_phones_back_button_closes_the_sheet_first(small: Paper) -> None:
    page, where = small.page, small.page.url
    page.locator("[data-open-sheet]").click()
    expect(page.get_by_role("dialog", name="答题卡")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog", name="答题卡")).to_be_hidden()
    assert page.url == where
    small.answer("单选一", ["乙"])  # by way of the sheet, which is closed by the choice
    assert small.chosen("单选一") == ["乙"]


def test_turned_into_a_wide_page_the_open_sheet_stands_beside_the_items(small: Paper) -> None:
    page = small.page
    page.locator("[data-open-sheet]").click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("dialog", name="答题卡")).to_have_count(0)
    expect(page.locator("[data-answer-sheet]")).to_be_visible()
    assert page.locator("#sheet").get_attribute("aria-hidden") is None


@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("layout", ["一题一屏", "整卷"])
def test_the_passage_stays_in_sight_of_each_of_its_items(
    layout: str, size: dict[str, object], exam: Exam, open_page: Callable[..., Page]
) -> None:
    page = open_page(**size)
    paper = start(page, exam.cast.zhang.login, exam.quiz_id)
    page.locator(".passage-text").evaluate("(node, text) => { node.textContent = text; }", LONG_CASE)
    if page.locator("[data-open-sheet]").is_visible():
        page.locator("[data-open-sheet]").click()
    choose_layout(page, layout)
    if page.locator("[data-close-sheet]").is_visible():
        page.locator("[data-close-sheet]").click()
    for words in ("案例判断", "案例单选"):
        paper.show(words)
        text, stem = page.locator(".passage-text"), paper.item(words).locator("legend")
        expect(text).to_be_in_viewport()
        expect(stem).to_be_in_viewport()
        passage, item = text.bounding_box(), stem.bounding_box()
        assert passage is not None
        assert item is not None
        apart = item["x"] >= passage["x"] + passage["width"] or item["y"] >= passage["y"] + passage["height"]
        assert apart, "the passage covers the item"
    expect(page.get_by_role("region", name="案例", exact=True)).to_be_visible()


def test_large_type_at_once_and_kept_and_nothing_lost(small: Paper, app: Flask) -> None:
    page = small.page
    page.context.set_offline(True)
    small.answer("单选一", ["乙"])
    blank = small.show("期间为").locator("input.form-control").first
    blank.fill("12")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    expect(blank).to_have_value("12")
    assert small.chosen("单选一") == ["乙"]
    page.context.set_offline(False)
    small.expect_saved(app, {"s1": ["B"], "f1": ["12", ""]})
    expect_kept(page, 'data-type="large"')
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "normal")


def test_a_screen_reader_hears_the_page_in_its_order(paper: Paper) -> None:
    page = paper.page
    paper.show("单选一")
    tree = page.locator("body").aria_snapshot()
    order = [tree.index(words) for words in READ_IN_ORDER]
    assert order == sorted(order), tree
    assert 'group "多选一"' not in tree, "items that are not shown are not read either"
    group = page.get_by_role("group", name="单选一")
    expect(group.get_by_role("radio")).to_have_count(4)
    expect(page.locator("h1")).to_have_count(1)


def test_what_changes_by_itself_is_said_politely(paper: Paper) -> None:
    page = paper.page
    expect(page.locator("[data-spoken]")).to_have_attribute("role", "status")
    expect(page.locator("[data-announce]")).to_have_attribute("aria-live", "polite")
    timer = page.locator("[data-timer-figure]")
    assert timer.evaluate("node => node.closest('[aria-live], [role=status], [role=timer], [role=alert]')") is None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_in_large_type_the_bar_stays_orderly_when_offline(language: str, small: Paper, exam: Exam) -> None:
    page = small.page
    choices = {"type_size": "large", "lang": language}
    page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in choices.items()])
    page.reload()
    tool, timer = page.locator(".take-bar .tool"), page.locator("[data-timer]")
    places = [box(tool)["x"], box(timer)["x"]]
    page.context.set_offline(True)
    small.answer("单选一", ["乙"])
    expect(small.pill).to_have_class(re.compile("pill-off"))
    assert [box(tool)["x"], box(timer)["x"]] == places
    assert box(small.pill)["y"] >= max(box(each)["y"] + box(each)["height"] for each in (tool, timer))
    assert box(small.pill)["x"] + box(small.pill)["width"] <= 390
    page.context.set_offline(False)
    expect(small.pill).to_have_class(re.compile("pill-saved"))
    assert [box(tool)["x"], box(timer)["x"]] == places


@pytest.mark.parametrize("type_size", ["normal", "large"])
def test_no_bar_lies_over_the_button_of_the_door(type_size: str, exam: Exam, phone: Page) -> None:
    sign_in_page(phone, exam.cast.zhang.login)
    phone.goto("/")
    phone.context.add_cookies([{"name": "type_size", "value": type_size, "url": phone.url}])
    phone.goto(f"/tests/{exam.quiz_id}")
    button = phone.get_by_role("button", name="开始测试")
    button.scroll_into_view_if_needed()
    foot = box(button)["y"] + box(button)["height"] - 2
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('button') !== null"
    assert phone.evaluate(on_top, [box(button)["x"] + 20, foot])
    assert phone.locator(".tabbar").count() == 0


POOR = """
  delete window.BroadcastChannel;
  delete window.IntersectionObserver;
  delete window.ResizeObserver;
  delete navigator.sendBeacon;
  const closed = { get() { throw new DOMException("closed", "SecurityError"); } };
  Object.defineProperty(window, "localStorage", closed);
  Object.defineProperty(window, "sessionStorage", closed);
"""


def test_a_poor_in_app_browser_is_enough(exam: Exam, phone: Page, app: Flask) -> None:
    """No memory of the device, no word between windows: answers still arrive, and the test still ends."""
    phone.add_init_script(POOR)
    paper = start(phone, exam.cast.zhang.login, exam.quiz_id)
    paper.answer("单选一", ["乙"])
    paper.expect_saved(app, {"s1": ["B"]})
    phone.context.set_offline(True)
    paper.answer("单选二", ["甲"])
    expect(paper.pill).to_contain_text("离线")
    phone.context.set_offline(False)
    paper.expect_saved(app, {"s1": ["B"], "s2": ["A"]})
    phone.goto(f"{phone.url.split('#')[0]}/submission")
    phone.get_by_role("button", name="确认交卷").click()
    phone.wait_for_url(re.compile("/result"))
