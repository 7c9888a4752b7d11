"""Switching the second review off: nothing that waits slips into a bank, unless a person says so."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.accounts.operations import give_role
from quizapp.banks.models import Draft
from quizapp.banks.path import draft_state
from quizapp.db import db
from quizapp.web.access import Role
from tests.banks.imports import CLEAN, NO_KEY, TRUE, imported, page_of, table
from tests.support.cast import Cast


@pytest.fixture
def bank(app: Flask, organizer: FlaskClient, cast: Cast) -> str:
    """A bank with a second review, one draft without a key and one that waits; the first was there before."""
    address = imported(app, organizer, table(CLEAN, NO_KEY), cast.department)
    organizer.post(f"{address}/second-review", data={"second_review": "1"})
    place = organizer.post(f"{address}/imports/new", data={"paste": table(TRUE).decode()}).location
    page_of(organizer, place)
    organizer.post(f"{place}/acceptance")
    assert states(app) == ["faulty", "waiting"]
    return address


def states(app: Flask) -> list[str]:
    with app.app_context():
        return [draft_state(draft) for draft in db.session.query(Draft).order_by(Draft.id)]


def test_what_waits_keeps_waiting(app: Flask, organizer: FlaskClient, bank: str) -> None:
    form = organizer.get(f"{bank}/drafts").text
    assert "正在等待的 1 道草稿也不再复核" in form
    assert 'id="release" name="release" value="1" checked' not in form
    page = organizer.post(f"{bank}/second-review", data={"second_review": "0"}, follow_redirects=True).text
    assert "1 道草稿继续等待复核" in page
    assert states(app) == ["faulty", "waiting"]
    organizer.post(f"{bank}/drafts/publication")
    assert states(app) == ["faulty", "waiting"], "and is not taken into the bank"


def test_whoever_says_so_releases_them(app: Flask, organizer: FlaskClient, bank: str) -> None:
    data = {"second_review": "0", "release": "1"}
    page = organizer.post(f"{bank}/second-review", data=data, follow_redirects=True).text
    assert "1 道草稿不再等待复核" in page
    assert states(app) == ["faulty", "finished"]
    assert "未经复核放行" in organizer.get("/drafts/2").text, "it stands in the path of the question"


def test_they_can_be_released_later(app: Flask, organizer: FlaskClient, bank: str) -> None:
    organizer.post(f"{bank}/second-review", data={"second_review": "0"})
    assert "不经复核，放行这 1 道草稿" in organizer.get(f"{bank}/drafts").text
    organizer.post(f"{bank}/second-review", data={"second_review": "0", "release": "1"})
    assert states(app) == ["faulty", "finished"]


def test_a_correction_is_no_way_around_the_review(app: Flask, organizer: FlaskClient, bank: str) -> None:
    organizer.post(f"{bank}/second-review", data={"second_review": "0"})
    organizer.post("/drafts/2/key", data={"key": "true"})
    organizer.post("/drafts/1/key", data={"key": "A"})
    assert states(app) == ["finished", "waiting"], "what never was handed in needs nobody any more"


def test_what_was_finished_before_the_switch_waits_on_after_it(
    app: Flask, organizer: FlaskClient, bank: str, browse: Callable[[str], FlaskClient]
) -> None:
    for wanted in "01":
        organizer.post(f"{bank}/second-review", data={"second_review": wanted, "release": "1"})
    organizer.post("/drafts/1/key", data={"key": "A"})
    assert states(app) == ["waiting", "waiting"]
    organizer.post(f"{bank}/second-review", data={"second_review": "0"})
    assert states(app) == ["waiting", "waiting"]


def test_the_setting_warns_where_nobody_else_may_review(
    app: Flask, organizer: FlaskClient, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    address = imported(app, organizer, table(CLEAN, NO_KEY), cast.department)
    alone = "目前只有一人可以在本题库复核"
    assert alone in organizer.get(f"{address}/drafts").text, "before it is switched on"
    organizer.post(f"{address}/second-review", data={"second_review": "1"})
    assert alone in organizer.get(f"{address}/drafts").text
    with app.app_context():
        give_role(cast.committee.account_id, Role.ORGANIZER, cast.department)
    page = organizer.get(f"{address}/drafts").text
    assert alone not in page
    for name in ("可以复核的人：", "陈组织", "赵书记"):
        assert name in page


def test_drafts_that_wait_in_vain_are_told(app: Flask, organizer: FlaskClient, bank: str, cast: Cast) -> None:
    assert "1 道草稿无人可以复核" in organizer.get(f"{bank}/drafts").text
    assert "没有其他人可以复核这道题" in organizer.get("/drafts/2").text
    assert "没有其他人可以复核这道题" not in organizer.get("/drafts/1").text, "it does not wait yet"
    with app.app_context():
        give_role(cast.committee.account_id, Role.ORGANIZER, cast.department)
    assert "无人可以复核" not in organizer.get(f"{bank}/drafts").text
    assert "可以复核的人：赵书记。" in organizer.get("/drafts/2").text


def test_only_what_can_be_reviewed_is_handed_in(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    address = imported(app, organizer, table(CLEAN), cast.department)
    organizer.post(f"{address}/second-review", data={"second_review": "1"})
    said = []
    for rows in ((TRUE, NO_KEY), (TRUE,), (NO_KEY,)):
        place = organizer.post(f"{address}/imports/new", data={"paste": table(*rows).decode()}).location
        button = re.search(r'form="acceptance"[^>]*>\s*([^<]+?)\s*<', page_of(organizer, place))
        page = organizer.post(f"{place}/acceptance", follow_redirects=True).text
        said.append((button and button[1], "已提交复核 1 道题" in page, "1 道存为草稿，改好后自动提交复核" in page))
        outcome = organizer.get(place).text
        assert re.search(r"存为草稿</dt>\s*<dd[^>]*>\s*" + str(len(rows)), outcome), "what came of it, not 0 alone"
    assert said == [
        ("提交 1 道题复核，余下存为草稿", True, True),
        ("提交 1 道题复核", True, False),
        ("1 道全部存为草稿", False, True),
    ]
    assert "存为草稿 2 道" in organizer.get(address).text


def test_the_address_of_a_refused_review_leads_back(
    organizer: FlaskClient, bank: str, browse: Callable[[str], FlaskClient], app: Flask, cast: Cast
) -> None:
    with app.app_context():
        give_role(cast.committee.account_id, Role.ORGANIZER, cast.department)
    second = browse("COMM")
    assert second.post("/drafts/2/review", data={"act": "return"}).status_code == 422
    answer = second.get("/drafts/2/review")
    assert (answer.status_code, answer.location) == (302, "/drafts/2")
