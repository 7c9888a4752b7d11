"""Numbers as the program shows them: an option of 3% is kept as 0.03, and a person must see what they wrote."""

import io
import struct
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from quizapp.importers.files import parse, read_document
from quizapp.importers.reading import Document, Format
from quizapp.importers.workbook import read_workbook
from quizapp.importers.workbook_formats import shown
from tests.importers.test_workbook import XLS_ROWS, changed, labels, ods, ods_row, record, saved, xls

ACCOUNT = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.03, "0%", "3%"),
        (0.025, "0.0%", "2.5%"),
        (0.025, "0.00%", "2.50%"),
        (1.15, "0%", "115%"),
        (0.285, "0%", "29%"),
        (0.0005, "0.00‰", None),
        (1000, "#,##0", "1,000"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (5, "0.00", "5.00"),
        (2.675, "0.00", "2.68"),
        (12, "0000", "0012"),
        (3, '0"年"', "3年"),
        (3, '"第"0"条"', "第3条"),
        (3, "0年", "3年"),
        (3, "0\\年", "3年"),
        (3, "General", "3"),
        (0.5, "General", "0.5"),
        (3, 'General"天"', "3天"),
        (3, "G/通用格式", "3"),
        (3, "@", "3"),
        (-3, "0", "-3"),
        (-3, "0;[Red]0", "3"),
        (-3, "0_);(0)", "(3)"),
        (0, '0;-0;"无"', "无"),
        (1000, ACCOUNT, "1,000.00"),
        (-1000, ACCOUNT, "-1,000.00"),
        (0, ACCOUNT, "-"),
        (100, "¥#,##0", "¥100"),
        (100, "[$¥-804]#,##0.00", "¥100.00"),
        (100, '"￥"#,##0', "￥100"),
        (0, "#", ""),
        (0.5, "#.##", ".5"),
        (3.0, "0.##", "3."),
        (0.5, "# ?/?", None),
        (1e9, "0.00E+00", None),
        (5000, "0,", None),
        (5, "[>3]0;0.0", None),
        (5, "0-00", None),
        (5, ";;;", ""),
        (13800000000, "000-0000-0000", None),
        (float("inf"), "0", None),
        (1e300, "0", None),
        (-0.001, "0", "0"),
        (5, "?/?", None),
        (5, "yyyy", None),
        (5, '"', None),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, code: str, text: str | None) -> None:
    assert shown(value, code) == text


HEAD = ("题干", "选项A", "选项B", "选项C", "选项D", "答案")


def formatted(*cells: tuple[Any, str], name: str = "题库") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append(HEAD)
    sheet.append(("保证金不得超过估算价的多少？", *(value for value, _code in cells), "A"))
    for at, (_value, code) in enumerate(cells):
        sheet.cell(2, at + 2).number_format = code
    return saved(book)


def options(document: Document) -> list[str]:
    return document.lines[1].split("\t")[1:-1]


def test_options_of_a_workbook_are_what_a_person_sees() -> None:
    data = formatted((0.02, "0%"), (0.025, "0.00%"), (1000, "#,##0"), (3, '0"年"'))
    document = read_document("", data)
    assert (options(document), document.problems) == (["2%", "2.50%", "1,000", "3年"], ())
    assert [option.text for option in parse(document).items[0].options] == ["2%", "2.50%", "1,000", "3年"]


def test_texts_dates_and_truths_keep_their_own_way() -> None:
    document = read_document("", formatted(("0.03", "0%"), (True, "0%"), (0.03, "General"), (12, "0000")))
    assert options(document) == ["0.03", "TRUE", "0.03", "0012"]


def test_a_format_that_is_not_read_is_named_with_its_cells() -> None:
    document = read_document("", formatted((0.5, "# ?/?"), (0.02, "0%"), (5000, "0,"), (1, "0")))
    assert options(document) == ["0.5", "2%", "5000", "1"]
    (problem,) = document.problems
    assert "题库!B2、题库!D2" in problem.text()


def test_an_error_of_the_program_is_no_empty_cell() -> None:
    data = saved(openpyxl.load_workbook(io.BytesIO(formatted(("甲", "@"), ("#REF!", "@"), ("丙", "@"), ("丁", "@")))))
    document = read_document("", data)
    assert options(document) == ["甲", "#REF!", "丙", "丁"]
    (item,) = parse(document).items
    assert not item.is_ready


