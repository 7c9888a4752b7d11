"""A revision leaves the house in every format, under a harmless name, and with a word about what is left out."""

from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from quizapp.banks.operations import add_bank
from quizapp.domain.bank_yaml import read_bank
from quizapp.exporters import FORMATS
from tests.banks.conftest import bank_text
from tests.support.cast import Cast

LOSSY = """title: 题库
items:
  - {id: a, type: fill_in, stem: ____与____, key: [甲, 丙], numerals_equal: true}
"""


def add(app: Flask, cast: Cast, source: str, name: str = "题库.yaml") -> int:
    with app.app_context():
        return add_bank(
            uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name=name, source=source.encode()
        ).bank_id


def test_every_format_is_offered_and_can_be_fetched(organizer: FlaskClient, bank_id: int) -> None:
    page = organizer.get(f"/banks/{bank_id}/revisions/1/export").text
    for name, chosen in FORMATS.items():
        address = f"/banks/{bank_id}/revisions/1/export/{name}"
        assert f'href="{address}"' in page
        answer = organizer.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == chosen.mimetype
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f'href="/banks/{bank_id}/revisions/1/export"' in organizer.get(f"/banks/{bank_id}").text


def test_the_files_hold_the_bank(organizer: FlaskClient, bank_id: int) -> None:
    base = f"/banks/{bank_id}/revisions/1/export"
    assert read_bank(organizer.get(f"{base}/yaml").data) == read_bank(bank_text("正确", "错误"))
    sheet = load_workbook(BytesIO(organizer.get(f"{base}/xlsx").data)).active
    assert [row[2].value for row in sheet.iter_rows()] == ["题干", "第1条", "第2条"]


def test_what_a_format_leaves_out_is_said_before(app: Flask, cast: Cast, organizer: FlaskClient) -> None:
    page = organizer.get(f"/banks/{add(app, cast, LOSSY)}/revisions/1/export").text
    assert "数字与汉字等同" in page


def test_a_file_name_is_harmless(app: Flask, cast: Cast, organizer: FlaskClient) -> None:
    bank_id = add(app, cast, bank_text("正确"), '../a b"\r\n.docx')
    name = organizer.get(f"/banks/{bank_id}/revisions/1/export/xlsx").headers["Content-Disposition"]
    assert name == "attachment; filename=a_b-1.xlsx"


def test_an_unknown_format_is_not_there(organizer: FlaskClient, bank_id: int) -> None:
    assert organizer.get(f"/banks/{bank_id}/revisions/1/export/exe").status_code == 404
