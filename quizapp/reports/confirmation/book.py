"""The sheets to sign as a workbook: one branch a sheet, ready to print, and to be filled in and read back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from flask_babel import gettext as _

from quizapp.audit import operations as audit
from quizapp.domain.excuses import REASON_NAMES
from quizapp.reports.confirmation.sheets import STATE_NAMES, BranchSheet, Line, sheet_mark
from quizapp.reports.moments import full_moment
from quizapp.reports.queries import BranchReport
from quizapp.reports.spreadsheet import OPTIONS
from quizapp.reports.wording import record_line
from quizapp.web.wording import NOTHING, one_decimal, percent, points

LONGEST_SHEET_NAME = 31  # Excel takes no longer one
EDGE = "#5B574E"
BLANK = {"bg_color": "#FBF3DC"}
"""Where something is to be filled in."""


def write_sheets(report: BranchReport, sheets: Sequence[BranchSheet], file: BinaryIO) -> None:
    """Write them to a binary ``file``; every cell with a name in it is text."""
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": report.quiz.title})
    styles = _styles(book)
    taken: set[str] = set()
    for sheet in sheets:
        _write(book.add_worksheet(_sheet_name(sheet, taken)), report, sheet, styles)
    book.close()


def heads_of(scored: bool) -> list[str]:
    """The headings of the table; the reading of a filled sheet knows them."""
    results = [_("Score"), _("Passed?")] if scored else []
    return [
        _("No."),
        _("Staff number"),
        _("Name"),
        _("Duty"),
        _("Attendance"),
        *results,
        _("Reason for absence"),
        _("Signature"),
    ]


def head_lines(report: BranchReport, sheet: BranchSheet) -> list[str]:
    """What stands above the table: the test, its times, and the people counted."""
    quiz, count = report.quiz, sheet.people
    counted = _(
        "Eligible %(eligible)s, sat %(sat)s, excused %(excused)s, absent %(absent)s.",
        eligible=sheet.eligible, sat=count("sat"), excused=count("excused"), absent=count("absent"),
    )  # fmt: skip
    if sheet.passed is not None and count("sat"):
        rate, mean = percent(Decimal(sheet.passed) / count("sat")), one_decimal(sheet.mean)
        counted += _(" Passed %(passed)s (%(rate)s %%), mean %(mean)s.", passed=sheet.passed, rate=rate, mean=mean)
    window = _("%(opens)s to %(closes)s", opens=full_moment(quiz.opens_at), closes=full_moment(quiz.closes_at))
    full, cut = points(report.spec.full_points), points(report.spec.cut_score)
    return [
        _("Test: %(title)s, %(window)s", title=quiz.title, window=window),
        _("Full points %(full)s, cut score %(cut)s.", full=full, cut=cut),
        counted,
    ]


def foot_lines(report: BranchReport) -> list[str]:
    """What stands below the signatures: as of when the sheet is, and what binds it.

    Its people are read as they stand now, also where the report is frozen: a sheet is to be filled in for what follows.
    """
    lines = [_("As of %(moment)s.", moment=full_moment(report.source.as_of))]
    if (edition := report.edition) is not None:
        lines.append(
            _("Read from what is on record now, and not from edition %(n)s of the report, which is frozen.",
              n=edition.number)
        )  # fmt: skip
        report = replace(report, record=audit.head())
    return [*lines, record_line(report)]


def result_texts(line: Line, scored: bool) -> list[str]:
    """What a person did, and with which result where scores are shown."""
    state = str(_(STATE_NAMES[line.state]))
    if not scored:
        return [state]
    if line.points is None:
        return [state, NOTHING, NOTHING]
    return [state, points(line.points), str(_("Yes") if line.passed else _("No"))]


def _write(page: Any, report: BranchReport, sheet: BranchSheet, styles: dict[str, Any]) -> None:
    heads = heads_of(sheet.scored)
    widths = [6, 13, 11, 16, 8, *([8, 9] if sheet.scored else []), 24, 13]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.write_string(0, 0, _("Confirmation of results: %(branch)s", branch=sheet.branch.name), styles["title"])
    lines = [_("Unit: %(unit)s", unit=sheet.unit.name), *head_lines(report, sheet)]
    for number, text in enumerate(lines, 1):
        page.write_string(number, 0, text, styles["plain"])
    at = len(lines) + 1
    _write_label(page, at, _("Sheet"), sheet_mark(report.quiz.id, sheet.branch.code), styles["plain"])
    _write_label(page, at + 1, _("Reasons given by"), sheet.said_by, styles["blank"])
    first = at + 3
    for place, head in enumerate(heads):
        page.write_string(first, place, head, styles["head"])
    for number, line in enumerate(sheet.lines, first + 1):
        page.set_row(number, 22)
        _write_line(page, number, line, sheet.scored, styles)
    last = first + len(sheet.lines)
    if sheet.lines:
        _offer_reasons(page, first + 1, last, heads.index(_("Reason for absence")))
    _write_foot(page, last + 2, report, styles)
    _lay_out(page, first)


def _offer_reasons(page: Any, first: int, last: int, column: int) -> None:
    """A list to choose from, which takes other texts as well: a note may stand behind the reason."""
    names = [str(_(name)) for name in REASON_NAMES.values()]
    page.data_validation(first, column, last, column, {"validate": "list", "source": names, "show_error": False})


def _write_label(page: Any, row: int, label: str, value: str, style: Any) -> None:
    page.write_string(row, 0, label)
    page.write_string(row, 2, value, style)


def _write_line(page: Any, row: int, line: Line, scored: bool, styles: dict[str, Any]) -> None:
    person = line.person
    texts = [str(line.number), person.staff_no, person.name, person.duty, *result_texts(line, scored)]
    for place, text in enumerate(texts):
        page.write_string(row, place, text, styles["cell"])
    page.write_string(row, len(texts), line.reason, styles["cell" if person.sat else "fill"])
    page.write_string(row, len(texts) + 1, "", styles["cell"])


def _write_foot(page: Any, row: int, report: BranchReport, styles: dict[str, Any]) -> None:
    page.set_row(row, 30)
    page.set_row(row + 1, 30)
    page.write_string(row, 0, _("Responsible (signature):"))
    page.write_string(row, 4, _("Filled in by:"))
    page.write_string(row + 1, 0, _("Branch (stamp):"))
    page.write_string(row + 1, 4, _("Year      month      day"))
    for number, text in enumerate([_fill_hint(), *foot_lines(report)], row + 3):
        page.write_string(number, 0, text, styles["plain"])


def _fill_hint() -> str:
    return str(_("Who was absent with a reason: fill in the coloured cells, and hand the file in. The others stay."))


def _lay_out(page: Any, head: int) -> None:
    page.freeze_panes(head + 1, 3)
    page.repeat_rows(head)
    page.set_paper(9)  # A4
    page.set_margins(0.6, 0.6, 0.7, 0.7)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")


def _styles(book: Any) -> dict[str, Any]:
    cell = {"border": 1, "border_color": EDGE, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "plain": book.add_format({"font_color": EDGE}),
        "head": book.add_format({**cell, "bold": True, "bg_color": "#EDE9DF", "align": "center"}),
        "cell": book.add_format(cell),
        "fill": book.add_format({**cell, **BLANK}),
        "blank": book.add_format({**BLANK, "bottom": 1, "num_format": "@"}),
    }


def _sheet_name(sheet: BranchSheet, taken: set[str]) -> str:
    """A name that Excel takes: short, without its signs, and unlike every other whatever the case."""
    plain = re.sub(r"[\[\]:*?/\\'\x00-\x1f]+", "_", sheet.branch.name).strip(" _") or sheet.branch.code
    name = plain[:LONGEST_SHEET_NAME]
    if name.lower() in taken:
        code = sheet.branch.code[: LONGEST_SHEET_NAME - 3]
        name = f"{plain[: LONGEST_SHEET_NAME - len(code) - 1]} {code}"
    taken.add(name.lower())
    return name
