"""Leaving the page: what the page reports, what the candidate says about it, and the organizer's list."""

from typing import Annotated, Literal

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quizapp.attempts.leases import LARGEST_LEASE
from quizapp.attempts.leaving import (
    LONGEST_EXPLANATION,
    Seen,
    explain_leaving,
    leaving_of,
    leavings_in,
    record_leaving,
)
from quizapp.attempts.queries import branch_names, own_attempt
from quizapp.attempts.views import attempts
from quizapp.quizzes.queries import RUNS_QUIZZES, quiz_run_by
from quizapp.web import clock
from quizapp.web.access import Role, allow, caller_id, wants_json

LONGEST_AGO = 30 * 86_400
"""Seconds. What a phone has kept for longer than this is about no test that runs."""


class LeavingBody(BaseModel):
    """The JSON body of one record."""

    model_config = ConfigDict(extra="forbid")

    operation: Annotated[str, Field(min_length=8, max_length=36, pattern=r"^[!-~]+$")]
    left_seconds_ago: Annotated[float, Field(ge=0, le=LONGEST_AGO, allow_inf_nan=False)]
    seconds: Annotated[float, Field(ge=0, le=LONGEST_AGO, allow_inf_nan=False)]
    cause: Literal["screen_lock", "call", "other_app", "other_tab", "unknown"]
    lease: Annotated[int, Field(ge=1, le=LARGEST_LEASE)] | None = None


@attempts.post("/attempts/<int:attempt_id>/leavings")
@allow(Role.STAFF)
def leave(attempt_id: int) -> ResponseReturnValue:
    """Keep that the page was out of sight. ``id`` is null where nothing is recorded."""
    attempt = own_attempt(caller_id(), attempt_id)
    try:
        body = LeavingBody.model_validate_json(request.get_data())
    except ValidationError:
        return jsonify(error="not_understood"), 422
    seen = Seen(body.operation, body.left_seconds_ago, body.seconds, body.cause, body.lease)
    kept = record_leaving(attempt=attempt, seen=seen, arrived_at=g.arrived_at)
    if kept is None:
        return jsonify(id=None, seconds=int(body.seconds))
    return jsonify(id=kept.id, seconds=kept.seconds)


@attempts.post("/attempts/<int:attempt_id>/leavings/<int:leaving_id>/explanation")
@allow(Role.STAFF)
def explain(attempt_id: int, leaving_id: int) -> ResponseReturnValue:
    """Keep what the candidate says about one record, during the test or after it."""
    attempt = own_attempt(caller_id(), attempt_id)
    leaving = leaving_of(attempt, leaving_id) or abort(404)
    text = request.form.get("explanation", "").strip()[:LONGEST_EXPLANATION]
    if text:
        explain_leaving(leaving=leaving, text=text)
    thanks = _("Your explanation is kept beside the record.") if text else _("Write a few words first.")
    if wants_json():
        return jsonify(explanation=text, said=thanks), 200 if text else 422
    flash(thanks, "success" if text else "warning")
    return redirect(url_for("attempts.result", attempt_id=attempt_id) + "#leavings")


@attempts.get("/quizzes/<int:quiz_id>/leavings")
@allow(*RUNS_QUIZZES)
def leavings(quiz_id: int) -> ResponseReturnValue:
    """Every record of a test with what was said about it, for those who run or audit the test."""
    quiz = quiz_run_by(current_user, quiz_id)
    return render_template(
        "attempts/leavings.html", quiz=quiz, rows=leavings_in(quiz), branch_of=branch_names(quiz), now=clock.now()
    )
