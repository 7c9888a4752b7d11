"""A candidate's pages: home, the door of a test, the paper, submission and result."""

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from pydantic import ValidationError

from quizapp.attempts.closing import close_if_due, is_over, submit_attempt
from quizapp.attempts.forms import ResponseBody, changes
from quizapp.attempts.links import attempt_links
from quizapp.attempts.models import Attempt
from quizapp.attempts.operations import save_response, save_responses, start_attempt
from quizapp.attempts.queries import own_attempt, own_person, own_quiz, standing_in, standings
from quizapp.attempts.refusals import SENTENCES, AttemptRefused, Refusal
from quizapp.attempts.review import review_of
from quizapp.attempts.sheet import sheet_of
from quizapp.attempts.wording import page_words, rule_hint, rule_sentence, section_line
from quizapp.domain.timing import seconds_left
from quizapp.quizzes.queries import spec_of
from quizapp.roster.queries import branch_at, person_of, tree_at
from quizapp.web import clock
from quizapp.web.access import Role, allow, wants_json

attempts = Blueprint("attempts", __name__, template_folder="templates")
attempts.add_app_template_filter(rule_hint)
attempts.add_app_template_filter(rule_sentence)
attempts.add_app_template_filter(section_line)


@attempts.errorhandler(AttemptRefused)
def refused(error: AttemptRefused) -> ResponseReturnValue:
    """Say why, in the form the caller reads."""
    sentence = _(SENTENCES[error.reason])
    if wants_json():
        return jsonify(error=error.reason.value, message=sentence), 409
    flash(sentence, "warning")
    return redirect(url_for("attempts.home"))


@attempts.get("/")
@allow(Role.STAFF)
def home() -> ResponseReturnValue:
    """The tests of the person signed in: what is open, what comes, what was."""
    now = clock.now()
    person = person_of(current_user)
    mine = standings(person, now) if person else []
    branch_id = branch_at(person.id, now) if person else None
    branch = tree_at(now)[branch_id].name if branch_id is not None else None
    return render_template("attempts/home.html", person=person, branch=branch, standings=mine, now=now)


@attempts.get("/tests/<int:quiz_id>")
@allow(Role.STAFF)
def door(quiz_id: int) -> ResponseReturnValue:
    """What a candidate should know before starting, and the button that starts."""
    quiz, now = own_quiz(current_user, quiz_id), clock.now()
    standing = standing_in(quiz, own_person(current_user), now)
    return render_template("attempts/door.html", quiz=quiz, standing=standing, now=now)


@attempts.post("/tests/<int:quiz_id>/attempts")
@allow(Role.STAFF)
def start(quiz_id: int) -> ResponseReturnValue:
    """Start, or go on with what was started."""
    quiz = own_quiz(current_user, quiz_id)
    attempt_id = start_attempt(quiz=quiz, person_id=own_person(current_user).id)
    return redirect(url_for("attempts.paper", attempt_id=attempt_id))


@attempts.get("/attempts/<int:attempt_id>")
@allow(Role.STAFF)
def paper(attempt_id: int) -> ResponseReturnValue:
    """The paper with everything saved so far."""
    attempt = own_attempt(current_user, attempt_id)
    if is_over(attempt):
        return _to_result(attempt)
    return render_template(
        "attempts/paper.html",
        attempt=attempt,
        quiz=attempt.quiz,
        spec=spec_of(attempt.quiz),
        sheet=sheet_of(attempt),
        seconds=seconds_left(attempt.deadline, clock.now()),
        words=page_words(),
        links=attempt_links(attempt_id),
    )


