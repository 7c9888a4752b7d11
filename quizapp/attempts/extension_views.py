"""The organizer's page of who is at work, and the act of giving more minutes."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from quizapp.attempts.extensions import LONGEST_REASON, MOST_MINUTES, at_work, extensions_of, grant_extension
from quizapp.attempts.outages import interruptions_of
from quizapp.attempts.views import attempts
from quizapp.domain.problem import Problem
from quizapp.quizzes.fields import Given, WholeNumber
from quizapp.quizzes.plan import PlanError
from quizapp.quizzes.queries import RUNS_QUIZZES, quiz_run_by, runs
from quizapp.quizzes.wording import plan_said
from quizapp.web.access import Role, allow
from quizapp.web.forms import Form
from quizapp.web.security import LARGEST_KEY


class ExtensionForm(Form):
    """How many minutes more, for whom (nobody named: all who are at work), and why."""

    minutes = WholeNumber(
        _l("More minutes"),
        [Given(_l("Please enter a number."))],
        description=_l("A whole number, at most %(n)s.", n=MOST_MINUTES),
    )
    reason = StringField(
        _l("Reason"),
        description=_l(
            "The candidates read it, and it is kept in the record. At most %(n)s characters.", n=LONGEST_REASON
        ),
    )
    attempt = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_KEY)], widget=HiddenInput())
    outage = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_KEY)], widget=HiddenInput())

    def mark(self, problems: list[Problem]) -> None:
        """Say each problem at the field that it is about."""
        for problem in problems:
            if problem.path in self:
                self[problem.path].errors = [*self[problem.path].errors, plan_said(problem)]
            else:
                self.form_errors.append(plan_said(problem))


@attempts.get("/quizzes/<int:quiz_id>/extensions")
@allow(*RUNS_QUIZZES)
def extensions(quiz_id: int) -> ResponseReturnValue:
    """Who is at work, what was given, and the form that gives more."""
    return _page(quiz_id, ExtensionForm(attempt=request.args.get("attempt", type=int)))


@attempts.post("/quizzes/<int:quiz_id>/extensions")
@allow(Role.ORGANIZER)
def extend(quiz_id: int) -> ResponseReturnValue:
    """Give more minutes to one candidate or to all who are at work."""
    quiz = quiz_run_by(current_user, quiz_id)
    if not runs(current_user, quiz):
        abort(404)
    form = ExtensionForm()
    if not form.validate():
        return _page(quiz_id, form), 422
    minutes, reason = form.minutes.data, form.reason.data or ""
    try:
        given = grant_extension(
            quiz_id=quiz_id,
            minutes=minutes,
            reason=reason,
            granted_by=current_user.id,
            attempt_id=form.attempt.data,
            outage_id=form.outage.data,
        )
    except PlanError as error:
        form.mark(error.problems)
        return _page(quiz_id, form), 422
    flash(_("Given: %(n)s more minutes to %(people)s people.", n=minutes, people=len(given)), "success")
    return redirect(url_for("attempts.extensions", quiz_id=quiz_id))


def _page(quiz_id: int, form: ExtensionForm) -> str:
    quiz = quiz_run_by(current_user, quiz_id)
    working = at_work(quiz)
    return render_template(
        "attempts/extensions.html",
        quiz=quiz,
        form=form,
        working=working,
        chosen=next((one for one in working if one.attempt_id == form.attempt.data), None),
        given=extensions_of(quiz),
        interruptions=interruptions_of(quiz),
        can_change=runs(current_user, quiz),
    )
