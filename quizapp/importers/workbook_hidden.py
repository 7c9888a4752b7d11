"""The rows and columns of an XLSX file that are hidden: the reader of workbooks does not tell."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from quizapp.importers.archive import safe_parts, safe_xml

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_NUMBER = {name: re.compile(rb"\b" + name + rb"""=["'](\d{1,7})["']""") for name in (b"r", b"min", b"max")}
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONSHIP = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MOST_NAMED = 20
_MOST_COLUMNS = 200


@dataclass(frozen=True)
class Hidden:
    """What is hidden on one sheet, as a person names it: ``3–5、9`` and ``B、D``."""

    sheet: str
    rows: str
    columns: str


def hidden_places(data: bytes) -> Iterator[Hidden]:
    """The sheets with hidden rows or columns, in the order of the workbook. Raises `Refused` as `safe_parts` does."""
    parts = safe_parts(data, lambda name: name.startswith("xl/w") or name == "xl/_rels/workbook.xml.rels")
    for name, content in sheet_parts(parts):
        rows = (tag for tag in _ROW.findall(content) if _HIDDEN.search(tag)) if b"hidden=" in content else ()
        head = content[: content.find(b"sheetData") + 1]
        columns = (tag for tag in _COLUMN.findall(head) if _HIDDEN.search(tag))
        hidden = Hidden(name, _ranges(_number(tag, b"r") for tag in rows), _letters(columns))
        if hidden.rows or hidden.columns:
            yield hidden


def sheet_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The name of each sheet of an XLSX file with the part that holds its cells."""
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        return
    targets = {each.get("Id"): each.get("Target", "") for each in safe_xml(parts["xl/_rels/workbook.xml.rels"])}
    for sheet in safe_xml(parts["xl/workbook.xml"]).iter("{*}sheet"):
        target = targets.get(sheet.get(_RELATIONSHIP) or sheet.get(_STRICT_RELATIONSHIP)) or ""
        path = posixpath.normpath(posixpath.join("xl", target)) if not target.startswith("/") else target[1:]
        yield sheet.get("name", ""), parts.get(path, b"")


def _number(tag: bytes, name: bytes) -> int:
    found = _NUMBER[name].search(tag)
    return int(found.group(1)) if found else 0


def _ranges(numbers: Iterable[int]) -> str:
    """Numbers as a person writes them: runs as first–last, and no more of them than can be read."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        elif number:
            runs.append([number, number])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:_MOST_NAMED]]
    return "、".join([*texts, "…"] if len(runs) > _MOST_NAMED else texts)


def _letters(columns: Iterable[bytes]) -> str:
    names: list[str] = []
    for tag in columns:
        first, last = _number(tag, b"min"), min(_number(tag, b"max"), _MOST_COLUMNS)
        names += [column_name(number) for number in range(first, last + 1)]
    return "、".join([*names[:_MOST_NAMED], "…"] if len(names) > _MOST_NAMED else names)


def column_name(number: int) -> str:
    """The letters of a column, counted from 1."""
    name = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
