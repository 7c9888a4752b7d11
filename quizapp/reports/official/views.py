"""The official Word report, and the form in which the committee words it."""

import io

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.reports.copies.reopening import official_copy
from quizapp.reports.editions.operations import FREEZES, freezes
from quizapp.reports.official.draft import LABELS, LONGEST_TEXT, draft, filled
from quizapp.reports.official.figures import marks
from quizapp.reports.official.wording import WordingError, own_texts, reword
from quizapp.reports.queries import SEES_SCORES, BranchReport
from quizapp.reports.views import report_to_reader, reports
from quizapp.reports.wording import file_name
from quizapp.web.access import allow
from quizapp.web.wording import said

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHORT = {"title", "addressee", "closing", "signer", "date"}
"""Passages of a line or two."""


@reports.app_template_global("words_report")
def words_report(report: BranchReport) -> bool:
    """Whether the caller may word and freeze this report, for templates."""
    return freezes(report, current_user)


@reports.get("/reports/<int:quiz_id>.docx")
@allow(*SEES_SCORES)
def official(quiz_id: int) -> ResponseReturnValue:
    """The official report; 404 for who does not see every branch with its scores."""
    with report_to_reader(quiz_id) as report:
        if not report.sees_everything:
            abort(404)
        file = io.BytesIO(official_copy(report, own_texts(quiz_id)))
        name = file_name(report, "docx")
    return send_file(file, WORD, as_attachment=True, download_name=name)


@reports.get("/reports/<int:quiz_id>/wording")
@allow(*FREEZES)
def wording(quiz_id: int) -> ResponseReturnValue:
    """The passages of the paper, to be worded."""
    with report_to_reader(quiz_id) as report:
        return _page(report, own_texts(quiz_id), {})


@reports.post("/reports/<int:quiz_id>/wording")
@allow(*FREEZES)
def keep_wording(quiz_id: int) -> ResponseReturnValue:
    """Keep the texts for every export to come, or go back to the draft."""
    with report_to_reader(quiz_id) as report:
        _refuse_others(report)
    texts = {} if "draft" in request.form else {name: request.form[name] for name in LABELS if name in request.form}
    try:
        reword(report, current_user, texts)
    except WordingError as error:
        errors: dict[str, list[str]] = {}
        for problem in error.problems:
            errors.setdefault(problem.path, []).append(said(problem))
        return _page(report, texts, errors), 422
    flash(_("The wording is as drafted again.") if "draft" in request.form else _("The wording is kept."), "success")
    return redirect(url_for("reports.wording", quiz_id=quiz_id))


def _refuse_others(report: BranchReport) -> None:
    if not freezes(report, current_user):
        abort(404)


def _page(report: BranchReport, texts: dict[str, str], errors: dict[str, list[str]]) -> str:
    _refuse_others(report)
    values = marks(report)
    passages = [one for one in draft(report) if one.name]
    return render_template(
        "reports/wording.html",
        report=report,
        passages=[(one, texts.get(one.name, one.text)) for one in passages],
        labels=LABELS,
        values=values,
        filled=filled,
        errors=errors,
        own=own_texts(report.quiz.id),
        short=SHORT,
        longest=LONGEST_TEXT,
    )
