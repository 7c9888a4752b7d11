"""The usual save by the short way: one item, from the page that holds the attempt. One question, one statement.

The guard has to ask who calls; for this view it asks in the same breath whose the attempt is and where it stands
(`caller_and_attempt`). What is written then carries its own condition: that nobody has ended the attempt or taken it
over since. So no lock is held while this program thinks. Whatever is not usual changes nothing here and is judged
under the lock by `quizapp.attempts.saving`: several items, a lease or a version that does not fit, a save that was
heard before, a test that is over.
"""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast

from flask import Flask, abort, current_app, g, request
from sqlalchemy import Table, and_, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.accounts.operations import token_hash
from quizapp.accounts.queries import SIGNED_IN
from quizapp.attempts.letters import to_bank
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.attempts.saving import Change, Outcome, Saved, save_responses
from quizapp.banks.queries import bank_of
from quizapp.db import Prepared, dialect_name, first_row, write_row
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Person
from quizapp.web import clock
from quizapp.web.access import Caller, caller_id

PAPERS = "quizapp_papers"
PAPERS_IN_MEMORY = 8192  # about a kilobyte each
ASKED = "quizapp_asked"


class _Asked(NamedTuple):
    """What was found of an attempt when its caller was looked for, without a lock."""

    deadline: datetime
    submitted_at: datetime | None
    lease: int
    seed: int
    withdrawn_at: datetime | None
    grace_seconds: int
    bank_revision_id: int

    def takes(self, lease: int | None, arrived_at: datetime) -> bool:
        """Whether an answer of the page with that lease, arrived then, would be taken."""
        is_over = self.submitted_at is not None or self.withdrawn_at is not None
        is_held = lease is not None and lease == self.lease
        return is_held and not is_over and not is_late(arrived_at, self.deadline, timedelta(seconds=self.grace_seconds))


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
    """Give ``app`` its memory of papers; each application speaks to a database of its own."""
    app.extensions[PAPERS] = lru_cache(maxsize=PAPERS_IN_MEMORY)(_places)


def caller_and_attempt(token: str) -> Caller | None:
    """Who holds this token, as for every other view; and where the attempt of the address stands."""
    values = {"token": token_hash(token), "now": clock.now(), "attempt": (request.view_args or {})["attempt_id"]}
    row = first_row(_CALLER_AND_ATTEMPT, values)
    if row is None:
        return None
    setattr(g, ASKED, _Asked(*row[3:]) if row.owner is not None else None)
    return Caller(row.id, row.password_is_temporary)


def save_from_page(*, attempt_id: int, changes: Sequence[Change], arrived_at: datetime, lease: int) -> Outcome:
    """`save_responses` for whoever calls, by the short way where there is nothing unusual."""
    asked: _Asked | None = getattr(g, ASKED)
    if asked is None:
        abort(404)
    if len(changes) == 1 and asked.takes(lease, arrived_at):
        saved = _save(attempt_id, asked, changes[0], lease)
        if saved is not None:
            return Outcome([saved], asked.deadline)
    return save_responses(
        account_id=caller_id(), attempt_id=attempt_id, changes=changes, arrived_at=arrived_at, lease=lease
    )


def _save(attempt_id: int, asked: _Asked, change: Change, lease: int) -> Saved | None:
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
        "lease": lease,
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
