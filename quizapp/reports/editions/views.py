"""The page of the editions of a report: which there are, their fingerprints, and the act of freezing."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from quizapp.reports.editions.changes import change_line
from quizapp.reports.editions.operations import (
    FREEZES,
    LONGEST_REASON,
    FreezeError,
    changes_since,
    editions_of,
    freeze,
    freezes,
    hindrance,
    live_report,
)
from quizapp.reports.queries import READS_REPORTS, BranchReport, quiz_reported_to
from quizapp.reports.views import report_to_reader, reports
from quizapp.web.access import allow
from quizapp.web.forms import Form
from quizapp.web.wording import said

SHOWN = 200
"""So many changes are listed on the page; of more, how many there are."""


class FreezeForm(Form):
    """Why there is another edition, and the newest edition that the reader knew."""

    reason = StringField(
        _l("Reason for the new edition"),
        description=_l("Every copy of the new edition states it. At most %(n)s characters.", n=LONGEST_REASON),
    )
    seen = IntegerField(validators=[Optional(), NumberRange(0, 10**6)], widget=HiddenInput())


@reports.get("/reports/<int:quiz_id>/editions")
@allow(*READS_REPORTS)
def editions(quiz_id: int) -> ResponseReturnValue:
    """Which editions there are; for who may freeze, what a new one would change."""
    with report_to_reader(quiz_id) as report:
        return _page(report, FreezeForm())


@reports.post("/reports/<int:quiz_id>/editions")
@allow(*FREEZES)
def freeze_report(quiz_id: int) -> ResponseReturnValue:
    """Freeze the report, or make a new edition of it."""
    quiz = quiz_reported_to(current_user, quiz_id)
    form = FreezeForm()
    with report_to_reader(quiz_id) as report:
        if not freezes(report, current_user):
            abort(404)
    if not form.validate():
        return redirect(url_for("reports.editions", quiz_id=quiz_id))
    try:
        number = freeze(quiz, current_user, form.reason.data or "", form.seen.data or 0)
    except FreezeError as error:
        if error.problem.path:
            form.reason.errors = [*form.reason.errors, said(error.problem)]
        else:
            form.form_errors.append(said(error.problem))
        with report_to_reader(quiz_id) as report:
            return _page(report, form), 422
    flash(_("Edition %(n)s is frozen. Its figures no longer change.", n=number), "success")
    return redirect(url_for("reports.editions", quiz_id=quiz_id))


def _page(report: BranchReport, form: FreezeForm) -> str:
    can_freeze = freezes(report, current_user)
    live = live_report(report.quiz) if can_freeze else None
    differs = changes_since(report.frozen, live) if report.frozen is not None and live is not None else []
    return render_template(
        "reports/editions.html",
        report=report,
        form=form,
        can_freeze=can_freeze,
        editions=[frozen.edition for frozen in editions_of(report.quiz.id)],
        hindrance=None if live is None else hindrance(live),
        differs=differs,
        change_line=change_line,
        shown=SHOWN,
        next_number=(0 if report.edition is None else report.edition.number) + 1,
    )
