"""The pages of the room, as organizers use them and as others do not find them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.banks import views
from quizapp.banks.operations import add_bank
from quizapp.domain.bank_yaml import read_bank
from tests.banks.conftest import bank_text, send
from tests.support.cast import Cast

BAD = """title: 试
items:
  - {id: a, type: true_false, stem: 甲, key: 也许}
  - id: b
    type: sinlge
    stem: 乙
"""
XSS = "<script>alert(1)</script>"
ROUTES = (
    "/banks/{id}",
    "/banks/{id}/revisions/new",
    "/banks/{id}/revisions/1",
    "/banks/{id}/revisions/1?keys=1",
    "/banks/{id}/revisions/1/source",
    "/banks/{id}/health",
    "/banks/{id}/revisions/1/export",
    "/banks/{id}/revisions/1/export/yaml",
    "/banks/{id}/revisions/1/export/xlsx",
)


def add(app: Flask, cast: Cast, source: str, name: str = "题库.yaml") -> int:
    with app.app_context():
        revision = add_bank(
            uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name=name, source=source.encode()
        )
        return revision.bank_id


def test_an_upload_leads_to_the_bank(organizer: FlaskClient, cast: Cast) -> None:
    assert "还没有题库" in organizer.get("/banks").text
    answer = send(organizer, "/banks/new", bank_text("正确").encode(), unit=cast.units[1])
    assert answer.status_code == 302
    assert "第 1 版已收入题库" in organizer.get(answer.location).text
    page = organizer.get("/banks").text
    assert "建设工程质量监督总站" in page
    assert "陈组织" in page


def test_a_new_revision_shows_its_difference(organizer: FlaskClient, bank_id: int) -> None:
    answer = send(organizer, f"/banks/{bank_id}/revisions/new", bank_text("错误", "错误", "正确").encode())
    page = organizer.get(answer.location).text
    for words in ("改答案 1 题", "q1: 正确 → 错误", "新增 1 题", "第 2 版", "第 1 版"):
        assert words in page


def test_every_problem_is_shown_with_its_line_and_can_be_mended_in_place(organizer: FlaskClient, cast: Cast) -> None:
    answer = send(organizer, "/banks/new", BAD.encode(), unit=cast.department)
    assert answer.status_code == 422
    for place in ("第 3 行第 45 列", "第 5 行第 11 列", "items[0].key", "items[1].type", "<mark>sinlge</mark>"):
        assert place in answer.text, place
    assert "    type: sinlge\n" in answer.text, "the text is there to be corrected"
    mended = bank_text("正确").replace("\n", "\r\n")
    again = organizer.post("/banks/new", data={"text": mended, "name": "试.yaml", "unit": cast.department})
    assert again.status_code == 302
    source = organizer.get(f"{again.location}/revisions/1/source")
    assert source.data == bank_text("正确").encode(), "the browser's line ends are not the file's"


def test_a_file_saved_as_gbk_is_shown_readable(organizer: FlaskClient, cast: Cast) -> None:
    answer = send(organizer, "/banks/new", BAD.encode("gbk"), unit=cast.department)
    assert answer.status_code == 422
    assert "GBK" in answer.text
    assert "stem: 乙" in answer.text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("题库.yaml", b"PK\x03\x04\x00", "改了名字的"),
        ("", b"", "请选择文件"),
        ("题库.yaml", bytes(range(256)), "UTF-8"),
        ("题库.yaml", b"a: &a [1]\nb: *a\n", "&amp;"),
        ("题库.yaml", b"[" * 5000, "嵌套"),
    ],
)
def test_what_is_no_bank_is_refused_in_a_sentence(
    organizer: FlaskClient, cast: Cast, name: str, data: bytes, words: str
) -> None:
    answer = send(organizer, "/banks/new", data, name, unit=cast.department)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_new_revision_is_a_whole_bank_in_yaml(organizer: FlaskClient, bank_id: int) -> None:
    answer = send(organizer, f"/banks/{bank_id}/revisions/new", b"PK\x03\x04", "题库.docx")
    assert answer.status_code == 422
    assert "导入题目" in answer.text


@pytest.mark.parametrize("login", ["100001", "SEC1", "COMM", "ADMIN"])
@pytest.mark.parametrize("route", [*ROUTES, "/banks", "/banks/new", "/banks/format"])
def test_others_do_not_find_banks(browse: Callable[[str], FlaskClient], bank_id: int, login: str, route: str) -> None:
    assert browse(login).get(route.format(id=bank_id)).status_code == 404


@pytest.mark.parametrize("route", ROUTES)
def test_an_organizer_does_not_find_the_bank_of_another_unit(
    app: Flask, browse: Callable[[str], FlaskClient], cast: Cast, route: str
) -> None:
    bank_id = add(app, cast, bank_text("正确"))  # kept by the department, above the unit
    client = browse("ORG1")
    assert client.get(route.format(id=bank_id)).status_code == 404
    assert "题库.yaml" not in client.get("/banks").text
    assert send(client, f"/banks/{bank_id}/revisions/new", bank_text("错误").encode()).status_code == 404


def test_a_bank_cannot_be_put_where_one_organizes_nothing(browse: Callable[[str], FlaskClient], cast: Cast) -> None:
    answer = send(browse("ORG1"), "/banks/new", bank_text("正确").encode(), unit=cast.units[1])
    assert answer.status_code == 422


def test_an_auditor_reads_and_does_not_upload(browse: Callable[[str], FlaskClient], bank_id: int) -> None:
    client = browse("AUDIT")
    assert client.get(f"/banks/{bank_id}").status_code == 200
    assert client.get(f"/banks/{bank_id}/revisions/1?keys=1").status_code == 200
    assert "/revisions/new" not in client.get(f"/banks/{bank_id}").text
    assert send(client, f"/banks/{bank_id}/revisions/new", bank_text("错误").encode()).status_code == 404
    assert client.get("/banks/new").status_code == 404


@pytest.mark.parametrize("address", ["/banks/99", "/banks/99999999999999999999", "/banks/{id}/revisions/2"])
def test_what_does_not_exist_is_not_found(organizer: FlaskClient, bank_id: int, address: str) -> None:
    assert organizer.get(address.format(id=bank_id)).status_code == 404


def test_the_key_is_shown_only_where_it_is_asked_for(organizer: FlaskClient, bank_id: int) -> None:
    plain = organizer.get(f"/banks/{bank_id}/revisions/1").text
    assert "因为第1条" not in plain
    assert "is-key" not in plain
    keyed = organizer.get(f"/banks/{bank_id}/revisions/1?keys=1").text
    assert "因为第1条" in keyed
    assert keyed.count("is-key") == 2


def test_items_are_found_by_words_type_and_topic(organizer: FlaskClient, bank_id: int) -> None:
    base = f"/banks/{bank_id}/revisions/1"
    found = organizer.get(f"{base}?q=第2条").text
    assert "q2" in found
    assert "q1" not in found
    assert "没有符合的题目" in organizer.get(f"{base}?type=single").text
    assert "没有符合的题目" in organizer.get(f"{base}?topic=别的").text
    assert organizer.get(f"{base}?page=99999999999999999999999&type=true_false").status_code == 200


def test_what_a_bank_holds_is_text_and_never_markup(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    source = bank_text("正确", title=f'"{XSS}"').replace("第1条", f'"{XSS}"')
    bank_id = add(app, cast, source.replace("topic: 纪律", f'topic: "{XSS}"').replace("因为", ""), f"{XSS}.yaml")
    for address in ("/banks", *(route for route in ROUTES if not re.search("source|export/", route))):
        page = organizer.get(address.format(id=bank_id)).text
        assert XSS not in page, address
    bad = send(organizer, "/banks/new", f"title: '{XSS}'\nitems: '</textarea>{XSS}'\n".encode(), unit=cast.department)
    assert XSS not in bad.text
    assert bad.text.count("</textarea>") == 1


def test_the_source_comes_back_byte_for_byte_under_a_safe_name(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    source = "\ufeff" + bank_text("正确").replace("\n", "\r\n")
    bank_id = add(app, cast, source, '..\\/a"b\n题 库.yaml')
    answer = organizer.get(f"/banks/{bank_id}/revisions/1/source")
    assert answer.data == source.encode()
    assert answer.mimetype == "text/plain"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert not re.search(r"\.\.|[/\\\n]|%22", disposition)


def test_two_thousand_items_are_shown_by_the_page(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    bank_id = add(app, cast, bank_text(*["正确"] * 2000))
    page = organizer.get(f"/banks/{bank_id}/revisions/1?page=100&keys=1").text
    assert page.count('class="review item"') == views.ITEMS_PER_PAGE
    assert "第2000条" in page
    assert len(page) < 100_000
    assert "2000" in organizer.get(f"/banks/{bank_id}").text


def test_the_example_of_the_format_guide_is_a_bank(organizer: FlaskClient) -> None:
    path = Path(views.__file__).parent / "templates/banks/_example.yaml"
    assert len({item.type for item in read_bank(path.read_bytes()).items}) == 5
    assert "题库怎么写" in organizer.get("/banks/format").text
