"""Reading a person's own practice: what is due, how it goes, what is in the book."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from flask import abort
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from quizapp.attempts.models import AttemptScore, ItemScoreRow
from quizapp.banks.models import BankRevision
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.practice import LEARNED_FROM_DAYS, MOST_PER_DAY, days_in_a_row, minutes_for
from quizapp.domain.scoring import Outcome
from quizapp.practice.models import PracticeAnswer, PracticeCard, PracticeIntake
from quizapp.practice.permits import Found, Permits, shown_attempts
from quizapp.web import clock

LONGEST_ROW_LOOKED_AT = 400
"""Days; a longer row of days is said as this many."""
WEAK_TOPICS = 5


@dataclass(frozen=True)
class Pending:
    """An ended attempt whose key has been shown and whose items are not in the book yet."""

    attempt_id: int
    bank_id: int
    on: date
    items: tuple[tuple[str, Outcome], ...]


@dataclass(frozen=True)
class Today:
    """The day's practice: how many were answered, how many of them right, and how many are left."""

    done: int
    right: int
    left: int

    @property
    def total(self) -> int:
        """All of the day's items."""
        return self.done + self.left

    @property
    def minutes(self) -> int:
        """About how long the rest takes."""
        return minutes_for(self.left)


@dataclass(frozen=True)
class Mastery:
    """How the book stands, for the person alone. An item that is due counts as learning or as learned too."""

    due: int
    learning: int
    learned: int


def day_of(moment: datetime) -> date:
    """The day of the department's calendar."""
    return clock.local(moment).date()


def pending_attempts(person_id: int, now: datetime) -> list[Pending]:
    """What the book still lacks, in the order in which it happened.

    Every home page asks, of people too who never practise: so with one question for all the attempts there are.
    """
    shown = shown_attempts(person_id, now)
    if not shown:
        return []
    ids = [attempt_id for attempt_id, _bank, _at in shown]
    taken = set(db.session.scalars(_TAKEN, {"attempts": ids}))
    lacking = [row for row in shown if row[0] not in taken]
    outcomes = _outcomes([attempt_id for attempt_id, _bank, _at in lacking]) if lacking else {}
    return [
        Pending(attempt_id, bank_id, day_of(at), tuple(outcomes[attempt_id])) for attempt_id, bank_id, at in lacking
    ]


# Written once: these are asked for the home page of every person, and to write one costs as much as to ask it.
_TAKEN = select(PracticeIntake.attempt_id).where(PracticeIntake.attempt_id.in_(bindparam("attempts", expanding=True)))
_newer = aliased(AttemptScore)
_OUTCOMES = (
    select(AttemptScore.attempt_id, ItemScoreRow.item_id, ItemScoreRow.outcome)
    .join(ItemScoreRow, ItemScoreRow.score_id == AttemptScore.id)
    .where(
        AttemptScore.attempt_id.in_(bindparam("attempts", expanding=True)),
        ~select(_newer.id)
        .where(_newer.attempt_id == AttemptScore.attempt_id, _newer.edition > AttemptScore.edition)
        .exists(),
    )
    .order_by(AttemptScore.attempt_id, ItemScoreRow.position)
)


def _outcomes(attempt_ids: Sequence[int]) -> Mapping[int, list[tuple[str, Outcome]]]:
    """How each item of the attempts went, by attempt, in the order of the paper; of their newest scores."""
    rows = db.session.execute(_OUTCOMES, {"attempts": attempt_ids})
    found = defaultdict[int, list[tuple[str, Outcome]]](list)
    for row in rows:
        found[row.attempt_id].append((row.item_id, Outcome(row.outcome)))
    return found


def today_of(person_id: int, permits: Permits, now: datetime) -> Today:
    """How the day's practice stands. What a test has just shown counts before it is in the book: no page writes."""
    today = day_of(now)
    answered = db.session.scalars(
        select(PracticeAnswer.outcome).where(
            PracticeAnswer.person_id == person_id, PracticeAnswer.answered_on == today, PracticeAnswer.daily
        )
    ).all()
    room = max(0, MOST_PER_DAY - len(answered))
    due = {(found.bank_id, found.item.id) for found in due_items(person_id, permits, today, room)}
    if len(due) < room:
        due |= {key for key in _pending_keys(person_id, now) if permits.find(*key)}
    right = sum(outcome == Outcome.RIGHT for outcome in answered)
    return Today(len(answered), right, min(room, len(due)))


def _pending_keys(person_id: int, now: datetime) -> Iterator[tuple[int, str]]:
    """What will be due today once it is in the book: what was not known on an earlier day."""
    for pending in pending_attempts(person_id, now):
        if pending.on < day_of(now):
            yield from ((pending.bank_id, item_id) for item_id, outcome in pending.items if outcome != Outcome.RIGHT)


def due_items(person_id: int, permits: Permits, today: date, at_most: int) -> list[Found]:
    """The items to ask today, the longest due first, read by the index of person and day and no further than needed.

    Cards whose item has left its bank, or may not be practised now, are passed over.
    """
    query = due_cards(person_id, permits, today)
    found: list[Found] = []
    read = 0
    while len(found) < at_most:
        step = 2 * at_most
        rows = db.session.execute(query.offset(read).limit(step)).all()
        for row in rows:
            if (item := permits.find(row.bank_id, row.item_id)) is not None:
                found.append(item)
        read += len(rows)
        if len(rows) < step:
            break
    return found[:at_most]


