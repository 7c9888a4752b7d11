"""Pages of the sheets to sign: which there are, one to print, all as a workbook, and the filled ones brought back."""

import io

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.domain.excuses import REASON_NAMES
from quizapp.reports.confirmation.book import foot_lines, head_lines, heads_of, result_texts, write_sheets
from quizapp.reports.confirmation.forms import FilledConfirmationForm, FilledSheetForm
from quizapp.reports.confirmation.plan import ConfirmationPlan, plan_of
from quizapp.reports.confirmation.reading import where
from quizapp.reports.confirmation.sheets import MOST_SHEETS, BranchSheet, scored_branches, sheets_of
from quizapp.reports.excusals.operations import ExcusalError, record_excusals
from quizapp.reports.excusals.queries import RECORDS_EXCUSALS, excusable_branches
from quizapp.reports.exports import FORMATS
from quizapp.reports.queries import READS_REPORTS, BranchReport, quiz_reported_to
from quizapp.reports.tallies import refresh
from quizapp.reports.views import report_to_reader, reports
from quizapp.reports.wording import file_name, unit_of
from quizapp.roster.uploads import forget, keep, kept
from quizapp.web.access import allow

MOST_SHOWN = 200  # lines of one list of a preview


@reports.get("/reports/<int:quiz_id>/confirmation")
@allow(*READS_REPORTS)
def confirmation(quiz_id: int) -> ResponseReturnValue:
    """Which sheets there are, and where the filled ones are brought back."""
    return _index(quiz_id, FilledSheetForm(formdata=None))


@reports.get("/reports/<int:quiz_id>/confirmation/print")
@allow(*READS_REPORTS)
def confirmation_print(quiz_id: int) -> ResponseReturnValue:
    """The sheets of ``branch`` or of ``unit`` on paper, a page set for each branch; ``scores=1`` with results."""
    with report_to_reader(quiz_id) as report:
        if not report.settled:
            return _not_yet(quiz_id)
        return render_template(
            "reports/confirmation_print.html",
            report=report,
            sheets=_sheets(report),
            heads_of=heads_of,
            head_lines=head_lines,
            result_texts=result_texts,
            foot=foot_lines(report),
        )


@reports.get("/reports/<int:quiz_id>/confirmation.xlsx")
@allow(*READS_REPORTS)
def confirmation_book(quiz_id: int) -> ResponseReturnValue:
    """The same as a workbook, a sheet for each branch."""
    file = io.BytesIO()
    with report_to_reader(quiz_id) as report:
        if not report.settled:
            return _not_yet(quiz_id)
        write_sheets(report, _sheets(report), file)
        name = file_name(report, "xlsx", _("Confirmation of results"))
    file.seek(0)
    return send_file(file, FORMATS["xlsx"].media_type, as_attachment=True, download_name=name)


@reports.post("/reports/<int:quiz_id>/confirmation")
@allow(*RECORDS_EXCUSALS)
def confirmation_file(quiz_id: int) -> ResponseReturnValue:
    """Bring a filled workbook back; it is looked at, nothing more."""
    quiz_reported_to(current_user, quiz_id)
    form = FilledSheetForm()
    if not form.validate():
        return _index(quiz_id, form), 422
    file = form.file.data
    token = keep(current_user.id, (file.filename or "")[:200], file.read())
    said_by = form.said_by.data or None
    return redirect(url_for("reports.confirmation_preview", quiz_id=quiz_id, file_token=token, said_by=said_by))


@reports.get("/reports/<int:quiz_id>/confirmation/files/<file_token>")
@allow(*RECORDS_EXCUSALS)
def confirmation_preview(quiz_id: int, file_token: str) -> ResponseReturnValue:
    """What the filled workbook would change."""
    return _preview(quiz_id, file_token, request.args.get("said_by", ""))


@reports.post("/reports/<int:quiz_id>/confirmation/files/<file_token>")
@allow(*RECORDS_EXCUSALS)
def confirmation_done(quiz_id: int, file_token: str) -> ResponseReturnValue:
    """Record what the preview showed; where anything has changed since, it is shown again instead."""
    form = FilledConfirmationForm()
    said_by = form.said_by.data or ""
    if not form.validate():
        return _preview(quiz_id, file_token, said_by), 422
    plan = _plan(quiz_id, file_token, said_by)
    if plan.problems or plan.digest != form.digest.data:
        flash(_("Something has changed since the preview. Please look at it again."), "danger")
        return _preview(quiz_id, file_token, said_by), 409
    mine = excusable_branches(quiz_reported_to(current_user, quiz_id), current_user)
    try:
        entries = [change.entry for change in plan.changes]
        changed = record_excusals(quiz_id, entries, current_user.id, within=mine)
    except ExcusalError:
        return _preview(quiz_id, file_token, said_by), 409
    forget(file_token)
    flash(_("Recorded as excused: %(n)s people.", n=changed), "success")
    return redirect(url_for("reports.confirmation", quiz_id=quiz_id))


def _not_yet(quiz_id: int) -> ResponseReturnValue:
    flash(_("The sheets can be had when it is over."), "info")
    return redirect(url_for("reports.confirmation", quiz_id=quiz_id))


def _sheets(report: BranchReport) -> list[BranchSheet]:
    """Those that the address asks for. 404 for none, and for more than a workbook takes."""
    branch, unit = (request.args.get(name, type=int) for name in ("branch", "unit"))
    homes = unit_of(report)
    wanted = [id for id, (above, _branch) in homes.items() if branch in (None, id) and unit in (None, above.id)]
    if not 0 < len(wanted) <= MOST_SHEETS:
        abort(404)
    scored = scored_branches(report.quiz, current_user) if "scores" in request.args else ()
    return sheets_of(report, wanted, scored)


def _index(quiz_id: int, form: FilledSheetForm) -> str:
    with report_to_reader(quiz_id) as report:
        return render_template(
            "reports/confirmation.html",
            report=report,
            form=form,
            may_score=bool(scored_branches(report.quiz, current_user)),
            records=bool(excusable_branches(report.quiz, current_user)),
            reasons=_(", ").join(map(_, REASON_NAMES.values())),
            most=MOST_SHEETS,
        )


def _plan(quiz_id: int, token: str, said_by: str) -> ConfirmationPlan:
    found = kept(current_user.id, token)
    if found is None:
        abort(404)
    quiz = quiz_reported_to(current_user, quiz_id)
    refresh(quiz)
    return plan_of(*found, quiz, excusable_branches(quiz, current_user), said_by)


def _preview(quiz_id: int, token: str, said_by: str) -> str:
    plan = _plan(quiz_id, token, said_by)
    return render_template(
        "reports/confirmation_preview.html",
        quiz=quiz_reported_to(current_user, quiz_id),
        plan=plan,
        token=token,
        said_by=said_by,
        problems=[(where(problem, _), problem) for problem in plan.problems[:MOST_SHOWN]],
        reason_names=REASON_NAMES,
        most=MOST_SHOWN,
    )
