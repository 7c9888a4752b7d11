"""Nobody's work is lost with another's import, nobody holds every turn, and what was not reviewed says so."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.audit.models import AuditEntry
from quizapp.banks import intake
from quizapp.banks.models import ImportBatch
from quizapp.db import db
from tests.banks.imports import CLEAN, NO_KEY, TRUE, imported, page_of, table, upload
from tests.banks.test_import_pages import mark_in
from tests.support.cast import Cast


def test_a_bank_with_drafts_of_others_is_not_taken_away(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    bank = imported(app, organizer, table(CLEAN), cast.department)
    place = organizer.post(f"{bank}/imports/new", data={"paste": table(NO_KEY).decode()}).location
    page_of(organizer, place)
    organizer.post(f"{place}/acceptance")
    page = organizer.post("/imports/1/undoing", follow_redirects=True).text
    assert "1 道其他导入的草稿" in page
    assert organizer.get(bank).status_code == 200
    organizer.post("/drafts/1/withdrawal")
    organizer.post("/imports/1/undoing")
    assert organizer.get(bank).status_code == 404


def test_one_account_has_one_file_being_read(
    app: Flask,
    browse: Callable[[str], FlaskClient],
    organizer: FlaskClient,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "read_upload", lambda _batch_id: None)
    upload(organizer, table(CLEAN), cast.department, wait=False)
    organizer.post("/imports/1/discard")
    for _time in range(2):
        assert upload(organizer, table(TRUE), cast.department, wait=False).location == "/banks/new"
        assert "正在读取您的另一个文件" in organizer.get("/banks/new").text
    assert "/imports/" in upload(browse("ORG1"), table(TRUE), cast.units[0], wait=False).location


def test_a_reading_is_lost_after_its_own_limits() -> None:
    seconds = [
        intake.lost_after(ImportBatch(file_name=name, keys_name=keys)).total_seconds()
        for name, keys in (("甲.docx", ""), ("甲.docx", "乙.txt"), ("甲.DOC", ""))
    ]
    assert seconds == [80, 145, 210]


def test_the_switch_of_the_second_review_is_shown_and_so_is_what_it_missed(
    app: Flask, organizer: FlaskClient, cast: Cast
) -> None:
    bank = imported(app, organizer, table(CLEAN), cast.department)
    assert "未经另一人复核" not in organizer.get(f"{bank}/items/imp-0001").text, "nobody has asked for it"
    for wanted, words in (("1", "开启另一人复核："), ("0", "关闭另一人复核：")):
        organizer.post(f"{bank}/second-review", data={"second_review": wanted})
        page = organizer.get(bank).text
        assert re.search(f"{words}.*陈组织", page), "a name, not a sign-in"
    assert "未经另一人复核" in organizer.get(f"{bank}/items/imp-0001").text


def test_a_chosen_key_is_on_record_with_its_question(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, NO_KEY), cast.department).location
    organizer.post(f"{place}/keys", data={"mark": mark_in(organizer.get(place).text), "key": "A", "number": 2})
    organizer.post(f"{place}/acceptance")
    with app.app_context():
        by_act = {entry.act: entry.detail for entry in db.session.scalars(select(AuditEntry))}
    assert by_act["import.key_chosen"]["stem"] == "下列属于政治纪律的是（　）。"
    assert by_act["import.accepted"]["keys_chosen"][0]["stem"] == "下列属于政治纪律的是（　）。"


def test_drafts_are_told_of_at_acceptance_and_few_lines_open_a_low_box(organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, NO_KEY), cast.department).location
    assert 'rows="5"' in organizer.get(f"{place}/text?from=3&to=3").text
    page = organizer.post(f"{place}/acceptance", data={"title": "廉政题库"}, follow_redirects=True).text
    assert "另有 1 道存为草稿" in page
    assert "未注明难度的题按中等计" in page
