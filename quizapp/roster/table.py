"""Reading a roster file, XLSX or CSV, into rows: what people really send, with every problem in its place."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import python_calamine
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused
from quizapp.importers.workbook_limits import (
    HEADER_WITHIN,
    MOST_COLUMNS,
    MOST_LINES,
    checked_copy,
    not_a_workbook,
    too_many_columns,
    too_many_rows,
)

HEADINGS = {
    "unit": ("单位", "所在单位", "单位名称", "工作单位", "unit"),
    "branch": ("党支部", "支部", "所在党支部", "所在支部", "党支部名称", "支部名称", "branch", "party branch"),
    "branch_code": ("支部编号", "党支部编号", "支部代码", "党支部代码", "branch code"),
    "staff_no": ("工号", "编号", "人员编号", "职工编号", "职工号", "员工编号", "员工号", "staff number", "staff no"),
    "name": ("姓名", "名字", "name"),
    "duty": ("职务", "行政职务", "duty"),
    "post": ("岗位", "工作岗位", "post"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "电话", "phone", "mobile"),
}
REQUIRED = ("unit", "branch", "staff_no", "name")
CLEARABLE = ("duty", "post", "phone")
CLEARS = "-"
LONGEST = {"unit": 100, "branch": 100} | dict.fromkeys(("branch_code", "staff_no", "phone"), 32)
LONGEST_OTHER = 64
LONGEST_CLEANED = 1_000  # a longer cell is wrong in any field, and slow to clean
SPLIT_WITHIN = 64 * 1024  # characters in which the first rows show how a CSV file is separated
MOST_SIGNS = 2_000  # separators in one line of text; a few of them may stand in notes


@dataclass(frozen=True)
class Header:
    """Where each field stands: its column, counted from 0, and what the file calls it."""

    sheet: str  # empty for CSV
    columns: dict[str, int]
    names: dict[str, str]

    def problem(self, line: int, name: str, msgid: str, params: dict[str, Any] | None = None) -> Problem:
        """A problem with the cell of field ``name`` in row ``line``, counted from 1."""
        column = self.columns.get(name, -1) + 1
        return Problem(msgid, params or {}, line, column, f"{self.sheet}/{self.names.get(name, '')}")


@dataclass(frozen=True)
class RosterRow:
    """One person as the file has them. None: the file says nothing; empty: what is known is to be cleared."""

    unit: str
    branch: str
    staff_no: str
    name: str
    line: int
    header: Header = field(compare=False, repr=False)
    branch_code: str | None = None
    duty: str | None = None
    post: str | None = None
    phone: str | None = None

    def problem(self, name: str, msgid: str, /, **params: Any) -> Problem:
        """A problem with this row's field ``name``."""
        return self.header.problem(self.line, name, msgid, params)


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as text, and which of them are merged: (first row, column) to (last row, column)."""

    sheet: str
    cells: list[list[str]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def read_table(file_name: str, data: bytes) -> tuple[list[RosterRow], list[Problem]]:
    """Every row of the file, and everything that is wrong with it; with a problem the rows are not to be used.

    The columns may stand in any order below any notes. Hidden sheets and sheets without a header are left out.
    """
    try:
        grids = grids_of(data)
    except Refused as error:
        return [], [error.problem]
    rows: list[RosterRow] = []
    problems: list[Problem] = []
    found = False
    for grid in grids:
        at = next((at for at, cells in enumerate(grid.cells[:HEADER_WITHIN]) if _is_header(cells)), None)
        if at is not None:
            found = True
            _read_sheet(grid, at, rows, problems)
    if not found:
        problems.append(Problem(N_("No header row was found. The columns 单位, 党支部, 工号 and 姓名 are needed.")))
    elif not rows and not problems:
        problems.append(Problem(N_("There is no person in the file.")))
    return rows, [*problems, *_repeated(rows)]


def grids_of(data: bytes) -> list[Grid]:
    """The visible sheets of a workbook, or the one of a CSV file. Raises Refused."""
    return list(_workbook(data) if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0" else _csv(data))


def place(problem: Problem, translate: Callable[[str], str] = str) -> str:
    """Where the problem stands, for a person: sheet, row and column; empty for the whole file."""
    if not problem.line:
        return ""
    sheet, _slash, heading = problem.path.partition("/")
    spelt = translate(N_("row %(row)s, column “%(heading)s”")) if heading else translate(N_("row %(row)s"))
    return f"{sheet} {spelt}".strip() % {"row": problem.line, "heading": heading}


def plain(text: str) -> str:
    """One spelling for names of units and branches: half-width, without any space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


FIELDS = {plain(spelling): name for name, spellings in HEADINGS.items() for spelling in spellings}


def _workbook(data: bytes) -> Iterator[Grid]:
    copy = checked_copy(data)
    try:
        workbook = CalamineWorkbook.from_filelike(copy)
        for meta in workbook.sheets_metadata:
            if meta.visible is SheetVisibleEnum.Visible and meta.typ is python_calamine.SheetTypeEnum.WorkSheet:
                yield _grid(workbook.get_sheet_by_name(meta.name))
    except CalamineError:
        raise not_a_workbook() from None


def _grid(sheet: CalamineSheet) -> Grid:
    cells = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return Grid(sheet.name, cells, sheet.merged_cell_ranges or [])