@attempts.put("/attempts/<int:attempt_id>/responses/<int:position>")
@allow(Role.STAFF)
def save(attempt_id: int, position: int) -> ResponseReturnValue:
    """Save one item, for the page's script. 200 means: it is on disk."""
    attempt = own_attempt(current_user, attempt_id)
    try:
        body = ResponseBody.model_validate_json(request.get_data())
    except ValidationError:
        return jsonify(error=Refusal.NOT_AN_ANSWER.value, message=_(SENTENCES[Refusal.NOT_AN_ANSWER])), 422
    try:
        saved = save_response(attempt=attempt, change=body.change(position), arrived_at=g.arrived_at)
    except AttemptRefused as error:
        if error.reason is not Refusal.STALE:
            raise
        place = sheet_of(own_attempt(current_user, attempt_id)).places[position]
        kept = {"answer": place.answer, "marked": place.marked, "version": place.version}
        return jsonify(error=error.reason.value, message=_(SENTENCES[error.reason]), kept=kept), 409
    return jsonify(version=saved.version, saved_at=saved.saved_at.isoformat())


@attempts.post("/attempts/<int:attempt_id>/responses")
@allow(Role.STAFF)
def save_sheet(attempt_id: int) -> ResponseReturnValue:
    """Save the whole sheet from a plain form, then stay, or go on to submission."""
    attempt = own_attempt(current_user, attempt_id)
    asked = list(changes(request.form, sheet_of(attempt)))
    stale = save_responses(attempt=attempt, changes=asked, arrived_at=g.arrived_at)
    if stale:
        flash(_("%(n)s items had been answered elsewhere; please check them below.", n=stale), "warning")
        return redirect(url_for("attempts.paper", attempt_id=attempt_id))
    if request.form.get("then") == "submission":
        return redirect(url_for("attempts.submission", attempt_id=attempt_id))
    flash(_("Saved"), "success")
    return redirect(url_for("attempts.paper", attempt_id=attempt_id))


@attempts.get("/attempts/<int:attempt_id>/clock")
@allow(Role.STAFF)
def time_left(attempt_id: int) -> ResponseReturnValue:
    """The seconds left by the server's clock, for a page that woke up; and the token its saves must carry by now."""
    attempt = own_attempt(current_user, attempt_id)
    left = seconds_left(attempt.deadline, clock.now())
    return jsonify(seconds_left=left, over=is_over(attempt), csrf_token=generate_csrf())


@attempts.get("/attempts/<int:attempt_id>/submission")
@allow(Role.STAFF)
def submission(attempt_id: int) -> ResponseReturnValue:
    """What is unanswered and marked, before the act that ends the attempt."""
    attempt = own_attempt(current_user, attempt_id)
    if is_over(attempt):
        return _to_result(attempt)
    return render_template(
        "attempts/submission.html",
        attempt=attempt,
        quiz=attempt.quiz,
        sheet=sheet_of(attempt),
        seconds=seconds_left(attempt.deadline, clock.now()),
        words=page_words(),
        links=attempt_links(attempt_id),
    )


@attempts.post("/attempts/<int:attempt_id>/submission")
@allow(Role.STAFF)
def submit(attempt_id: int) -> ResponseReturnValue:
    """End the attempt. However often this arrives, it is submitted once."""
    attempt = own_attempt(current_user, attempt_id)
    submit_attempt(attempt=attempt, arrived_at=g.arrived_at)
    return redirect(url_for("attempts.result", attempt_id=attempt_id))


@attempts.get("/attempts/<int:attempt_id>/result")
@allow(Role.STAFF)
def result(attempt_id: int) -> ResponseReturnValue:
    """The receipt, and what the review policy shows by now."""
    attempt = own_attempt(current_user, attempt_id)
    close_if_due(attempt)
    if attempt.submitted_at is None:
        return redirect(url_for("attempts.paper", attempt_id=attempt_id))
    show_all = request.args.get("items") == "all"
    return render_template("attempts/result.html", review=review_of(attempt, clock.now()), show_all=show_all)


def _to_result(attempt: Attempt) -> ResponseReturnValue:
    return redirect(url_for("attempts.result", attempt_id=attempt.id))
