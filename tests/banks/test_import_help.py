"""What the workbench does for people unasked: a title, the line of a missing key, and where to go afterwards."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.banks.lines import last_line_to_mend, title_in
from quizapp.banks.queries import bank_of
from quizapp.domain.bank import ItemType
from quizapp.domain.problem import Problem
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Skipped
from tests.banks.imports import CLEAN, NO_KEY, TRUE, imported, page_of, table, upload
from tests.support.cast import Cast

QUESTION = "1、下列正确的是（　）。\nA．警告\nB．记过\n答案：A\n"
STATEMENTS = "题型,题干,A,B,答案\n单选,处分有（　）。,警告,表扬,A\n判断,公款可以买礼品。,,,\n,公款可以买烟酒。,,,\n"


def read(text: str) -> Reading:
    """A reading of one question, the last but ``答案：`` lines of ``text``, with every line before it skipped."""
    lines = tuple(text.split("\n"))
    first = next(number for number, line in enumerate(lines, start=1) if line.startswith("1、"))
    item = ImportedItem("1", first, first + 2, ItemType.SINGLE, "下列正确的是（　）。")
    skipped = tuple(Skipped(number, lines[number - 1], Problem("?")) for number in range(1, first))
    return Reading(Document(Format.TEXT, Grammar.TEXT, lines), (item,), skipped)


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("廉政知识题库", "廉政知识题库"),
        ("2024年党纪知识测试题", "2024年党纪知识测试题"),
        ("（共200题）\n《中国共产党纪律处分条例》知识题库", "《中国共产党纪律处分条例》知识题库"),
        ("姓名：＿＿＿　单位：＿＿＿\n得分\n党风廉政题库", "党风廉政题库"),
        ("廉政知识题库,,,,", "廉政知识题库"),
        ("注意事项：不得抄袭", ""),
        ("请各支部认真学习。", ""),
        ("更多题库请扫码关注公众号", ""),
        ("第 1 页 共 3 页", ""),
        ("2024-05-01", ""),
        ("序号,题型,题干", ""),
        ("题" * 61, ""),
    ],
)
def test_the_title_is_the_first_line_that_reads_like_one(above: str, title: str) -> None:
    assert title_in(read(f"{above}\n{QUESTION}")) == title


def test_no_line_below_a_question_is_its_title(app: Flask) -> None:
    reading = read(QUESTION + "廉政知识题库")
    assert title_in(reading) == ""


def test_the_bank_is_called_what_the_document_is_called(organizer: FlaskClient, cast: Cast) -> None:
    for text, title in (("廉政知识题库\n\n" + QUESTION, "廉政知识题库"), (QUESTION, "终稿")):
        place = upload(organizer, text.encode(), cast.department, "终稿.txt").location
        assert f'name="title" value="{title}"' in organizer.get(place).text


@pytest.mark.parametrize(
    ("below", "last"),
    [
        ("答案：", 4),
        ("【答案】", 4),
        ("答案：\n解析：", 5),
        ("\n参考答案:", 5),
        ("答案：\n\n", 4),
        ("二、判断题\n答案：", 3),
        ("", 3),
    ],
)
def test_the_place_of_a_key_that_nobody_wrote_is_offered_for_correction(below: str, last: int) -> None:
    reading = read(f"1、下列正确的是（　）。\nA．警告\nB．记过\n{below}")
    assert last_line_to_mend(reading, reading.items[0], 20) == last
    assert last_line_to_mend(reading, reading.items[0], 4) == 3, "never a line of the next question"


def test_an_empty_line_of_the_key_is_among_the_lines_to_correct(organizer: FlaskClient, cast: Cast) -> None:
    text = (
        QUESTION + "\n2、下列错误的是（　）。\nA．甲\nB．乙\n答案：\n\n3、下列不对的是（　）。\nA．丙\nB．丁\n答案：\n"
    )
    place = upload(organizer, text.encode(), cast.department, "题.txt").location
    addresses = re.findall(r"from=(\d+)&amp;to=(\d+)", organizer.get(place).text)
    assert addresses == [("6", "9"), ("11", "14")]
    form = organizer.get(f"{place}/text?from=6&to=9").text
    mended = "2、下列错误的是（　）。\nA．甲\nB．乙\n答案：B"
    assert "答案：\n" in form or "答案：</textarea>" in form
    organizer.post(f"{place}/text", data={"from": 6, "to": 9, "text": mended})
    assert "导入 2 道，余下存为草稿" in organizer.get(place).text


def test_statements_of_a_table_are_judged_by_two_buttons(app: Flask, organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, STATEMENTS.encode(), cast.department).location
    page = organizer.get(place).text
    assert page.count('value="true" aria-pressed="false"') == 2, "also where the row names no type"
    assert "如果这是判断题，请选择答案" in page
    for number in (2, 3):
        marks = re.findall(r'name="mark" value="(\w+)"', organizer.get(place).text)
        data = {"mark": marks[number - 2], "key": "false", "number": number}
        assert organizer.post(f"{place}/keys", data=data).location.endswith(f"#item-{number}")
    page = organizer.get(place).text
    assert "导入 3 道题" in page
    assert page.count('value="false" aria-pressed="true"') == 2, "a choice stays in sight, and can be changed"
    organizer.post(f"{place}/acceptance", data={"title": "题库"})
    with app.app_context():
        items = bank_of(1).items
        assert [item.type for item in items] == ["single", "true_false", "true_false"]
        assert [item.key for item in items] == [("A",), ("false",), ("false",)]


def test_after_an_import_two_links_lead_on(organizer: FlaskClient, cast: Cast) -> None:
    place = upload(organizer, table(CLEAN, NO_KEY), cast.department).location
    page = organizer.post(f"{place}/acceptance", data={"title": "廉政题库"}, follow_redirects=True).text
    assert '<a href="/quizzes/new?bank=1">从这个题库发布测试</a>' in page
    assert '<a href="/banks/1/drafts?batch=1">查看这些草稿</a>' in page
    done = organizer.get(place).text
    assert "/quizzes/new?bank=1" in done
    assert "/banks/1/drafts?batch=1" in done
    drafts = organizer.get("/banks/1/drafts?batch=1").text
    assert "对党忠诚" not in drafts
    assert "下列属于政治纪律" in drafts
    assert "只显示本次导入的草稿：题目.csv" in drafts
    assert "只显示本次导入" not in organizer.get("/banks/1/drafts?batch=99").text


def test_what_stands_in_the_bank_itself_is_told_apart_from_other_banks(
    app: Flask, organizer: FlaskClient, cast: Cast
) -> None:
    other = imported(app, organizer, table(CLEAN), cast.department)
    mine = imported(app, organizer, table(TRUE), cast.department)
    place = organizer.post(f"{mine}/imports/new", data={"paste": table(CLEAN, TRUE).decode()}).location
    page = page_of(organizer, place)
    assert "本题库里已有的题目：1 组" in page
    assert "其他题库里也有的题目：1 组" in page
    for bank in (other, mine):
        assert page.count(f'href="{bank}/items/imp-0001"') == 1
