"""The path of a question: mended, reviewed by a second person, taken into the bank; and what readers say of it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.accounts.operations import grant_role
from quizapp.accounts.queries import account_named
from quizapp.audit.models import AuditEntry
from quizapp.banks.drafting import item_of
from quizapp.banks.models import Draft
from quizapp.banks.path import draft_state
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.bank import ItemType
from quizapp.exporters.imported import as_text
from quizapp.importers.reading import ImportedItem
from quizapp.web.access import Role
from tests.banks.imports import CLEAN, NO_KEY, TRUE, imported, page_of, table
from tests.support.cast import Cast

TEXT = "一、单项选择题\n1、下列属于政治纪律的是（　）。\nA、对党忠诚\nB、按时上班\n答案：A\n解析：见条例。"


@pytest.fixture
def bank(app: Flask, organizer: FlaskClient, cast: Cast) -> str:
    """The address of a bank with one item and one draft, number 1."""
    return imported(app, organizer, table(CLEAN, NO_KEY), cast.department)


@pytest.fixture
def colleague(app: Flask, browse: Callable[[str], FlaskClient], bank: str) -> FlaskClient:
    """A second organizer of the whole department."""
    with app.app_context(), writing():
        account = account_named("COMM")
        assert account is not None
        grant_role(account, Role.ORGANIZER, 1)
    return browse("COMM")


def state(app: Flask, draft_id: int = 1) -> str:
    with app.app_context():
        return draft_state(db.session.get_one(Draft, draft_id))


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return [
            act
            for act in db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.number))
            if act.startswith(("draft", "item"))
        ]


def test_a_draft_is_finished_by_choosing_its_key(app: Flask, organizer: FlaskClient, bank: str) -> None:
    page = organizer.get(f"{bank}/drafts").text
    assert "下列属于政治纪律" in page
    assert "题目.csv" in page
    assert state(app) == "faulty"
    assert "/drafts/1/key" in organizer.get("/drafts/1").text
    organizer.post("/drafts/1/key", data={"key": "Z"})
    assert state(app) == "faulty"
    organizer.post("/drafts/1/key", data={"key": "A"})
    assert state(app) == "finished"
    answer = organizer.post(f"{bank}/drafts/publication")
    assert answer.location == bank
    with app.app_context():
        item = bank_of(2).item("imp-0002")
        assert item.key == ("A",)
        assert len(item.options) == 4
    assert state(app) == "published"
    assert "没有草稿" in organizer.get(f"{bank}/drafts").text
    assert acts(app) == ["draft.edited", "drafts.published"]
    path = organizer.get(f"{bank}/items/imp-0002").text
    for words in ("导入", "修改", "收入题库", "第 2 版新增", "陈组织"):
        assert words in path, words


def test_a_draft_is_mended_as_text(app: Flask, organizer: FlaskClient, bank: str) -> None:
    for text in ("今天天气好", TEXT + "\n2、党员有权利。（对）", "长" * 20_001):
        answer = organizer.post("/drafts/1", data={"text": text})
        assert answer.status_code == 422
        assert text[:6] in answer.text, "what was written is not lost"
    assert organizer.post("/drafts/1", data={"text": TEXT.replace("\n", "\r\n")}).status_code == 302
    assert state(app) == "finished"
    assert "见条例" in organizer.get("/drafts/1").text


@pytest.mark.parametrize(
    "item",
    [
        ImportedItem("7", 1, 5, ItemType.TRUE_FALSE, "公款可以买礼品。", key=("false",), rationale="不可以。"),
        ImportedItem("7", 1, 5, ItemType.FILL_IN, "党章规定____的权利。", key=(), blanks=(("八项", "8项"),)),
    ],
)
def test_the_text_of_a_draft_reads_as_the_same_question(item: ImportedItem) -> None:
    from quizapp.banks.drafting import read_block

    read = read_block(as_text(item), item)
    for part in ("type", "stem", "options", "key", "blanks", "rationale"):
        assert getattr(read, part) == getattr(item, part), part


def test_a_second_person_reviews_where_the_bank_asks_for_it(
    app: Flask, organizer: FlaskClient, colleague: FlaskClient, bank: str
) -> None:
    organizer.post(f"{bank}/second-review", data={"second_review": "1"})
    organizer.post("/drafts/1/key", data={"key": "A"})
    assert state(app) == "waiting"
    organizer.post(f"{bank}/drafts/publication")
    assert state(app) == "waiting", "nothing unreviewed goes into the bank"
    assert "您的复核意见" not in organizer.get("/drafts/1").text
    organizer.post("/drafts/1/review", data={"act": "right"})
    assert state(app) == "waiting", "nobody reviews the own work"
    colleague.post("/drafts/1/review", data={"act": "return"})
    assert state(app) == "waiting", "returning needs a word"
    colleague.post("/drafts/1/review", data={"act": "return", "note": "选项 B 不妥"})
    assert state(app) == "returned"
    assert "选项 B 不妥" in organizer.get(f"{bank}/drafts").text
    organizer.post("/drafts/1/key", data={"key": "B"})
    assert state(app) == "waiting"
    colleague.post("/drafts/1/review", data={"act": "right"})
    assert state(app) == "finished"
    organizer.post("/drafts/1/key", data={"key": "A"})
    assert state(app) == "waiting", "what was mended after the review is reviewed again"
    colleague.post("/drafts/1/review", data={"act": "right"})
    organizer.post(f"{bank}/drafts/publication")
    assert state(app) == "published"


def test_nobody_decides_on_a_text_that_was_changed_meanwhile(
    app: Flask, organizer: FlaskClient, colleague: FlaskClient, bank: str
) -> None:
    organizer.post(f"{bank}/second-review", data={"second_review": "1"})
    organizer.post("/drafts/1/key", data={"key": "A"})
    seen = re.search(r'name="seen" value="([0-9]+)"', colleague.get("/drafts/1").text)
    assert seen is not None
    organizer.post("/drafts/1/key", data={"key": "B"})
    colleague.post("/drafts/1/review", data={"act": "right", "seen": seen[1]})
    assert state(app) == "waiting", "the reviewer has seen key A"
    late = colleague.post("/drafts/1", data={"text": TEXT, "seen": seen[1]})
    assert late.status_code == 422
    colleague.post("/drafts/1/key", data={"key": "A", "seen": seen[1]})
    with app.app_context():
        draft = db.session.get(Draft, 1)
        assert draft is not None
        assert item_of(draft).key == ("B",)


def test_an_import_into_such_a_bank_waits_as_a_whole(
    app: Flask, organizer: FlaskClient, colleague: FlaskClient, bank: str
) -> None:
    organizer.post(f"{bank}/second-review", data={"second_review": "1"})
    place = organizer.post(f"{bank}/imports/new", data={"paste": table(TRUE).decode()}).location
    assert "提交 1 道题复核" in page_of(organizer, place) or "提交 1 道" in page_of(organizer, place)
    assert organizer.post(f"{place}/acceptance").location == f"{bank}/drafts"
    assert state(app, 2) == "waiting"
    colleague.post("/drafts/2/review", data={"act": "right"})
    organizer.post(f"{bank}/drafts/publication")
    organizer.post(f"{place}/undoing")
    with app.app_context():
        assert [item.id for item in bank_of(3).items] == ["imp-0001"], (
            "drafts that came into the bank go with their import"
        )


def test_a_withdrawn_draft_is_gone_and_its_path_stays(app: Flask, organizer: FlaskClient, bank: str) -> None:
    organizer.post("/drafts/1/withdrawal")
    assert "没有草稿" in organizer.get(f"{bank}/drafts").text
    assert "撤回" in organizer.get("/drafts/1").text
    organizer.post("/drafts/1/key", data={"key": "A"})
    assert state(app) == "withdrawn"


def test_a_comment_reaches_the_keepers_until_it_is_answered(
    organizer: FlaskClient, browse: Callable[[str], FlaskClient], bank: str
) -> None:
    auditor = browse("AUDIT")
    assert auditor.post(f"{bank}/items/imp-0001/comments", data={"note": "依据似已修订"}).status_code == 302
    assert "意见 1" in organizer.get("/banks").text
    assert "imp-0001" in organizer.get(bank).text
    assert "依据似已修订" in organizer.get(f"{bank}/items/imp-0001").text
    assert auditor.post(f"{bank}/items/imp-0001/answers", data={"note": "x"}).status_code == 404
    organizer.post(f"{bank}/items/imp-0001/answers", data={"note": ""})
    assert "意见 1" in organizer.get("/banks").text, "an answer has words"
    organizer.post(f"{bank}/items/imp-0001/answers", data={"note": "已核对，现行有效"})
    assert "意见 1" not in organizer.get("/banks").text
    auditor.post(f"{bank}/items/imp-0001/comments", data={"note": "谢谢，还有一处"})
    assert "意见 1" in organizer.get("/banks").text, "a later comment opens it again"


def test_an_item_that_never_was_is_not_found(organizer: FlaskClient, bank: str) -> None:
    assert organizer.get(f"{bank}/items/nobody").status_code == 404
    assert organizer.post(f"{bank}/items/nobody/comments", data={"note": "x"}).status_code == 404


def test_others_neither_find_nor_change_drafts(
    app: Flask, browse: Callable[[str], FlaskClient], organizer: FlaskClient, bank: str
) -> None:
    for login in ("ORG1", "100001", "ADMIN"):
        client = browse(login)
        assert client.get("/drafts/1").status_code == 404
        assert client.post("/drafts/1/key", data={"key": "A"}).status_code == 404
    auditor = browse("AUDIT")
    assert auditor.get("/drafts/1").status_code == 200
    assert auditor.post("/drafts/1", data={"text": TEXT}).status_code == 404
    assert state(app) == "faulty"
