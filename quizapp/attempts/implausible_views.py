"""The organizer's page of attempts to be asked about: questions with their facts, and what came out."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.attempts.implausible import PACE, SAME, note_finding, questions_in
from quizapp.attempts.queries import branch_names
from quizapp.attempts.views import attempts
from quizapp.quizzes.queries import RUNS_QUIZZES, quiz_run_by, runs
from quizapp.web.access import Role, allow


@attempts.get("/quizzes/<int:quiz_id>/questions")
@allow(*RUNS_QUIZZES)
def questions(quiz_id: int) -> ResponseReturnValue:
    """The attempts of a test that somebody should be asked about."""
    quiz = quiz_run_by(current_user, quiz_id)
    return render_template(
        "attempts/questions.html",
        quiz=quiz,
        found=questions_in(quiz),
        branch_of=branch_names(quiz),
        can_note=runs(current_user, quiz),
    )


@attempts.post("/quizzes/<int:quiz_id>/questions")
@allow(Role.ORGANIZER)
def finding(quiz_id: int) -> ResponseReturnValue:
    """Keep what came out when the people of one question were asked."""
    quiz = quiz_run_by(current_user, quiz_id)
    about, note = request.form.get("about", ""), request.form.get("note", "").strip()
    if not runs(current_user, quiz):
        abort(404)
    found = questions_in(quiz)
    listed = {(PACE, each.attempts) for each in found.pace} | {(SAME, each.attempts) for each in found.same}
    attempts_meant = tuple(request.form.getlist("attempt", type=int))
    if (about, attempts_meant) not in listed:
        flash(_("This list has changed meanwhile. Please look at it again."), "warning")
    elif not note:
        flash(_("Write a few words first."), "warning")
    else:
        note_finding(quiz=quiz, about=about, attempts=attempts_meant, note=note)
        flash(_("Kept in the record. It changes no score."), "success")
    return redirect(url_for("attempts.questions", quiz_id=quiz_id))
