"""The page of excused absences: who has no result, and the acts of excusing and of taking it back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.domain.excuses import REASON_NAMES, Reason
from quizapp.quizzes.models import Quiz
from quizapp.reports.absentees import ABSENCE_NAMES
from quizapp.reports.excusals.forms import ExcusalForm
from quizapp.reports.excusals.operations import Entry, ExcusalError, record_excusals, withdraw_excusal
from quizapp.reports.excusals.queries import RECORDS_EXCUSALS, excusable_branches, recorded_excusals
from quizapp.reports.queries import SEES_SCORES, quiz_reported_to
from quizapp.reports.tallies import refresh
from quizapp.reports.turnout import turnout
from quizapp.reports.views import report_to_reader, reports
from quizapp.reports.wording import absent_line, unit_of
from quizapp.web.access import allow


@reports.get("/reports/<int:quiz_id>/excusals")
@allow(*SEES_SCORES)
def excusals(quiz_id: int) -> ResponseReturnValue:
    """Who of a branch has no result, with the form that excuses them, and what was recorded so far."""
    return _page(quiz_id, request.args.get("branch", type=int), None)


@reports.post("/reports/<int:quiz_id>/excusals")
@allow(*RECORDS_EXCUSALS)
def excuse(quiz_id: int) -> ResponseReturnValue:
    """Record one reason for one or several people of a branch."""
    quiz = _quiz_to_excuse_in(quiz_id)
    form = ExcusalForm()
    branch_id, mine = form.branch.data, excusable_branches(quiz, current_user)
    if branch_id is not None and branch_id not in mine:
        abort(404)
    form.offer([one.person_id for many in turnout(quiz_id, [branch_id] if branch_id else []).values() for one in many])
    if not form.validate():
        return _page(quiz_id, branch_id, form), 422
    said = (Reason(form.reason.data), form.note.data or "", form.said_by.data or "")
    people: list[int] = form.people.data or []
    try:
        changed = record_excusals(quiz_id, [Entry(one, *said) for one in people], current_user.id, within=mine)
    except ExcusalError as error:
        form.mark(error.problems)
        return _page(quiz_id, branch_id, form), 422
    flash(_("Recorded as excused: %(n)s people.", n=changed), "success")
    return redirect(url_for("reports.excusals", quiz_id=quiz_id, branch=branch_id))


@reports.post("/reports/<int:quiz_id>/excusals/<int:excusal_id>/withdrawal")
@allow(*RECORDS_EXCUSALS)
def withdraw(quiz_id: int, excusal_id: int) -> ResponseReturnValue:
    """Take an excuse back. It stays on record."""
    quiz = _quiz_to_excuse_in(quiz_id)
    try:
        withdraw_excusal(quiz_id, excusal_id, current_user.id, within=excusable_branches(quiz, current_user))
        flash(_("The excuse was taken back; the person counts as absent again."), "success")
    except ExcusalError as error:
        for problem in error.problems:
            flash(problem.text(_), "danger")
    return redirect(url_for("reports.excusals", quiz_id=quiz_id, branch=request.args.get("branch", type=int)))


def _quiz_to_excuse_in(quiz_id: int) -> Quiz:
    quiz = quiz_reported_to(current_user, quiz_id)
    refresh(quiz)
    return quiz


def _page(quiz_id: int, branch_id: int | None, form: ExcusalForm | None) -> str:
    with report_to_reader(quiz_id) as report:
        homes = unit_of(report)
        if branch_id is not None and branch_id not in homes:
            abort(404)
        people = turnout(quiz_id, [branch_id]).get(branch_id, []) if branch_id is not None else []
        mine = excusable_branches(report.quiz, current_user)
        if form is None:
            form = ExcusalForm(branch=branch_id, formdata=None)
            form.offer([one.person_id for one in people])
        return render_template(
            "reports/excusals.html",
            report=report,
            homes=homes,
            branch_id=branch_id,
            people=[one for one in people if not one.sat],
            mine=mine,
            form=form,
            recorded=recorded_excusals(quiz_id, homes.keys() if branch_id is None else [branch_id]),
            absence_names=ABSENCE_NAMES,
            reason_names=REASON_NAMES,
            absent_line=absent_line,
        )
