"""Tables inside a text: stretches of tab-separated lines under a heading row, read as a sheet is."""

from collections.abc import Sequence
from dataclasses import replace

from quizapp.importers.reading import Document, Grammar, Reading, Refused
from quizapp.importers.table import is_heading_row, parse_table
from quizapp.importers.text.lines import Line


def stretches(lines: Sequence[Line]) -> list[range]:
    """The numbers of the lines of each table: a heading row and the rows under it."""
    found: list[range] = []
    end = 0
    for place, line in enumerate(lines):
        if place < end or "\t" not in line.text or not is_heading_row(line.text.split("\t")):
            continue
        end = place + 1
        while end < len(lines) and lines[end].text.count("\t") == line.text.count("\t"):
            end += 1
        if end - place > 1:
            found.append(range(line.number, lines[end - 1].number + 1))
    return found


def read(document: Document, stretch: range) -> Reading:
    """The questions of one table, their lines counted in the whole document."""
    rows = tuple(
        text if number in stretch else "" for number, text in enumerate(document.lines[: stretch.stop - 1], start=1)
    )
    table = replace(document, grammar=Grammar.TABLE, lines=rows, marks={}, problems=())
    try:
        reading = parse_table(table)
    except Refused as refused:
        return Reading(document, (), problems=(replace(refused.problem, line=stretch.start),))
    return reading
