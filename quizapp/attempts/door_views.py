"""The door of a test: what it asks, the waiting for its opening, and the start."""

import random
from collections.abc import Mapping

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from quizapp.attempts.door import AT_THE_DOOR, Entry, is_inside
from quizapp.attempts.door_wording import door_words
from quizapp.attempts.operations import start_attempt
from quizapp.attempts.queries import own_quiz, standing_in
from quizapp.attempts.refusals import SENTENCES, AttemptRefused, Refusal
from quizapp.attempts.views import attempts
from quizapp.domain.bell import delay
from quizapp.domain.timing import QuizState, deadline
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import forecast, pool_of
from quizapp.roster.models import Person
from quizapp.web import clock
from quizapp.web.access import Role, allow, wants_json

LONGEST_FIELD = 200  # of what is looked at; a code is shorter


@attempts.get("/tests/<int:quiz_id>")
@allow(Role.STAFF)
def door(quiz_id: int) -> ResponseReturnValue:
    """What a candidate should know before starting, and the button that starts; before the opening it waits."""
    return _door_page(*own_quiz(current_user, quiz_id), _entry())


@attempts.get("/tests/<int:quiz_id>/bell")
@allow(Role.STAFF)
def bell(quiz_id: int) -> ResponseReturnValue:
    """How long until the opening by the server's clock (negative: since), for a page that waits for it."""
    quiz, _person = own_quiz(current_user, quiz_id)
    if quiz.withdrawn_at is not None:
        raise AttemptRefused(Refusal.WITHDRAWN)
    return jsonify(opens_in=_opens_in(quiz), csrf_token=generate_csrf())


@attempts.post("/tests/<int:quiz_id>/attempts")
@allow(Role.STAFF)
def start(quiz_id: int) -> ResponseReturnValue:
    """Start, or go on with what was started. What is missing is said at its field, on the same page."""
    quiz, person = own_quiz(current_user, quiz_id)
    entry = _entry()
    try:
        attempt_id = start_attempt(quiz=quiz, person_id=person.id, entry=entry)
    except AttemptRefused as error:
        if error.reason not in AT_THE_DOOR:
            raise
        faults = {reason.value: _said(reason, entry) for reason in error.reasons}
        if wants_json():
            return jsonify(error=error.reason.value, message=faults[error.reason], faults=faults), 409
        return _door_page(*own_quiz(current_user, quiz_id), entry, faults), 422
    paper = url_for("attempts.paper", attempt_id=attempt_id)
    return jsonify(next=paper) if wants_json() else redirect(paper)


def _said(reason: Refusal, entry: Entry) -> str:
    if reason is Refusal.WRONG_CODE and not entry.code.strip():
        return str(_("Please enter the access code."))  # nothing was guessed, so nothing was counted
    return str(_(SENTENCES[reason]))


def _entry() -> Entry:
    return Entry(
        pledged="pledged" in request.form,
        code=request.form.get("code", "")[:LONGEST_FIELD],
        address=request.remote_addr or "",
    )


def _door_page(quiz: Quiz, person: Person, entry: Entry, faults: Mapping[str, str] | None = None) -> str:
    now = clock.now()
    standing = standing_in(quiz, person, now)
    is_waiting = standing.state is QuizState.SCHEDULED and quiz.withdrawn_at is None
    if is_waiting:
        pool_of(quiz)  # so that this process has it ready when everybody starts
    ends = deadline(now, quiz.minutes, quiz.closes_at, opens_at=quiz.opens_at)
    return render_template(
        "attempts/door.html",
        quiz=quiz,
        standing=standing,
        entry=entry,
        inside=is_inside(quiz, entry.address),
        faults=faults or {},
        is_cut=(ends - now).total_seconds() < quiz.minutes * 60,
        is_waiting=is_waiting,
        opens_in=_opens_in(quiz),
        delay=delay(_people(quiz), random.random()) if is_waiting else 0,
        words=door_words(),
    )


def _opens_in(quiz: Quiz) -> float:
    return round((quiz.opens_at - clock.now()).total_seconds(), 3)


def _people(quiz: Quiz) -> int:
    return forecast([row.unit_id for row in quiz.audience], quiz.opens_at)
