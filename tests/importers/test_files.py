"""The one door for foreign files: content decides, a person may choose, and no file without questions passes."""

import io

import openpyxl
import pytest
import xlsxwriter

from quizapp.domain.bank import Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.exporters.xlsx import write_xlsx
from quizapp.exporters.yaml import write_yaml
from quizapp.importers.files import parse, read_document
from quizapp.importers.reading import Document, Format, Grammar, Refused

CSV = "题干,选项A,选项B,答案\n谁主持开标？,招标人,投标人,A\n"
GIFT = "谁主持开标？{=招标人 ~投标人}"
YAML = """format: 1
title: 测试题库
regulations:
  - {id: act, title: 招标投标法, editions: [{id: "2017"}]}
items:
  - id: a-1
    type: 单选
    stem: 谁主持开标？
    options: {A: 招标人, B: 投标人}
    key: A
    citation: {regulation: act, edition: "2017", article: 第三十五条}
  - id: a-2
    type: 单选
    stem: 缺答案的题
    options: {A: 招标人, B: 投标人}
  - id: a-3
    type: 案例
    passage: 某项目开标。
    items:
      - {id: a-31, type: 判断, stem: 开标应当公开。, key: 正确}
      - {id: a-32, type: 填空, stem: 少于____个应当重新招标。, key: [三], numerals_equal: true}
"""


def workbook() -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(("题干", "选项A", "选项B", "答案"))
    book.active.append(("谁主持开标？", "招标人", "投标人", "A"))
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", ["题库.docx", "a.CSV", "", "很长的名字，有 空格（1）.xlsx", "../../etc/passwd"])
def test_a_name_decides_nothing(name: str) -> None:
    assert read_document(name, workbook()).format is Format.XLSX
    assert read_document(name, CSV.encode("gbk")).format is Format.CSV
    assert read_document(name, GIFT.encode()).format is Format.GIFT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_the_same_in_every_encoding(encoding: str) -> None:
    document = read_document("", CSV.encode(encoding))
    (item,) = parse(document).items
    assert (item.stem, item.key, document.grammar) == ("谁主持开标？", ("A",), Grammar.TABLE)


def test_the_encoding_may_be_chosen() -> None:
    document = read_document("", "題幹,答案\n公開,對".encode("big5"), encoding="big5")
    assert (document.lines[0], document.encoding) == ("題幹,答案", "big5")


def test_a_person_may_choose_the_format_of_a_text() -> None:
    document = read_document("", CSV.encode(), Format.TEXT)
    assert (document.format, document.grammar, document.lines) == (Format.TEXT, Grammar.TEXT, tuple(CSV.splitlines()))


@pytest.mark.parametrize(
    ("data", "format", "words"),
    [
        (workbook(), Format.DOCX, "this is a xlsx file"),
        (workbook(), Format.TEXT, "this is a xlsx file"),
        (CSV.encode(), Format.XLSX, "This is no xlsx file"),
        (b"%PDF-1.5", Format.TEXT, "PDF"),
        (b"", None, "empty"),
        (b"   \n", Format.GIFT, "empty"),
        (bytes(range(256)), None, "cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, format: Format | None, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_document("", data, format)


def test_a_table_without_a_question_is_refused_with_the_reason() -> None:
    with pytest.raises(Refused, match="only keys and no questions"):
        parse(read_document("", "题号,答案\n1,A\n2,B".encode()))
    with pytest.raises(Refused, match=r"no question was found\. The first line is: 题干"):
        parse(read_document("", "题干,答案\n".encode()))


def test_gift_takes_no_second_file_of_keys() -> None:
    with pytest.raises(Refused, match="a Word file or a table only"):
        parse(read_document("", GIFT.encode()), read_document("", CSV.encode()))


def test_our_own_bank_is_read_with_its_problems_on_their_lines() -> None:
    reading = parse(read_document("", YAML.encode()))
    first, second, third, fourth = reading.items
    assert (first.id, first.key, first.cited, first.is_ready) == (
        "a-1",
        ("A",),
        "《招标投标法》（2017）第三十五条",
        True,
    )
    assert (second.stem, second.key, second.is_ready, second.problems[0].line) == ("缺答案的题", None, False, 12)
    assert (third.passage, third.key, fourth.passage) == ("某项目开标。", ("true",), "某项目开标。")
    assert (fourth.blanks, fourth.key, len(fourth.warnings)) == ((("三",),), (), 1)
    lines = [*reading.headings, *(line for item in reading.items for line in range(item.line, item.last_line + 1))]
    assert sorted(lines) == list(range(1, len(reading.document.lines) + 1))


def test_a_bank_that_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(Refused) as refused:
        parse(Document(Format.YAML, Grammar.YAML, ("title: x", "items:", "  - id: [")))
    assert refused.value.problem.line in (3, 4)  # the line of the bracket, or the end of the text


BANK = Bank(
    "测试题库",
    (
        Item(
            "s",
            ItemType.SINGLE,
            "谁主持（　）？",
            (Option("A", "招标人"), Option("B", "投标人,或其代理")),
            ("B",),
            topic="招标",
            rationale="第一段\n第二段",
            citations=(Citation("act", "2017", "第三十五条"),),
            posts=("采购", "财务"),
            difficulty=2,
        ),
        Item(
            "m", ItemType.MULTIPLE, "哪些？", tuple(Option(letter, f"第{letter}种") for letter in "ABCDEF"), ("A", "F")
        ),
        Item("j", ItemType.TRUE_FALSE, "开标应当公开。", key=("false",)),
        Item("f", ItemType.FILL_IN, "____和____。", blanks=(("公开",), ("公平", "平等"))),
        Item("e", ItemType.ESSAY, "简述回避。", reference="应当回避。"),
        Item(
            "c",
            ItemType.CASE,
            "某项目开标。",
            items=(Item("c1", ItemType.SINGLE, "甲？", (Option("A", "1"), Option("B", "2")), ("A",)),),
        ),
    ),
    regulations=(Regulation("act", "招标投标法", editions=(Edition("2017"),)),),
)


@pytest.mark.parametrize("data", [write_xlsx(BANK), write_yaml(BANK)])
def test_what_we_write_we_read(data: bytes) -> None:
    single, multiple, truth, fill_in, essay, under_case = parse(read_document("", data)).items
    assert [option.text for option in single.options] == ["招标人", "投标人,或其代理"]
    assert (single.id, single.stem, single.key, single.topic) == ("s", "谁主持（　）？", ("B",), "招标")
    assert (single.rationale, single.posts, single.difficulty) == ("第一段\n第二段", ("采购", "财务"), 2)
    assert (single.cited, multiple.key, truth.key) == ("《招标投标法》（2017）第三十五条", ("A", "F"), ("false",))
    assert (fill_in.blanks, essay.type, essay.key) == ((("公开",), ("公平", "平等")), ItemType.ESSAY, ("应当回避。",))
    assert (under_case.passage, under_case.key, under_case.is_ready) == ("某项目开标。", ("A",), True)


def test_a_workbook_of_two_thousand_questions_is_read_whole() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ["题号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "难度", "知识点"]
    )
    for at in range(2_000):
        options = [f"百分之{at}", f"百分之{at + 1}", f"千分之{at}", f"千分之{at + 1}"]
        sheet.write_row(
            at + 1, 0, [at, "单选题", f"第{at}种情形下不得超过（ ）。", *options, "C", f"见第{at}条", "中", "招标"]
        )
    book.close()
    reading = parse(read_document("", file.getvalue()))
    assert sum(item.is_ready for item in reading.items) == 2_000
