"""Workbooks become lines: what a person sees in the cells, where it stands, and what is hidden; damage is refused."""

import io
import struct
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from quizapp.importers.files import parse, read_document
from quizapp.importers.ole import SIGNATURE
from quizapp.importers.reading import Document, Format, Grammar, Refused
from quizapp.importers.workbook import read_workbook

HEAD = ("题型", "题干", "选项A", "选项B", "答案")


def workbook(**sheets: list[tuple[Any, ...]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(book: openpyxl.Workbook) -> Document:
    return read_workbook(saved(book), "题库.xlsx", Format.XLSX)


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The archive with something else in one part."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            content = archive.read(name)
            assert name != part or old in content
            copy.writestr(name, content.replace(old, new) if name == part else content)
    return made.getvalue()


def test_one_sheet_has_the_numbers_of_its_rows() -> None:
    document = read(workbook(题库=[("一季度题库",), (), HEAD, ("单选", "谁？", "甲", "乙", "A")]))
    assert document.lines == ("一季度题库", "", "\t".join(HEAD), "单选\t谁？\t甲\t乙\tA")
    assert (document.grammar, document.places[4]) == (Grammar.TABLE, "题库!4")


def test_several_sheets_are_named_and_empty_ones_left_out() -> None:
    document = read(
        workbook(单选=[HEAD, ("", "谁？", "甲", "乙", "A")], 空=[], 判断=[("题干", "答案"), ("公开。", "对")])
    )
    assert [document.lines[0], document.lines[3]] == ["【工作表】单选", "【工作表】判断"]
    assert (document.places[3], document.places[5], 1 in document.places) == ("单选!2", "判断!1", False)
    assert [item.type.value for item in parse(document).items] == ["single", "true_false"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1e+21"),
        (-2, "-2"),
        (True, "TRUE"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 8, 30), "2024-01-02 08:30:00"),
        (None, ""),
        ("一\n二", "一↵二"),
        ("一\t二", "一 二"),
        (" 甲\u200b\xa0 ", "甲"),
        ("=1+1", ""),
        ("'=1+1", "'=1+1"),
    ],
)
def test_a_cell_is_what_a_person_sees(value: object, text: str) -> None:
    assert read(workbook(题库=[("题干", "答案", "解析"), ("谁？", value, "末")])).lines[1] == f"谁？\t{text}\t末"


def test_a_formula_is_its_value_as_last_calculated() -> None:
    data = saved(workbook(题库=[("题干", "答案"), ("谁？", "=A1")]))
    calculated = changed(data, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>A</v>")
    calculated = changed(calculated, "xl/worksheets/sheet1.xml", b'<c r="B2">', b'<c r="B2" t="str">')
    assert read_workbook(calculated, "", Format.XLSX).lines[1] == "谁？\tA"


def test_a_key_turned_into_a_date_is_said_and_not_guessed() -> None:
    (item,) = parse(read(workbook(题库=[HEAD, ("单选", "谁？", "甲", "乙", date(2026, 1, 2))]))).items
    assert item.key is None
    assert "is the date 2026-01-02" in item.problems[0].text()


def test_merged_cells_belong_to_the_first() -> None:
    book = workbook(题库=[("题库",), HEAD, ("单选", "谁？", "甲", "乙", "A"), ("", "谁呢？", "甲", "乙", "B")])
    book["题库"].merge_cells("A1:E1")
    book["题库"].merge_cells("A3:A4")
    assert read(book).lines[0] == "题库"
    assert read(book).lines[3] == "\t谁呢？\t甲\t乙\tB"


def test_what_is_hidden_is_read_and_named() -> None:
    rows = [HEAD, *[("单选", f"第{at}问？", "甲", "乙", "A") for at in range(8)]]
    book = workbook(看得见=rows, 看不见=rows)
    book["看不见"].sheet_state = "hidden"
    for number in (3, 4, 7):
        book["看得见"].row_dimensions[number].hidden = True
    book["看得见"].column_dimensions["D"].hidden = True
    document = read(book)
    assert len(parse(document).items) == 16
    sentences = [problem.text() for problem in document.problems]
    assert "hidden and were read too: 看不见" in sentences[0]
    assert "看得见 has hidden rows, which were read too: 3–4、7" in sentences[1]
    assert "看得见 has hidden columns, which were read too: D" in sentences[2]


def test_nothing_hidden_is_nothing_said() -> None:
    assert read(workbook(题库=[HEAD])).problems == ()


def test_a_workbook_without_headings_is_a_text() -> None:
    document = read(workbook(题库=[("1、谁主持开标？",), ("A.招标人", "B.投标人"), ("答案：A\n解析：法条",)]))
    assert document.grammar is Grammar.TEXT
    assert document.lines == ("1、谁主持开标？", "A.招标人 B.投标人", "答案：A", "解析：法条")
    assert document.places[4] == "题库!3"


def test_rich_text_is_flat() -> None:
    book = workbook(题库=[("题干", "答案"), ("开标应当公开。", "对")])
    runs = "<r><t>开标</t></r><r><rPr><b/></rPr><t>应当公开。</t></r>"
    data = changed(saved(book), "xl/sharedStrings.xml", "<t>开标应当公开。</t>".encode(), runs.encode())
    assert read_workbook(data, "", Format.XLSX).lines[1] == "开标应当公开。\t对"


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(Refused, match="nothing in the workbook"):
        read(workbook(题库=[(), ()]))


def test_a_cell_far_away_is_refused_before_it_costs_anything() -> None:
    book = workbook(题库=[HEAD])
    book["题库"]["A1048576"] = "远"
    with pytest.raises(Refused, match="more than 20000 rows"):
        read(book)
    book = workbook(题库=[HEAD])
    book["题库"]["XFD1"] = "远"
    with pytest.raises(Refused, match="more than 200 columns"):
        read(book)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_damaged_workbook_is_refused(share: float) -> None:
    data = saved(workbook(题库=[HEAD, ("单选", "谁？", "甲", "乙", "A")]))
    with pytest.raises(Refused):
        read_document("题库.xlsx", data[: int(len(data) * share)])


MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def ods(*rows: str) -> bytes:
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="题库">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return file.getvalue()


def ods_row(*cells: str, repeated: int = 1) -> str:
    made = (
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' if cell else
        '<table:table-cell table:number-columns-repeated="3"/>' for cell in cells
    )  # fmt: skip
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(made)}</table:table-row>'


