"""What a candidate marks, kept: one transaction for all that a page sends, acknowledged when it is on disk.

Each item's version is its sequence: a save names the version it has seen, and the database writes only where that is
still so. With the lease and the operation id, a save that arrives twice, late or out of order changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from quizapp.attempts.closing import Locked, locked
from quizapp.attempts.endings import BY_CANDIDATE
from quizapp.attempts.letters import to_bank
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.banks.queries import bank_of
from quizapp.db import writing
from quizapp.domain.paper import Paper, paper_from_json
from quizapp.domain.timing import is_late
from quizapp.web import clock


@dataclass(frozen=True)
class Change:
    """What a candidate marked for one item.

    ``shown`` is in the letters of the page, ``version`` the one the page had seen last (0: none yet), ``operation``
    an id of the client's choosing: the same one sent again is answered as before and changes nothing.
    """

    position: int
    shown: tuple[str, ...]
    marked: bool
    version: int
    operation: str


@dataclass(frozen=True)
class Saved:
    """An accepted answer: it is on disk. The next save of the item must name this ``version``."""

    position: int
    version: int
    saved_at: datetime


@dataclass(frozen=True)
class NotSaved:
    """An answer that could not be kept as it was sent: `Refusal.STALE` or `Refusal.NOT_AN_ANSWER`."""

    position: int
    reason: Refusal


@dataclass(frozen=True)
class _Kept:
    """What the last accepted save of an item left behind."""

    version: int
    operation: str
    answer: list[str]
    marked: bool
    saved_at: datetime


def save_responses(
    *, attempt: Attempt, changes: Sequence[Change], arrived_at: datetime, lease: int | None
) -> list[Saved | NotSaved]:
    """Keep what was marked, each item by itself, in the order given; what is saved is on disk when this returns.

    ``lease`` is the one the page holds; None is a plain form, whose sending takes the attempt over. Raises
    AttemptRefused where the attempt takes nothing from this page any more: then nothing was changed, unless the
    same operations had been accepted before, which is said again instead.
    """
    attempt_id, grace = attempt.id, attempt.quiz.grace
    answers = _in_bank_letters(attempt, changes)
    with writing("save") as session:
        row = locked(session, attempt_id)
        kept = _kept(session, attempt_id, [change.position for change in changes])
        again = _all_repeated(kept, changes, answers)
        if again:
            return list(again)
        require_savable(row, arrived_at, grace)
        _require_lease(session, attempt_id, row, lease)
        saved_at = clock.now()
        return [
            _keep(session, attempt_id, change, answer, kept, saved_at)
            for change, answer in zip(changes, answers, strict=True)
        ]


def require_savable(row: Locked, arrived_at: datetime, grace: timedelta) -> None:
    """Raise AttemptRefused where an attempt takes no answers that arrived then."""
    if row.submitted_at is not None:
        raise AttemptRefused(Refusal.SUBMITTED if row.ended_by == BY_CANDIDATE else Refusal.LATE)
    if row.withdrawn_at is not None:
        raise AttemptRefused(Refusal.WITHDRAWN)
    if is_late(arrived_at, row.deadline, grace):
        raise AttemptRefused(Refusal.LATE)


def _require_lease(session: Session, attempt_id: int, row: Locked, lease: int | None) -> None:
    """Refuse a page that another one has taken over from; a plain form takes over by being sent."""
    if lease is None:
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(lease=row.lease + 1))
    elif lease != row.lease:
        raise AttemptRefused(Refusal.TAKEN_OVER)


def _in_bank_letters(attempt: Attempt, changes: Sequence[Change]) -> list[list[str] | None]:
    """What a page sent, as it is stored; None for what the paper does not offer."""
    paper = paper_from_json(attempt.paper)
    return [_answer(attempt, paper, change) for change in changes]


def _answer(attempt: Attempt, paper: Paper, change: Change) -> list[str] | None:
    if not 0 <= change.position < len(paper.items):
        return None
    entry = paper.items[change.position]
    try:
        return list(to_bank(entry, bank_of(attempt.quiz.bank_revision_id).item(entry.item_id), change.shown))
    except ValueError:
        return None


def _kept(session: Session, attempt_id: int, positions: Sequence[int]) -> dict[int, _Kept]:
    """What was saved before, by position."""
    columns = (
        ItemResponse.version,
        ItemResponse.operation,
        ItemResponse.answer,
        ItemResponse.marked,
        ItemResponse.saved_at,
    )
    rows = session.execute(
        select(ItemResponse.position, *columns).where(
            ItemResponse.attempt_id == attempt_id, ItemResponse.position.in_(positions)
        )
    )
    return {row[0]: _Kept(*row[1:]) for row in rows}


def _all_repeated(
    kept: dict[int, _Kept], changes: Sequence[Change], answers: Sequence[list[str] | None]
) -> list[Saved]:
    """What was said to these very saves before; empty where one of them is new.

    Of an item that is in it twice only the later save is kept: that it was accepted proves the one before it.
    """
    found: list[Saved] = []
    later: dict[int, int] = {}  # by position, the version that the next save of it in this batch had seen
    for change, answer in zip(reversed(changes), reversed(answers), strict=True):
        saved = _repeated(kept, change, answer)
        if saved is None and later.get(change.position) == change.version + 1:
            saved = Saved(change.position, change.version + 1, kept[change.position].saved_at)
        if saved is None:
            return []
        later[change.position] = change.version
        found.append(saved)
    return found[::-1]


def _repeated(kept: dict[int, _Kept], change: Change, answer: list[str] | None) -> Saved | None:
    """What was said to this very save before; None where it is a new one."""
    before = kept.get(change.position)
    if before is None or answer is None:
        return None
    if (before.operation, before.answer, before.marked) != (change.operation, answer, change.marked):
        return None
    return Saved(change.position, before.version, before.saved_at)


def _keep(
    session: Session,
    attempt_id: int,
    change: Change,
    answer: list[str] | None,
    kept: dict[int, _Kept],
    saved_at: datetime,
) -> Saved | NotSaved:
    if answer is None:
        return NotSaved(change.position, Refusal.NOT_AN_ANSWER)
    if (again := _repeated(kept, change, answer)) is not None:
        return again
    if not _compare_and_set(session, attempt_id, change, answer, saved_at):
        return NotSaved(change.position, Refusal.STALE)
    version = change.version + 1
    kept[change.position] = _Kept(version, change.operation, answer, change.marked, saved_at)
    return Saved(change.position, version, saved_at)


def _compare_and_set(session: Session, attempt_id: int, change: Change, answer: list[str], saved_at: datetime) -> bool:
    """Write the row only where it still has the version that the writer had seen (0: only where there is none)."""
    values: dict[str, Any] = {
        "answer": answer,
        "marked": change.marked,
        "operation": change.operation,
        "saved_at": saved_at,
    }
    if change.version == 0:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        done = session.execute(
            dialect.insert(ItemResponse)
            .values(attempt_id=attempt_id, position=change.position, version=1, **values)
            .on_conflict_do_nothing()
            .returning(ItemResponse.version)
        )
    else:
        done = session.execute(
            update(ItemResponse)
            .where(
                ItemResponse.attempt_id == attempt_id,
                ItemResponse.position == change.position,
                ItemResponse.version == change.version,
            )
            .values(version=change.version + 1, **values)
            .returning(ItemResponse.version)
            .execution_options(synchronize_session=False)
        )
    return done.first() is not None
