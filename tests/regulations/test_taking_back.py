"""A registration that was wrong is taken back as long as nothing rests on it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from quizapp.audit.models import AuditEntry
from quizapp.banks.models import ItemRecheck
from quizapp.banks.operations import add_bank, add_revision
from quizapp.banks.rechecks import confirm_items, left_out_of, rechecks_of
from quizapp.db import db
from quizapp.regulations.models import Regulation, RegulationArticle
from quizapp.regulations.queries import register
from tests.regulations.test_pages import NEW, post
from tests.support.cast import Cast

Browse = Callable[[str], FlaskClient]
MARK = re.compile(r'name="mark"[^>]* value="([^"]*)"')
HEAD = """title: 题库
regulations: [{id: gifts, title: 礼品登记规定, editions: [{id: "2020"}, {id: "2026"}, {id: "2030"}]}]
items:
"""
ITEM = (
    "  - {{id: q{n}, type: true_false, stem: 题{n}, key: 正确,"
    ' citation: {{regulation: gifts, edition: "{edition}", article: {article}}}}}\n'
)
AGAIN = NEW.replace("十五日", "十日")


def bank_text(*editions: str, article: str = "第二条") -> bytes:
    items = "".join(ITEM.format(n=n, edition=name, article=article) for n, name in enumerate(editions, start=1))
    return (HEAD + items).encode()


def add(client: FlaskClient, regulation_id: int, name: str, text: str) -> None:
    data = {"name": name, "effective": f"{name}-01-01", "text": text, "act": "register"}
    assert client.post(f"/regulations/{regulation_id}/editions/new", data=data).status_code == 302


@pytest.fixture
def gifts(app: Flask, browse: Browse) -> int:
    """The regulation in its editions 2020 and 2026; the newer changes the second article."""
    client = browse("COMM")
    regulation_id = int(post(client, "/regulations/new", "register").location.rsplit("/", 1)[1])
    add(client, regulation_id, "2026", NEW)
    return regulation_id


@pytest.fixture
def put(app: Flask, cast: Cast) -> Callable[[bytes], Any]:
    def add_as(source: bytes) -> Any:
        with app.app_context():
            row = add_bank(
                uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="b.yaml", source=source
            )
            return row.bank_id, row.id

    return add_as


def take_back(client: FlaskClient, regulation_id: int, name: str, reason: str = "版本登记错了") -> Any:
    """Ask for it as the page does, once the page offers it."""
    found = MARK.search(client.get(f"/regulations/{regulation_id}").text)
    assert found, "the page offers it"
    data = {"mark": found[1], "confirm": name, "reason": reason}
    return client.post(f"/regulations/{regulation_id}/taking-back", data=data)


def names(app: Flask) -> list[str]:
    with app.app_context():
        return [edition.id for each in register().regulations for edition in each.editions]


def test_its_rows_go_and_its_items_return(app: Flask, browse: Browse, gifts: int, put: Any) -> None:
    bank_id, revision_id = put(bank_text("2020"))
    with app.app_context():
        assert left_out_of(revision_id) == {"q1"}
    assert take_back(browse("ORG"), gifts, "2026").status_code == 302
    assert names(app) == ["2020"]
    with app.app_context():
        assert left_out_of(revision_id) == set()
        assert rechecks_of(bank_id) == []
        assert db.session.scalar(select(func.count()).select_from(RegulationArticle)) == 3
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "edition.taken_back")).one()
        assert (entry.actor, entry.note, entry.detail["edition"]) == ("ORG", "版本登记错了", "2026")
        gone = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "recheck.taken_back")).one()
        assert (gone.subject, gone.detail) == (f"bank:{bank_id}", {"items": ["q1"]})


def test_with_its_only_edition_a_regulation_leaves_the_register(app: Flask, browse: Browse, gifts: int) -> None:
    client = browse("ORG")
    for name in ("2026", "2020"):
        answer = take_back(client, gifts, name)
    assert answer.location == "/regulations"
    with app.app_context():
        assert db.session.scalars(select(Regulation)).all() == []
    assert post(client, "/regulations/new", "register").status_code == 302, "its code and title are free again"


def test_what_the_edition_before_puts_in_question_waits_for_that(
    app: Flask, browse: Browse, gifts: int, put: Any
) -> None:
    """A bank that came later has waited for the newest edition only."""
    add(browse("ORG"), gifts, "2030", AGAIN)
    bank_id, revision_id = put(bank_text("2020"))
    take_back(browse("ORG"), gifts, "2030")
    with app.app_context():
        assert [row.edition.name for row in rechecks_of(bank_id)] == ["2026"]
        assert left_out_of(revision_id) == {"q1"}


def test_not_once_a_bank_cites_it(app: Flask, browse: Browse, gifts: int, put: Any, cast: Cast) -> None:
    bank_id, _revision = put(bank_text("2020", "2026", article="第一条"))
    refused = take_back(browse("ORG"), gifts, "2026")
    assert refused.status_code == 422
    assert "《题库》有 1 道题引用 2026 年版" in refused.text
    assert names(app) == ["2020", "2026"]
    with app.app_context():  # only the newest revision counts
        add_revision(bank_id=bank_id, uploader_id=cast.organizer.account_id, file_name="2", source=bank_text("2020"))
    assert take_back(browse("ORG"), gifts, "2026").status_code == 302


def test_not_once_somebody_has_judged_by_it(app: Flask, browse: Browse, gifts: int, put: Any, cast: Cast) -> None:
    bank_id, _revision = put(bank_text("2020"))
    with app.app_context():
        confirm_items(bank_id=bank_id, account_id=cast.organizer.account_id, item_ids=["q1"])
    refused = take_back(browse("ORG"), gifts, "2026")
    assert (refused.status_code, "《题库》已有题目按 2026 年版复核" in refused.text) == (422, True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ItemRecheck)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"confirm": "2020"}, "请填写要撤回的版本：2026"),
        ({"confirm": ""}, "请填写要撤回的版本：2026"),
        ({"reason": " "}, "请填写原因"),
        ({"mark": "1@0"}, "期间已有变动"),
    ],
)
def test_it_is_asked_for_in_full(app: Flask, browse: Browse, gifts: int, changes: dict[str, str], words: str) -> None:
    client = browse("ORG")
    found = MARK.search(client.get(f"/regulations/{gifts}").text)
    assert found
    data = {"mark": found[1], "confirm": "2026", "reason": "错"} | changes
    answer = client.post(f"/regulations/{gifts}/taking-back", data=data)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert names(app) == ["2020", "2026"]


def test_only_by_those_who_register(browse: Browse, gifts: int) -> None:
    for login in ("ORG1", "AUDIT"):
        assert "撤回" not in browse(login).get(f"/regulations/{gifts}").text
        assert browse(login).post(f"/regulations/{gifts}/taking-back", data={"confirm": "2026"}).status_code == 404
