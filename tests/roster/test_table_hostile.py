"""Files of a kilobyte that ask for gigabytes are refused before the reader of workbooks sees them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask

from quizapp.importers.workbook_limits import MOST_ROWS
from quizapp.roster import table, uploads
from quizapp.roster.table import read_table
from tests.roster.files import HEAD, csv_file, xlsx_file

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET1 = "xl/worksheets/sheet1.xml"
FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'

ROWS = "more than 20000 rows. Delete"
COLUMNS = "more than 200 columns. Delete"
LARGE = "too large. Copy its content into a new workbook"
BROKEN = "cannot be opened. Save it again as XLSX"


def book(cells: str, path: str = SHEET1, merged: str = "", head: str = "", **more: str) -> bytes:
    """A workbook of one sheet at ``path`` with these rows; ``more`` are further parts, ``strings`` the shared texts."""
    target = path.removeprefix("xl/")
    links = more.pop("links", f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="{target}"/>')
    sheets = more.pop("sheets", '<sheet name="S" sheetId="1" r:id="r1"/>')
    strings = more.pop("strings", "")
    if strings:
        links += f'<Relationship Id="r9" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        more["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        path: f'{head}<worksheet xmlns="{MAIN}" xmlns:x="{MAIN}"><sheetData>{FIRST}{cells}</sheetData>{merged}'
        "</worksheet>",
        **more,
    }
    return archive(parts)


def archive(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return buffer.getvalue()


def doubled(name: str) -> bytes:
    """A workbook that holds the part ``name`` twice: readers may disagree on which of them counts."""
    other = name.replace("sheet", "Sheet")
    return book("", **{other: f'<worksheet xmlns="{MAIN}"/>'})


def understated(data: bytes, name: bytes, says: int) -> bytes:
    """The archive, saying everywhere that the part ``name`` unpacks to ``says`` bytes."""
    lying = bytearray(data)
    for mark, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := lying.find(mark, at + 1)) >= 0:
            if lying[at + name_at : at + name_at + len(name)] == name:
                lying[at + size_at : at + size_at + 4] = says.to_bytes(4, "little")
    return bytes(lying)


def far(cell: str, row: int, quote: str = '"', tag: str = "c") -> str:
    q = quote
    return f"<row r={q}{row}{q}><{tag} r={q}{cell}{row}{q}><v>1</v></{tag}></row>"


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
MANY_TEXTS = '<row r="2">' + '<c t="s"><v>0</v></c>' * 200 + "</row>"
MERGES = "<mergeCells>" + '<mergeCell ref="A1:A20000"/>' * 4 + "</mergeCells>"
TWO_SHEETS = '<sheet name="S" sheetId="1" r:id="r1"/><sheet name="T" sheetId="2" r:id="{}"/>'
TWO_LINKS = (
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{RELATIONS}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
)
BOMBS = {
    "a cell within the width of letters": (book(far("ZZ", 100_000)), ROWS),
    "single quotes": (book(far("XFD", 8_000, "'")), COLUMNS),
    "single quotes at the last cell": (book(far("XFD", 1_048_576, "'")), ROWS),
    "small letters": (book(far("xfd", 5)), COLUMNS),
    "a prefix": (book(far("XFD", 5, tag="x:c")), COLUMNS),
    "a line break in the tag": (book(far("XFD", 5).replace("<c ", "<c\n")), COLUMNS),
    "an inline text": (book('<row r="2"><c r="XFD2" t="inlineStr"><is><t>a</t></is></c></row>'), COLUMNS),
    "cells that count on from the one before": (book('<row><c r="GR2"/><c><v>1</v></c></row>'), COLUMNS),
    "rows that count on from the one before": (book('<row r="20020"/><row><c><v>1</v></c></row>'), ROWS),
    "a sheet in another folder": (book(far("XFD", 8_000), "xl/sheets/s.xml"), COLUMNS),
    "a sheet under another root": (
        archive({"xl/a.xml": f"<chartsheet><sheetData>{far('XFD', 5)}</sheetData></chartsheet>"}),
        COLUMNS,
    ),
    "a full rectangle": (book(far("GR", 20_000)), LARGE),
    "a cell that is none": (book(far("XFDA", 5)), BROKEN),
    "a row that is none": (book('<row r="-1"><c><v>1</v></c></row>'), BROKEN),
    "a dimension that is none": (book("", merged='<dimension ref="B2:A1"/>'), BROKEN),
    "merged ranges without end": (book("", merged=MERGES), LARGE),
    "a merged range that is none": (book("", merged='<mergeCell ref="A9:A1"/>'), BROKEN),
    "a text of all cells": (book(MANY_TEXTS, strings="<si><t>" + "甲乙丙丁" * 50_000 + "</t></si>"), LARGE),
    "too much of one sign": (book("", strings="<si><t>" + "a" * 2_000_000 + "</t></si>"), LARGE),
    "elements in elements": (book("<a>" * 500 + "</a>" * 500), LARGE),
    "entities": (book("", head=LAUGHS), BROKEN),
    "one sheet listed twice": (book("", sheets=TWO_SHEETS.format("r1")), BROKEN),
    "one sheet under two names": (book("", sheets=TWO_SHEETS.format("r2"), links=TWO_LINKS), BROKEN),
    "a part twice": (doubled(SHEET1), BROKEN),
    "a size that is a lie": (
        understated(book("", strings="<si><t>" + "a" * 9_000_000 + "</t></si>"), b"xl/sharedStrings.xml", 1_000),
        BROKEN,
    ),
    "another kind of workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, BROKEN),
    "more parts than any workbook": (archive({f"xl/{at}.xml": "<a/>" for at in range(1_200)}), BROKEN),
}


@pytest.fixture
def _no_calamine(monkeypatch: pytest.MonkeyPatch) -> None:
    class Never:
        @staticmethod
        def from_filelike(_file: object) -> NoReturn:
            pytest.fail("the reader of workbooks was asked to read a bomb")

    monkeypatch.setattr(table, "CalamineWorkbook", Never)


@pytest.mark.usefixtures("_no_calamine")
@pytest.mark.parametrize(("data", "words"), BOMBS.values(), ids=BOMBS.keys())
def test_a_workbook_that_asks_too_much_is_refused_unread(data: bytes, words: str) -> None:
    rows, [problem] = read_table("名册.xlsx", data)
    assert rows == []
    assert words in problem.text()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"," * 400_000 + b"\n", COLUMNS),
        ((b"," * 20_000 + b"\n") * 20, COLUMNS),
        (b"," * 200 + b"\n", COLUMNS),
        (b"\n" * 400_000, ROWS),
        (b'"' + b"a" * 200_000 + b'"\n', "not a table. Save it"),
    ],
    ids=["one line of commas", "lines of commas", "one column too many", "lines", "one cell"],
)
def test_a_csv_file_that_asks_too_much_is_refused(data: bytes, words: str) -> None:
    rows, [problem] = read_table("名册.csv", data)
    assert rows == []
    assert words in problem.text()


def test_frames_around_empty_cells_do_no_harm() -> None:
    rows, _problems = read_table("名册.xlsx", book('<row r="30000"><c r="XFD30000" s="1"/></row>'))
    assert rows == []
    data = archive_with(b'<dimension ref="A1:D2"/>', b'<dimension ref="A1:XFD1048576"/>')
    rows, problems = read_table("名册.xlsx", data)
    assert (len(rows), problems) == (1, [])


def archive_with(old: bytes, new: bytes) -> bytes:
    """An honest workbook whose sheet says ``new`` instead of ``old``."""
    data = xlsx_file([HEAD[:4], ("机关", "办公室党支部", "1", "张三")])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert old in parts[SHEET1]
    parts[SHEET1] = parts[SHEET1].replace(old, new)
    return archive({name: part.decode() for name, part in parts.items()})


@pytest.mark.parametrize("make", [xlsx_file, csv_file])
def test_the_largest_honest_roster_is_read(make: Callable[..., bytes]) -> None:
    people = [(f"单位{at % 10}", f"支部{at % 100}", 100_000 + at, "张三") for at in range(MOST_ROWS)]
    rows, problems = read_table("名册", make([("示范省名册",), HEAD[:4], *people]))
    assert (len(rows), problems) == (MOST_ROWS, [])


def test_a_kept_file_thrown_away_by_two_workers_at_once_is_no_fault(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        first = uploads.keep(1, "a", b"a")
        gone = Path(app.config["DATA_DIR"], "roster-imports", "gone")
        monkeypatch.setattr(Path, "iterdir", lambda _folder: iter([gone]))
        second = uploads.keep(1, "b", b"b")
        assert uploads.kept(1, first) == ("a", b"a")
        assert uploads.kept(1, second) == ("b", b"b")
