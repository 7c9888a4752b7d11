"""What a person may practise at this moment.

A bank says what practice may use of it (`PracticeUse`), and an open test takes it away again: as long as the person
may still be asked these items, or has not yet been shown their key, practice would be the answer sheet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache

from flask import Flask, current_app
from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import lazyload

from quizapp.attempts.models import Attempt, AttemptScore, ItemScoreRow
from quizapp.attempts.queries import visible_at
from quizapp.banks.models import Bank, BankRevision, PracticeUse
from quizapp.banks.queries import bank_of
from quizapp.banks.rechecks import left_out_of
from quizapp.banks.staleness import without
from quizapp.db import UtcMoment, db
from quizapp.domain import bank as content
from quizapp.domain.bank import Item, ItemType
from quizapp.domain.near_duplicates import folded
from quizapp.practice.models import PracticeCard
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import for_person, is_over

ASKABLE = "quizapp_practice_askable"
WORDINGS = "quizapp_practice_wordings"
REVISIONS_IN_MEMORY = 32
ANY_GRACE = timedelta(days=1)
"""Longer than any test's grace period: what closed before that needs no look."""


class Lock(IntEnum):
    """How much of a bank an open test takes away from practice."""

    NONE = 0
    UNSEEN = 1  # the key has been shown, but more attempts are allowed: only what was shown may be practised
    ALL = 2


@dataclass(frozen=True, eq=False)
class Found:
    """An item that may be practised, in its bank, with the case that it stands under."""

    bank_id: int
    revision_id: int
    bank: content.Bank
    item: Item
    case: Item | None

    @cached_property
    def wording(self) -> str:
        """The stem as it is compared with those of other banks; folded once, for what can be asked is kept."""
        return folded(self.item.stem)


@dataclass(frozen=True)
class Permit:
    """That a bank may be practised, in its newest revision. ``shown_only``: only what the person has been shown."""

    bank_id: int
    revision_id: int
    shown_only: bool
    sealed: frozenset[str] = frozenset()  # wordings that an open test with another bank may ask

    @cached_property
    def items(self) -> Mapping[str, Found]:
        """Every item that can be asked, by id."""
        askable: Mapping[str, Found] = current_app.extensions[ASKABLE](self.revision_id, left_out_of(self.revision_id))
        if self.sealed:
            return {item_id: found for item_id, found in askable.items() if found.wording not in self.sealed}
        return askable


def init_app(app: Flask) -> None:
    """Give ``app`` its memory of what can be asked; each application speaks to a database of its own."""
    app.extensions[ASKABLE] = lru_cache(maxsize=REVISIONS_IN_MEMORY)(_askable)
    app.extensions[WORDINGS] = lru_cache(maxsize=REVISIONS_IN_MEMORY)(_wordings)


def _askable(revision_id: int, left_out: frozenset[str]) -> Mapping[str, Found]:
    """The items of a revision by id: none that waits for a recheck, and no essays, which a person would have to mark.

    Kept in the process: only a recheck changes it.
    """
    bank_id = db.session.get_one(BankRevision, revision_id).bank_id
    bank = without(bank_of(revision_id), left_out)
    return {
        leaf.id: Found(bank_id, revision_id, bank, leaf, item if item.items else None)
        for item in bank.items
        for leaf in item.leaves()
        if leaf.type is not ItemType.ESSAY
    }


def _wordings(revision_id: int) -> frozenset[str]:
    """What the stems of a revision say, marks, spaces and width aside. Kept in the process: it never changes."""
    return frozenset(folded(leaf.stem) for item in bank_of(revision_id).items for leaf in item.leaves())


@dataclass(frozen=True)
class Permits:
    """The banks that may be practised, by id, and those that may not. ``paused``: an open test closes some of them."""

    banks: dict[int, Permit]
    closed: frozenset[int]
    paused: bool

    def find(self, bank_id: int, item_id: str) -> Found | None:
        """The item, where its bank may be practised and it can be asked."""
        permit = self.banks.get(bank_id)
        return permit.items.get(item_id) if permit else None


# Written once: these are asked for the home page of every person, and to write one costs as much as to ask it.
_NEWEST_REVISIONS = (
    select(Bank.id, Bank.practice_use, Bank.withdrawn_at, BankRevision.id.label("revision_id"))
    .join(BankRevision, BankRevision.bank_id == Bank.id)
    .where(BankRevision.id.in_(select(func.max(BankRevision.id)).group_by(BankRevision.bank_id)))
)
_SAT = select(Attempt.quiz_id, Attempt.submitted_at).where(Attempt.person_id == bindparam("person"))
_OPEN = (
    (Quiz.opens_at <= bindparam("now", type_=UtcMoment))
    & Quiz.withdrawn_at.is_(None)
    & or_(
        Quiz.closes_at > bindparam("recent", type_=UtcMoment),
        Quiz.extended_until > bindparam("recent", type_=UtcMoment),
    )
)
_OPEN_OR_RUNNING = (
    select(Quiz, BankRevision.bank_id)
    .join(BankRevision, BankRevision.id == Quiz.bank_revision_id)
    .where(or_(_OPEN, Quiz.id.in_(bindparam("running", expanding=True))))
    .options(lazyload(Quiz.audience))
)
_SHOWN = (
    select(Attempt.id, Attempt.submitted_at, BankRevision.bank_id, Quiz)
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .join(BankRevision, BankRevision.id == Quiz.bank_revision_id)
    .where(Attempt.person_id == bindparam("person"), Attempt.submitted_at.is_not(None), Quiz.withdrawn_at.is_(None))
    .order_by(Attempt.submitted_at, Attempt.id)
    .options(lazyload(Quiz.audience))
)