def due_cards(person_id: int, permits: Permits, today: date) -> Select[int, str]:
    """The person's due cards of banks that may be practised.

    Written as "not of a closed bank", so that no database is led to look up bank by bank and sort.
    """
    return (
        select(PracticeCard.bank_id, PracticeCard.item_id)
        .where(
            PracticeCard.person_id == person_id,
            PracticeCard.due_on <= today,
            PracticeCard.bank_id.not_in(permits.closed),
        )
        .order_by(PracticeCard.due_on, PracticeCard.id)
    )


def mastery_of(person_id: int, permits: Permits, today: date) -> Mastery:
    """How many items of the book are due, still being learned, and learned."""
    is_learned = PracticeCard.stability >= LEARNED_FROM_DAYS
    row = db.session.execute(
        select(
            func.count().label("cards"),
            func.count().filter(PracticeCard.due_on <= today).label("due"),
            func.count().filter(is_learned).label("learned"),
        ).where(PracticeCard.person_id == person_id, PracticeCard.bank_id.not_in(permits.closed))
    ).one()
    return Mastery(row.due, row.cards - row.learned, row.learned)


def row_of_days(person_id: int, today: date) -> int:
    """How many days in a row the person has practised."""
    days = db.session.scalars(
        select(PracticeAnswer.answered_on)
        .where(
            PracticeAnswer.person_id == person_id,
            PracticeAnswer.answered_on > today - timedelta(days=LONGEST_ROW_LOOKED_AT),
        )
        .distinct()
    )
    return days_in_a_row(days, today)


def weak_topics(person_id: int, permits: Permits) -> list[tuple[str, int]]:
    """The topics with the most items still being learned, each with their number; items without a topic left out."""
    rows = db.session.execute(
        select(PracticeCard.bank_id, PracticeCard.item_id).where(
            PracticeCard.person_id == person_id,
            PracticeCard.stability < LEARNED_FROM_DAYS,
            PracticeCard.bank_id.not_in(permits.closed),
        )
    )
    found = [permits.find(row.bank_id, row.item_id) for row in rows]
    counts = Counter(each.item.topic for each in found if each is not None)
    del counts[""]
    return counts.most_common(WEAK_TOPICS)


@dataclass(frozen=True)
class BookPage:
    """One page (``number``, from 1) of the wrong-question book, and how many cards the book has in all.

    Cards whose item has left its bank are counted, but have nothing to show.
    """

    cards: list[tuple[PracticeCard, Found]]
    count: int
    number: int
    pages: int


def book_page(person_id: int, permits: Permits, page: int, per_page: int) -> BookPage:
    """That page of the book, what came last first; the nearest one there is, where it has no such page."""
    mine = (PracticeCard.person_id == person_id) & PracticeCard.bank_id.not_in(permits.closed)
    count = db.session.scalar(select(func.count()).select_from(PracticeCard).where(mine)) or 0
    pages = max(1, ceil(count / per_page))
    number = min(max(1, page), pages)
    query = select(PracticeCard).where(mine).order_by(PracticeCard.id.desc())
    cards = db.session.scalars(query.offset((number - 1) * per_page).limit(per_page)).all()
    shown = [(card, permits.find(card.bank_id, card.item_id)) for card in cards]
    return BookPage([(card, found) for card, found in shown if found is not None], count, number, pages)


def own_answer(person_id: int, answer_id: int) -> PracticeAnswer:
    """That answer, where it is the person's own; otherwise 404."""
    answer = db.session.scalar(
        select(PracticeAnswer).where(PracticeAnswer.id == answer_id, PracticeAnswer.person_id == person_id)
    )
    return answer if answer is not None else abort(404)


def last_answer_since(moment: datetime, person_id: int, revision_id: int, item_id: str) -> int:
    """The id of the person's last practice answer to the item on the day of ``moment`` or later; 0 for none.

    From that day on only, so that it is read by the index of person and day, however long somebody has practised.
    """
    query = select(func.max(PracticeAnswer.id)).where(
        PracticeAnswer.person_id == person_id,
        PracticeAnswer.answered_on >= day_of(moment),
        PracticeAnswer.revision_id == revision_id,
        PracticeAnswer.item_id == item_id,
    )
    return db.session.scalar(query) or 0


def card_of(person_id: int, bank_id: int, item_id: str) -> PracticeCard | None:
    """The person's card of an item; none where it was right whenever it was asked."""
    return db.session.scalar(
        select(PracticeCard).where(
            PracticeCard.person_id == person_id, PracticeCard.bank_id == bank_id, PracticeCard.item_id == item_id
        )
    )


def asked_in(answer: PracticeAnswer) -> Found:
    """The item as it stood when that answer was given."""
    revision = db.session.get_one(BankRevision, answer.revision_id)
    bank = bank_of(revision.id)
    case = next((each for each in bank.items if answer.item_id in {leaf.id for leaf in each.items}), None)
    return Found(revision.bank_id, revision.id, bank, bank.item(answer.item_id), case)
