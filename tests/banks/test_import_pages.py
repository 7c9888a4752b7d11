"""The workbench of an import, from the upload to the bank and back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.audit.models import AuditEntry
from quizapp.banks import intake
from quizapp.banks.choices import mark_of
from quizapp.banks.models import BankRevision, Draft, ImportBatch
from quizapp.banks.queries import bank_of
from quizapp.banks.undoing import HOLDERS
from quizapp.db import db
from quizapp.domain.bank import ItemType, Option
from quizapp.domain.problem import Problem
from quizapp.domain.regulations import Article, Registered, RegisteredEdition
from quizapp.importers import sandbox
from quizapp.importers.reading import ImportedItem, Refused
from quizapp.regulations.operations import register_regulation
from tests.banks.conftest import bank_text, send
from tests.banks.imports import CLEAN, NO_KEY, SEVERAL, TRUE, imported, page_of, table, upload
from tests.support.cast import Cast


def revisions(app: Flask) -> list[BankRevision]:
    with app.app_context():
        return list(db.session.scalars(select(BankRevision).order_by(BankRevision.id)))


def mark_in(page: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found, "there is a key to choose"
    return found[1]


def test_a_file_leads_to_its_workbench_and_on_to_a_bank(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    answer = upload(organizer, table(CLEAN, TRUE, NO_KEY), cast.department)
    assert answer.status_code == 302
    page = organizer.get(answer.location).text
    for words in ("核对导入内容", "导入 2 道，余下存为草稿", 'id="line-4"', "收受礼金", "第 4 行", "题目.csv"):
        assert words in page, words
    done = organizer.post(f"{answer.location}/acceptance", data={"title": "廉政题库"})
    bank = organizer.get(done.location).text
    for words in ("廉政题库", "已导入 2 道", "草稿：1", "用此题库发布测试"):
        assert words in bank, words
    [revision] = revisions(app)
    with app.app_context():
        content = bank_of(revision.id)
        assert [item.id for item in content.items] == ["imp-0001", "imp-0002"]
        assert [item.key for item in content.items] == [("A",), ("false",)]
        [draft] = db.session.scalars(select(Draft))
        assert draft.line == 4
        acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)).all()
        assert acts[-3:] == ["import.begun", "bank.uploaded", "import.accepted"]


@pytest.mark.parametrize(("rows", "drafts", "warns"), [((CLEAN, TRUE), 0, False), ((CLEAN, NO_KEY), 1, True)])
def test_only_drafts_that_there_are_stand_out(
    organizer: FlaskClient, cast: Cast, rows: tuple[Any, ...], drafts: int, warns: bool
) -> None:
    page = organizer.get(upload(organizer, table(*rows), cast.department).location).text
    [look] = re.findall(rf'<span class="(badge[^"]*)">(?:<svg(?:(?!</svg>).)*</svg>)?草稿 {drafts}', page, re.S)
    assert ("badge-warn" in look) is warns


def test_a_bank_in_yaml_goes_in_as_it_is(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    for name in ("甲.yaml", "乙.txt"):
        source = bank_text("正确", title=name).encode()
        assert "/banks/" in send(organizer, "/banks/new", source, name, unit=cast.department).location
    for number, name in enumerate(("甲.yaml", "乙.txt"), start=1):
        assert organizer.get(f"/banks/{number}/revisions/1/source").data == bank_text("正确", title=name).encode()


def test_pasted_questions_are_read_like_a_file(organizer: FlaskClient, cast: Cast) -> None:
    paste = table(CLEAN).decode().replace("\n", "\r\n")
    answer = organizer.post("/banks/new", data={"paste": paste, "unit": cast.department})
    assert "导入 1 道题" in organizer.get(answer.location).text


@pytest.mark.parametrize(("name", "data"), [("", b""), ("空.txt", b" \n")])
def test_nothing_is_refused_at_once(organizer: FlaskClient, cast: Cast, name: str, data: bytes) -> None:
    assert upload(organizer, data, cast.department, name).status_code == 422


def test_a_refused_file_says_why(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, b"%PDF-1.7 nothing", cast.department, "题库.docx").location
    page = organizer.get(place).text
    assert "没有收入这个文件" in page
    assert "PDF" in page
    with app.app_context():
        [batch] = db.session.scalars(select(ImportBatch))
        assert batch.upload is None, "what was read is not kept"
    assert organizer.post(f"{place}/acceptance").status_code == 302
    assert not revisions(app)
    organizer.post(f"{place}/discard")
    assert "已放弃" in organizer.get(place).text


def test_a_chosen_key_is_a_persons_and_is_on_record(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, NO_KEY), cast.department).location
    page = organizer.get(place).text
    assert 'aria-pressed="true" aria-label="答案' not in page, "no key is preselected"
    chosen = organizer.post(f"{place}/keys", data={"mark": mark_in(page), "key": "A", "number": 2})
    assert chosen.location.endswith("#item-2")
    assert "导入 2 道题" in organizer.get(place).text
    organizer.post(f"{place}/acceptance")
    with app.app_context():
        assert [item.key for item in bank_of(1).items] == [("A",), ("A",)]
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "import.accepted")).one()
        assert [choice["by"] for choice in entry.detail["keys_chosen"]] == [cast.organizer.account_id]


def test_several_keys_are_chosen_together_and_an_unknown_letter_is_not(organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, SEVERAL), cast.department).location
    mark = mark_in(organizer.get(place).text)
    organizer.post(f"{place}/keys", data={"mark": mark, "key": ["A", "E"]})
    assert "导入 1 道，" in organizer.get(place).text
    organizer.post(f"{place}/keys", data={"mark": mark, "key": ["A", "B", "D"]})
    assert "导入 2 道题" in organizer.get(place).text
    organizer.post(f"{place}/keys", data={"mark": mark})
    assert "导入 1 道，" in organizer.get(place).text, "a choice can be taken back"


def test_a_chosen_key_never_overrules_one_that_the_file_states(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    twin = SEVERAL.replace("多选", "单选")
    place = upload(organizer, table(twin[:-2] + "C,\n", twin), cast.department).location
    page = page_of(organizer, place)
    organizer.post(f"{place}/keys", data={"mark": mark_in(page), "key": "A"})
    organizer.post(f"{place}/acceptance", data={"title": "题库"})
    with app.app_context():
        assert [item.key for item in bank_of(1).items] == [("C",), ("A",)]


def test_a_chosen_key_counts_under_its_own_passage_alone() -> None:
    item = ImportedItem("1", 1, 3, ItemType.SINGLE, "他违反了（　）", (Option("A", "甲"), Option("B", "乙")))
    assert mark_of(replace(item, passage="张某收礼。")) != mark_of(replace(item, passage="李某泄密。"))
    assert mark_of(replace(item, number="2")) != mark_of(item)
    assert mark_of(replace(item, line=7, last_line=9)) == mark_of(item), "it outlasts a correction above it"


def test_lines_that_have_moved_since_are_not_written_over(organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, NO_KEY), cast.department).location
    form = organizer.get(f"{place}/text?from=3&to=3").text
    found = re.search(r'name="seen" value="([^"]+)"', form)
    assert found is not None
    whole = re.search(r"<textarea[^>]*>\n?([^<]*)</textarea>", organizer.get(f"{place}/text").text)
    assert whole is not None
    lines = whole[1].strip("\n").split("\n")
    more = "\n".join([lines[0], lines[1].replace("礼金", "礼品"), *lines[1:]])
    assert organizer.post(f"{place}/text", data={"text": more, "seen": found[1]}).status_code == 302
    stale = organizer.post(f"{place}/text", data={"from": 3, "to": 3, "text": "别的", "seen": found[1]})
    assert stale.status_code == 422
    assert "别的" in stale.text, "what was written is not lost"
    now = organizer.get(f"{place}/text").text
    assert "收受礼金" in now
    assert "对党忠诚" in now
    assert "别的" not in now


def test_the_text_is_corrected_in_place_and_read_again(organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, NO_KEY), cast.department).location
    form = organizer.get(f"{place}/text?from=3&to=3").text
    assert "对党忠诚" in form
    assert "收受礼金" not in form
    text = re.search(r"<textarea[^>]*>\n?([^<]*)</textarea>", form)
    assert text is not None
    fields = text[1].strip("\n").split("\t" if "\t" in text[1] else ",")
    corrected = ("\t" if "\t" in text[1] else ",").join([*fields[:6], "A", ""])
    answer = organizer.post(f"{place}/text", data={"from": 3, "to": 3, "text": corrected})
    assert answer.location.endswith("#line-3")
    assert "导入 2 道题" in organizer.get(place).text
    empty = organizer.post(f"{place}/text", data={"text": "今天天气好\r\n"})
    assert empty.status_code == 422
    assert "今天天气好" in empty.text, "what was written is not lost"
    assert "导入 2 道题" in organizer.get(place).text, "the reading before stays"


def test_an_import_into_a_bank_taken_back_meanwhile_makes_a_bank_of_its_own(
    app: Flask, organizer: FlaskClient, cast: Cast
) -> None:
    bank = imported(app, organizer, table(CLEAN), cast.department)
    added = organizer.post(f"{bank}/imports/new", data={"paste": table(TRUE).decode()}).location
    page_of(organizer, added)
    organizer.post("/imports/1/undoing")
    place = organizer.post(f"{added}/acceptance").location
    assert place != bank
    assert organizer.get(place).status_code == 200
    with app.app_context():
        items = bank_of(revisions(app)[-1].id).items
        assert [item.stem for item in items] == ["公款可以买礼品。"], "what was taken back stays away"


def test_an_import_is_undone_as_one(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    bank = imported(app, organizer, table(CLEAN, NO_KEY), cast.department)
    added = organizer.post(f"{bank}/imports/new", data={"paste": table(TRUE).decode()}).location
    organizer.post(f"{added}/acceptance")
    assert [revision.item_count for revision in revisions(app)] == [1, 2]
    organizer.post(f"{added}/undoing")
    assert [revision.item_count for revision in revisions(app)] == [1, 2, 1], "no revision is touched"
    assert "已撤销" in organizer.get(added).text
    organizer.post("/imports/1/undoing")
    assert organizer.get(bank).status_code == 404, "nothing is left of the bank"
    assert "廉政题库" not in organizer.get("/banks").text
    with app.app_context():
        acts = db.session.scalars(select(AuditEntry.act)).all()
        assert acts.count("import.undone") == 2


def test_an_import_that_something_rests_on_is_not_undone(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    bank = imported(app, organizer, table(CLEAN), cast.department)
    asked: list[Any] = []

    def hold(revision_ids: Any) -> Problem:
        asked.append(list(revision_ids))
        return Problem("测试在用这些题目。")

    app.extensions[HOLDERS].append(hold)
    assert "测试在用这些题目" in organizer.post("/imports/1/undoing", follow_redirects=True).text
    assert asked[0] == [1]
    assert organizer.get(bank).status_code == 200


def test_ids_never_come_to_mean_another_question(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    bank = imported(app, organizer, table(CLEAN), cast.department)
    for row in (TRUE, TRUE.replace("礼品", "购物卡")):
        place = organizer.post(f"{bank}/imports/new", data={"paste": table(row).decode()}).location
        organizer.post(f"{place}/acceptance")
        if "礼品" in row:
            organizer.post(f"{place}/undoing")
    with app.app_context():
        assert [item.id for item in bank_of(4).items] == ["imp-0001", "imp-0003"]


def test_a_second_acceptance_changes_nothing(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN), cast.department).location
    for _time in range(2):
        organizer.post(f"{place}/acceptance")
    assert len(revisions(app)) == 1
    other = upload(organizer, table(CLEAN), cast.department).location
    organizer.post(f"{other}/acceptance", data={"title": "题目"})
    assert len(revisions(app)) == 1, "the same questions under the same title are the same bank"


def test_without_a_ready_question_no_bank_is_made(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(NO_KEY), cast.department).location
    assert "disabled" in organizer.get(place).text
    organizer.post(f"{place}/acceptance")
    assert not revisions(app)


def test_a_slow_file_is_waited_for_and_a_lost_one_read_again(
    app: Flask, organizer: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    """The server stops in the middle of reading: the file is still there, and nothing reads for ever."""
    monkeypatch.setattr(intake, "read_upload", lambda _batch_id: None)
    place = upload(organizer, table(CLEAN), cast.department, wait=False).location
    assert "正在读取文件" in organizer.get(place).text
    assert organizer.get(f"{place}/progress").json == {"state": "reading"}
    clock.advance(minutes=5)
    assert "读取中断" in organizer.get(place).text
    monkeypatch.undo()
    organizer.post(f"{place}/reading")
    assert "导入 1 道题" in organizer.get(place).text


def test_a_reader_that_finds_nothing_leaves_a_refusal(
    app: Flask, organizer: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_keywords: Any) -> None:
        raise Refused(sandbox._unreadable().problem)

    monkeypatch.setattr(sandbox, "read_file", refuse)
    place = upload(organizer, table(CLEAN), cast.department).location
    assert "没有收入这个文件" in organizer.get(place).text


def test_what_a_file_holds_is_text_and_never_markup(organizer: FlaskClient, cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    place = upload(
        organizer, table(CLEAN.replace("上交", evil), f"{evil},{evil},,,,,,\n"), cast.department, f"{evil}.csv"
    )
    for address in (place.location, f"{place.location}/text"):
        assert evil not in organizer.get(address).text


def test_others_do_not_find_an_import(
    app: Flask, organizer: FlaskClient, browse: Callable[[str], FlaskClient], cast: Cast
) -> None:
    place = upload(organizer, table(CLEAN), cast.department).location
    for login in ("ORG1", "AUDIT", "100001", "ADMIN"):
        client = browse(login)
        assert client.get(place).status_code == 404
        assert client.post(f"{place}/acceptance").status_code == 404
    assert not revisions(app)


def test_two_thousand_questions_are_shown_by_the_page(by_a_process: None, organizer: FlaskClient, cast: Cast) -> None:
    rows = [CLEAN.replace("收受礼金", f"收受第{n}笔礼金") for n in range(2000)]
    place = upload(organizer, table(*rows, NO_KEY), cast.department).location
    page = page_of(organizer, place)
    assert "2001 道题" in page
    assert len(page) < 300_000
    assert 'href="/imports/1?page=21#line-2002"' in page
    assert 'id="line-2002"' in organizer.get(f"{place}?page=21").text


def test_questions_that_stand_in_a_bank_already_are_named(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    imported(app, organizer, table(CLEAN, TRUE), cast.department)
    place = upload(organizer, table(CLEAN, TRUE.replace("错误", "正确")), cast.units[0], "又一份.csv").location
    page = organizer.get(place).text
    assert "/banks/1/items/imp-0001" in page, "the same question"
    assert "/banks/1/items/imp-0002" in page, "the same stem with another key"
    assert page.count('class="remark"') == 2


def test_citations_found_in_rationales_are_taken_over_if_wanted(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    articles = tuple(Article(str(number)) for number in range(1, 11))
    days = {"2018": date(2018, 10, 1), "2023": date(2024, 1, 1)}
    editions = tuple(RegisteredEdition(name, day, articles) for name, day in days.items())
    with app.app_context():
        regulation = Registered("jlcf", "纪律处分条例", editions=editions)
        register_regulation(account_id=cast.administrator.account_id, regulation=regulation)
    rows = [
        CLEAN.replace("收了就要交", "见《纪律处分条例》第八条。"),
        TRUE.replace("错误,", "错误,见《纪律处分条例》（2018）第八条。"),
        TRUE.replace("礼品", "烟酒").replace("错误,", "错误,见《纪律处分条例》第九十九条。"),
    ]
    place = upload(organizer, table(*rows), cast.department).location
    page = organizer.get(place).text
    assert "采用 3 道题解析中找到的依据" in page
    assert 'data-line="3" data-item="2"' in page, "a superseded edition"
    assert 'data-line="4" data-item="3"' in page, "an article that is not there"
    bank = organizer.post(f"{place}/acceptance", data={"citations": "1"}).location
    with app.app_context():
        content = bank_of(1)
        cited = [(each.regulation, each.edition, each.article) for item in content.items for each in item.citations]
        assert cited == [("jlcf", "2023", "第八条"), ("jlcf", "2018", "第八条"), ("jlcf", "2023", "第九十九条")]
        assert [edition.id for edition in content.regulations[0].editions] == ["2023", "2018"]
    paste = table(rows[0].replace("礼金", "礼品")).decode()
    again = organizer.post(f"{bank}/imports/new", data={"paste": paste}).location
    page_of(organizer, again)
    organizer.post(f"{again}/acceptance")
    with app.app_context():
        assert bank_of(2).item("imp-0004").citations == (), "not ticked, not taken"