def permits_of(person_id: int, now: datetime) -> Permits:
    """What the person may practise at ``now``."""
    held = _held(person_id, now)
    rows = db.session.execute(_NEWEST_REVISIONS).all()
    banks, paused = {}, False
    for row in rows:
        lock = max((each.lock for each in held if each.bank_id == row.id), default=Lock.NONE)
        if row.withdrawn_at is not None or row.practice_use == PracticeUse.RESERVED:
            continue
        if lock is Lock.ALL:
            paused = True
            continue
        shown_only = row.practice_use != PracticeUse.OPEN or lock is Lock.UNSEEN
        sealed = frozenset[str]().union(*(each.wordings() for each in held if each.bank_id != row.id))
        banks[row.id] = Permit(row.id, row.revision_id, shown_only, sealed)
    return Permits(banks, frozenset(row.id for row in rows) - banks.keys(), paused)


def may_be_asked(person_id: int, bank_id: int, now: datetime) -> bool:
    """Whether an open test may still ask the person items of that bank."""
    return any(held.bank_id == bank_id for held in _held(person_id, now))


@dataclass(frozen=True)
class Held:
    """A revision of a bank that an open test draws from."""

    bank_id: int
    revision_id: int
    lock: Lock

    def wordings(self) -> frozenset[str]:
        """What it may ask: banks are copied and touched up, and a copy would be the same answer sheet."""
        wordings: frozenset[str] = current_app.extensions[WORDINGS](self.revision_id)
        return wordings


def _held(person_id: int, now: datetime) -> list[Held]:
    """What the tests take away that the person is sitting or may still sit. Asks once, however many tests there are."""
    mine: dict[int, list[bool]] = {}  # test → for each attempt, whether it has ended
    for row in db.session.execute(_SAT, {"person": person_id}):
        mine.setdefault(row.quiz_id, []).append(row.submitted_at is not None)
    running = [quiz_id for quiz_id, ended in mine.items() if not all(ended)]
    values = {"now": now, "recent": now - ANY_GRACE, "running": running}
    rows = db.session.execute(_OPEN_OR_RUNNING, values).all()
    invited = {quiz.id for quiz in for_person([quiz for quiz, _bank_id in rows], person_id)}
    found = (
        Held(bank_id, quiz.bank_revision_id, _lock(quiz, mine.get(quiz.id, []), now))
        for quiz, bank_id in rows
        if quiz.id in invited or quiz.id in mine
    )
    return [held for held in found if held.lock is not Lock.NONE]


def _lock(quiz: Quiz, ended: list[bool], now: datetime) -> Lock:
    """What the test takes away from a candidate; ``ended``: for each of their attempts, whether it has ended."""
    if not all(ended):
        return Lock.ALL
    if is_over(quiz, now):
        return Lock.NONE
    if not ended or not visible_at(quiz, now).key:
        return Lock.ALL
    return Lock.UNSEEN if len(ended) < quiz.attempts_allowed else Lock.NONE


def shown_attempts(person_id: int, now: datetime) -> list[tuple[int, int, datetime]]:
    """The person's ended attempts whose key may be seen by now, in their order: id, bank, moment of submission."""
    rows = db.session.execute(_SHOWN, {"person": person_id}).all()
    return [(row.id, row.bank_id, row.submitted_at) for row in rows if visible_at(row.Quiz, now).key]


def known_items(person_id: int, now: datetime) -> set[tuple[int, str]]:
    """Bank and id of each item whose key the person has been shown: in a test result, or by having it in the book."""
    bank_of_attempt = {attempt_id: bank_id for attempt_id, bank_id, _at in shown_attempts(person_id, now)}
    rows = db.session.execute(
        select(AttemptScore.attempt_id, ItemScoreRow.item_id)
        .join(ItemScoreRow, ItemScoreRow.score_id == AttemptScore.id)
        .where(AttemptScore.attempt_id.in_(bank_of_attempt), AttemptScore.edition == 1)
    )
    known = {(bank_of_attempt[row.attempt_id], row.item_id) for row in rows}
    cards = select(PracticeCard.bank_id, PracticeCard.item_id).where(PracticeCard.person_id == person_id)
    return known | {(row.bank_id, row.item_id) for row in db.session.execute(cards)}


def practisable(person_id: int, permits: Permits, now: datetime) -> Iterator[Found]:
    """Every item that the person may choose to practise."""
    banks = permits.banks.values()
    known = known_items(person_id, now) if any(permit.shown_only for permit in banks) else set()
    for permit in banks:
        for found in permit.items.values():
            if not permit.shown_only or (found.bank_id, found.item.id) in known:
                yield found
