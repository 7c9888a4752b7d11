"""What can be read in a copy of a report: every cell, value and number by its place; and the seal it carries."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.oxml.ns import qn
from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from quizapp.exporters.docx_chart import NAMESPACE
from quizapp.exporters.docx_seal import seal_in
from quizapp.reports.exports import SEAL
from quizapp.reports.spreadsheet import SEAL as SEAL_SHEET

MOST_BYTES = 64 * 1024 * 1024
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*%?")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BESIDE = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml")
_PAGE_NUMBER = re.compile(r"[\W\d]*")


@dataclass(frozen=True)
class Contents:
    """``cells`` by their places, empty ones left out; ``lines`` of running text, which people may have reworded."""

    kind: str  # xlsx, docx, csv or json
    seal: str
    cells: dict[str, Any]
    lines: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Every number in the running text, with the line it stands in."""
        return [(number, line) for line in self.lines for number in NUMBER.findall(line)]


def contents(data: bytes) -> Contents:
    """Read a copy of any kind. Raises ValueError for anything else."""
    if len(data) > MOST_BYTES:
        raise ValueError("too large")
    if data.startswith(b"PK"):
        return _package(data)
    if data.lstrip()[:1] == b"{":
        return _json(data)
    return _csv(data)


def _package(data: bytes) -> Contents:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            if sum(info.file_size for info in package.infolist()) > 8 * MOST_BYTES:
                raise ValueError("too large when unpacked")
            if "word/document.xml" in names:
                return _docx(data, package)
            if "xl/workbook.xml" not in names:
                raise ValueError("neither DOCX nor XLSX")
            return _xlsx(data, package)
    except (zipfile.BadZipFile, CalamineError, KeyError, etree.XMLSyntaxError) as error:
        raise ValueError(str(error)) from None


def _xlsx(data: bytes, package: zipfile.ZipFile) -> Contents:
    book, cells, seal = CalamineWorkbook.from_filelike(io.BytesIO(data)), {}, ""
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if name == SEAL_SHEET:
            seal = "".join(str(row[0]) for row in rows if row)
            rows = [["", *row[1:]] for row in rows]
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if value != "":
                    cells[f"{name}!{_column(place)}{number}"] = value
    return Contents("xlsx", seal, cells | dict(_worked_out(package)) | dict(_drawn_apart(package, cells.values())))


def _worked_out(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Every formula: no copy has one, and another program may show something else than the value kept beside it."""
    for name in package.namelist():
        with package.open(name) as part, suppress(etree.XMLSyntaxError):  # a picture has none
            for _event, formula in etree.iterparse(part, tag=f"{{{MAIN}}}f", resolve_entities=False, no_network=True):
                yield f"{name} {formula.getparent().get('r')} =", formula.text or "="


def _drawn_apart(package: zipfile.ZipFile, cells: Collection[Any]) -> Iterator[tuple[str, str]]:
    """What charts keep of values that stand in no cell."""
    known = {_plain_number(str(value)) for value in cells}
    for number, values in enumerate(_chart_values(package, "xl"), 1):
        yield from ((f"chart {number}: {value}", value) for value in values if value not in known)


def _column(place: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _docx(data: bytes, package: zipfile.ZipFile) -> Contents:
    body, cells, lines = docx.Document(io.BytesIO(data)).element.body, dict[str, Any](), list[str]()
    tables = 0
    for element in _blocks(body):
        if element.tag == qn("w:p") and (text := _text(element)):
            lines.append(text)
        elif element.tag == qn("w:altChunk"):
            cells["altChunk"] = "another document"
        elif element.tag == qn("w:tbl"):
            tables += 1
            for number, row in enumerate(element.iter(qn("w:tr")), 1):
                for place, cell in enumerate(row.iter(qn("w:tc")), 1):
                    if text := _text(cell):
                        cells[f"table {tables}, row {number}, column {place}"] = text
    for number, values in enumerate(_chart_values(package), 1):
        cells |= {f"chart {number}, value {place}": value for place, value in enumerate(values, 1)}
    for number, drawing in enumerate(body.iter(qn("wp:docPr")), 1):
        cells[f"picture {number}, description"] = drawing.get("descr", "")
    return Contents("docx", seal_in(data), cells, [*lines, *_beside(package)])


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, also those in controls and other wrappings; a table's paragraphs belong to it."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl"), qn("w:altChunk")):
            yield element
        else:
            yield from _blocks(element)


def _beside(package: zipfile.ZipFile) -> Iterator[str]:
    """The lines of heads, feet, notes and comments, page numbers left out."""
    for name in sorted(filter(_BESIDE.fullmatch, package.namelist())):
        for paragraph in _root(package, name).iter(qn("w:p")):
            if not _PAGE_NUMBER.fullmatch(text := _text(paragraph)):
                yield text


def _root(package: zipfile.ZipFile, name: str) -> Any:
    return etree.fromstring(package.read(name), etree.XMLParser(resolve_entities=False, no_network=True))


def _text(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(qn("w:t"))).strip()


def _chart_values(package: zipfile.ZipFile, folder: str = "word") -> Iterator[list[str]]:
    """Names and numbers of each chart, in the order of their parts."""
    names = [name for name in package.namelist() if re.fullmatch(rf"{folder}/charts/chart\d+\.xml", name)]
    for name in sorted(names, key=lambda name: int("".join(filter(str.isdigit, name)))):
        points = (value.text or "" for value in _root(package, name).iter(f"{{{NAMESPACE}/chart}}v"))
        yield [_plain_number(text) for text in points]


def _plain_number(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text


def _csv(data: bytes) -> Contents:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(str(error)) from None
    seal = "".join(row[0] for row in rows if row[3:4] == [SEAL])
    kept = [row for row in rows if row[3:4] != [SEAL]]
    others = [["", *row[1:3], "", *row[4:]] for row in rows if row[3:4] == [SEAL]]  # what else stands in such a line
    cells = {
        f"{what} {number}, column {place}": value
        for what, those in (("line", kept), (SEAL, others))
        for number, row in enumerate(those, 1)
        for place, value in enumerate(row, 1)
        if value != ""
    }
    return Contents("csv", seal, cells)


def _json(data: bytes) -> Contents:
    try:
        found = json.loads(data, object_pairs_hook=_once)
        seal = found.pop(SEAL, "")
        return Contents("json", seal if isinstance(seal, str) else "", dict(_leaves(found, "")))
    except (ValueError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice: of two, one program takes the first and another the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _leaves(below, f"{path}[{number}]")
    else:
        yield path, value
