"""The short answer to a pulse: nothing changed. HTTP has one for it (RFC 9110, 13.1.2 If-None-Match and 15.4.5).

A page at work asks every second and a half, and hardly ever is there anything to tell. So each full answer names what
it was given for in a tag, the page sends it with its next questions, and while it still holds it is told 304 before
Flask begins: no sign-in is looked up, no statement sent. The tag is bound to the cookies of the browser: whoever has
signed out in it, or signed in as somebody else, is answered in full. A page asks in full again and again besides
(pulse.js), and nothing is saved on the strength of a short answer.
"""

import logging
import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import blake2s
from threading import Lock
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import bindparam, select

from quizapp.attempts.models import Attempt
from quizapp.db import all_rows, outage_of
from quizapp.quizzes.models import Quiz
from quizapp.web import clock

RENEWED_AFTER = 0.2  # seconds
OLDEST = 0.4  # seconds that a change may be unknown to a process: with a pulse's 1.5 less than 2
ADDRESS = re.compile(r"/attempts/([0-9]{1,18})/clock")
_ATTEMPT, _QUIZ = Attempt.__table__, Quiz.__table__
_AT_WORK = (
    select(*(_ATTEMPT.c[name] for name in ("id", "lease", "deadline")))
    .join_from(_ATTEMPT, _QUIZ, _ATTEMPT.c.quiz_id == _QUIZ.c.id)
    .where(_ATTEMPT.c.submitted_at.is_(None), _ATTEMPT.c.deadline > bindparam("now"), _QUIZ.c.withdrawn_at.is_(None))
)

log = logging.getLogger(__name__)
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Answer what has not changed before ``app`` begins."""
    app.wsgi_app = _Unchanged(app, app.wsgi_app)  # type: ignore[method-assign]


class Standing(NamedTuple):
    """What a short answer vouches for: nobody took the attempt over, nobody moved its end."""

    attempt_id: int
    lease: int
    deadline: datetime


def tag_of(standing: Standing, environ: Mapping[str, Any], secret: str) -> str:
    """The entity tag of a full answer, for the browser that asked (``environ``: of WSGI)."""
    attempt_id, lease, deadline = standing
    told = f"{attempt_id}\0{lease}\0{deadline.timestamp()}\0{environ.get('HTTP_COOKIE', '')}"
    key = blake2s(secret.encode()).digest()  # no longer than a key may be
    return f'"{blake2s(told.encode(), key=key, digest_size=16).hexdigest()}"'


class _Board:
    """What every attempt at work stands at, as of a moment ago. Read whole: one index leads to it, and it is small."""

    def __init__(self, app: Flask) -> None:
        self._app, self._reading = app, Lock()
        self._rows: dict[int, Standing] = {}
        self._as_of = -math.inf  # on the monotonic clock

    def find(self, attempt_id: int) -> Standing | None:
        """What an attempt stands at; None where it has ended, or is not known just now."""
        # One thread reads. The others do not wait for it: a database that does not answer would hold them all.
        if self._age() > RENEWED_AFTER and self._reading.acquire(blocking=False):
            try:
                self._read()
            finally:
                self._reading.release()
        return self._rows.get(attempt_id) if self._age() <= OLDEST else None

    def _age(self) -> float:
        return time.monotonic() - self._as_of

    def _read(self) -> None:
        as_of = time.monotonic()
        try:
            with self._app.app_context():
                rows = {
                    row.id: Standing(row.id, row.lease, row.deadline)
                    for row in all_rows(_AT_WORK, {"now": clock.now()})
                }
        except Exception as error:
            if outage_of(error) is None:
                log.exception("what is at work could not be read; every page is answered in full")
            rows = {}  # the full answer says what the matter is
        self._rows, self._as_of = rows, as_of


class _Unchanged:
    """Stands before the application; whatever it does not know goes through."""

    def __init__(self, app: Flask, inner: Application) -> None:
        self._app, self._inner, self._board = app, inner, _Board(app)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        tag = environ.get("HTTP_IF_NONE_MATCH")
        is_question = environ["REQUEST_METHOD"] == "GET"
        if (
            tag
            and is_question
            and (address := ADDRESS.fullmatch(environ["PATH_INFO"]))
            and self._holds(tag, int(address[1]), environ)
        ):
            start_response("304 Not Modified", [("ETag", tag), ("Cache-Control", "no-store")])
            return []
        return self._inner(environ, start_response)

    def _holds(self, tag: str, attempt_id: int, environ: Mapping[str, Any]) -> bool:
        standing = self._board.find(attempt_id)
        return standing is not None and tag == tag_of(standing, environ, self._app.config["SECRET_KEY"])
