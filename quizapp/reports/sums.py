"""What the scores of some people add to the tallies of a test, added up by the database, and taken off again."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Text, case, cast, func, select
from sqlalchemy.orm import Session

from quizapp.attempts.endings import table_of
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.db import Base
from quizapp.domain.bank import Bank, ItemType
from quizapp.domain.scoring import Outcome
from quizapp.reports.models import TallyBranch, TallyBranchItem, TallyChoice, TallyItem, TallyPerson, TallyTopic
from quizapp.web.heartbeat import insert_into

_score, _item = table_of(AttemptScore), table_of(ItemScoreRow)
_earned = cast(_item.c.points, BigInteger)  # hundredths, and wide enough for a square
_rest = cast(_score.c.points, BigInteger) - _earned
_answered = _item.c.outcome != Outcome.OMITTED


def _times(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_BY_ITEM = (
    select(
        TallyPerson.branch_id,
        _item.c.item_id,
        cast(_item.c.full_points, BigInteger).label("full"),
        cast(_score.c.full_points, BigInteger).label("paper"),
        func.count(),
        _times(_answered),
        _times(_item.c.outcome == Outcome.RIGHT),
        func.sum(_earned),
        func.sum(_earned * _earned),
        func.sum(_rest),
        func.sum(_rest * _rest),
        func.sum(_earned * _rest),
    )
    .join(_item, _item.c.score_id == _score.c.id)
    .join(Attempt, Attempt.id == _score.c.attempt_id)
    .join(TallyPerson, (TallyPerson.quiz_id == Attempt.quiz_id) & (TallyPerson.person_id == Attempt.person_id))
    .group_by(TallyPerson.branch_id, _item.c.item_id, _item.c.full_points, _score.c.full_points)
)
_answer = cast(ItemResponse.answer, Text)
_BY_ANSWER = (
    select(_item.c.item_id, _answer, func.count(), func.sum(_rest))
    .join(_item, _item.c.score_id == _score.c.id)
    .join(
        ItemResponse,
        (ItemResponse.attempt_id == _score.c.attempt_id) & (ItemResponse.position == _item.c.position),
    )
    .where(_answered)
    .group_by(_item.c.item_id, _answer)
)
_BY_SCORE = (
    select(
        TallyPerson.branch_id,
        cast(_score.c.points, BigInteger).label("hundredths"),
        _score.c.passed,
        _score.c.excellent,
    )
    .join(Attempt, Attempt.id == _score.c.attempt_id)
    .join(TallyPerson, (TallyPerson.quiz_id == Attempt.quiz_id) & (TallyPerson.person_id == Attempt.person_id))
)


Key = tuple[int | str, ...]


@dataclass
class _BranchChange:
    passed: int = 0
    excellent: int = 0
    scores: Counter[str] = field(default_factory=Counter)


class Difference:
    """What some scores change in the sums of a test drawn from ``bank``. Nothing is written before `write`."""

    def __init__(self, session: Session, quiz_id: int, bank: Bank) -> None:
        self._session, self._quiz_id = session, quiz_id
        leaves = [leaf for item in bank.items for leaf in item.leaves()]
        self._topic = {leaf.id: leaf.topic for leaf in leaves}
        self._texts = [leaf.id for leaf in leaves if leaf.type is ItemType.FILL_IN]  # as many answers as people
        self._branches: dict[int, _BranchChange] = {}
        self._sums: dict[type[Base], dict[Key, list[int]]] = {
            TallyTopic: {},
            TallyItem: {},
            TallyBranchItem: {},
            TallyChoice: {},
        }

    def add(self, score_ids: Collection[int], sign: int = 1) -> None:
        """Count these scores in, or out (``sign`` -1)."""
        if not score_ids:
            return
        these = _score.c.id.in_(score_ids)
        for branch_id, points, passed, excellent in self._session.execute(_BY_SCORE.where(these)):
            change = self._branches.setdefault(branch_id, _BranchChange())
            change.passed += sign * passed
            change.excellent += sign * excellent
            change.scores[str(points)] += sign
        for branch_id, item_id, full, paper, *counted in self._session.execute(_BY_ITEM.where(these)):
            responses, answered, right, points, *others = map(int, counted)  # PostgreSQL's sums come as decimals
            self._add(TallyItem, (item_id, full, paper), sign, responses, answered, right, points, *others)
            self._add(TallyBranchItem, (branch_id, item_id, full, paper), sign, responses, points)
            topic = self._topic.get(item_id, "")
            self._add(TallyTopic, (branch_id, topic), sign, responses, right, points, full * responses)
        no_texts = _item.c.item_id.not_in(self._texts)
        for item_id, answer, times, rest in self._session.execute(_BY_ANSWER.where(these, no_texts)):
            self._add(TallyChoice, (item_id, answer), sign, times, int(rest))

    def _add(self, model: type[Base], key: Key, sign: int, *sums: int) -> None:
        before = self._sums[model].setdefault(key, [0] * len(sums))
        for place, value in enumerate(sums):
            before[place] += sign * value

    def write(self) -> None:
        """Add it to what is kept, inside the caller's transaction, which holds the tally."""
        for model, rows in self._sums.items():
            self._write_sums(model, rows)
        kept = self._session.scalars(
            select(TallyBranch).where(TallyBranch.quiz_id == self._quiz_id, TallyBranch.branch_id.in_(self._branches))
        )
        for row in kept:
            change = self._branches[row.branch_id]
            row.passed += change.passed
            row.excellent += change.excellent
            scores = Counter[str](row.scores)
            scores.update(change.scores)
            row.scores = {points: people for points, people in scores.items() if people}

    def _write_sums(self, model: type[Base], rows: dict[Key, list[int]]) -> None:
        table = table_of(model)
        names = [column.name for column in table.columns]
        keys = [column.name for column in table.primary_key]
        values = [dict(zip(names, (self._quiz_id, *key, *sums), strict=True)) for key, sums in rows.items()]
        if not values:
            return
        insert = insert_into(self._session, table)
        added = {name: table.c[name] + insert.excluded[name] for name in names if name not in keys}
        self._session.execute(insert.on_conflict_do_update(index_elements=keys, set_=added), values)


def forget(session: Session, quiz_id: int) -> None:
    """Take off every sum of a test, inside the caller's transaction."""
    for model in _MODELS:
        session.execute(table_of(model).delete().where(table_of(model).c.quiz_id == quiz_id))


_MODELS: tuple[type[Base], ...] = (TallyChoice, TallyBranchItem, TallyItem, TallyTopic, TallyBranch, TallyPerson)


def in_pieces(ids: Collection[int], size: int = 500) -> Iterator[list[int]]:
    """``ids`` in pieces that fit into one statement."""
    every = list(ids)
    for start in range(0, len(every), size):
        yield every[start : start + size]
