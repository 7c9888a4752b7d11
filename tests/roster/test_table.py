"""Reading roster files: any order, any encoding, and every problem with its sheet, row and column."""

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.roster.table import RosterRow, place, read_table
from tests.roster.files import HEAD, csv_file, xlsx_file

ZHANG = ("机关", "办公室党支部", "100001", "张三", "处长", "招标采购", "13800001234")


def read(data: bytes) -> list[RosterRow]:
    rows, problems = read_table("名册", data)
    assert problems == []
    return rows


def said(data: bytes) -> list[str]:
    _rows, problems = read_table("名册", data)
    return [f"{place(problem)}: {problem.text()}" for problem in problems]


def values(row: RosterRow) -> tuple[str | None, ...]:
    return (row.unit, row.branch, row.staff_no, row.name, row.duty, row.post, row.phone)


def test_a_workbook_is_read() -> None:
    [row] = read(xlsx_file([HEAD, ZHANG]))
    assert values(row) == ZHANG
    assert row.line == 2


def test_columns_stand_in_any_order_under_notes_with_other_names() -> None:
    rows = [
        ("示范省住房和城乡建设厅干部职工名册",),
        ("填表说明：请勿修改表头",),
        (),
        ("序号", "姓 名*", "手机号码", "支部（全称）", "编号：", "单位名称"),
        (1, "张三", 13800001234, "办公室党支部", 100001, "机关"),
        ("合计：1 人",),
    ]
    [row] = read(xlsx_file(rows))
    assert values(row) == ("机关", "办公室党支部", "100001", "张三", None, None, "13800001234")
    assert row.line == 5


@pytest.mark.parametrize(
    ("written", "number"),
    [(12345.0, "12345"), ("12345.0", "12345"), ("１２３４５", "12345"), (" a-01 ", "A-01"), ("00123", "00123")],
)
def test_a_staff_number_is_read_as_it_is_meant(written: object, number: str) -> None:
    [row] = read(xlsx_file([HEAD, ("机关", "办公室党支部", written, "张三")]))
    assert row.staff_no == number


@pytest.mark.parametrize(
    ("written", "name"),
    [("张　三", "张三"), ("\ufeff张三\u200b", "张三"), ("买买提·吐尔逊", "买买提·吐尔逊"), ("Li  Ming", "Li Ming")],
)
def test_a_name_has_one_spelling(written: str, name: str) -> None:
    [row] = read(csv_file([HEAD, ("机关", "办公室党支部", "1", written)]))
    assert row.name == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_encoding(encoding: str, delimiter: str) -> None:
    assert [values(row) for row in read(csv_file([HEAD, ZHANG], encoding, delimiter))] == [ZHANG]


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)


@given(st.lists(st.tuples(HAN, HAN, HAN), min_size=1, max_size=5))
def test_gbk_says_what_utf_8_says(people: list[tuple[str, str, str]]) -> None:
    rows = [HEAD, *((unit, branch, number, name) for number, (unit, branch, name) in enumerate(people))]
    assert read(csv_file(rows, "gbk")) == read(csv_file(rows, "utf-8"))


def test_merged_cells_hold_for_each_of_their_rows() -> None:
    rows = [HEAD, ("机关", "办公室党支部", "1", "甲"), ("", "", "2", "乙"), ("", "人事处党支部", "3", "丙")]
    read_rows = read(xlsx_file(rows, merged=["A2:A4", "B2:B3"]))
    assert [(row.unit, row.branch) for row in read_rows] == [
        ("机关", "办公室党支部"),
        ("机关", "办公室党支部"),
        ("机关", "人事处党支部"),
    ]


def test_a_hidden_sheet_is_left_out() -> None:
    assert len(read(xlsx_file([HEAD, ZHANG], hidden=[HEAD, ("机关", "x", "2", "y")]))) == 1


def test_every_problem_is_named_with_sheet_row_and_column() -> None:
    rows = [
        ("名册",),
        HEAD,
        ZHANG,
        ("机关", "", "100002", "李四"),
        ("机关", "办公室党支部", "", "王五"),
        ("机关", "办公室党支部", "10 / 3", "赵六"),
        ("机关", "办公室党支部", "１００００１", "钱七"),
        ("机关", "办公室党支部", "100005", "孙" * 65),
    ]
    assert said(xlsx_file(rows, sheet="二季度")) == [
        "二季度 row 4, column “党支部”: The cell is empty.",
        "二季度 row 5, column “工号”: The cell is empty.",
        "二季度 row 6, column “工号”: “10 / 3” is not a number: use letters, digits, dots and hyphens.",
        "二季度 row 8, column “姓名”: The text is longer than 64 characters.",
        "二季度 row 7, column “工号”: 100001 stands in row 3 already (张三).",
    ]


def test_missing_and_repeated_columns_are_named() -> None:
    assert said(csv_file([("工号", "姓名", "岗位"), ("1", "张三", "")])) == [
        "row 1: These columns are missing: 单位、党支部."
    ]
    [problem] = said(csv_file([(*HEAD, "编号"), ZHANG]))
    assert problem.endswith("This column occurs twice.")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "No header row"),
        (csv_file([("a", "b"), ("1", "2")]), "No header row"),
        (csv_file([HEAD]), "no person"),
        (b"PK\x03\x04 broken", "cannot be opened"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "cannot be opened"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xff", "neither a workbook nor text"),
        (b"a,b\n" * 30_000, "more than"),
    ],
)
def test_what_is_no_roster_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    [problem] = said(data)
    assert words in problem


def test_a_workbook_that_would_unpack_to_gigabytes_is_refused_at_once() -> None:
    started = time.process_time()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
    assert "too large" in said(bomb.getvalue())[0]
    far = io.BytesIO(xlsx_file([HEAD, ZHANG]))
    with zipfile.ZipFile(far) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</row></sheetData>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(far, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert "more than" in said(far.getvalue())[0]
    assert time.process_time() - started < 5


def test_control_signs_never_reach_the_database() -> None:
    [row] = read(csv_file([HEAD, ("机关", "办公室党支部", "1", "张\x00三\x1b")]))
    assert row.name == "张三"


@given(st.binary(max_size=300))
def test_no_file_crashes_the_reader(data: bytes) -> None:
    read_table("名册", data)
