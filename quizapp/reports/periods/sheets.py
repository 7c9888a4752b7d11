"""The analysis of a period as a workbook: what matters first, then a sheet for each table, ready to print."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.table import Cell, CellKind, Heading, Line, Measured, Table
from quizapp.reports.periods.tables import tables_of
from quizapp.reports.periods.wording import notes, sentences, title_of
from quizapp.reports.spreadsheet import HEAD, LINE, OPTIONS, SUM
from quizapp.web.wording import NOTHING, moment

NUMBER_FORMATS = {
    CellKind.COUNT: "#,##0",
    CellKind.POINTS: "0.0",
    CellKind.RATE: "0.0%",
    CellKind.GAP: "+0.0%;-0.0%;0.0%",
}
WIDTHS = {CellKind.TEXT: 22}
WIDE = 36
"""Of the first column, which names what a row speaks of."""


def period_xlsx(found: Findings) -> bytes:
    """The workbook. Where the page has a share with its number, the sheet has a column for each."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": title_of(found.period)})
    _write_summary(book, found)
    for table in tables_of(found):
        _write_table(book, found, table)
    book.close()
    return file.getvalue()


def _write_summary(book: Any, found: Findings) -> None:
    sheet = book.add_worksheet(_("Overview"))
    sheet.set_column(0, 0, 110)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    soft = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#5B574E"})
    _write_title(book, sheet, found)
    said = list(sentences(found))
    for number, sentence in enumerate(said, 3):
        sheet.write_string(number, 0, sentence, plain)
    for number, note in enumerate(notes(found.period), 4 + len(said)):
        sheet.write_string(number, 0, note, soft)
    _set_up_print(sheet)


def _write_title(book: Any, sheet: Any, found: Findings) -> None:
    sheet.write_string(0, 0, title_of(found.period), book.add_format({"bold": True, "font_size": 16}))
    read = _("figures of %(moment)s", moment=moment(found.period.source.as_of))
    sheet.write_string(1, 0, read, book.add_format({"font_color": "#5B574E"}))


def _write_table(book: Any, found: Findings, table: Table) -> None:
    sheet = book.add_worksheet(table.title[:31])
    _write_title(book, sheet, found)
    columns = list(_columns(table.headings))
    head = book.add_format({"bold": True, "bg_color": HEAD, "bottom": 2, "text_wrap": True, "valign": "vcenter"})
    for place, (text, kind) in enumerate(columns):
        sheet.set_column(place, place, WIDE if place == 0 else WIDTHS.get(kind, 11))
        sheet.write_string(3, place, text, head)
    styles = {strong: _styles(book, strong) for strong in (True, False)}
    number = 3
    for number, line in enumerate(table.lines, 4):
        _write_line(sheet, number, line, table.headings, styles[line.is_sum or line.is_group])
    soft = book.add_format({"font_color": "#5B574E"})
    for offset, note in enumerate(table.notes if table.lines else (table.empty,), number + 2):
        sheet.write_string(offset, 0, note, soft)
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)
    _set_up_print(sheet)


def _columns(headings: Sequence[Heading]) -> Iterator[tuple[str, CellKind]]:
    for heading in headings:
        if heading.kind is CellKind.MEASURED:
            yield f"{heading.text} %", CellKind.RATE
            yield f"{heading.text} n", CellKind.COUNT
        else:
            yield heading.text, heading.kind


def _write_line(sheet: Any, number: int, line: Line, headings: Sequence[Heading], styles: dict[Any, Any]) -> None:
    place = 0
    for cell, heading in zip(line.cells, headings, strict=True):
        if heading.kind is not CellKind.MEASURED:
            _write_cell(sheet, number, place, cell, heading.kind, styles)
            place += 1
            continue
        share, n = (cell.share, cell.n) if isinstance(cell, Measured) else (None, None)
        weak = isinstance(cell, Measured) and cell.flagged
        _write_cell(sheet, number, place, share, "weak" if weak else CellKind.RATE, styles)
        _write_cell(sheet, number, place + 1, n, CellKind.COUNT, styles)
        place += 2


def _write_cell(sheet: Any, number: int, place: int, cell: Cell, kind: Any, styles: dict[Any, Any]) -> None:
    if isinstance(cell, str):
        sheet.write_string(number, place, cell, styles[CellKind.TEXT])
    elif cell is None or isinstance(cell, Measured):
        sheet.write_string(number, place, NOTHING, styles["dash"])
    else:
        sheet.write_number(number, place, float(cell), styles[kind])


def _styles(book: Any, strong: bool) -> dict[Any, Any]:
    base = {"bottom": 1, "bottom_color": LINE, "bold": strong, "valign": "vcenter"}
    if strong:
        base["bg_color"] = SUM
    styles: dict[Any, Any] = {
        kind: book.add_format({**base, "num_format": number_format}) for kind, number_format in NUMBER_FORMATS.items()
    }
    weak = {**base, "bold": True, "num_format": f'{NUMBER_FORMATS[CellKind.RATE]}" ▼"'}
    return {
        **styles,
        "weak": book.add_format(weak),
        "dash": book.add_format({**base, "align": "right"}),
        CellKind.TEXT: book.add_format({**base, "text_wrap": True}),
    }


def _set_up_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
