"""The link to a test that the organizer sends out, and what the sign-in page says to whoever follows it.

The title of a test is not told to strangers: addresses of tests are numbers in a row, and a list of what a department
examines its people in (a list of follow-ups on a case, for example) is nobody's business outside. Whoever was sent the
link may know: it carries a mark that cannot be guessed. The mark opens nothing; everybody signs in all the same, and
the number alone leads to the test as well.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, render_template, url_for
from markupsafe import Markup

from quizapp.db import db
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import state_of
from quizapp.web import clock
from quizapp.web.destinations import describe_destination

DOOR = "attempts.door"
MARK = "k"
MARK_LENGTH = 16  # hexadecimal digits, 64 bits


def init_app(app: Flask) -> None:
    """Let the sign-in page name the test that a link leads to, and templates write such links."""
    describe_destination(app, DOOR, describe)
    app.jinja_env.globals["invitation"] = invitation


def invitation(quiz: Quiz) -> str:
    """The whole address of the test's door, with the mark of its link."""
    return url_for(DOOR, quiz_id=quiz.id, **{MARK: _mark(quiz.id)}, _external=True)


def describe(places: Mapping[str, Any], query: Mapping[str, str]) -> Markup:
    """Title and times of a test that is not withdrawn, for a link with the right mark; else only that it is a test."""
    quiz_id = int(places["quiz_id"])
    quiz = db.session.get(Quiz, quiz_id) if _is_mark(quiz_id, query.get(MARK, "")) else None
    if quiz is not None and quiz.withdrawn_at is not None:
        quiz = None
    state = state_of(quiz, clock.now()) if quiz else None
    return Markup(render_template("quizzes/_invitation.html", quiz=quiz, state=state))


def _mark(quiz_id: int) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"invitation to test {quiz_id}".encode(), "sha256").hexdigest()[:MARK_LENGTH]


def _is_mark(quiz_id: int, given: str) -> bool:
    return hmac.compare_digest(given.encode(), _mark(quiz_id).encode())
