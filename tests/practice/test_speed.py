"""What is due is read by index, and no more of it than a day takes, however large the book is."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text

from quizapp.banks.models import PracticeUse
from quizapp.db import db, writing
from quizapp.domain.practice import MOST_PER_DAY
from quizapp.practice.models import PracticeCard
from quizapp.practice.permits import permits_of
from quizapp.practice.queries import day_of, due_cards, due_items, today_of
from tests.attempts.exam import Exam, make_exam
from tests.practice.sitting import allow_practice, bank_id
from tests.support.time import MovableClock

CARDS = 4_000


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    """Zhang and Li with a book of thousands of cards each, all of them due, of a bank that is open."""
    exam = make_exam(any_app)
    allow_practice(exam, PracticeUse.OPEN)
    clock.advance(days=3)
    bank, start = bank_id(exam), date(2026, 1, 1)
    with writing() as session:
        for member in (exam.cast.zhang, exam.cast.li):
            session.execute(
                insert(PracticeCard),
                [
                    {
                        "person_id": member.person_id,
                        "bank_id": bank,
                        "item_id": "BANK-s1" if number == 50 else f"gone-{number}",
                        "stability": 1.0,
                        "difficulty": 5.0,
                        "due_on": start + timedelta(days=number % 60),
                        "reviewed_on": start,
                        "times_wrong": 1,
                        "added_at": clock.now(),
                    }
                    for number in range(CARDS)
                ],
            )
    with writing() as session:
        session.execute(text("ANALYZE"))
    return exam


def plan(exam: Exam, clock: MovableClock) -> str:
    query = due_cards(exam.zhang, permits_of(exam.zhang, clock.now()), day_of(clock.now())).limit(40)
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(tuple(row)) for row in db.session.execute(text(f"{explain}{compiled}")))


def test_the_due_query_stands_on_its_index(exam: Exam, clock: MovableClock) -> None:
    lines = plan(exam, clock)
    assert "ix_practice_card_person_id_due_on" in lines
    assert "SCAN practice_card" not in lines
    assert "Seq Scan" not in lines


def test_items_that_left_their_bank_are_passed_over(exam: Exam, clock: MovableClock) -> None:
    permits = permits_of(exam.zhang, clock.now())
    found = due_items(exam.zhang, permits, day_of(clock.now()), MOST_PER_DAY)
    assert [each.item.id for each in found] == ["BANK-s1"]
    assert today_of(exam.zhang, permits, clock.now()).left == 1
