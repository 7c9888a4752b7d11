"""Workbooks (XLSX, XLS, ODS) into lines: one line per row, cells between tabs, sheets under a line of their own."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import python_calamine
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from quizapp.domain.problem import N_, Problem
from quizapp.importers.archive import damaged_archive, protected
from quizapp.importers.encoding import split_lines
from quizapp.importers.reading import Document, Format, Grammar, Refused
from quizapp.importers.separated import BREAK
from quizapp.importers.table_columns import HEADING_WITHIN, is_heading_row
from quizapp.importers.workbook_cells import Cell, cells_of
from quizapp.importers.workbook_formats import plain, shown
from quizapp.importers.workbook_hidden import column_name, hidden_places
from quizapp.importers.workbook_limits import MOST_CELLS, checked_copy, too_large
from quizapp.importers.workbook_old import checked_ods, checked_xls

SHEET_MARK = "【工作表】"
"""Begins the line that names the sheet whose rows follow, where a workbook has several."""

_SIGNS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200d\u2060\ufeff\xad]")
_MAY_CLEAN = re.compile("[\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff_]")
_MOST_NAMED = 20


@dataclass(frozen=True)
class _Sheet:
    """A sheet that holds something: its rows as text; ``doubtful`` are cells whose format is not read."""

    name: str
    rows: list[list[str]]
    hidden: bool
    doubtful: list[str] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        filled = [row for row in self.rows[: 3 * HEADING_WITHIN] if any(row)]
        return any(map(is_heading_row, filled[:HEADING_WITHIN]))


def read_workbook(data: bytes, name: str, format: Format, *, as_rows: bool = False) -> Document:
    """The rows of every sheet as lines. ``name`` is the name of the file, used in no way to read it.

    A workbook without any known heading is read as plain text, but for ``as_rows``.

    Raises `Refused` for a file that is damaged, empty, protected by a password, or asks for more than a list of
    questions needs.
    """
    sheets = _sheets(data, format)
    if not sheets:
        raise Refused(Problem(N_("There is nothing in the workbook %(name)s."), {"name": name}))
    tables = as_rows or any(sheet.is_table for sheet in sheets)
    lines: list[str] = []
    places: dict[int, str] = {}
    for sheet in sheets:
        if len(sheets) > 1:
            lines.append(SHEET_MARK + sheet.name)
        for number, row in enumerate(sheet.rows, 1):
            added = _table_lines(row) if tables else _text_lines(row)
            places.update((len(lines) + at, f"{sheet.name}!{number}") for at in range(1, len(added) + 1))
            lines += added
    problems = [*_hidden(sheets, data if format is Format.XLSX else None), *_doubtful(sheets)]
    grammar = Grammar.TABLE if tables else Grammar.TEXT
    return Document(format, grammar, tuple(lines), places, problems=tuple(problems))


def _sheets(data: bytes, format: Format) -> list[_Sheet]:
    """The sheets that hold something, hidden ones too, without the empty rows at their ends."""
    sheets, area = [], 0
    try:
        workbook = CalamineWorkbook.from_filelike(_checked(data, format))
        cells = cells_of(data, format, workbook.sheet_names)
        for meta in workbook.sheets_metadata:
            if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            area += sheet.total_height * sheet.total_width
            if area > MOST_CELLS:
                raise too_large()
            values = sheet.to_python(skip_empty_area=False)
            rows = [_texts(row) for row in values]
            doubtful = [f"{_clean(meta.name)}!{place}" for place in _show(rows, values, cells.get(meta.name, ()))]
            while rows and not any(rows[-1]):
                rows.pop()
            if rows:
                sheets.append(_Sheet(_clean(meta.name), rows, meta.visible is not SheetVisibleEnum.Visible, doubtful))
    except python_calamine.PasswordError:
        raise protected() from None
    except CalamineError as fault:
        raise protected() if "password" in str(fault).lower() else damaged_archive() from None
    return sheets


def _checked(data: bytes, format: Format) -> io.BytesIO:
    """The file after it has been measured: the reader keeps a full rectangle of every sheet."""
    if format is Format.XLSX:
        return checked_copy(data)
    return checked_ods(data) if format is Format.ODS else checked_xls(data)


def _texts(row: Sequence[object]) -> list[str]:
    """The cells of a row as a person sees them. Letters and digits alone, as most cells are, need no look."""
    return [value if type(value) is str and value.isalnum() else _text(value) for value in row]


def _text(value: object) -> str:
    """A cell as a person sees it: a program keeps the number 5 as 5.0, and a date as a day and midnight."""
    if isinstance(value, str):
        return _clean(value) if value else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, int | timedelta) else ""


def _show(rows: list[list[str]], values: Sequence[Sequence[object]], cells: Iterable[Cell]) -> Iterator[str]:
    """Put into ``rows`` what cells show instead of their values; gives the cells whose format is not read."""
    for cell in cells:
        if not (0 <= cell.row < len(rows) and 0 <= cell.column < len(rows[cell.row])):
            continue
        value = values[cell.row][cell.column]
        if cell.text:
            rows[cell.row][cell.column] = _clean(cell.text)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            text = shown(value, cell.code)
            if text is None:
                yield f"{column_name(cell.column + 1)}{cell.row + 1}"
            else:
                rows[cell.row][cell.column] = text


def _doubtful(sheets: Sequence[_Sheet]) -> Iterator[Problem]:
    if places := [place for sheet in sheets for place in sheet.doubtful]:
        named = "、".join([*places[:_MOST_NAMED], *(["…"] if len(places) > _MOST_NAMED else [])])
        message = N_(
            "The program shows the numbers in these cells in another way than they were read: %(cells)s. Check them."
        )
        yield Problem(message, {"cells": named})


def _clean(text: str) -> str:
    """The text of a cell on one line, without what cannot be seen."""
    if text.isalnum() or not _MAY_CLEAN.search(text):
        return text.strip()
    text = _SIGNS.sub("", text.replace("_x000D_", "")).replace("\t", " ").replace("\xa0", " ").strip()
    return BREAK.join(part.rstrip() for part in split_lines(text)) if len(text.splitlines()) > 1 else text


def _table_lines(row: Sequence[str]) -> list[str]:
    return ["\t".join(row).rstrip("\t")]


def _text_lines(row: Sequence[str]) -> list[str]:
    """A row of a sheet that is used like a page: its cells side by side, breaks inside them as lines."""
    return " ".join(cell for cell in row if cell).split(BREAK)


def _hidden(sheets: Sequence[_Sheet], xlsx: bytes | None) -> Iterator[Problem]:
    """What a person does not see in the program and we read all the same."""
    if names := [sheet.name for sheet in sheets if sheet.hidden]:
        message = N_("These sheets are hidden and were read too: %(sheets)s. Check that their questions are wanted.")
        yield Problem(message, {"sheets": "、".join(names)})
    known = {sheet.name for sheet in sheets}
    for place in hidden_places(xlsx) if xlsx else ():
        if place.sheet not in known:
            continue
        if place.rows:
            message = N_("Sheet %(sheet)s has hidden rows, which were read too: %(rows)s. Check that they are wanted.")
            yield Problem(message, {"sheet": place.sheet, "rows": place.rows})
        if place.columns:
            message = N_("Sheet %(sheet)s has hidden columns, which were read too: %(columns)s. Check what they hold.")
            yield Problem(message, {"sheet": place.sheet, "columns": place.columns})
