"""What the reader of workbooks does not tell of a cell: the format of its number, and the error it shows.

Without the format an option of 3% would be 0.03, and an option that could not be calculated no option at all.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from lxml.etree import _Element

from quizapp.importers.archive import safe_parts, safe_xml
from quizapp.importers.ole import stream
from quizapp.importers.reading import Format
from quizapp.importers.workbook_formats import BUILT_IN, NOT_READ, PLAIN
from quizapp.importers.workbook_hidden import sheet_parts
from quizapp.importers.workbook_old import CELLS, OFFICE, TABLE, times_repeated

_TAG = re.compile(rb"<(?:\w+:)?(row|c)(\s[^>]*)?>")
_ATTRIBUTE = re.compile(rb"""\s([rst])=["']([A-Za-z]{0,9})(\d{0,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})</")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

_BOF, _BOUND_SHEET, _FORMAT, _XF = 0x0809, 0x0085, 0x041E, 0x00E0
_NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_BIFF8 = 0x0600


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, counted from 0, that shows something else than its value: by a format, or this very ``text``."""

    row: int
    column: int
    code: str = ""
    text: str = ""


def cells_of(data: bytes, format: Format, names: list[str]) -> Mapping[str, Iterator[Cell]]:
    """Such cells of each sheet by its name; ``names`` are those of all sheets, in the order of the workbook."""
    if format is Format.XLSX:
        return _xlsx(data)
    return _ods(data) if format is Format.ODS else _xls(data, names)


def _xlsx(data: bytes) -> dict[str, Iterator[Cell]]:
    parts = safe_parts(data, lambda name: name.startswith(("xl/w", "xl/_rels/")) or name == "xl/styles.xml")
    codes = _codes(parts["xl/styles.xml"]) if "xl/styles.xml" in parts else {}
    sheets = [(name, part) for name, part in sheet_parts(parts) if codes or b't="e"' in part or b"t='e'" in part]
    return {name: _in_sheet(part, codes) for name, part in sheets}


def _codes(styles: bytes) -> dict[bytes, str]:
    """By the number of a style as cells give it, its format, where that changes how a number looks."""
    root = safe_xml(styles)
    own = {each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iter("{*}numFmt")}
    numbers = [style.get("numFmtId", "0") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return _telling(_code(own, number) for number in numbers)


def _code(own: Mapping[str, str], number: str) -> str:
    return own.get(number) or BUILT_IN.get(int(number) if number.isdecimal() else 0, NOT_READ)


def _telling(codes: Iterator[str]) -> dict[bytes, str]:
    return {str(at).encode(): code for at, code in enumerate(codes) if code not in PLAIN}


def _in_sheet(part: bytes, codes: Mapping[bytes, str]) -> Iterator[Cell]:
    row = column = -1
    for tag in _TAG.finditer(part):
        attributes = {name: (letters, digits) for name, letters, digits in _ATTRIBUTE.findall(tag.group(2) or b"")}
        letters, digits = attributes.get(b"r", (b"", b""))
        if tag.group(1) == b"row":
            row, column = int(digits) - 1 if digits else row + 1, -1
            continue
        column = _column(letters) if letters else column + 1
        row = max(row, int(digits) - 1) if digits else row
        kind = attributes.get(b"t", (b"n",))[0]
        if kind == b"e":
            if value := _VALUE.search(part, tag.end(), tag.end() + 20_000):
                yield Cell(row, column, text=value.group(1).decode("utf-8", "replace"))
        elif kind == b"n" and (code := codes.get(attributes.get(b"s", (b"", b""))[1])):
            yield Cell(row, column, code)


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column - 1


def _ods(data: bytes) -> dict[str, Iterator[Cell]]:
    """These files say themselves what their cells show. A number without a format is shown as exactly as it fits."""
    root = safe_xml(safe_parts(data, lambda name: name == "content.xml")["content.xml"])
    return {table.get(TABLE + "name", ""): _in_table(table) for table in root.iter(TABLE + "table")}


def _in_table(table: _Element) -> Iterator[Cell]:
    passed = 0
    for row in table.iter(TABLE + "table-row"):
        times, column = times_repeated(row, "number-rows-repeated"), 0
        for cell in row.iterchildren(*CELLS):
            width = times_repeated(cell, "number-columns-repeated")
            if text := _said(cell):
                yield from (Cell(passed + r, column + c, text=text) for r in range(times) for c in range(width))
            column += width
        passed += times


def _said(cell: _Element) -> str:
    """What a cell with a number shows, where that is more than a rounded number."""
    kind = cell.get(OFFICE + "value-type")
    if kind not in ("float", "percentage", "currency"):
        return ""
    text = "".join(map(str, cell.itertext())).strip()
    try:
        rounded = Decimal(text) != Decimal(cell.get(OFFICE + "value", ""))
    except InvalidOperation:
        return text
    return "" if rounded else text


@dataclass
class _Book:
    """What the records of an XLS file have told so far ([MS-XLS], 2.4)."""

    own: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    cells: dict[int, list[Cell]] = field(default_factory=dict)
    sheet: int = -1
    biff8: bool = True


def _xls(data: bytes, names: list[str]) -> dict[str, Iterator[Cell]]:
    content = stream(data, "Workbook") or stream(data, "Book")
    book, at = _Book(), 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        _learn(book, at, kind, content[at + 4 : at + 4 + length])
        at += 4 + length
    return {name: iter(book.cells.get(number, ())) for number, name in enumerate(names)}


def _learn(book: _Book, at: int, kind: int, body: bytes) -> None:
    try:
        if kind == _BOF:
            book.biff8 = struct.unpack_from("<H", body)[0] == _BIFF8
            book.sheet = book.starts.index(at) if at in book.starts else -1
        elif kind == _BOUND_SHEET:
            book.starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _FORMAT:
            book.own[str(struct.unpack_from("<H", body)[0])] = _text(body[2:], book.biff8)
        elif kind == _XF:
            book.styles.append(str(struct.unpack_from("<H", body, 2)[0]))
        elif found := list(_special(book, kind, body)):
            book.cells.setdefault(book.sheet, []).extend(found)
    except struct.error:
        return  # a record that is cut short tells nothing; the reader of workbooks judges the file


def _text(body: bytes, biff8: bool) -> str:
    if not biff8:
        return body[1 : 1 + body[0]].decode("gb18030", "replace")
    count, wide = struct.unpack_from("<HB", body)
    return body[3 : 3 + 2 * count].decode("utf-16-le", "replace") if wide & 1 else body[3 : 3 + count].decode("latin-1")


def _special(book: _Book, kind: int, body: bytes) -> Iterator[Cell]:
    if kind not in (_NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _ERROR):
        return
    row, column, style = struct.unpack_from("<HHH", body)
    error = {_ERROR: body[6:7] if body[7:8] == b"\1" else b"", _FORMULA: _error_of_formula(body)}.get(kind, b"")
    if error:
        yield Cell(row, column, text=_ERRORS.get(error[0], "#VALUE!"))
        return
    styles = [style]
    if kind == _MULTIPLE_RK:
        styles = [struct.unpack_from("<H", body, 4 + 6 * at)[0] for at in range((len(body) - 6) // 6)]
    for place, number in enumerate(styles):
        code = _code(book.own, book.styles[number]) if number < len(book.styles) else ""
        if code not in PLAIN:
            yield Cell(row, column + place, code)


def _error_of_formula(body: bytes) -> bytes:
    return body[8:9] if body[6:7] == b"\2" and body[12:14] == b"\xff\xff" else b""
