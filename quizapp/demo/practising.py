"""Who has practised in the demonstration: what no test draws from is open, and some people come back to one bank."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from quizapp.banks.models import Bank, BankRevision, PracticeUse
from quizapp.banks.rechecks import usable_bank
from quizapp.db import writing
from quizapp.demo.department import Department
from quizapp.demo.register import PAST_ITEMS
from quizapp.demo.sittings import FIRST_KEPT_FREE, insert_many
from quizapp.domain.bank import Item, ItemType
from quizapp.domain.practice import Grade, Memory, grade_of, reviewed
from quizapp.domain.scoring import Outcome
from quizapp.practice.models import PracticeAnswer, PracticeCard
from quizapp.quizzes.models import Quiz
from quizapp.web import clock

SHARE = 0.3
DAYS_AGO = (9, 6, 3, 1)
KNOWS = (0.35, 0.55, 0.7, 0.75)
"""On each of these days, how likely somebody knows an item."""
NEW = (0.05, 0.4, 0.5, 0.3)
"""The same for those who sign in to the demonstration: something must be left to practise."""


def add_practice(department: Department, random: Random) -> None:
    """Let those who sign in to the demonstration, and some others, practise on a few days; some items are due today."""
    with writing() as session:
        drawn = BankRevision.id.in_(select(Quiz.bank_revision_id))
        session.execute(update(Bank).where(~Bank.revisions.any(drawn)).values(practice_use=PracticeUse.OPEN))
        revision = session.scalars(select(BankRevision).where(BankRevision.file_name == PAST_ITEMS)).one()
        items = [item for item in usable_bank(revision.id).items if item.type is not ItemType.ESSAY]
        answers: list[dict[str, Any]] = []
        cards: list[dict[str, Any]] = []
        for place, person_id in enumerate(department.people):
            is_shown = place < FIRST_KEPT_FREE
            if is_shown or random.random() < SHARE:
                for item in items:
                    given, card = _history(person_id, revision, item, NEW if is_shown else KNOWS, random)
                    answers += given
                    cards += card
        insert_many(session, PracticeAnswer, answers)
        insert_many(session, PracticeCard, cards)


def _history(
    person_id: int, revision: BankRevision, item: Item, known: Sequence[float], random: Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The answers of one person to one item, and its card where it was once not known: none or one."""
    memory: Memory | None = None
    answers, wrong = [], 0
    for ago, knows in zip(DAYS_AGO, known, strict=True):
        at = clock.now() - timedelta(days=ago, minutes=random.randrange(60))
        day = clock.local(at).date()
        if memory is not None and memory.due > day:
            continue
        outcome = Outcome.RIGHT if random.random() < knows else Outcome.OMITTED
        grade = grade_of(outcome)
        answers.append(_answer(person_id, revision, item, outcome, at, random))
        if memory is None and grade is not Grade.AGAIN:
            break  # right at once: it never comes again
        memory, wrong = reviewed(memory, grade, day), wrong + (grade is Grade.AGAIN)
    if memory is None:
        return answers, []
    return answers, [_card(person_id, revision, item, memory, wrong)]


def _answer(
    person_id: int, revision: BankRevision, item: Item, outcome: Outcome, at: datetime, random: Random
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "revision_id": revision.id,
        "item_id": item.id,
        "operation": str(UUID(int=random.getrandbits(128))),
        "letters": [option.letter for option in item.options],
        "answer": list(item.key) if outcome is Outcome.RIGHT else [],
        "outcome": outcome.value,
        "grade": int(grade_of(outcome)),
        "daily": True,
        "answered_on": clock.local(at).date(),
        "answered_at": at,
    }


def _card(person_id: int, revision: BankRevision, item: Item, memory: Memory, wrong: int) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "bank_id": revision.bank_id,
        "item_id": item.id,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "due_on": memory.due,
        "reviewed_on": memory.reviewed,
        "times_wrong": wrong,
        "added_at": clock.now(),
    }
