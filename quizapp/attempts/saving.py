"""What a candidate marks, kept: one transaction for all that a page sends, acknowledged when it is on disk.

Each item's version is its sequence: a save names the version it has seen, and the database writes only where that is
still so. With the lease and the operation id, a save that arrives twice, late or out of order changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import abort
from sqlalchemy import BindParameter, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from quizapp.attempts.letters import to_bank
from quizapp.attempts.locking import Locked, locked, require_savable
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.banks.queries import bank_of
from quizapp.db import writing_rows
from quizapp.domain.bank import Bank
from quizapp.domain.paper import paper_item_from_json
from quizapp.web import clock

_RESPONSE = cast("Table", ItemResponse.__table__)

# Written once, of columns alone, as the database has to think about them once only.
_KEPT = select(
    *(_RESPONSE.c[name] for name in ("position", "version", "operation", "answer", "marked", "saved_at"))
).where(
    _RESPONSE.c.attempt_id == bindparam("attempt"), _RESPONSE.c.position.in_(bindparam("positions", expanding=True))
)
_WRITTEN: dict[str, BindParameter[Any]] = {
    name: bindparam(name) for name in ("answer", "marked", "operation", "saved_at")
}
_PLACE: dict[str, BindParameter[Any]] = {"attempt_id": bindparam("attempt"), "position": bindparam("place")}
_INSERT_SQLITE = (
    sqlite.insert(_RESPONSE)
    .values(**_PLACE, version=1, **_WRITTEN)
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
)
_INSERT_POSTGRESQL = (
    postgresql.insert(_RESPONSE)
    .values(**_PLACE, version=1, **_WRITTEN)
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
)
_UPDATE = (
    update(_RESPONSE)
    .where(
        _RESPONSE.c.attempt_id == bindparam("attempt"),
        _RESPONSE.c.position == bindparam("place"),
        _RESPONSE.c.version == bindparam("seen"),
    )
    .values(version=bindparam("next"), **_WRITTEN)
)


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


@dataclass(frozen=True)
class Outcome:
    """What became of each change, in the order given, and when the attempt ends."""

    results: Sequence[Saved | NotSaved]
    deadline: datetime


def save_responses(
    *, account_id: int, attempt_id: int, changes: Sequence[Change], arrived_at: datetime, lease: int | None
) -> Outcome:
    """Keep what was marked, each item by itself, in the order given; what is saved is on disk when this returns.

    ``lease`` is the one the page holds; None is a plain form, whose sending takes the attempt over. 404 where the
    attempt is not the account's. Raises AttemptRefused where the attempt takes nothing from this page any more: then
    nothing was changed, unless the same operations had been accepted before, which is said again instead.
    """
    with writing_rows("save") as connection:
        row = locked(connection, attempt_id)
        if row is None or row.account_id != account_id:
            abort(404)
        saving = _Saving(connection, attempt_id, list(zip(changes, _in_bank_letters(row, changes), strict=True)))
        try:
            require_savable(row, arrived_at)
            _require_lease(connection, attempt_id, row, lease)
        except AttemptRefused:
            if again := saving.said_before():
                return Outcome(again, row.deadline)
            raise
        return Outcome(saving.keep(clock.now()), row.deadline)


def _require_lease(connection: Connection, attempt_id: int, row: Locked, lease: int | None) -> None:
    """Refuse a page that another one has taken over from; a plain form takes over by being sent."""
    if lease is None:
        connection.execute(update(Attempt).where(Attempt.id == attempt_id).values(lease=row.lease + 1))
    elif lease != row.lease:
        raise AttemptRefused(Refusal.TAKEN_OVER)


def _in_bank_letters(row: Locked, changes: Sequence[Change]) -> Iterator[list[str] | None]:
    """What a page sent, as it is stored; None for what the paper does not offer."""
    places, bank = row.paper["items"], bank_of(row.bank_revision_id)
    for change in changes:
        yield _answer(places[change.position], bank, change) if 0 <= change.position < len(places) else None


def _answer(stored: dict[str, Any], bank: Bank, change: Change) -> list[str] | None:
    place = paper_item_from_json(stored)
    try:
        return list(to_bank(place.letters, bank.item(place.item_id), change.shown))
    except ValueError:
        return None


class _Saving:
    """Changes of one attempt, each with its answer in the bank's letters, on the way to the database.

    Most saves are new and fit: those are written without a look at what was there, since the database compares the
    versions. Only where that fails is it read what was saved before.
    """

    def __init__(
        self, connection: Connection, attempt_id: int, changes: "Sequence[tuple[Change, list[str] | None]]"
    ) -> None:
        self._connection, self._attempt_id, self._changes = connection, attempt_id, changes

    def keep(self, saved_at: datetime) -> list[Saved | NotSaved]:
        """Write each; what was accepted before is said again."""
        results: list[Saved | NotSaved] = []
        for change, answer in self._changes:
            if answer is None:
                results.append(NotSaved(change.position, Refusal.NOT_AN_ANSWER))
            elif _compare_and_set(self._connection, self._attempt_id, change, answer, saved_at):
                results.append(Saved(change.position, change.version + 1, saved_at))
            elif not any(isinstance(one, Saved) for one in results) and (again := self.said_before()):
                return list(again)
            else:
                results.append(_repeated(self._kept(), change, answer) or NotSaved(change.position, Refusal.STALE))
        return results

    def said_before(self) -> list[Saved]:
        """What was said to these very saves before; empty where one of them is new."""
        return _all_repeated(self._kept(), self._changes)

    def _kept(self) -> dict[int, _Kept]:
        """What stands in the database, by position."""
        positions = [change.position for change, _answer in self._changes]
        rows = self._connection.execute(_KEPT, {"attempt": self._attempt_id, "positions": positions})
        return {row[0]: _Kept(*row[1:]) for row in rows}


def _all_repeated(kept: Mapping[int, _Kept], changes: "Sequence[tuple[Change, list[str] | None]]") -> list[Saved]:
    """What was said to these very saves before; empty where one of them is new.

    Of an item that is in it twice only the later save is kept: that it was accepted proves the one before it.
    """
    found: list[Saved] = []
    later: dict[int, int] = {}  # by position, the version that the next save of it in this batch had seen
    for change, answer in reversed(changes):
        saved = _repeated(kept, change, answer)
        if saved is None and later.get(change.position) == change.version + 1:
            saved = Saved(change.position, change.version + 1, kept[change.position].saved_at)
        if saved is None:
            return []
        later[change.position] = change.version
        found.append(saved)
    return found[::-1]


def _repeated(kept: Mapping[int, _Kept], change: Change, answer: list[str] | None) -> Saved | None:
    """What was said to this very save before; None where it is a new one."""
    before = kept.get(change.position)
    if before is None or answer is None:
        return None
    if (before.operation, before.answer, before.marked) != (change.operation, answer, change.marked):
        return None
    return Saved(change.position, before.version, before.saved_at)


def _compare_and_set(
    connection: Connection, attempt_id: int, change: Change, answer: list[str], saved_at: datetime
) -> bool:
    """Write the row only where it still has the version that the writer had seen (0: only where there is none)."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement = (_INSERT_SQLITE if is_sqlite else _INSERT_POSTGRESQL) if change.version == 0 else _UPDATE
    values = {
        "attempt": attempt_id,
        "place": change.position,
        "seen": change.version,
        "next": change.version + 1,
        "answer": answer,
        "marked": change.marked,
        "operation": change.operation,
        "saved_at": saved_at,
    }
    return connection.execute(statement, values).rowcount == 1
