"""Reading the filled sheets of branches: who has which reason, and everything that is wrong, cell by cell."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused
from quizapp.importers.workbook_hidden import column_name
from quizapp.importers.workbook_limits import HEADER_WITHIN
from quizapp.roster.table import HEADINGS, LONGEST_CLEANED, Grid, grids_of, plain

FIELDS = {
    "staff_no": HEADINGS["staff_no"],
    "name": HEADINGS["name"],
    "reason": ("缺考原因", "缓考原因", "未参加原因", "原因", "备注", "reason for absence", "reason"),
}
SAID_BY = ("原因说明人", "reasons given by")
_MARK = re.compile(r"T(\d{1,9})-(\S{1,32})")
_FIELD_OF = {plain(word): name for name, words in FIELDS.items() for word in words}


@dataclass(frozen=True)
class Place:
    """A cell: the sheet's name (empty for CSV), the row and the column, both counted from 1."""

    sheet: str
    row: int
    column: int

    def problem(self, msgid: str, /, **params: object) -> Problem:
        """A problem with this cell."""
        return Problem(msgid, params, self.row, self.column, self.sheet)


@dataclass(frozen=True)
class Filled:
    """One person's row: the staff number as written, the name, and the text in the column of reasons."""

    staff_no: str
    name: str
    text: str
    said_by: str
    at: Place
    at_number: Place


@dataclass(frozen=True)
class FilledSheet:
    """One sheet. ``quiz_id``: which test it says it is of; None where it does not say."""

    name: str
    quiz_id: int | None
    rows: tuple[Filled, ...]


def read_filled(data: bytes) -> tuple[list[FilledSheet], list[Problem]]:
    """The sheets of a workbook (or the one of a CSV file) that have the table, and what is wrong with the others."""
    try:
        grids = grids_of(data)
    except Refused as error:
        return [], [error.problem]
    sheets: list[FilledSheet] = []
    problems: list[Problem] = []
    for grid in grids:
        found = _header(grid)
        if found is None:
            if any(any(map(str.strip, cells)) for cells in grid.cells):
                message = N_("This sheet has no row of headings with 工号, 姓名 and 缺考原因.")
                problems.append(Problem(message, {}, 1, 0, grid.sheet))
        else:
            sheets.append(_sheet(grid, *found))
    if not sheets and not problems:
        problems.append(Problem(N_("There is nothing in the file.")))
    return sheets, problems


def where(problem: Problem, translate: Callable[[str], str] = str) -> str:
    """Where the problem stands, for a person: ``办公室党支部 H12``; empty for the whole file."""
    if not problem.line:
        return ""
    if not problem.column:
        return problem.path or translate(N_("row %(row)s")) % {"row": problem.line}
    return f"{problem.path} {column_name(problem.column)}{problem.line}".strip()


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and the column of each field, counted from 0."""
    for at, cells in enumerate(grid.cells[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            name = _FIELD_OF.get(plain(cell).lower()) if len(cell) < LONGEST_CLEANED else None
            if name is not None:
                columns.setdefault(name, column)
        if columns.keys() == FIELDS.keys():
            return at, columns
    return None


def _sheet(grid: Grid, at: int, columns: dict[str, int]) -> FilledSheet:
    said_by = _said_by(grid.cells[:at])
    rows = tuple(_rows(grid, at, columns, said_by))
    return FilledSheet(grid.sheet, _quiz_of(grid.cells[:at]), rows)


def _rows(grid: Grid, at: int, columns: dict[str, int], said_by: str) -> Iterator[Filled]:
    for number, cells in enumerate(grid.cells[at + 1 :], at + 2):
        values = {name: cells[column] if column < len(cells) else "" for name, column in columns.items()}
        staff_no = _number(values["staff_no"])
        name = _visible(values["name"])
        if not (staff_no and name):
            continue  # signatures, the date and the notes below the table
        places = {name: Place(grid.sheet, number, column + 1) for name, column in columns.items()}
        yield Filled(staff_no, name, _visible(values["reason"]), said_by, places["reason"], places["staff_no"])


def _visible(text: str) -> str:
    """Without signs that cannot be seen, and with single spaces."""
    if len(text) > LONGEST_CLEANED:
        return text
    return " ".join("".join(" " if sign in "\t\n\r" else sign for sign in text if _is_seen(sign)).split())


def _is_seen(sign: str) -> bool:
    return sign in "\t\n\r" or unicodedata.category(sign) not in ("Cc", "Cf")


def _number(text: str) -> str:
    """A staff number as the roster spells it; a program may have made 12345.0 of it."""
    spelt = unicodedata.normalize("NFKC", _visible(text)) if len(text) <= LONGEST_CLEANED else text[:33]
    return re.sub(r"\.0+$", "", spelt).upper()


def _quiz_of(rows: list[list[str]]) -> int | None:
    marks = (_MARK.fullmatch(_visible(cell)) for cells in rows for cell in cells)
    return next((int(mark[1]) for mark in marks if mark), None)


def _said_by(rows: list[list[str]]) -> str:
    """The first text to the right of the label."""
    for cells in rows:
        for column, cell in enumerate(cells):
            if plain(cell).lower().strip(":") in map(plain, SAID_BY):
                return next((text for text in map(_visible, cells[column + 1 :]) if text), "")
    return ""
