"""The path of a question, walked by two people: the second review, a comment and its answer, a new edition."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role
from quizapp.banks.operations import add_bank
from quizapp.banks.rechecks import rechecks_of
from quizapp.db import db, writing
from quizapp.domain.regulations import Article, Registered, RegisteredEdition
from quizapp.regulations.operations import register_regulation
from quizapp.web.access import Role
from tests.support import browser
from tests.support.cast import Cast, make_cast, sign_in_page

BANK = """title: 廉政题库
regulations:
  - {id: own, title: 《廉政规定》, editions: [{id: "2018", articles: 2}]}
items:
  - {id: q1, type: true_false, stem: 礼金一律上交, key: 正确,
     citation: {regulation: own, edition: "2018", article: 第一条}}
  - {id: q2, type: true_false, stem: 谈话须有记录, key: 正确,
     citation: {regulation: own, edition: "2018", article: 第二条}}
"""
QUESTION = "1. 提醒谈话由谁组织？\nA．主要负责人\nB．供应商\n"
FIRST = (Article("1", text="收受的礼金应当上交。"), Article("2", text="提醒谈话应当留有记录。"))
SECOND = "第一条 收受的礼金应当在一个月内上交。\n第二条 提醒谈话应当留有记录。\n"


def make_bank(app: Flask, cast: Cast) -> int:
    """The bank, kept by the whole department."""
    with app.app_context():
        source = BANK.encode()
        uploader = cast.organizer.account_id
        return add_bank(uploader_id=uploader, unit_id=cast.department, file_name="b.yaml", source=source).bank_id


def opened(page: Page, login: str, bank: str) -> Page:
    """The page of the bank ``bank`` is a link to, reached from the list of banks, in the hands of ``login``."""
    sign_in_page(page, login)
    page.goto("/banks")
    page.get_by_role("link", name=bank).click()
    return page


def expect_no_scrolling_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_second_person_returns_a_draft_and_then_finds_it_right(
    live_server: Any, phone: Page, open_page: Callable[..., Page]
) -> None:
    cast = make_cast(live_server.app)
    bank_id = make_bank(live_server.app, cast)
    with live_server.app.app_context(), writing() as session:
        grant_role(session.get_one(Account, cast.committee.account_id), Role.ORGANIZER, cast.department)
    author = open_page(**browser.DESKTOP)
    sign_in_page(author, cast.organizer.login)
    author.goto(f"/banks/{bank_id}/drafts")
    author.get_by_role("button", name="开启").click()
    author.goto(f"/banks/{bank_id}/imports/new")
    author.get_by_text("改为粘贴题目").click()
    author.fill("#paste", QUESTION)
    author.get_by_role("button", name="上传并检查").click()
    # Without a key it cannot be handed in yet: it is mended first.
    author.get_by_role("button", name="1 道全部存为草稿").click(timeout=30_000)
    author.get_by_role("link", name="提醒谈话由谁组织").click()
    author.get_by_role("button", name="答案 A").click()
    author.get_by_role("link", name="提醒谈话由谁组织").click()
    expect(author.get_by_role("button", name="复核通过")).to_have_count(0)

    second = opened(phone, cast.committee.login, "待您复核 1")
    second.get_by_role("link", name="提醒谈话由谁组织").click()
    expect_no_scrolling_sideways(second)
    expect(second.get_by_role("textbox", name="题目原文")).to_have_count(0)
    second.get_by_role("button", name="退回").click()
    expect(second.get_by_role("alert")).to_contain_text("请写明要修改什么")
    second.goto(second.url)  # the address of the refused form leads back to the draft
    second.get_by_label("说明").fill("请写明“单位”。")
    second.get_by_role("button", name="退回").click()
    expect(second.get_by_role("status")).to_contain_text("已退回")

    author.reload()
    expect(author.locator(".alert")).to_contain_text("赵书记退回： 请写明“单位”。")
    text = author.get_by_role("textbox", name="题目原文")
    text.fill(text.input_value().replace("主要负责人", "单位主要负责人"))
    author.get_by_role("button", name="检查并保存").click()
    expect(author.get_by_text("等待复核")).to_be_visible()

    second.get_by_role("link", name="提醒谈话由谁组织").click()
    expect(second.get_by_text("单位主要负责人").first).to_be_visible()
    second.get_by_role("button", name="复核通过").click()
    expect(second.get_by_role("status")).to_contain_text("已复核通过")
    author.goto(f"/banks/{bank_id}/drafts")
    author.get_by_role("button", name="将 1 道改好的草稿收入题库").click()
    expect(author.get_by_role("status")).to_contain_text("共 3 题")


def test_a_comment_reaches_the_keepers_and_their_answer_the_reader(
    live_server: Any, phone: Page, open_page: Callable[..., Page]
) -> None:
    cast = make_cast(live_server.app)
    make_bank(live_server.app, cast)
    reader = opened(phone, cast.auditor.login, "廉政题库")
    reader.get_by_role("link", name="查看题目").click()
    reader.get_by_role("link", name="经过与意见 q1").click()
    reader.get_by_label("意见内容").fill("请核对第一条。")
    reader.get_by_role("button", name="提交意见").click()
    expect(reader.get_by_role("status")).to_contain_text("题库管理人会看到")
    expect(reader.get_by_role("button", name="答复并办结")).to_have_count(0)
    expect_no_scrolling_sideways(reader)
    reader.goto("/banks")
    expect(reader.get_by_text("尚未答复")).to_be_visible()

    keeper = opened(open_page(**browser.DESKTOP), cast.organizer.login, "意见 1")
    keeper.get_by_role("link", name="q1", exact=True).click()
    expect(keeper.get_by_text("请核对第一条。")).to_be_visible()
    keeper.get_by_label("答复或意见").fill("已核对，不作修改。")
    keeper.get_by_role("button", name="答复并办结").click()
    expect(keeper.get_by_role("status")).to_contain_text("答复已发出")
    keeper.goto("/banks")
    expect(keeper.get_by_role("link", name="意见 1")).to_have_count(0)

    reader.reload()
    own = reader.get_by_role("region", name="您提过的意见")
    expect(own).to_contain_text("陈组织答复： 已核对，不作修改。")
    expect_no_scrolling_sideways(reader)


def test_a_new_edition_lets_items_wait_until_somebody_confirms_them_by_name(
    live_server: Any, phone: Page, open_page: Callable[..., Page]
) -> None:
    cast = make_cast(live_server.app)
    bank_id = make_bank(live_server.app, cast)
    with live_server.app.app_context():
        first = Registered("own", "廉政规定", editions=(RegisteredEdition("2018", None, FIRST),))
        register_regulation(account_id=cast.committee.account_id, regulation=first)
    keeper = open_page(**browser.DESKTOP)
    sign_in_page(keeper, cast.committee.login)
    keeper.goto("/regulations")
    keeper.get_by_role("link", name="廉政规定").click()
    keeper.get_by_role("link", name="登记新版本").click()
    keeper.get_by_role("button", name="比对").click()
    expect(keeper.get_by_role("alert")).to_contain_text("请填写版本")
    keeper.get_by_role("textbox", name="版本", exact=True).fill("2023")
    file = {"name": "新版.txt", "mimeType": "text/plain", "buffer": SECOND.encode()}
    keeper.set_input_files("#file", file)
    keeper.get_by_role("button", name="比对").click()
    ahead = keeper.get_by_role("region", name="将要登记的内容")
    expect(ahead).to_contain_text("登记后有 1 道题转为待复核")
    expect(ahead.locator("dl.kv")).to_have_text(re.compile(r"^\s*有修改\s*第一条\s*$"))
    with live_server.app.app_context():
        assert not rechecks_of(bank_id), "a look ahead changes nothing"
    keeper.get_by_role("textbox", name="版本", exact=True).fill("2024")
    keeper.get_by_role("button", name="登记", exact=True).click()
    expect(ahead).to_contain_text("比对之后内容有改动")
    keeper.get_by_role("button", name="登记", exact=True).click()
    expect(keeper.get_by_role("status")).to_contain_text("2024")

    person = opened(phone, cast.organizer.login, "待复核 1")
    expect(person.get_by_text("谈话须有记录")).to_have_count(0)
    expect_no_scrolling_sideways(person)
    person.get_by_role("checkbox", name="仍然正确 q1").check()
    person.get_by_label("说明").fill("答案未变。")
    person.get_by_role("button", name="确认仍然正确").click()
    expect(person.get_by_role("status")).to_contain_text("已确认 1 道题")
    person.get_by_role("link", name="已复核 1").click()
    expect(person.get_by_text(re.compile("陈组织.*确认仍然正确"))).to_be_visible()
    with live_server.app.app_context():
        [recheck] = rechecks_of(bank_id)
        assert (recheck.outcome, recheck.closed_by) == ("confirmed", cast.organizer.account_id)
        db.session.remove()
