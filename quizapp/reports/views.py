"""Pages of the room: which reports there are, and each as a file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from quizapp.attempts.closing import close_due
from quizapp.quizzes.queries import state_of
from quizapp.reports.editions.frozen import reading
from quizapp.reports.exports import FORMATS, write_report
from quizapp.reports.queries import (
    READS_REPORTS,
    BranchReport,
    branch_report,
    may_still_be_asked,
    quiz_reported_to,
    quizzes_reported_to,
)
from quizapp.reports.source import read_from
from quizapp.reports.tallies import CLOSED_WHILE_READING, COUNTED_WHILE_READING, refresh, version_of
from quizapp.reports.wording import file_name
from quizapp.web import clock
from quizapp.web.access import allow

reports = Blueprint("reports", __name__, template_folder="templates")


@reports.get("/reports")
@allow(*READS_REPORTS)
def index() -> ResponseReturnValue:
    """Every test whose results the account may see, whole or in part."""
    now = clock.now()
    quizzes = [(quiz, state_of(quiz, now)) for quiz in quizzes_reported_to(current_user)]
    return render_template("reports/index.html", quizzes=quizzes)


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
        report = branch_report(quiz, current_user, source, asked=asked)
        with reading(quiz_id, report.frozen):  # looked up once
            yield report