def test_an_ods_file_is_read() -> None:
    data = ods(ods_row(*HEAD), ods_row("单选", "谁？", "甲", "乙", "B"), ods_row("", repeated=1_048_000))
    document = read_document("a", data)
    assert document.format is Format.ODS
    assert parse(document).items[0].key == ("B",)


@pytest.mark.parametrize(
    "rows",
    [
        (ods_row("甲", repeated=1_000_000),),
        (ods_row("", repeated=1_000_000), ods_row("甲")),
        (ods_row("甲" * 10_000, repeated=15_000),),
        (ods_row("甲", repeated=10**9),),
    ],
)
def test_an_ods_file_that_asks_for_too_much_is_refused(rows: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="too large"):
        read_document("a", ods(*rows))


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def xls(*records: bytes, first: bytes = b"") -> bytes:
    """A workbook of Excel 97 with one sheet that holds these records ([MS-XLS], [MS-CFB])."""
    name = "题库".encode("utf-16-le")
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + first
    offset = len(start) + 4 + 8 + len(name) + 4
    start += record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name) // 2, 1) + name) + record(0x000A, b"")
    sheet = [record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)), *records, record(0x000A, b"")]
    return compound("Workbook", start + b"".join(sheet))


def compound(name: str, content: bytes, size: int = 512) -> bytes:
    content = content.ljust(4096, b"\0")
    content += bytes(-len(content) % size)
    sectors = len(content) // size
    chain = [*range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack(f"<{2 + sectors}I", 0xFFFFFFFD, 0xFFFFFFFE, *chain).ljust(size, b"\xff")
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(content))
    return header.ljust(size, b"\xff") + table + directory.ljust(size, b"\0") + content


def entry(name: str, kind: int, child: int, sector: int, length: int) -> bytes:
    wide = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ", wide, len(wide) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, sector, length
    )  # fmt: skip


def labels(*rows: tuple[str, ...]) -> list[bytes]:
    return [label(row, column, text) for row, cells in enumerate(rows) for column, text in enumerate(cells) if text]


XLS_ROWS = (HEAD, ("单选", "谁主持开标？", "招标人", "投标人", "A"), ("判断", "开标应当公开。", "", "", "对"))


def test_an_xls_file_is_read() -> None:
    document = read_document("a.xlsx", xls(*labels(*XLS_ROWS)))
    assert (document.format, document.places[2]) == (Format.XLS, "题库!2")
    assert [item.key for item in parse(document).items] == [("A",), ("true",)]


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 0.6])
def test_a_damaged_xls_file_is_refused(share: float) -> None:
    data = xls(*labels(*XLS_ROWS))
    with pytest.raises(Refused):
        read_document("a", data[: int(len(data) * share)])


def test_an_xls_file_with_a_cell_far_away_is_refused() -> None:
    with pytest.raises(Refused, match="too large"):
        read_document("a", xls(*labels(*XLS_ROWS), label(65_000, 3, "远")))


def test_an_xls_file_with_a_password_is_refused_as_such() -> None:
    protected = record(0x002F, struct.pack("<HHH", 0, 1, 2))
    with pytest.raises(Refused, match="password"):
        read_document("a", xls(*labels(*XLS_ROWS), first=protected))
