"""The usual save by the short way: one item, from the page that holds the attempt, and Flask is not begun for it.

What makes a request genuine is judged by Flask once for each page, when it takes the attempt over: the signature of
its cookie, the token against forgery, where it comes from. The same headers again are as genuine (`JUDGED`). Whether
the sign-in still lasts is asked each time, in one question with whose the attempt is and where it stands. What is
written then carries its own condition: that nobody has ended the attempt or taken it over since. So no lock is held
while this program thinks. Whatever is not usual changes nothing here and goes on to the full way
(`quizapp.attempts.saving`): several items, a lease or a version that does not fit, a save that was heard before, a test
that is over.
"""

import io
import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from flask import Flask, Request, current_app
from pydantic import ValidationError
from sqlalchemy import Table, and_, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.accounts.operations import token_hash
from quizapp.accounts.queries import SIGNED_IN
from quizapp.attempts.forms import SaveBody
from quizapp.attempts.letters import to_bank
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.attempts.saving import Change, Saved
from quizapp.attempts.sheet import saved_as_json
from quizapp.banks.queries import bank_of
from quizapp.db import Prepared, dialect_name, first_row, write_row
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Person
from quizapp.web import clock
from quizapp.web.security import ARRIVED_AT, HEADERS
from quizapp.web.signatures import Recent, fingerprint

PAPERS = "quizapp_papers"
PAPERS_IN_MEMORY = 8192  # about a kilobyte each
GENUINE = "quizapp_genuine"
TROUBLE = "quizapp.trouble"  # in the environment of a request: what went wrong on the short way
JUDGED_AS = "quizapp.judged_as"
JUDGED = (
    *("HTTP_COOKIE", "HTTP_X_CSRFTOKEN", "HTTP_X_CSRF_TOKEN", "HTTP_REFERER", "HTTP_HOST"),
    *("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme"),
)
"""All that the full way looks at to tell that a change comes from a page of ours and from whose sign-in."""
ADDRESS = re.compile(r"/attempts/([0-9]{1,9})/(lease|responses)")
LARGEST_BODY = 16_384  # of one item it is less than 2,000

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


# Written once, of columns alone, as the database has to think about them once only.
_ATTEMPT, _QUIZ, _PERSON = Attempt.__table__, Quiz.__table__, Person.__table__
_RESPONSE = cast("Table", ItemResponse.__table__)
_CALLER_AND_ATTEMPT = Prepared(
    SIGNED_IN.add_columns(
        _PERSON.c.id.label("owner"),
        *(_ATTEMPT.c[name] for name in ("deadline", "submitted_at", "lease", "seed")),
        *(_QUIZ.c[name] for name in ("withdrawn_at", "grace_seconds", "bank_revision_id")),
    )
    .outerjoin(_ATTEMPT, _ATTEMPT.c.id == bindparam("attempt"))
    .outerjoin(_QUIZ, _QUIZ.c.id == _ATTEMPT.c.quiz_id)
    .outerjoin(
        _PERSON, and_(_PERSON.c.id == _ATTEMPT.c.person_id, _PERSON.c.account_id == SIGNED_IN.selected_columns.id)
    )
)
_PAPER = Prepared(select(_ATTEMPT.c.paper).where(_ATTEMPT.c.id == bindparam("attempt")))

# On PostgreSQL a submission locks the attempt and then reads the answers. The share of that lock lets a save happen
# before it, or find the attempt ended after it, and never in between; saves do not wait for one another.
_HELD = (
    select(_ATTEMPT.c.id)
    .where(
        _ATTEMPT.c.id == bindparam("attempt"), _ATTEMPT.c.lease == bindparam("lease"), _ATTEMPT.c.submitted_at.is_(None)
    )
    .with_for_update(read=True)
)
_WRITTEN = {
    name: bindparam(name, type_=_RESPONSE.c[name].type) for name in ("answer", "marked", "operation", "saved_at")
}
_PLACE = bindparam("place", type_=_RESPONSE.c.position.type)
_NEW = _HELD.add_columns(_PLACE, literal(1), *_WRITTEN.values())
_FIRST = {
    name: Prepared(
        insert(_RESPONSE).from_select(["attempt_id", "position", "version", *_WRITTEN], _NEW).on_conflict_do_nothing()
    )
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_NEXT = Prepared(
    update(_RESPONSE)
    .where(
        _RESPONSE.c.attempt_id == _HELD.scalar_subquery(),
        _RESPONSE.c.position == _PLACE,
        _RESPONSE.c.version == bindparam("seen"),
    )
    .values(version=bindparam("next"), **_WRITTEN)
)


def init_app(app: Flask) -> None:
    """Give ``app`` its memories (each application speaks to a database of its own), and stand before it."""
    app.extensions[PAPERS] = lru_cache(maxsize=PAPERS_IN_MEMORY)(_places)
    app.extensions[GENUINE] = Recent()
    app.wsgi_app = _ShortWay(app, app.wsgi_app)  # type: ignore[method-assign]


def vouch_for(request: Request, token: str) -> None:
    """Remember that a change with these headers is genuine, and made under the sign-in with this token."""
    judged_as = request.environ.get(JUDGED_AS)
    if judged_as is not None:
        current_app.extensions[GENUINE].add(judged_as, token_hash(token))


class _ShortWay:
    """Stands before the application; whatever is not a usual save goes through."""

    def __init__(self, app: Flask, inner: Application) -> None:
        self._app, self._inner = app, inner
        self._genuine: Recent = app.extensions[GENUINE]

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        is_change = environ["REQUEST_METHOD"] == "PUT"
        if is_change and (address := ADDRESS.fullmatch(environ["PATH_INFO"])):
            environ[JUDGED_AS] = _judged_as(environ)
            told = self._told(int(address[1]), environ) if address[2] == "responses" else None
            if told is not None:
                start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(told)))])
                return [told]
        return self._inner(environ, start_response)

    def _told(self, attempt_id: int, environ: dict[str, Any]) -> bytes | None:
        """What the page is told; None where the full way has to judge, which finds the request as it came."""
        environ[ARRIVED_AT] = arrived_at = clock.now()
        sign_in = self._genuine.get(environ[JUDGED_AS])
        text = _text_of(environ) if sign_in is not None else None
        if sign_in is None or text is None:
            return None
        try:
            body = SaveBody.model_validate_json(text)
            with self._app.app_context():
                saved = _save(attempt_id, sign_in, body, arrived_at)
        except ValidationError:
            return None
        except Exception as error:
            environ[TROUBLE] = error  # told and logged as every other; an outage is not waited for once more
            return None
        return saved


