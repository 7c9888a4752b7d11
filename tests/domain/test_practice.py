"""When an item is asked again: exactly what the package's own scheduler says, answer by answer."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pytest
from fsrs import Card, Rating, Scheduler

from quizapp.domain.bank import Item, ItemType, Option
from quizapp.domain.practice import (
    AWAY_FROM_SECONDS,
    LONGEST_WAIT_DAYS,
    Grade,
    Memory,
    days_in_a_row,
    grade_of,
    minutes_for,
    outcome_of,
    reviewed,
    signs_of,
    slow_from,
)
from quizapp.domain.scoring import Outcome

START = date(2026, 3, 10)
OPTIONS = tuple(Option(letter, f"做法{letter}") for letter in "ABCD")
MULTIPLE = Item("m", ItemType.MULTIPLE, "多选", OPTIONS, ("A", "B", "D"))
FILL_IN = Item("f", ItemType.FILL_IN, "____由____决定", blanks=(("十二",), ("党组",)))


def history(dice: Random) -> list[tuple[Grade, date]]:
    """Up to thirty answers, some on one day, some after a year or more."""
    days, answers = START, []
    for _ in range(dice.randint(1, 30)):
        answers.append((dice.choice((Grade.AGAIN, Grade.HARD, Grade.GOOD, Grade.GOOD)), days))
        days += timedelta(days=dice.choice((0, 1, 1, 2, 3, 7, 20, 90, 400)))
    return answers


def reference() -> Scheduler:
    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_WAIT_DAYS, enable_fuzzing=False)


@pytest.mark.parametrize("block", range(10))
def test_each_answer_gives_what_the_package_gives(block: int) -> None:
    """A thousand histories. The package's card lives on in memory; ours is made anew from four values each time."""
    for seed in range(100 * block, 100 * (block + 1)):
        memory, card, scheduler = None, Card(card_id=1), reference()
        for grade, day in history(Random(seed)):
            memory = reviewed(memory, grade, day)
            card, _log = scheduler.review_card(card, Rating(int(grade)), datetime.combine(day, time(), UTC))
            assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty), seed
            assert (memory.due, memory.reviewed) == (card.due.date(), day), seed


def test_right_answers_come_back_ever_later_and_a_wrong_one_soon() -> None:
    memory, waits = None, []
    day = START
    for _ in range(5):
        memory = reviewed(memory, Grade.GOOD, day)
        waits.append((memory.due - day).days)
        day = memory.due
    assert waits == sorted(set(waits))
    assert memory is not None
    assert memory.is_learned
    again = reviewed(memory, Grade.AGAIN, day)
    assert (again.due - day).days < waits[1]
    assert not again.is_learned


def test_nothing_waits_longer_than_a_year() -> None:
    memory = None
    for _ in range(20):
        memory = reviewed(memory, Grade.GOOD, memory.due if memory else START)
    assert memory is not None
    assert (memory.due - memory.reviewed).days == LONGEST_WAIT_DAYS


def test_an_earlier_day_is_refused() -> None:
    with pytest.raises(ValueError, match="lies before"):
        reviewed(Memory(2.0, 5.0, START, START), Grade.GOOD, START - timedelta(days=1))


@pytest.mark.parametrize(
    ("item", "answer", "outcome"),
    [
        (MULTIPLE, ("A", "B", "D"), Outcome.RIGHT),
        (MULTIPLE, ("A", "B"), Outcome.PARTLY),
        (MULTIPLE, ("A", "C"), Outcome.WRONG),
        (MULTIPLE, (), Outcome.OMITTED),
        (FILL_IN, ("十二", "党组"), Outcome.RIGHT),
        (FILL_IN, ("十二", ""), Outcome.PARTLY),
        (FILL_IN, ("", ""), Outcome.OMITTED),
    ],
)
def test_outcome(item: Item, answer: tuple[str, ...], outcome: Outcome) -> None:
    assert outcome_of(item, answer) is outcome


def test_a_part_that_is_nearly_all_is_not_right() -> None:
    many = Item("f", ItemType.FILL_IN, "____" * 3, blanks=(("甲",), ("乙",), ("丙",)))
    assert outcome_of(many, ("甲", "乙", "丁")) is Outcome.PARTLY
    assert Decimal(100) / 3 * 3 != 100  # why shares are not simply added up


def test_grades() -> None:
    assert grade_of(Outcome.RIGHT) is Grade.GOOD
    assert grade_of(Outcome.RIGHT, seconds=20) is Grade.GOOD
    assert grade_of(Outcome.RIGHT, seconds=60) is Grade.HARD
    assert grade_of(Outcome.RIGHT, seconds=60, signs=30) is Grade.GOOD  # ten seconds more to read
    assert grade_of(Outcome.RIGHT, seconds=AWAY_FROM_SECONDS) is Grade.GOOD
    assert grade_of(Outcome.RIGHT, seconds=5, hinted=True) is Grade.HARD
    for outcome in (Outcome.WRONG, Outcome.PARTLY, Outcome.OMITTED):
        assert grade_of(outcome, seconds=5) is Grade.AGAIN


def test_reading_time() -> None:
    assert signs_of(MULTIPLE, "案" * 100) == 100 + 2 + 4 * 3
    assert slow_from(300) == 160


def test_minutes() -> None:
    assert [minutes_for(items) for items in (0, 1, 4, 5, 20)] == [1, 1, 1, 2, 5]


def test_days_in_a_row() -> None:
    def row(*ago: int) -> int:
        return days_in_a_row([START - timedelta(days=days) for days in ago], START)

    assert [row(), row(0), row(1), row(2), row(0, 1, 3), row(1, 2, 3)] == [0, 1, 1, 0, 2, 3]
