"""Believable results: people differ, branches differ a little, items differ, and some do not come.

Papers are drawn and scored by the domain, as in a real test; only the answers are made up.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from quizapp.attempts.endings import ended_act, item_values, score_values
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.attempts.receipts import fingerprint
from quizapp.audit.operations import record_all
from quizapp.banks.queries import bank_of
from quizapp.db import Base
from quizapp.demo.department import Department
from quizapp.domain.bank import FALSE, TRUE, Bank, Item, ItemType
from quizapp.domain.paper import Paper, PaperSpec, paper_to_json, prepare
from quizapp.domain.scoring import Answer, Score, is_blank, score_paper
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import candidates, spec_of
from quizapp.web import clock

FIRST_KEPT_FREE = 3  # the first people of the roster have an open test before them: the demonstration's sign-ins
NOTHING_SAVED = 0.008  # of those who started
OMITS = 0.01
HARDER = {"党纪处分运用规则": 0.6, "党纪处分种类与影响期": 0.5}
"""Topics that people find hard in every test."""
LAGGING = {"招标采购": 0.45}
"""Posts whose people know less than others, as log odds."""
MANY = 5000
TRIES = 40
WORKING_HOURS = (8, 9, 10, 11, 14, 15, 16, 17)
SATURDAY = 5


def add_sittings(
    session: Session,
    quiz: Quiz,
    department: Department,
    *,
    share: float,
    random: Random,
    harder: Mapping[str, float] = HARDER,
) -> None:
    """Let about ``share`` of those whom ``quiz`` is for sit it, inside the caller's transaction.

    ``harder``: how much harder the items of some topics are than their own difficulty says, as log odds.
    """
    bank, spec = bank_of(quiz.bank_revision_id), spec_of(quiz)
    invited = {each.person_id for each in candidates(quiz)}
    pool = prepare(bank, spec)
    strength = {branch: random.gauss(1.65, 0.3) for branch in department.branches}
    leaves = [leaf for item in bank.items for leaf in item.leaves()]
    hardness = {leaf.id: random.gauss((leaf.difficulty - 3) * 0.45, 0.4) + harder.get(leaf.topic, 0) for leaf in leaves}
    is_open = quiz.closes_at > clock.now()
    sat: list[tuple[int, Paper, dict[int, Answer]]] = []
    attempts = []
    for place, person_id in enumerate(department.people):
        if random.random() > share or person_id not in invited or (is_open and place < FIRST_KEPT_FREE):
            continue
        paper = pool.draw(random.randrange(2**62))
        post = department.post_of[person_id]
        ability = random.gauss(strength[department.branch_of[person_id]], 0.8) - LAGGING.get(post, 0)
        given = {} if random.random() < NOTHING_SAVED else dict(_answers(bank, paper, ability, hardness, random))
        sat.append((person_id, paper, given))
        attempts.append(_attempt(quiz, person_id, paper, given, random))
    insert_many(session, Attempt, attempts)
    ids = dict(session.execute(select(Attempt.person_id, Attempt.id).where(Attempt.quiz_id == quiz.id)).all())
    ended = {row["person_id"]: row["submitted_at"] for row in attempts}
    answered = (_responses(ids[person], given, ended[person]) for person, _paper, given in sat)
    insert_many(session, ItemResponse, chain.from_iterable(answered))
    scored = [(ids[person], paper, given, ended[person]) for person, paper, given in sat]
    scores = _add_scores(session, bank, spec, scored)
    _record([(ids[row["person_id"]], row) for row in attempts], scores)


def _record(ended: list[tuple[int, dict[str, Any]]], scores: dict[int, Score]) -> None:
    """Put on record how each attempt ended, as a real one does."""
    record_all(
        [
            ended_act(
                Attempt(id=attempt_id, **row),
                scores[attempt_id],
                at=row["submitted_at"],
                by=row["ended_by"],
                sealed=row["fingerprint"],
            )
            for attempt_id, row in ended
        ]
    )


def _attempt(quiz: Quiz, person_id: int, paper: Paper, given: dict[int, Answer], random: Random) -> dict[str, Any]:
    limit = timedelta(minutes=quiz.minutes)
    started = _moment(quiz.opens_at, min(quiz.closes_at, clock.now()) - limit, random)
    used = limit * min(1.0, random.betavariate(4, 4) + 0.05)
    row: dict[str, Any] = {
        "quiz_id": quiz.id,
        "person_id": person_id,
        "number": 1,
        "seed": paper.seed,
        "paper": paper_to_json(paper),
        "started_at": started,
        "deadline": started + limit,
        "submitted_at": started + used,
        "ended_by": "clock" if used == limit else "candidate",
    }
    return row | {"fingerprint": fingerprint(Attempt(**row), given, row["submitted_at"], row["ended_by"])}


def _moment(first: datetime, last: datetime, random: Random) -> datetime:
    """A moment between the two, in working hours if a few tries find one."""
    for _try in range(TRIES):
        moment = first + (last - first) * random.random()
        if clock.local(moment).hour in WORKING_HOURS and clock.local(moment).weekday() < SATURDAY:
            break
    return moment


def _answers(
    bank: Bank, paper: Paper, ability: float, hardness: dict[str, float], random: Random
) -> Iterator[tuple[int, Answer]]:
    for position, entry in enumerate(paper.items):
        if random.random() < OMITS:
            continue
        item = bank.item(entry.item_id)
        knows = random.random() < 1 / (1 + math.exp(hardness[item.id] - ability))
        yield position, _right(item) if knows else _guess(item, random)


def _right(item: Item) -> Answer:
    return tuple(accepted[0] for accepted in item.blanks) or item.key


def _guess(item: Item, random: Random) -> Answer:
    if item.type is ItemType.TRUE_FALSE:
        return (random.choice((TRUE, FALSE)),)
    if item.type is ItemType.FILL_IN:
        return tuple("不清楚" for _blank in item.blanks)
    letters = [option.letter for option in item.options]
    count = 1 if item.type is ItemType.SINGLE else random.randint(2, len(letters))
    return tuple(sorted(random.sample(letters, count)))


def _responses(attempt_id: int, given: dict[int, Answer], at: Any) -> Iterator[dict[str, Any]]:
    for position, answer in given.items():
        yield {
            "attempt_id": attempt_id,
            "position": position,
            "answer": list(answer),
            "marked": False,
            "version": 1,
            "operation": f"demo-{attempt_id}-{position}",
            "saved_at": at,
        }


def _add_scores(
    session: Session, bank: Bank, spec: PaperSpec, sat: list[tuple[int, Paper, dict[int, Answer], Any]]
) -> dict[int, Score]:
    scores = {attempt_id: score_paper(bank, spec, paper, given) for attempt_id, paper, given, _at in sat}
    rows = (
        score_values(attempt_id, scores[attempt_id], sum(not is_blank(answer) for answer in given.values()), at)
        for attempt_id, _paper, given, at in sat
    )
    insert_many(session, AttemptScore, rows)
    ids = session.execute(
        select(AttemptScore.attempt_id, AttemptScore.id).where(AttemptScore.attempt_id.in_(list(scores)))
    )
    items = (item_values(score_id, scores[attempt_id]) for attempt_id, score_id in ids)
    insert_many(session, ItemScoreRow, chain.from_iterable(items))
    return scores


def insert_many(session: Session, model: type[Base], rows: Any) -> None:
    """Insert many rows, some thousands at a time; into the table, since the mapper would double the time."""
    table = model.__table__
    assert isinstance(table, Table)
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == MANY:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)
