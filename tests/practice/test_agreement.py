"""Hundreds of histories through the database: written and read again after each answer, as the package has them."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from flask import Flask
from fsrs import Card, Rating, Scheduler
from sqlalchemy import select

from quizapp.db import db, writing
from quizapp.domain.practice import LONGEST_WAIT_DAYS, Grade, reviewed
from quizapp.practice.models import PracticeCard
from quizapp.practice.operations import keep, memory_of
from tests.attempts.exam import make_exam
from tests.practice.sitting import bank_id
from tests.support.time import MovableClock

HISTORIES = 400
START = date(2026, 3, 10)
WAITS = (0, 1, 1, 2, 3, 7, 20, 90, 400)
GRADES = (Grade.AGAIN, Grade.HARD, Grade.GOOD, Grade.GOOD)


def test_hundreds_of_histories(any_app: Flask, clock: MovableClock, any_session: Any) -> None:
    exam, dice = make_exam(any_app), Random(1000)
    scheduler = Scheduler(
        learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_WAIT_DAYS, enable_fuzzing=False
    )
    bank, names = bank_id(exam), [f"i{number}" for number in range(HISTORIES)]
    lengths = {name: dice.randint(1, 15) for name in names}
    kept = {name: Card(card_id=number) for number, name in enumerate(names)}
    days = dict.fromkeys(names, START)
    for turn in range(max(lengths.values())):
        with writing() as session:  # what the database does not hold is forgotten: each turn reads the cards anew
            cards = {card.item_id: card for card in session.scalars(select(PracticeCard))}
            for name in (name for name in names if turn < lengths[name]):
                grade = dice.choice(GRADES)
                days[name] += timedelta(days=dice.choice(WAITS))
                card = cards.get(name) or PracticeCard(
                    person_id=exam.zhang, bank_id=bank, item_id=name, times_wrong=0, added_at=clock.now()
                )
                keep(card, reviewed(memory_of(card) if name in cards else None, grade, days[name]))
                session.add(card)
                moment = datetime.combine(days[name], time(), UTC)
                kept[name], _log = scheduler.review_card(kept[name], Rating(int(grade)), moment)
        db.session.expunge_all()
    found = {card.item_id: card for card in db.session.scalars(select(PracticeCard))}
    assert len(found) == HISTORIES
    for name, card in kept.items():
        assert (found[name].stability, found[name].difficulty) == (card.stability, card.difficulty)
        assert (found[name].due_on, found[name].reviewed_on) == (card.due.date(), days[name])
