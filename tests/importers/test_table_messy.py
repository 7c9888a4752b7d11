"""Workbooks as people really keep them: what is read is right, what is doubtful is a draft, no key is ever wrong."""

import io
from typing import Any

import openpyxl
import pytest

from quizapp.domain.bank import ItemType
from quizapp.importers.files import parse, read_document
from quizapp.importers.reading import Reading

HEAD = ("题号", "题干", "选项A", "选项B", "选项C", "答案")


def read(*rows: tuple[Any, ...], merged: str = "", **sheets: list[tuple[Any, ...]]) -> Reading:
    book = openpyxl.Workbook()
    book.active.title = "题库"
    for name, content in {"题库": list(rows), **sheets}.items():
        sheet = book["题库"] if name == "题库" else book.create_sheet(name)
        for row in content:
            sheet.append(row)
    if merged:
        book["题库"].merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return parse(read_document("", file.getvalue()))


def keys(reading: Reading) -> list[tuple[str, ...] | None]:
    return [item.key for item in reading.items]


ONE = (1, "谁主持开标？", "招标人", "投标人", "公证处")


def test_merged_titles_and_notes_above() -> None:
    reading = read(("2026年一季度廉政题库",), ("填表单位：", None, None, "日期："), HEAD, (*ONE, "A"), merged="A1:F1")
    assert keys(reading) == [("A",)]


def test_sub_headings_between_rows() -> None:
    rows = [
        ("一、单选题",),
        (*ONE, "A"),
        ("二、多选题（共1题）",),
        (1, "哪些？", "甲", "乙", "丙", "A,B"),
        ("三、判断题",),
    ]
    reading = read(HEAD, *rows, (1, "开标应当公开。", None, None, None, "B"))
    assert [item.type for item in reading.items] == [ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE]
    assert keys(reading) == [("A",), ("A", "B"), ("false",)]


def test_empty_columns_and_remarks() -> None:
    head = ("题号", None, "题干", None, "选项A", "选项B", "备注", "答案", None)
    assert keys(read(head, (1, None, "谁？", None, "甲", "乙", "A项有争议", "B", None))) == [("B",)]


def test_headings_again_on_every_page() -> None:
    assert keys(read(HEAD, (*ONE, "A"), HEAD, (*ONE, "B"), ("廉政题库",), HEAD, (*ONE, "C"))) == [
        ("A",),
        ("B",),
        ("C",),
    ]


@pytest.mark.parametrize(
    "key",
    ["A,B,C,", "ABC。", "A B C", "abc", "ＡＢＣ", "A;B;C", "'ABC", " A、B、C ", "A，B和C", "ABC\n", "（ABC）", "A+B+C"],
)
def test_keys_as_people_type_them(key: str) -> None:
    (item,) = read((*HEAD, "题型"), (1, "哪些？", "甲", "乙", "丙", key, "多选")).items
    assert (item.key, item.is_ready) == (("A", "B", "C"), True)


@pytest.mark.parametrize(
    "key", ["A或B", "A?", "A（存疑）", "不选A", "非A", "A/对", "除A外", "A、B任一", "AB？", "甲或乙", "A以外"]
)
def test_doubtful_keys_are_drafts(key: str) -> None:
    (item,) = read(HEAD, (1, "谁？", "甲", "乙", "丙", key)).items
    assert not item.is_ready, item.key


@pytest.mark.parametrize(
    "options", [("A.警告", "B.记过", "C.开除"), ("A、警告", "B、记过", "C、开除"), ("A 警告", "B 记过", "C 开除")]
)
def test_letters_inside_option_columns(options: tuple[str, ...]) -> None:
    (item,) = read(HEAD, (1, "哪种？", *options, "B")).items
    assert [option.text for option in item.options] == ["警告", "记过", "开除"]
    assert item.key == ("B",)


def test_letters_that_belong_to_the_words_stay() -> None:
    (item,) = read(HEAD, (1, "哪种？", "A类", "B类", "C类", "B")).items
    assert [option.text for option in item.options] == ["A类", "B类", "C类"]


def test_letters_that_contradict_their_columns_are_no_ready_question() -> None:
    (item,) = read(HEAD, (1, "哪种？", "B.警告", "A.记过", "C.开除", "B")).items
    assert not item.is_ready


def test_totals_and_notes_below() -> None:
    rows = [("合计", "共1题"), ("注：以上题目由纪检组提供",), ("制表人：张三", None, None, "2026年1月")]
    reading = read(HEAD, (*ONE, "A"), *rows)
    ready = [item for item in reading.items if item.is_ready]
    assert [item.key for item in ready] == [("A",)]


def test_sheets_of_instructions_and_samples() -> None:
    reading = read(
        HEAD,
        (*ONE, "A"),
        说明=[("一、请勿改动表头",), ("答案", "填字母，如AB")],
        示例=[HEAD, (1, "示例题？", "甲", "乙", "丙", "C")],
    )
    assert keys(reading)[0] == ("A",)
    assert len(reading.items) == 2


@pytest.mark.parametrize(
    ("key", "truth"),
    [(True, "true"), (False, "false"), ("对", "true"), ("错", "false"), ("A", "true"), ("b", "false"), ("√", "true"),
     ("正确。", "true"), ("（×）", "false"), (1, "true"), (0, "false"),
     ("TRUE", "true"), ("不正确", "false"), ("Ｂ", "false")],
)  # fmt: skip
def test_judgements_without_options(key: Any, truth: str) -> None:
    (item,) = read(("题型", "题干", "答案"), ("判断题", "开标应当公开。", key)).items
    assert (item.key, item.is_ready) == ((truth,), True)


@pytest.mark.parametrize("key", ["C", "AB", 2, "对错", "对/错", "半对", "基本正确", "A.错误"])
def test_judgements_with_doubtful_keys_are_drafts(key: Any) -> None:
    (item,) = read(("题型", "题干", "答案"), ("判断题", "开标应当公开。", key)).items
    assert not item.is_ready, item.key


def test_a_judgement_whose_options_stand_the_other_way_round() -> None:
    (item,) = read((*HEAD, "题型"), (1, "公开。", "错", "对", None, "A", "判断题")).items
    assert item.key == ("false",)


def test_numbers_as_text_and_keys_as_numbers() -> None:
    first, second = read(HEAD, ("'1", "几名？", "'3", "'5", "'7", "B"), ("2", "几名？", 3, 5, 7, 2)).items
    assert [option.text for option in second.options] == ["3", "5", "7"]
    assert (first.key, second.key) == (("B",), ("B",))
