"""What can be read in a copy of a report: every cell, value and number by its place; and the seal it carries."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
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
        return _xlsx(data)
    except (zipfile.BadZipFile, CalamineError, KeyError, etree.XMLSyntaxError) as error:
        raise ValueError(str(error)) from None


def _xlsx(data: bytes) -> Contents:
    book, cells, seal = CalamineWorkbook.from_filelike(io.BytesIO(data)), {}, ""
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if name == SEAL_SHEET:
            seal = "".join(str(row[0]) for row in rows if row)
            continue
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if value != "":
                    cells[f"{name}!{_column(place)}{number}"] = value
    return Contents("xlsx", seal, cells)


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
    for element in body:
        if element.tag == qn("w:p") and (text := _text(element)):
            lines.append(text)
        elif element.tag == qn("w:tbl"):
            tables += 1
            for number, row in enumerate(element.iter(qn("w:tr")), 1):
                for place, cell in enumerate(row.iter(qn("w:tc")), 1):
                    if text := _text(cell):
                        cells[f"table {tables}, row {number}, column {place}"] = text
    for number, values in enumerate(_chart_values(package), 1):
        cells |= {f"chart {number}, value {place}": value for place, value in enumerate(values, 1)}
    return Contents("docx", seal_in(data), cells, lines)


def _text(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(qn("w:t"))).strip()


def _chart_values(package: zipfile.ZipFile) -> Iterator[list[str]]:
    """Names and numbers of each chart, in the order of their parts."""
    names = [name for name in package.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", name)]
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for name in sorted(names, key=lambda name: int("".join(filter(str.isdigit, name)))):
        root = etree.fromstring(package.read(name), parser)
        points = (value.text or "" for value in root.iter(f"{{{NAMESPACE}/chart}}v"))
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
    cells = {
        f"line {number}, column {place}": value
        for number, row in enumerate(kept, 1)
        for place, value in enumerate(row, 1)
        if value != ""
    }
    return Contents("csv", seal, cells)


def _json(data: bytes) -> Contents:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(str(error)) from None
    seal = found.pop(SEAL, "")
    return Contents("json", seal if isinstance(seal, str) else "", dict(_leaves(found, "")))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _leaves(below, f"{path}[{number}]")
    else:
        yield path, value