def test_cells_without_addresses_are_counted() -> None:
    data = formatted((0.02, "0%"), ("乙", "@"), (0.04, "0%"), ("丁", "@"))
    for column in "ABCDEF":
        data = changed(data, "xl/worksheets/sheet1.xml", f' r="{column}2"'.encode(), b"")
    data = changed(data, "xl/worksheets/sheet1.xml", b' r="2"', b"")
    assert options(read_document("", data)) == ["2%", "乙", "4%", "丁"]


def test_several_sheets_keep_their_own_numbers() -> None:
    book = openpyxl.Workbook()
    for name, code in (("甲表", "0%"), ("乙表", "0.00")):
        sheet = book.create_sheet(name)
        sheet.append(("题干", "答案"))
        sheet.append(("多少？____", 0.5))
        sheet["B2"].number_format = code
    assert [line for line in read_document("", saved(book)).lines if "多少" in line] == [
        "多少？____\t50%",
        "多少？____\t0.50",
    ]


def test_broken_styles_do_no_harm() -> None:
    data = changed(
        formatted((0.02, "0%"), ("乙", "@"), ("丙", "@"), ("丁", "@")), "xl/styles.xml", b"cellXfs", b"other"
    )
    assert options(read_document("", data))[0] == "0.02"
    data = changed(
        formatted((0.02, "0%"), ("乙", "@"), ("丙", "@"), ("丁", "@")),
        "xl/worksheets/sheet1.xml",
        b's="1"',
        b's="99999"',
    )
    assert options(read_document("", data))[0] == "0.02"


def test_thousands_of_rows_keep_their_formats() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        percent, sheet = book.add_format({"num_format": "0%"}), book.add_worksheet()
        sheet.write_row(
            0, 0, ("题号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "难度", "知识点", "依据")
        )
        for row in range(1, 3_001):
            sheet.write_row(
                row,
                0,
                (row, "单选", f"第{row}项比例？", 0.1, 0.2, 0.3, 0.4, "A", "略讲", "中", "招标", "条例"),
                percent,
            )
    document = read_workbook(file.getvalue(), "", Format.XLSX)
    assert document.lines[3_000].split("\t")[3:7] == ["10%", "20%", "30%", "40%"]


def ods_number(kind: str, value: str, text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"'
        f' table:number-columns-repeated="{repeated}"><text:p>{text}</text:p></table:table-cell>'
    )


def test_an_ods_file_shows_what_its_cells_say() -> None:
    cells = ods_number("percentage", "0.025", "2.5%") + ods_number("float", "1000", "1,000", 2)
    cells += ods_number("float", "0.333333333", "0.33") + ods_number("currency", "5", "¥5.00")
    row = ods_row("谁？").replace("</table:table-row>", cells + "</table:table-row>")
    document = read_document("", ods(ods_row("题干", "选项A", "选项B", "选项C", "答案"), ods_row("", repeated=2), row))
    assert document.lines[3] == "谁？\t2.5%\t1,000\t1,000\t0.333333333\t¥5.00"


def test_an_xls_file_shows_what_its_formats_say() -> None:
    code = '0"年"'.encode("utf-16-le")
    first = record(0x041E, struct.pack("<HHB", 164, len(code) // 2, 1) + code)
    first += b"".join(
        record(0x00E0, struct.pack("<HHHHIIII", 0, number, 0, 0, 0, 0, 0, 0)[:20]) for number in (0, 10, 164, 12)
    )
    cells = [
        record(0x0203, struct.pack("<HHHd", 1, 2, 1, 0.025)),
        record(0x027E, struct.pack("<HHHi", 1, 3, 2, 3 << 2 | 2)),
        record(0x0205, struct.pack("<HHHBB", 2, 1, 0, 0x17, 1)),
        record(0x0203, struct.pack("<HHHd", 2, 2, 3, 0.5)),
    ]
    document = read_document("", xls(*labels(*XLS_ROWS[:2]), *cells, first=first))
    rows = [line.split("\t") for line in document.lines]
    assert rows[1][2:4] == ["2.50%", "3年"]
    assert rows[2][1:3] == ["#REF!", "0.5"]
    assert "题库!C3" in document.problems[0].text()