def _cell(value: object) -> str:
    """A cell as a person sees it: Excel keeps the number 12345 as 12345.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _csv(data: bytes) -> Iterator[Grid]:
    text = _decoded(data)
    head = "".join(text[:SPLIT_WITHIN].splitlines(keepends=True)[:HEADER_WITHIN])
    delimiter = max(",\t;", key=head.count)
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(_lines(text, delimiter), delimiter=delimiter):
            if len(rows) == MOST_LINES:
                raise too_many_rows("CSV")
            if len(cells) > MOST_COLUMNS:
                raise too_many_columns("CSV")
            rows.append(cells)
    except csv.Error:
        raise Refused(Problem(N_("The file is not a table. Save it as XLSX or CSV."))) from None
    yield Grid("", rows)


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """The lines of the file, as long as they are not so wide that splitting one would be work already."""
    for line in io.StringIO(text, newline=""):
        if line.count(delimiter) > MOST_SIGNS:
            raise too_many_columns("CSV")
        yield line


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, else GBK in its newest form; Excel writes either."""
    codecs = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise Refused(Problem(N_("The file is neither a workbook nor text. Save it as XLSX or CSV.")))


def _field_of(heading: str) -> str | None:
    """The field that a heading such as ``姓名（必填）*`` stands for."""
    if len(heading) > LONGEST_CLEANED:
        return None
    return FIELDS.get(plain(re.sub(r"\(.*?\)|[*:]", "", unicodedata.normalize("NFKC", heading))).lower())


def _is_header(cells: Iterable[str]) -> bool:
    return {"staff_no", "name"} <= {_field_of(cell) for cell in cells}


def _read_sheet(grid: Grid, at: int, rows: list[RosterRow], problems: list[Problem]) -> None:
    header = Header(grid.sheet, {}, {})
    for column, heading in enumerate(grid.cells[at]):
        name = _field_of(heading)
        if name is None:
            continue
        if name in header.columns:
            problems.append(header.problem(at + 1, name, N_("This column occurs twice.")))
        header.columns.setdefault(name, column)
        header.names.setdefault(name, heading.strip())
    missing = [HEADINGS[name][0] for name in REQUIRED if name not in header.columns]
    if missing:
        text = N_("These columns are missing: %(columns)s.")
        problems.append(Problem(text, {"columns": "、".join(missing)}, at + 1, 0, f"{grid.sheet}/"))
        return
    _fill_merged(grid, header)
    for line, cells in enumerate(grid.cells[at + 1 :], at + 2):
        values = {name: _clean(name, cells[at]) if at < len(cells) else "" for name, at in header.columns.items()}
        if not any(value for name, value in values.items() if name not in ("unit", "branch", "branch_code")):
            continue  # a note, a sum, or an empty line: nobody stands in it
        problems += _problems_of(values, line, header)
        rows.append(RosterRow(**_meant(values), line=line, header=header))


def _fill_merged(grid: Grid, header: Header) -> None:
    """Only the first of merged cells holds the value; it is meant for all of them."""
    columns = {header.columns[name] for name in ("unit", "branch", "branch_code") if name in header.columns}
    for (top, left), (bottom, _right) in grid.merged:
        for line in grid.cells[top + 1 : bottom + 1]:
            if left in columns and left < len(line):
                line[left] = grid.cells[top][left]


def _clean(name: str, cell: str) -> str:
    """The value of a cell: no invisible signs, no space around, half-width where it is a number or a code."""
    if len(cell) > LONGEST_CLEANED:
        return cell
    text = "".join(sign for sign in cell if sign in "\t\n " or unicodedata.category(sign) not in ("Cc", "Cf"))
    text = " ".join(text.split())
    if name in CLEARABLE and text in ("-", "－", "—", "–"):
        return CLEARS
    if name in ("staff_no", "branch_code"):
        return re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text)).upper()
    if name == "phone":
        return re.sub(r"[\s-]|\.0+$", "", unicodedata.normalize("NFKC", text))
    if name == "name":  # names of two characters are often spread to the width of three
        return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
    return text


def _meant(cells: dict[str, str]) -> dict[str, Any]:
    """An empty cell leaves what is known; a hyphen alone clears it."""
    values: dict[str, Any] = dict(cells)
    for name in cells.keys() & set(CLEARABLE):
        values[name] = "" if cells[name] == CLEARS else cells[name] or None
    return values


def _problems_of(values: dict[str, str], line: int, header: Header) -> Iterator[Problem]:
    for name, value in values.items():
        if not value and name in REQUIRED:
            yield header.problem(line, name, N_("The cell is empty."))
        elif len(value) > LONGEST.get(name, LONGEST_OTHER):
            most = LONGEST.get(name, LONGEST_OTHER)
            yield header.problem(line, name, N_("The text is longer than %(most)s characters."), {"most": most})
        elif name in ("staff_no", "branch_code") and value and not re.fullmatch(r"[A-Z0-9._-]+", value):
            message = N_("“%(value)s” is not a number: use letters, digits, dots and hyphens.")
            yield header.problem(line, name, message, {"value": value})


def _repeated(rows: Iterable[RosterRow]) -> Iterator[Problem]:
    first: dict[str, RosterRow] = {}
    for row in rows:
        other = first.setdefault(row.staff_no, row)
        if other is not row and row.staff_no:
            message = N_("%(number)s stands in row %(line)s already (%(name)s).")
            yield row.problem("staff_no", message, number=row.staff_no, line=other.line, name=other.name)
