"""The report as a workbook: figures, charts, absentees, topics and items, ready to print, and the raw table."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import xlsxwriter
from flask_babel import gettext as _

from quizapp.banks.wording import type_name
from quizapp.domain.excuses import REASON_NAMES
from quizapp.domain.item_analysis import FLAG_NAMES, ItemFigures, TopicFigures
from quizapp.reports.absentees import ABSENCE_NAMES, absentees
from quizapp.reports.columns import COLUMNS, Kind
from quizapp.reports.copies.seals import pieces, seal_of
from quizapp.reports.items import item_lines
from quizapp.reports.kept import topics_of
from quizapp.reports.moments import full_moment
from quizapp.reports.queries import BranchReport
from quizapp.reports.spreadsheet_charts import Drawn, drawn_of, write_charts
from quizapp.reports.wording import LabelledRow, notes, summary_rows, total_label, unit_of
from quizapp.web.wording import NOTHING

NUMBER_FORMATS = {Kind.COUNT: "#,##0", Kind.SCORE: "0.0", Kind.RATE: "0.0%"}
LINE = "#A8A296"
HEAD = "#EDE9DF"
SUM = "#F6F3EB"
# Names come from people: nothing in a cell is ever read as a formula, a link or a number. Each row is written to a file
# when the next one begins, however many people are absent: cells are written row by row, from the left.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


SEAL = "seal"
"""The sheet that no menu shows, with what `quizapp.reports.copies.seals` packs."""


def write_xlsx(report: BranchReport, file: BinaryIO) -> None:
    """Rates are numbers shown as per cent; where there is nothing to divide stands a dash."""
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": report.quiz.title})
    topics = topics_of(report.quiz, report.summary)
    _write_figures(book, report)
    if charts := drawn_of(report, topics):
        _write_charts(book, report, charts)
    _write_absentees(book, report)
    if topics:
        _write_topics(book, report, topics)
    if report.items_shown and (lines := item_lines(report)):
        _write_items(book, report, lines)
    _write_raw(book, report)
    if seal := seal_of(report, names=True, items=True):
        sheet = book.add_worksheet(SEAL)
        for number, piece in enumerate(pieces(seal)):
            sheet.write_string(number, 0, piece)
        sheet.very_hidden()
    book.close()


def _write_charts(book: Any, report: BranchReport, charts: Sequence[Drawn]) -> None:
    sheet = book.add_worksheet(_("Charts"))
    first = _write_head(book, sheet, report, ["", ""], [34, 14])
    title = book.add_format({"bold": True, "bottom": 2})
    write_charts(book, sheet, charts, first, {**_styles(book, strong=False), "title": title})


def _write_raw(book: Any, report: BranchReport) -> None:
    """A row for each branch below one row of heads, for a pivot table; an empty cell where there is nothing to say."""
    sheet = book.add_worksheet(_("Raw table"))
    head = book.add_format({"bold": True, "bottom": 1})
    heads = [_("Unit code"), _("Unit"), _("Code"), _("Branch"), *(column.heading for column in COLUMNS)]
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 14)
    sheet.set_column(3, 3, 30)
    for place, text in enumerate(heads):
        sheet.write_string(0, place, text, head)
    rows = [(part.unit.place, row) for part in report.summary.units for row in part.branches]
    for number, (unit, row) in enumerate(rows, 1):
        for place, text in enumerate((unit.code, unit.name, row.place.code, row.place.name)):
            sheet.write_string(number, place, text)
        for place, column in enumerate(COLUMNS, 4):
            if (value := column.value(row.figures)) is not None:
                sheet.write_number(number, place, float(value))
    sheet.autofilter(0, 0, max(1, len(rows)), len(heads) - 1)
    sheet.freeze_panes(1, 4)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_figures(book: Any, report: BranchReport) -> None:
    sheet = book.add_worksheet(_("Summary"))
    heads = [_("Unit"), _("Branch"), *(column.heading for column in COLUMNS)]
    first = _write_head(book, sheet, report, heads, [26, 34, *[10] * len(COLUMNS)])
    styles = {strong: _styles(book, strong) for strong in (True, False)}
    number = first
    for number, row in enumerate(summary_rows(report), first):
        _write_row(sheet, number, row, styles[not row.is_branch])
    plain = book.add_format({"font_color": "#5B574E"})
    for offset, line in enumerate(notes(report), 2):
        sheet.write_string(number + offset, 0, line, plain)


def _write_row(sheet: Any, number: int, row: LabelledRow, styles: dict[Any, Any]) -> None:
    names = (row.unit, row.branch if row.is_branch else row.level) if row.unit else (row.level, "")
    for place, name in enumerate(names):
        sheet.write_string(number, place, name, styles["text"])
    for place, column in enumerate(COLUMNS, len(names)):
        value = column.value(row.figures)
        if value is None:
            sheet.write_string(number, place, NOTHING, styles["dash"])
        else:
            sheet.write_number(number, place, float(value), styles[column.kind])


def _styles(book: Any, strong: bool) -> dict[Any, Any]:
    base = {"bottom": 1, "bottom_color": LINE, "bold": strong, "valign": "vcenter"}
    if strong:
        base["bg_color"] = SUM
    styles: dict[Any, Any] = {
        kind: book.add_format({**base, "num_format": number_format}) for kind, number_format in NUMBER_FORMATS.items()
    }
    styles["index"] = book.add_format({**base, "num_format": "0.00"})  # a correlation
    return {**styles, "text": book.add_format(base), "dash": book.add_format({**base, "align": "right"})}


def _write_absentees(book: Any, report: BranchReport) -> None:
    sheet = book.add_worksheet(_("Absent and excused"))
    heads = [_("Unit"), _("Branch"), _("Staff number"), _("Name"), _("Duty"), _("State"), _("Reason")]
    first = _write_head(book, sheet, report, heads, [22, 30, 14, 12, 18, 20, 16])
    style = book.add_format({"bottom": 1, "bottom_color": LINE, "valign": "vcenter"})
    homes = unit_of(report)
    for number, absentee in enumerate(absentees(report.quiz.id, report.summary), first):
        unit, branch = homes[absentee.branch_id]
        state = _(ABSENCE_NAMES[absentee.absence])
        reason = "" if absentee.reason is None else _(REASON_NAMES[absentee.reason])
        cells = (unit.name, branch.name, absentee.staff_no, absentee.name, absentee.duty, state, reason)
        for place, text in enumerate(cells):
            sheet.write_string(number, place, text, style)


def _write_topics(book: Any, report: BranchReport, topics: Sequence[TopicFigures]) -> None:
    sheet = book.add_worksheet(_("Topics"))
    heads = [_("Topic"), _("Facility %"), _("Fully right"), _("Answers counted")]
    first = _write_head(book, sheet, report, heads, [40, 12, 12, 14])
    rows = ((topic.topic, topic.facility, topic.right, topic.responses) for topic in topics)
    _write_rows(book, sheet, first, rows, ("text", Kind.RATE, Kind.COUNT, Kind.COUNT))


ITEM_KINDS = ("text", "text", "text", "text", Kind.COUNT, Kind.RATE, "index", Kind.COUNT, Kind.COUNT, "text")


def _write_items(book: Any, report: BranchReport, lines: Sequence[ItemFigures]) -> None:
    sheet = book.add_worksheet(_("Items"))
    heads = [_("Item"), _("Type"), _("Topic"), _("Stem"), _("Had this item"), _("Facility %"), _("Discrimination"),
             _("Fully right"), _("Not answered"), _("To look at")]  # fmt: skip
    first = _write_head(book, sheet, report, heads, [14, 10, 20, 60, 10, 10, 10, 10, 10, 30])
    rows = (
        (one.item.id, type_name(one.item.type), one.item.topic, one.item.stem, one.n, one.facility, one.discrimination,
         one.right, one.omitted, _(", ").join(_(label) for flag, label in FLAG_NAMES.items() if flag in one.flags))
        for one in lines
    )  # fmt: skip
    _write_rows(book, sheet, first, rows, ITEM_KINDS)


def _write_rows(book: Any, sheet: Any, first: int, rows: Iterable[Sequence[Any]], kinds: Sequence[Any]) -> None:
    styles = _styles(book, strong=False)
    for number, row in enumerate(rows, first):
        for place, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            if kind == "text":
                sheet.write_string(number, place, value, styles[kind])
            elif value is None:
                sheet.write_string(number, place, NOTHING, styles["dash"])
            else:
                sheet.write_number(number, place, float(value), styles[kind])


def _write_head(book: Any, sheet: Any, report: BranchReport, heads: Sequence[str], widths: Sequence[int]) -> int:
    """Title, window and column heads, and how the sheet scrolls and prints. Returns the first free row."""
    quiz = report.quiz
    sheet.write_string(0, 0, quiz.title, book.add_format({"bold": True, "font_size": 16}))
    window = _("%(opens)s to %(closes)s", opens=full_moment(quiz.opens_at), closes=full_moment(quiz.closes_at))
    read = _("figures of %(moment)s", moment=full_moment(report.read_at))
    parts = [window, read] if report.whole else [window, read, total_label(report)]
    sheet.write_string(1, 0, " · ".join(parts), book.add_format({"font_color": "#5B574E"}))
    head = book.add_format({"bold": True, "bg_color": HEAD, "bottom": 2, "text_wrap": True, "valign": "vcenter"})
    for place, (text, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(3, place, text, head)
    sheet.freeze_panes(4, 2)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
    return 4
