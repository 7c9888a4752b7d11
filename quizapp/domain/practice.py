"""Practice: what an answer says of how well an item is known, and when to ask again.

The schedule is FSRS-6 as the package ``fsrs`` computes it, with its default parameters. FSRS counts whole days, and
we hand it days of the department's calendar: what was answered on Monday evening may be asked on Tuesday morning.
Three settings are ours. There are no steps of minutes (``learning_steps``): five minutes a day leave no time to wait
for the same item, so each comes at most once a day. No item waits longer than a year. And intervals are not fuzzed, so
that the same answers always give the same days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from quizapp.domain.bank import Item
from quizapp.domain.paper_spec import MultipleRule
from quizapp.domain.scoring import Answer, Outcome, is_blank, score_item

if TYPE_CHECKING:
    from fsrs import Scheduler

LONGEST_WAIT_DAYS = 365
LEARNED_FROM_DAYS = 21
"""An item counts as learned once FSRS expects it to be known after three weeks with the probability of 0.9.

Three weeks is where Anki, too, draws the line between a young and a mature card.
"""
MOST_PER_DAY = 20
SECONDS_PER_ITEM = 15
"""How long an item takes in practice, reading what was right included: twenty make five minutes."""

FULL = Decimal(100)
SLOW_FROM_SECONDS = 60
SIGNS_PER_SECOND = 3
"""A slow reader's speed on a phone: the time to read is no hesitation."""
AWAY_FROM_SECONDS = 15 * 60
"""Longer than this, the page was left lying: it says nothing of the item."""


class Grade(IntEnum):
    """How well an item was known, in the numbers of FSRS. Nobody grades their own answer, so `EASY` never occurs."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True)
class Memory:
    """What FSRS keeps of an item that has been answered.

    ``stability``: in how many days the probability of knowing it falls to 0.9. ``difficulty``: from 1 to 10.
    """

    stability: float
    difficulty: float
    due: date
    reviewed: date

    @property
    def is_learned(self) -> bool:
        """Whether it will last for three weeks."""
        return self.stability >= LEARNED_FROM_DAYS


def reviewed(memory: Memory | None, grade: Grade, on: date) -> Memory:
    """What is kept after an answer of that grade on that day; ``memory`` None: the first one.

    Raises ValueError for a day before the last one.
    """
    from fsrs import Card, Rating, State  # here, so that the application starts without it

    if memory is None:
        card = Card(card_id=0, due=_midnight(on))  # an id of ours: without one the package waits a millisecond
    elif on < memory.reviewed:
        raise ValueError(f"{on} lies before the last answer on {memory.reviewed}")
    else:
        card = Card(
            card_id=0,
            state=State.Review,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=_midnight(memory.due),
            last_review=_midnight(memory.reviewed),
        )
    after, _log = _scheduler().review_card(card, Rating(int(grade)), _midnight(on))
    assert after.stability is not None
    assert after.difficulty is not None
    return Memory(after.stability, after.difficulty, after.due.date(), on)


@lru_cache(maxsize=1)
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_WAIT_DAYS, enable_fuzzing=False)


def _midnight(day: date) -> datetime:
    """The day as FSRS takes it. Always in UTC, so that no day is shorter than another."""
    return datetime.combine(day, time(), UTC)


def outcome_of(item: Item, answer: Answer) -> Outcome:
    """How an answer in the form of `clean_answer` went."""
    if is_blank(answer):
        return Outcome.OMITTED
    earned = score_item(item, answer, FULL, MultipleRule.PARTIAL_EXACT)
    if earned == FULL:
        return Outcome.RIGHT
    return Outcome.PARTLY if earned else Outcome.WRONG


def grade_of(outcome: Outcome, *, seconds: float | None = None, signs: int = 0, hinted: bool = False) -> Grade:
    """What an answer says to FSRS: not fully right is `AGAIN`; right but slow, or after a hint, is `HARD`.

    ``seconds`` passed between the page and the answer (None: not known), and ``signs`` were to be read. FSRS warns
    against `HARD` for what was not known, so an answer that was right in part is `AGAIN` too.
    """
    if outcome is not Outcome.RIGHT:
        return Grade.AGAIN
    is_slow = seconds is not None and slow_from(signs) <= seconds < AWAY_FROM_SECONDS
    return Grade.HARD if hinted or is_slow else Grade.GOOD


def slow_from(signs: int) -> float:
    """From how many seconds on an answer to a text of that length was slow."""
    return SLOW_FROM_SECONDS + signs / SIGNS_PER_SECOND


def signs_of(item: Item, passage: str = "") -> int:
    """How many signs are to be read before answering."""
    return len(passage) + len(item.stem) + sum(len(option.text) for option in item.options)


def minutes_for(items: int) -> int:
    """About how many minutes that many items take, at least one."""
    return max(1, ceil(items * SECONDS_PER_ITEM / 60))


def days_in_a_row(days: Iterable[date], today: date) -> int:
    """How many days in a row somebody has practised, up to today, or to yesterday where today is still open."""
    practised = set(days)
    last = today if today in practised else today - timedelta(days=1)
    count = 0
    while last - timedelta(days=count) in practised:
        count += 1
    return count
