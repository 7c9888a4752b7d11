"""What changes in a person's practice: the book takes in test results, and an answer moves its item.

The book fills when the person begins to practise, not when an attempt ends: most tests show their key only after they
have closed, when nobody asks for anything, and until then nothing may go into the book. Pages that only show count
what it still lacks (`quizapp.practice.queries.pending_attempts`) and write nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizapp.db import writing
from quizapp.domain.practice import Grade, Memory, grade_of, outcome_of, reviewed, signs_of
from quizapp.domain.scoring import Answer
from quizapp.practice.models import PracticeAnswer, PracticeCard, PracticeIntake
from quizapp.practice.permits import known_items, permits_of
from quizapp.practice.queries import card_of, day_of, last_answer_since, pending_attempts
from quizapp.roster.models import Person
from quizapp.web import clock


class NotNowError(Exception):
    """The item may not be practised at this moment; a test with its bank may have opened since the page was made."""


@dataclass(frozen=True)
class Asked:
    """An item as a page has put it to a person. ``operation``: the page's id, so that an answer counts once.

    ``letters`` are the bank's, in the order shown. ``shown_at`` in seconds since 1970. ``daily``: one of the day's due.
    ``last_answer``: what `last_answer_since` said of that moment: an item open in two pages counts once.
    """

    person_id: int
    bank_id: int
    revision_id: int
    item_id: str
    operation: str
    letters: tuple[str, ...]
    shown_at: float
    hinted: bool
    daily: bool
    last_answer: int


def fill_book(person_id: int) -> int:
    """Take in every test result whose key has been shown since; how many attempts those were. A second time: none.

    What was not fully right becomes a card, or sets its card back; what was right counts for a card there is.
    """
    with writing() as session:
        _lock_person(session, person_id)
        now = clock.now()
        pending = pending_attempts(person_id, now)
        for attempt in pending:
            session.add(PracticeIntake(attempt_id=attempt.attempt_id, taken_at=now))
            for item_id, outcome in attempt.items:
                _move_card(session, (person_id, attempt.bank_id, item_id), grade_of(outcome), attempt.on, now)
        return len(pending)


def record_answer(*, asked: Asked, answer: Answer) -> int:
    """Keep an answer, in the form of `clean_answer`, and move its card; the id of the answer.

    The same page sent twice is answered as before, and so is a page whose item was answered in another one since.
    Raises NotNowError.
    """
    with writing() as session:
        _lock_person(session, asked.person_id)
        mine = (PracticeAnswer.person_id == asked.person_id) & (PracticeAnswer.operation == asked.operation)
        if (before := session.scalar(select(PracticeAnswer.id).where(mine))) is not None:
            return before
        shown_at = datetime.fromtimestamp(asked.shown_at, UTC)
        last = last_answer_since(shown_at, asked.person_id, asked.revision_id, asked.item_id)
        if last != asked.last_answer:
            return last
        now = clock.now()
        row = _judged(asked, answer, now)
        session.add(row)
        _move_card(session, (asked.person_id, asked.bank_id, asked.item_id), Grade(row.grade), row.answered_on, now)
        session.flush()
        return row.id


def _judged(asked: Asked, answer: Answer, now: datetime) -> PracticeAnswer:
    permits = permits_of(asked.person_id, now)
    found = permits.find(asked.bank_id, asked.item_id)
    if found is None or found.revision_id != asked.revision_id:
        raise NotNowError
    key = asked.bank_id, asked.item_id
    if permits.banks[asked.bank_id].shown_only and key not in known_items(asked.person_id, now):
        raise NotNowError
    outcome = outcome_of(found.item, answer)
    signs = signs_of(found.item, found.case.stem if found.case else "")
    grade = grade_of(outcome, seconds=now.timestamp() - asked.shown_at, signs=signs, hinted=asked.hinted)
    return PracticeAnswer(
        person_id=asked.person_id,
        revision_id=asked.revision_id,
        item_id=asked.item_id,
        operation=asked.operation,
        letters=list(asked.letters),
        answer=list(answer),
        outcome=outcome.value,
        grade=int(grade),
        daily=asked.daily,
        answered_on=day_of(now),
        answered_at=now,
    )


def _lock_person(session: Session, person_id: int) -> None:
    """Two pages of one person take turns."""
    session.get_one(Person, person_id, with_for_update={"key_share": True})


def _move_card(session: Session, key: tuple[int, int, str], grade: Grade, on: date, now: datetime) -> None:
    """Move the card of person, bank and item; what is known at the first answer needs none.

    An answer older than the card's last one says nothing any more: a test's key may be shown long after it was sat.
    """
    person_id, bank_id, item_id = key
    card = card_of(person_id, bank_id, item_id)
    if card is None:
        if grade is Grade.AGAIN:
            card = PracticeCard(person_id=person_id, bank_id=bank_id, item_id=item_id, times_wrong=0, added_at=now)
            session.add(card)
            keep(card, reviewed(None, grade, on))
            card.times_wrong = 1
        return
    if on >= card.reviewed_on:
        keep(card, reviewed(memory_of(card), grade, on))
    card.times_wrong += grade is Grade.AGAIN


def memory_of(card: PracticeCard) -> Memory:
    """What FSRS keeps of the card."""
    return Memory(card.stability, card.difficulty, card.due_on, card.reviewed_on)


def keep(card: PracticeCard, memory: Memory) -> None:
    """The inverse of `memory_of`."""
    card.stability, card.difficulty = memory.stability, memory.difficulty
    card.due_on, card.reviewed_on = memory.due, memory.reviewed
