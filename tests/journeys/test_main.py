"""From a bank with a slip in it to the committee's spreadsheet, on a phone and on a desktop."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from quizapp.web import clock
from tests.attempts.exam import BANK
from tests.journeys.steps import IN_BANK, RIGHT, Paper, saved_answers, score, start
from tests.support import browser
from tests.support.cast import make_cast, sign_in_by_form

SHANGHAI = ZoneInfo("Asia/Shanghai")
SLIP = "options: {A: 甲, B: 乙, C: 丙, D: 丁}, key: A, rationale: 因为甲。"
PAPER = [("single", 2, 20), ("true_false", 1, 10), ("multiple", 1, 20), ("fill_in", 1, 10), ("case", 1, 20)]


@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
def test_from_bank_to_report(size: dict[str, Any], live_server: Any, open_page: Callable[..., Page]) -> None:
    cast = make_cast(live_server.app)
    organizer = open_page(**size)
    sign_in_by_form(organizer, cast.organizer.login)
    upload_with_a_slip(organizer)
    quiz_id = publish(organizer)

    sit(start(open_page(**size), cast.zhang.login, quiz_id))
    assert saved_answers(live_server.app) == IN_BANK | {"m1": []}
    assert score(live_server.app) == {"points": 80, "of": 100, "ended_by": "candidate"}

    committee = open_page(**size)
    sign_in_by_form(committee, cast.committee.login)
    read_report(committee)


def upload_with_a_slip(page: Page) -> None:
    """The key names an option that is not there: the line is named, the text is mended in place and taken in."""
    page.get_by_role("link", name="题库", exact=True).locator("visible=true").first.click()
    page.get_by_role("link", name="上传题库").first.click()
    broken = BANK.replace(SLIP, SLIP.replace("key: A", "key: E"))
    page.set_input_files("#file", {"name": "题库.yaml", "mimeType": "text/yaml", "buffer": broken.encode()})
    page.get_by_role("button", name="上传并检查").click()
    line = broken[: broken.index("key: E")].count("\n") + 1
    expect(page.get_by_role("link", name=re.compile(f"第 {line} 行"))).to_be_visible()
    text = page.locator("#text")
    text.fill(text.input_value().replace("key: E", "key: A"))
    page.get_by_role("button", name="再次检查").click()
    page.wait_for_url(re.compile(r"/banks/\d+$"))
    page.get_by_role("link", name="查看题目").first.click()
    expect(page.get_by_text("单选二")).to_be_visible()


def publish(page: Page) -> int:
    """Start from a preset, cut it down to the small bank, check, publish; the id of the test."""
    page.goto("/quizzes/new")
    page.get_by_role("button", name="学法用法考试").click()
    page.get_by_role("button", name="德廉知识测试").click()
    page.fill("#title", "小测试")
    for at, (kind, count, points) in enumerate(PAPER):
        if at >= 3:
            page.get_by_role("button", name="增加一组").click()
        page.select_option(f"#sections-{at}-type", kind)
        page.fill(f"#sections-{at}-count", str(count))
        page.fill(f"#sections-{at}-points", str(points))
    page.fill("#opens_at", clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("checkbox", name="示范省住房和城乡建设厅").check()
    page.get_by_role("button", name="检查", exact=True).locator("visible=true").last.click()
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile(r"/quizzes/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def sit(paper: Paper) -> None:
    """Answer every type but leave one item out, mark it, meet the warning, submit all the same."""
    page = paper.page
    for words, texts in RIGHT.items():
        if words != "多选一":
            paper.answer(words, texts)
    left_out = paper.show("多选一")
    left_out.locator(".mark-tool").click()
    cell = page.locator(f'[data-cell="{left_out.get_attribute("data-item")}"]')
    expect(cell).to_have_class(re.compile("is-marked"))
    expect(page.locator('[data-count="answered"]')).to_have_text("6")
    paper.show("案例单选" if "案例" in page.locator("[data-item]").last.inner_text() else "期间为")
    page.get_by_role("button", name="交卷").locator("visible=true").first.click()
    expect(page.get_by_role("heading", name="还有 1 题没有作答")).to_be_visible()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.locator(".score b")).to_have_text("80")


def read_report(page: Page) -> None:
    """应考 3, 实考 1, 缺考 2; the branches' figures; the same in the spreadsheet."""
    page.get_by_role("link", name="报告", exact=True).locator("visible=true").first.click()
    page.get_by_role("link", name="小测试").click()
    tiles = page.locator(".tiles").inner_text()
    assert re.search(r"应考\s*3", tiles)
    assert re.search(r"实考\s*1", tiles)
    row = page.get_by_role("row", name=re.compile("办公室党支部"))
    assert row.locator("td").all_inner_texts()[:3] == ["2", "1", "1"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).worksheets[0]
    [line] = [line for line in sheet.iter_rows(values_only=True) if "办公室党支部" in line]
    assert [cell for cell in line if isinstance(cell, int)][:3] == [2, 1, 1]
