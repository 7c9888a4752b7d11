"""A candidate's pages: home, the paper, submission and result."""

from flask import (
    Blueprint,
    after_this_request,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import ValidationError

from quizapp.attempts.closing import close_if_due, is_over, submit_attempt
from quizapp.attempts.door import is_inside
from quizapp.attempts.endings import answers_of
from quizapp.attempts.forms import SaveBody, changes
from quizapp.attempts.links import attempt_links
from quizapp.attempts.models import Attempt
from quizapp.attempts.pulse import pulse_of
from quizapp.attempts.queries import own_attempt, standings
from quizapp.attempts.receipts import receipt_of
from quizapp.attempts.refusals import SENTENCES, AttemptRefused, Refusal
from quizapp.attempts.review import review_of
from quizapp.attempts.save_one import TROUBLE, vouch_for
from quizapp.attempts.saving import NotSaved, save_responses
from quizapp.attempts.sheet import save_results, sheet_of
from quizapp.attempts.unchanged import tag_of
from quizapp.attempts.wording import page_words, rule_hint, rule_sentence, section_line
from quizapp.domain.timing import seconds_left
from quizapp.quizzes.queries import spec_of
from quizapp.roster.queries import branch_name_at, person_of
from quizapp.web import clock
from quizapp.web.access import Role, allow, caller_id, sign_in_token, wants_json
from quizapp.web.signatures import lasting_token
from quizapp.web.views import keep_choices

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
    branch = branch_name_at(person.id, now) if person else None
    return render_template("attempts/home.html", person=person, branch=branch, standings=mine, now=now)


@attempts.get("/attempts/<int:attempt_id>")
@allow(Role.STAFF)
def paper(attempt_id: int) -> ResponseReturnValue:
    """The paper with everything saved so far."""
    attempt = own_attempt(caller_id(), attempt_id)
    if is_over(attempt):
        return _to_result(attempt)
    if attempt.quiz.withdrawn_at is not None or not is_inside(attempt.quiz, request.remote_addr or ""):
        return redirect(url_for("attempts.door", quiz_id=attempt.quiz_id))
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


@attempts.put("/attempts/<int:attempt_id>/responses")
@allow(Role.STAFF)
def save(attempt_id: int) -> ResponseReturnValue:
    """Save what was marked. What is acknowledged is on disk; an item that has changed elsewhere comes back as it is.

    The usual save goes by the short way and does not come here (`quizapp.attempts.save_one`).
    """
    if trouble := request.environ.get(TROUBLE):
        raise trouble
    try:
        body = SaveBody.model_validate_json(request.get_data())
    except ValidationError:
        own_attempt(caller_id(), attempt_id)  # 404 comes first
        return jsonify(error="not_understood", message=_(SENTENCES[Refusal.NOT_AN_ANSWER])), 422
    saved = save_responses(
        account_id=caller_id(),
        attempt_id=attempt_id,
        changes=body.changes(),
        arrived_at=g.arrived_at,
        lease=body.lease,
    )
    vouch_for(request, sign_in_token())
    left = max(0.0, (saved.deadline - clock.now()).total_seconds())
    results = save_results(saved.results, lambda: sheet_of(own_attempt(caller_id(), attempt_id)))
    return jsonify(results=list(results), seconds_left=left, lease=body.lease)


@attempts.post("/attempts/<int:attempt_id>/responses")
@allow(Role.STAFF)
def save_sheet(attempt_id: int) -> ResponseReturnValue:
    """Save the whole sheet from a plain form, then stay, or go on to submission. 大字 is a button of that form."""
    after_this_request(keep_choices)
    attempt = own_attempt(caller_id(), attempt_id)
    asked = list(changes(request.form, sheet_of(attempt)))
    saved = save_responses(
        account_id=caller_id(), attempt_id=attempt_id, changes=asked, arrived_at=g.arrived_at, lease=None
    )
    refused = [one.reason for one in saved.results if isinstance(one, NotSaved)]
    if stale := refused.count(Refusal.STALE):
        flash(_("%(n)s items had been answered elsewhere; please check them below.", n=stale), "warning")
    if unread := refused.count(Refusal.NOT_AN_ANSWER):
        flash(_("%(n)s answers were too long or not among the options and were not saved.", n=unread), "warning")
    if refused:
        return redirect(url_for("attempts.paper", attempt_id=attempt_id))
    if request.form.get("then") == "submission":
        return redirect(url_for("attempts.submission", attempt_id=attempt_id))
    flash(_("Saved"), "success")
    return redirect(url_for("attempts.paper", attempt_id=attempt_id))


@attempts.get("/attempts/<int:attempt_id>/clock")
@allow(Role.STAFF)
def time_left(attempt_id: int) -> ResponseReturnValue:
    """The pulse of an open page; and the token its saves must carry by now."""
    pulse = pulse_of(account_id=caller_id(), attempt_id=attempt_id)
    tag = tag_of(pulse.standing, request.environ, current_app.config["SECRET_KEY"])
    return jsonify(csrf_token=lasting_token(), **pulse.as_json(tag))


@attempts.get("/attempts/<int:attempt_id>/submission")
@allow(Role.STAFF)
def submission(attempt_id: int) -> ResponseReturnValue:
    """What is unanswered and marked, before the act that ends the attempt."""
    attempt = own_attempt(caller_id(), attempt_id)
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
    """End the attempt. However often this arrives, it is submitted once; a script is given the receipt."""
    attempt = own_attempt(caller_id(), attempt_id)
    submit_attempt(attempt=attempt, arrived_at=g.arrived_at, lease=request.form.get("lease", type=int))
    if not wants_json():
        return _to_result(attempt)
    receipt = receipt_of(own_attempt(caller_id(), attempt_id), answers_of(attempt))
    return jsonify(receipt=receipt.as_json(), next=url_for("attempts.result", attempt_id=attempt_id))


@attempts.get("/attempts/<int:attempt_id>/result")
@allow(Role.STAFF)
def result(attempt_id: int) -> ResponseReturnValue:
    """The receipt, and what the review policy shows by now."""
    attempt = own_attempt(caller_id(), attempt_id)
    close_if_due(attempt)
    if attempt.submitted_at is None:
        if attempt.quiz.withdrawn_at is not None:  # the door says so; the paper would lead back here
            return redirect(url_for("attempts.door", quiz_id=attempt.quiz_id))
        return redirect(url_for("attempts.paper", attempt_id=attempt_id))
    show_all = request.args.get("items") == "all"
    return render_template("attempts/result.html", review=review_of(attempt, clock.now()), show_all=show_all)


def _to_result(attempt: Attempt) -> ResponseReturnValue:
    return redirect(url_for("attempts.result", attempt_id=attempt.id))
