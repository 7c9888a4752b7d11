"""A test counted again from nothing but the stored papers and answers, for whatever an output says of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import correlation, pstdev

from sqlalchemy import select

from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.db import db
from quizapp.quizzes.models import CountedAttempt
from tests.reports.occasion import KEYS, TOPICS, Occasion

POINTS = 2


@dataclass(frozen=True)
class ItemCount:
    """What the papers that count say of one item."""

    n: int
    right: int
    omitted: int
    discrimination: float | None

    @property
    def facility(self) -> Fraction:
        return Fraction(self.right, self.n)


def counted_answers(occasion: Occasion, rule: CountedAttempt) -> dict[int, Mapping[str, list[str]]]:
    """What the attempt that counts marked, by person, for those who answered anything."""
    found: dict[int, Mapping[str, list[str]]] = {}
    for person_id in occasion.sitters:
        attempts = db.session.execute(
            select(Attempt.id, Attempt.paper)
            .where(Attempt.quiz_id == occasion.quiz_id, Attempt.person_id == person_id)
            .order_by(Attempt.number)
        ).all()
        tries = [marked for id, paper in attempts if (marked := _marked(id, paper))]
        if tries:
            best = max(tries, key=score)  # of equal ones the first
            found[person_id] = {"best": best, "first": tries[0], "last": tries[-1]}[rule]
    return found


def _marked(attempt_id: int, paper: Mapping[str, list[Mapping[str, str]]]) -> dict[str, list[str]]:
    query = select(ItemResponse.position, ItemResponse.answer).where(ItemResponse.attempt_id == attempt_id)
    return {paper["items"][position]["item_id"]: answer for position, answer in db.session.execute(query) if answer}


def score(marked: Mapping[str, list[str]]) -> int:
    """Points of one attempt."""
    return sum(POINTS for item, answer in marked.items() if answer == [KEYS[item]])


def topic_counts(answers: Iterable[Mapping[str, list[str]]]) -> dict[str, tuple[Fraction, int, int]]:
    """Facility, how often fully right, and how many answers, by topic; items without a topic are left out."""
    those = list(answers)
    found = {}
    for topic in sorted(set(TOPICS.values()) - {""}):
        items = [item for item, its in TOPICS.items() if its == topic]
        right = sum(marked.get(item) == [KEYS[item]] for marked in those for item in items)
        asked = len(items) * len(those)
        if asked:
            found[topic] = (Fraction(right, asked), right, asked)
    return found


def item_counts(answers: Iterable[Mapping[str, list[str]]]) -> dict[str, ItemCount]:
    """Every item, all of which are on every paper."""
    those = list(answers)
    found = {}
    for item, key in KEYS.items():
        points = [POINTS * (marked.get(item) == [key]) for marked in those]
        rest = [score(marked) - own for marked, own in zip(those, points, strict=True)]
        varies = len(those) > 1 and pstdev(points) and pstdev(rest)
        found[item] = ItemCount(
            n=len(those),
            right=sum(map(bool, points)),
            omitted=sum(item not in marked for marked in those),
            discrimination=correlation(points, rest) if varies else None,
        )
    return found
