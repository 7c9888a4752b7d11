"""A table inside a text, as lines: a question table keeps its columns, other tables are read cell by cell."""

import re
from collections.abc import Sequence

from quizapp.importers.table import is_heading_row
from quizapp.importers.word_lines import Line, joined

Cell = list[Line]
"""The lines of a cell; empty where it belongs to a merged cell before or above it."""

LINE_BREAK = "↵"
"""Stands for a line break inside a cell where the whole row is one line."""
MOST_COLUMNS = 100
_FIRST_ROWS = 5
"""How many rows may hold a title or a note above the headings."""
_SHORT = 12
"""A cell of so many characters says something only together with its neighbours: a number, a key, an option."""
_NUMBER_ALONE = re.compile(r"\W*[0-9０-９]{1,4}\W*")


def table_lines(rows: Sequence[Sequence[Cell]]) -> list[Line]:
    """The lines of a table. Where a row near the top has known headings, it and all after it are tab-separated."""
    lines: list[Line] = []
    for place, row in enumerate(rows):
        if place < _FIRST_ROWS and is_heading_row([_whole(cell).text for cell in row]):
            width = max(len(each) for each in rows[place:])
            lines += [_columns(each, width) for each in rows[place:] if any(map(_told, each))]
            return [*lines, Line("")]
        lines += _cell_by_cell(row)
    return lines


def _columns(row: Sequence[Cell], width: int) -> Line:
    return joined([_whole(cell) for cell in row] + [Line("")] * (width - len(row)), "\t")


def _cell_by_cell(row: Sequence[Cell]) -> list[Line]:
    """The lines of a row, cell after cell. Cells that belong on one line are put there, so that their order tells."""
    cells = [lines for lines in map(_told, row) if lines]
    if len(cells) > 1 and all(len(lines) == 1 for lines in cells):
        parts = [_flat(lines[0]) for lines in cells]
        if any(len(part.text) <= _SHORT for part in parts):
            return [joined(parts, "\t")]
    if len(cells) > 1 and len(cells[0]) == 1 and _NUMBER_ALONE.fullmatch(cells[0][0].text):
        cells = [[joined([_flat(cells[0][0]), cells[1][0]], "\t"), *cells[1][1:]], *cells[2:]]
    return [line for lines in cells for line in lines]


def _told(cell: Cell) -> list[Line]:
    """The lines of a cell that hold anything."""
    return [line for line in cell if line.picture or line.text.strip()]


def _whole(cell: Cell) -> Line:
    return joined([_flat(line) for line in _told(cell)], LINE_BREAK)


def _flat(line: Line) -> Line:
    """A line without spaces at its ends and without tabs, which would look like columns."""
    first = len(line.text) - len(line.text.lstrip())
    text = line.text.strip().replace("\t", " ")
    looks = [(max(start - first, 0), min(end - first, len(text)), look) for start, end, look in line.looks]
    return Line(text, [stretch for stretch in looks if stretch[0] < stretch[1]], line.picture)
