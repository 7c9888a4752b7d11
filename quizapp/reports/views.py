"""Pages of the room: which reports there are, one report, and the same as a file."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from quizapp.attempts.closing import close_due
from quizapp.domain.branch_summary import Row, UnitPart
from quizapp.domain.excuses import REASON_NAMES
from quizapp.quizzes.queries import sees, state_of
from quizapp.reports.absentees import ABSENCE_NAMES, Absentee, absentees
from quizapp.reports.columns import BY_NAME, COLUMNS, Column, in_order
from quizapp.reports.exports import FORMATS, write_report
from quizapp.reports.kept import topics_of
from quizapp.reports.learning import comparison, earlier_test, practice_lines
from quizapp.reports.queries import (
    READS_REPORTS,
    BranchReport,
    branch_report,
    may_still_be_asked,
    quiz_reported_to,
    quizzes_reported_to,
)
from quizapp.reports.source import read_from
from quizapp.reports.tallies import refresh, version_of
from quizapp.reports.wording import absent_line, file_name, notes, tiles, total_label
from quizapp.web import clock
from quizapp.web.access import allow, may

reports = Blueprint("reports", __name__, template_folder="templates")

SHOWS = ("all", "units", "branches")
NAMES_AT_ONCE = 300
"""So many absentees are named on the page of themselves; of more, those of one unit at a time."""


@reports.get("/reports")
@allow(*READS_REPORTS)
def index() -> ResponseReturnValue:
    """Every test whose results the account may see, whole or in part."""
    now = clock.now()
    quizzes = [(quiz, state_of(quiz, now)) for quiz in quizzes_reported_to(current_user)]
    return render_template("reports/index.html", quizzes=quizzes)


@reports.get("/reports/<int:quiz_id>")
@allow(*READS_REPORTS)
def quiz(quiz_id: int) -> ResponseReturnValue:
    """One report. ``show``, ``sort`` and ``order`` choose the rows of its table; what is unknown is ignored."""
    column = BY_NAME.get(request.args.get("sort", ""))
    ascending = request.args.get("order") == "ascending"
    show = request.args.get("show", "")
    show = show if show in SHOWS else "all"
    unfolded = request.args.get("absent", 0, type=int)
    with report_to_reader(quiz_id) as report:
        return render_template(
            "reports/quiz.html",
            report=report,
            sees_quiz=may("quizzes.quiz") and sees(current_user, report.quiz),
            columns=COLUMNS,
            rows=_rows(report, show, column, ascending=ascending),
            show=show,
            sort=column,
            ascending=ascending,
            printing="print" in request.args,
            tiles=tiles(report),
            notes=notes(report),
            total_label=total_label(report),
            topics=topics_of(report.quiz, report.summary),
            names=_names(report, None if "print" in request.args else unfolded),
            unfolded=unfolded,
            absence_names=ABSENCE_NAMES,
            reason_names=REASON_NAMES,
            absent_line=absent_line,
            formats=FORMATS,
            practice=practice_lines(report),
            earlier=earlier_test(report.quiz),
            comparison=comparison(report, current_user) if "compare" in request.args else None,
        )


@reports.get("/reports/<int:quiz_id>.<any(csv, xlsx, json):format>")
@allow(*READS_REPORTS)
def export(quiz_id: int, format: str) -> ResponseReturnValue:
    """The same report as a file."""
    file = io.BytesIO()
    with report_to_reader(quiz_id) as report:
        write_report(report, format, file)
        name = file_name(report, format)
    file.seek(0)
    return send_file(file, FORMATS[format].media_type, as_attachment=True, download_name=name)


CLOSED_WHILE_READING = 50
"""A reader ends the last few attempts, where no server was there to do so, but does not do its work for thousands."""
COUNTED_WHILE_READING = 1000
"""And a reader counts the newest results: more than so many people's are left to the server (`tallies.keep_up`)."""


@contextmanager
def report_to_reader(quiz_id: int) -> Iterator[BranchReport]:
    """What the caller may see of it, after the clock has ended what was due; 404 where that is nothing.

    Who may see it, and what has to be counted, is asked of the database itself. In the block the session reads from
    the copy of it, where there is one that has all that was counted: whatever belongs to the page is read there.
    """
    close_due(at_most=CLOSED_WHILE_READING)
    quiz = quiz_reported_to(current_user, quiz_id)
    refresh(quiz, at_most=COUNTED_WHILE_READING)
    version = version_of(quiz_id)
    asked = may_still_be_asked(quiz, current_user)
    with read_from(lambda: version_of(quiz_id) >= version) as source:
        yield branch_report(quiz, current_user, source, asked=asked)


def _names(report: BranchReport, unit_id: int | None) -> dict[int, list[Absentee]]:
    """The absentees to be named, by branch: all where there are few or ``unit_id`` is None, else those of the unit."""
    units = None if unit_id is None or report.summary.total.missing <= NAMES_AT_ONCE else {unit_id}
    found: dict[int, list[Absentee]] = defaultdict(list)
    for absentee in absentees(report.quiz.id, report.summary, units):
        found[absentee.branch_id].append(absentee)
    return found


def _rows(report: BranchReport, show: str, column: Column | None, *, ascending: bool) -> list[tuple[UnitPart, Row]]:
    """Each row of the table with the unit it belongs to: units with their branches, or one of the two alone."""
    parts = report.summary.units
    homes = {row.place.id: part for part in parts for row in part.branches}
    by_unit = {part.unit.place.id: part for part in parts}

    def branches(rows: Iterable[Row]) -> list[tuple[UnitPart, Row]]:
        return [(homes[row.place.id], row) for row in in_order(rows, column, ascending=ascending)]

    if show == "branches":
        return branches(row for part in parts for row in part.branches)
    units = [by_unit[row.place.id] for row in in_order((part.unit for part in parts), column, ascending=ascending)]
    if show == "units":
        return [(part, part.unit) for part in units]
    return [line for part in units for line in [(part, part.unit), *branches(part.branches)]]
