"""Lines into cells: tab-separated lines as a workbook becomes them, and CSV as programs write it (RFC 4180)."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quizapp.importers.notation import clean
from quizapp.importers.table_columns import HEADING_WITHIN, is_heading_row

BREAK = "↵"
"""What a line break inside a cell becomes in the text as read, so that a row stays one line."""
_SEPARATORS = ("\t", ",", ";")
_MOST_LINES_IN_ROW = 50
_ROWS_LOOKED_AT = 60


class Row(NamedTuple):
    """The cells of one row, cleaned, and the lines it spans, counted from 1."""

    line: int
    last_line: int
    cells: list[str]


@dataclass(frozen=True)
class Heading:
    """The row of headings of a separated text."""

    row: Row
    separator: str


def tabbed_rows(lines: Sequence[str]) -> Iterator[Row]:
    """One row per line, its cells between tabs; quotes mean nothing."""
    for number, line in enumerate(lines, 1):
        cells = clean(line).replace(BREAK, "\n").split("\t")
        yield Row(number, number, [cell.strip() for cell in cells])


def quoted_rows(lines: Sequence[str], separator: str) -> Iterator[Row]:
    """The rows of CSV. A quote that is never closed is a quotation mark and holds nothing together."""
    at = 0
    while at < len(lines):
        last = _end_of_row(lines, at, separator)
        text = clean("\n".join(lines[at : last + 1]))
        cells = _cells(text, separator) if '"' in text else text.split(separator)
        yield Row(at + 1, last + 1, [cell.strip() for cell in cells])
        at = last + 1


def heading_of(lines: Sequence[str]) -> Heading | None:
    """The headings of a text that is a table as a whole; None where it is none, or has a table somewhere in it."""
    for separator in _SEPARATORS:
        if not any(separator in line for line in lines[: 3 * HEADING_WITHIN]):
            continue
        rows = (row for row in quoted_rows(lines[:1000], separator) if any(row.cells))
        looked_at = [row for row, _ in zip(rows, range(_ROWS_LOOKED_AT), strict=False)]
        for place, row in enumerate(looked_at[:HEADING_WITHIN]):
            if is_heading_row(row.cells):
                below = looked_at[place + 1 :]
                if 2 * sum(sum(map(bool, row.cells)) > 1 for row in below) >= len(below):
                    return Heading(row, separator)
    return None


def _end_of_row(lines: Sequence[str], at: int, separator: str) -> int:
    """The line on which the row that begins at ``at`` ends."""
    quotes = lines[at].count('"')
    if quotes % 2 == 0 or not (lines[at].startswith('"') or f'{separator}"' in lines[at]):
        return at
    for last in range(at + 1, min(at + _MOST_LINES_IN_ROW, len(lines))):
        quotes += lines[last].count('"')
        if quotes % 2 == 0:
            return last
    return at


def _cells(text: str, separator: str) -> list[str]:
    if text.count('"') % 2:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        return text.split(separator)