_HEADERS = [
    *(("Content-Type", "application/json"), ("Vary", "Cookie")),
    *HEADERS.items(),
    ("Cache-Control", "no-store"),
]


def _judged_as(environ: dict[str, Any]) -> bytes:
    """A fingerprint of what is judged: the cookies and tokens themselves are not kept."""
    return fingerprint("\0".join([environ.get(name, "") for name in JUDGED]))


def _text_of(environ: dict[str, Any]) -> bytes | None:
    """The body, which stays there to be read; None where it is not what a page of ours sends."""
    length = environ.get("CONTENT_LENGTH") or ""
    is_number = length.isdecimal() and len(length) <= len(str(LARGEST_BODY))
    if environ.get("CONTENT_TYPE") != "application/json" or not is_number or int(length) > LARGEST_BODY:
        return None
    text: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(text)
    return text


def _save(attempt_id: int, sign_in: str, body: SaveBody, arrived_at: datetime) -> bytes | None:
    """What is told of the one item of ``body``, which is on disk; None where it is not a usual save.

    ``sign_in`` is the hash of its token.
    """
    asked = first_row(_CALLER_AND_ATTEMPT, {"token": sign_in, "now": clock.now(), "attempt": attempt_id})
    if asked is None or len(body.responses) != 1 or not _takes(asked, body.lease, arrived_at):
        return None
    saved = _write(attempt_id, asked, body.responses[0].change())
    if saved is None:
        return None
    left = max(0.0, (asked.deadline - clock.now()).total_seconds())
    results = [saved_as_json(saved)]
    return json.dumps({"lease": body.lease, "results": results, "seconds_left": left}, separators=(",", ":")).encode()


def _takes(asked: Any, lease: int, arrived_at: datetime) -> bool:
    """Whether an answer of the page with that lease, arrived then, would be taken from this caller."""
    is_own = asked.owner is not None and not asked.password_is_temporary
    is_over = asked.submitted_at is not None or asked.withdrawn_at is not None
    if not is_own or is_over or lease != asked.lease:
        return False
    return not is_late(arrived_at, asked.deadline, timedelta(seconds=asked.grace_seconds))


def _write(attempt_id: int, asked: Any, change: Change) -> Saved | None:
    """The change, on disk; None where it did not fit, and nothing was changed."""
    places = current_app.extensions[PAPERS](attempt_id, asked.seed)
    if not 0 <= change.position < len(places):
        return None
    item_id, letters = places[change.position]
    try:
        answer = to_bank(letters, bank_of(asked.bank_revision_id).item(item_id), change.shown)
    except ValueError:
        return None
    values: dict[str, Any] = {
        "attempt": attempt_id,
        "lease": asked.lease,
        "place": change.position,
        "seen": change.version,
        "next": change.version + 1,
        "answer": list(answer),
        "marked": change.marked,
        "operation": change.operation,
        "saved_at": (saved_at := clock.now()),
    }
    statement = _NEXT if change.version else _FIRST[dialect_name()]
    return Saved(change.position, change.version + 1, saved_at) if write_row("save", statement, values) else None


def _places(attempt_id: int, _seed: int) -> tuple[tuple[str, str], ...]:
    """Of each item of the paper its id and its letters in the order shown. They never change, and many are alike.

    Remembered by the seed too: from a backup that was put back under a running server, ids are given out again.
    """
    row = first_row(_PAPER, {"attempt": attempt_id})
    assert row is not None, "the caller has found it"
    items = row.paper["items"]
    return tuple((sys.intern(item["item_id"]), sys.intern("".join(item["letters"]))) for item in items)
