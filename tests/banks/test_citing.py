"""What is said about the citations of imported items, and what an accepted import does with a stale one."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.banks.citing import cited_in
from quizapp.banks.rechecks import left_out_of, open_count
from quizapp.domain.bank import ItemType
from quizapp.domain.regulations import Article, Register, Registered, RegisteredEdition
from quizapp.importers.reading import ImportedItem
from quizapp.regulations.operations import register_regulation
from tests.banks.imports import TRUE, page_of, table, upload
from tests.support.cast import Cast

RULES = Registered("gifts", "礼品登记规定", editions=(
    RegisteredEdition("2018", date(2018, 1, 1), (Article("1"), Article("2"))),
    RegisteredEdition("2023", date(2023, 1, 1), (Article("1", "1"), Article("2", "2", changed=True))),
))  # fmt: skip
TODAY = date(2026, 1, 1)


def item(cited: str = "", rationale: str = "") -> ImportedItem:
    places = {"rationale": 8, "cited": 9}
    return ImportedItem("1", 5, 9, ItemType.TRUE_FALSE, "甲", cited=cited, rationale=rationale, places=places)


@pytest.mark.parametrize(
    ("cited", "rationale", "words", "line"),
    [
        ("《礼品登记规定》（2018）第二条", "", "compare, then cite that", 9),
        ("", "见《礼品登记规定》（2018）第一条", "in the same words", 8),
        ("《礼品登记规定》（1999）第一条", "", "no edition 1999", 9),
        ("《礼品登记规定》第九条", "", "has no 第九条", 9),
        ("《别的规定》第一条", "", "“《别的规定》第一条”; it stays in the rationale", 9),
        ("礼品登记规定", "", "name it by its title and article", 9),
    ],
)
def test_each_fault_is_said_at_its_line(cited: str, rationale: str, words: str, line: int) -> None:
    [problem] = cited_in([item(), item(cited, rationale)], Register((RULES,)), TODAY).faults[2]
    assert words in problem.text()
    assert problem.line == line


def test_what_may_stand_is_left_alone() -> None:
    items = [item("《礼品登记规定》第二条"), item(rationale="见《别的规定》第一条"), item()]
    assert cited_in(items, Register((RULES,)), TODAY).faults == {}
    assert cited_in([item("《别的规定》第一条")], Register(), TODAY).faults == {}


def test_a_stale_citation_waits_for_a_recheck_once_accepted(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        register_regulation(account_id=cast.administrator.account_id, regulation=RULES)
    rows = [TRUE.replace("错误,", f"错误,见《礼品登记规定》（2018）第{article}条。") for article in "一二"]
    place = upload(organizer, table(rows[0], rows[1].replace("礼品", "烟酒", 1)), cast.department).location
    page_of(organizer, place)
    assert organizer.post(f"{place}/acceptance", data={"citations": "1"}).status_code == 302
    with app.app_context():
        assert open_count(1) == 1, "what says the same in the newer edition need not wait"
        assert left_out_of(1) == {"imp-0002"}
