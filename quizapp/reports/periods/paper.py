"""The analysis of a period as an official paper (公文): the sentences as its text, the tables attached."""

from collections.abc import Iterator, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from quizapp.exporters.docx_chart import Chart
from quizapp.exporters.official_blocks import (
    Addressee,
    AnnexHead,
    Attachments,
    Block,
    Body,
    Heading,
    Note,
    Signature,
    Title,
)
from quizapp.exporters.official_blocks import Table as PaperTable
from quizapp.exporters.official_docx import write_official
from quizapp.importers.word_numerals import formatted
from quizapp.reports.official.figures import day
from quizapp.reports.official.paper import CHINESE
from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.queries import Depth, PeriodReport
from quizapp.reports.periods.table import Cell, CellKind, Measured, Table, cell_text
from quizapp.reports.periods.table import Heading as Column
from quizapp.reports.periods.tables import tables_of
from quizapp.reports.periods.wording import notes, numbered, sections, title_of

ADDRESSEES = {Depth.LEADERS: "厅党组：", Depth.COMMITTEE: "各党支部：", Depth.BRANCH: "机关党委："}
SIGNER = "机关党委"
PAGE_MM, LEAST_NAME_MM = 156.0, 32.0
"""The width of a page, and what of it is left to the first column, which names what a row speaks of."""
SIGN_MM, MARGIN_MM = 1.85, 2.4
"""Half the width of a Chinese character of 10.5 points, and what a cell has beside its text."""
LONGEST_WORDS, LONGEST_HEAD = 12, 8
"""So many half widths a line of words has at least; longer ones are broken."""


def period_docx(found: Findings) -> bytes:
    """The paper as a Word file, in Chinese in any interface."""
    with force_locale(CHINESE):
        return write_official(list(_blocks(found)), title_of(found.period))


def _blocks(found: Findings) -> Iterator[Block]:
    period = found.period
    tables = [table for table in tables_of(found) if table.lines]
    yield Title(title_of(period))
    yield Addressee(ADDRESSEES[period.depth])
    for number, (heading, said) in enumerate(sections(found), 1):
        yield Heading(f"{formatted(number, 'chineseCounting')}、{heading}")
        yield from map(Body, said)
        if number == 1 and len(period.tests) > 1:
            yield _chart(period)
    yield Attachments(tuple(table.title for table in tables))
    branch = period.place.name if period.place and period.depth is Depth.BRANCH else ""
    yield Signature(branch or SIGNER, day(period.source.as_of))
    for number, table in enumerate(tables, 1):
        yield AnnexHead(f"附件{number if len(tables) > 1 else ''}", table.title)
        yield _table(table)
        yield from map(Note, table.notes)
    yield from map(Note, notes(period))


def _chart(period: PeriodReport) -> Chart:
    names = tuple(numbered(number) for number, _test in enumerate(period.tests, 1))
    rates = [test.part.figures.participation for test in period.tests]
    said = "，".join(f"{name}{cell_text(rate, CellKind.RATE)}%" for name, rate in zip(names, rates, strict=True))
    title = _("Participation over time")
    values = tuple(float(rate or 0) for rate in rates)
    return Chart(f"图1 {title}", f"柱形图：{title}。{said}。", names, values, "0.0%", across=False, most=1.2)


def _table(table: Table) -> PaperTable:
    kinds = [heading.kind for heading in table.headings]
    heads = tuple(map(_head, table.headings))
    rows = [[_cell(cell, kind) for cell, kind in zip(line.cells, kinds, strict=True)] for line in table.lines]
    return PaperTable(
        heads=heads,
        rows=rows,
        widths=_widths(heads, rows, kinds),
        left=frozenset(place for place, kind in enumerate(kinds) if kind is CellKind.TEXT),
        strong=frozenset(number for number, line in enumerate(table.lines) if line.is_sum or line.is_group),
    )


def _head(heading: Column) -> str:
    return f"{heading.text} % (n)" if heading.kind is CellKind.MEASURED else heading.text


def _cell(cell: Cell, kind: CellKind) -> str:
    text = cell_text(cell, kind)
    if not isinstance(cell, Measured):
        return text
    return f"{'▼' if cell.flagged else ''}{text} ({cell.n:,})"  # where the cell is narrow, the number comes below


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[CellKind]) -> tuple[float, ...]:
    """Each column as wide as its figures, so that none is broken; the first has the rest."""
    others = []
    for place, (head, kind) in enumerate(zip(heads, kinds, strict=True)):
        words = [min(LONGEST_HEAD, _half_widths(head))]
        for row in rows:
            if kind is CellKind.TEXT:
                words.append(min(LONGEST_WORDS, _half_widths(row[place])))
            else:
                words += map(_half_widths, row[place].split())
        others.append(max(words) * SIGN_MM + MARGIN_MM)
    shrunk = min(1.0, (PAGE_MM - LEAST_NAME_MM) / sum(others[1:]))
    taken = [width * shrunk for width in others[1:]]
    return (PAGE_MM - sum(taken), *taken)


def _half_widths(text: str) -> int:
    return sum(1 if sign.isascii() else 2 for sign in text)
