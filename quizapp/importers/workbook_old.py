"""What an XLS or ODS file may cost to read, measured before the reader of workbooks sees it.

Two cells far apart ask for a rectangle of everything between; a repeated cell asks for each of its copies.
"""

import io
import struct
import zipfile
from collections.abc import Iterator

from lxml.etree import _Element

from quizapp.importers.archive import damaged_archive, protected, safe_parts, safe_xml
from quizapp.importers.ole import stream
from quizapp.importers.workbook_limits import MOST_CELLS, MOST_COLUMNS, MOST_LINES, MOST_TEXT, too_large

_ODS_PARTS = ("mimetype", "content.xml", "META-INF/manifest.xml")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")

_BOF = (0x0809, 0x0409, 0x0209, 0x0009)
_FILE_PASS = 0x002F
_CELL_RECORDS = frozenset((0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, 0x0006, 0x0205, 0x00BD))
"""NUMBER, RK, LABELSST, LABEL, RSTRING, FORMULA, BOOLERR, MULRK: the records of cells that hold something."""


def checked_ods(data: bytes) -> io.BytesIO:
    """The workbook with nothing but the parts that were measured; `Refused` when it asks for too much."""
    parts = safe_parts(data, lambda name: name in _ODS_PARTS)
    if "content.xml" not in parts:
        raise damaged_archive()
    area = text = 0
    for table in safe_xml(parts["content.xml"]).iter(TABLE + "table"):
        rows, columns, length = _extent(table)
        area, text = area + rows * columns, text + length
        if rows > MOST_LINES or columns > MOST_COLUMNS or area > MOST_CELLS or text > MOST_TEXT:
            raise too_large()
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    copy.seek(0)
    return copy


def checked_xls(data: bytes) -> io.BytesIO:
    """The file itself, when the cells of its sheets do not lie too far apart."""
    content = stream(data, "Workbook") or stream(data, "Book")
    if not content:
        raise damaged_archive()
    area = rows = columns = 0
    for kind, row, column in _records(content):
        if kind == _FILE_PASS:
            raise protected()
        if kind in _BOF:
            area += rows * columns
            rows = columns = 0
        elif kind in _CELL_RECORDS:
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if rows > MOST_LINES or area + rows * columns > MOST_CELLS:
                raise too_large()
    return io.BytesIO(data)


def _extent(table: _Element) -> tuple[int, int, int]:
    """The last row and column of a sheet that hold something, counted from 1, and the length of all texts."""
    rows = columns = length = passed = 0
    for row in table.iter(TABLE + "table-row"):
        times = times_repeated(row, "number-rows-repeated")
        width, long = _filled(row)
        if width:
            rows, columns, length = passed + times, max(columns, width), length + long * times
        passed += times
    return rows, columns, length


def _filled(row: _Element) -> tuple[int, int]:
    """The last column of a row that holds something, and the length of its texts."""
    last = passed = length = 0
    for cell in row.iterchildren(*CELLS):
        times = times_repeated(cell, "number-columns-repeated")
        text = sum(map(len, cell.itertext()))
        passed += times
        if text or cell.get(OFFICE + "value-type"):
            last, length = passed, length + text * times
    return last, length


def times_repeated(element: _Element, name: str) -> int:
    """How often a row or cell stands there, as it says itself."""
    times = element.get(TABLE + name, "1")
    if not times.isdecimal() or len(times) > 7:
        raise too_large()
    return max(1, int(times))


def _records(content: bytes) -> Iterator[tuple[int, int, int]]:
    """The kind of every record of a BIFF stream, and the row and column it begins with, if it is that of a cell."""
    at, end = 0, len(content) - 8
    unpack = struct.Struct("<HHHH").unpack_from
    while at <= end:
        kind, length, row, column = unpack(content, at)
        yield kind, row, column
        at += 4 + length
