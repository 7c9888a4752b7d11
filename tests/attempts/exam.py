"""A small test that is open, with a bank of every kind of item, for the candidates of the cast."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from quizapp.attempts.leases import take_lease
from quizapp.attempts.models import Attempt
from quizapp.attempts.operations import start_attempt
from quizapp.attempts.pulse import Pulse, pulse_of
from quizapp.attempts.saving import Change, NotSaved, Saved, save_responses
from quizapp.banks.operations import add_bank
from quizapp.db import db
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section
from quizapp.quizzes.models import CountedAttempt, Quiz, ReviewTime
from quizapp.quizzes.operations import QuizPlan, publish_quiz
from quizapp.roster.models import Person
from quizapp.web import clock
from tests.support.cast import Cast, make_cast
from tests.support.prepared import prepared

BANK = """
title: 试题
regulations:
  - {id: r, title: 某条例, editions: [{id: "2023", articles: 20}]}
items:
  - {id: BANK-s1, type: single, stem: 单选一, options: {A: 甲, B: 乙, C: 丙, D: 丁}, key: B, rationale: 因为乙。,
     citation: {regulation: r, edition: "2023", article: 第一条}}
  - {id: BANK-s2, type: single, stem: 单选二, options: {A: 甲, B: 乙, C: 丙, D: 丁}, key: A, rationale: 因为甲。}
  - {id: BANK-m1, type: multiple, stem: 多选一, options: {A: 甲, B: 乙, C: 丙, D: 丁}, key: ABD, rationale: 因为三项。}
  - {id: BANK-t1, type: true_false, stem: 判断一, key: 正确, rationale: 因为对。}
  - {id: BANK-f1, type: fill_in, stem: 期间为____个月，由____决定。, key: [[十二, "12"], 党组], numerals_equal: true}
  - id: BANK-c1
    type: case
    passage: 一个案例。
    items:
      - {id: BANK-c1-1, type: true_false, stem: 案例判断, key: 错误, rationale: 因为错。}
      - {id: BANK-c1-2, type: single, stem: 案例单选, options: {A: 甲, B: 乙}, key: B}
"""
SPEC = PaperSpec(
    sections=(
        Section("单选题", ItemType.SINGLE, 2, Decimal(20)),
        Section("多选题", ItemType.MULTIPLE, 1, Decimal(20)),
        Section("判断题", ItemType.TRUE_FALSE, 1, Decimal(10)),
        Section("填空题", ItemType.FILL_IN, 1, Decimal(10)),
        Section("案例题", ItemType.CASE, 1, Decimal(20)),
    ),
    cut_score=Decimal(60),
)


@dataclass(frozen=True)
class Exam:
    """The cast, and a test of 30 minutes that has just opened for two days."""

    cast: Cast
    quiz_id: int

    @property
    def quiz(self) -> Quiz:
        """Its row, read anew."""
        return db.session.get_one(Quiz, self.quiz_id)

    def start(self, person_id: int | None = None) -> Attempt:
        """The running attempt of that person (default: Zhang)."""
        started = start_attempt(quiz=self.quiz, person_id=person_id or self.zhang)
        return db.session.get_one(Attempt, started)

    def pulse(self, attempt_id: int) -> Pulse:
        """What the open page of its candidate is told now."""
        account_id = db.session.get_one(Person, self.attempt(attempt_id).person_id).account_id
        assert account_id is not None
        return pulse_of(account_id=account_id, attempt_id=attempt_id)

    def attempt(self, attempt_id: int) -> Attempt:
        """An attempt, read anew."""
        return db.session.execute(
            select(Attempt).where(Attempt.id == attempt_id).execution_options(populate_existing=True)
        ).scalar_one()

    @property
    def zhang(self) -> int:
        """The person most tests act for."""
        assert self.cast.zhang.person_id is not None
        return self.cast.zhang.person_id


def make_exam(app: Flask, bank: str = BANK, **changes: Any) -> Exam:
    """Publish the test in the database of ``app``; ``changes`` replace fields of its plan."""
    key = ("exam", bank, repr(sorted(changes.items())))
    return prepared(app, key, lambda: _write_exam(app, bank, changes), at_any_time=False)


def _write_exam(app: Flask, bank: str, changes: dict[str, Any]) -> Exam:
    cast = make_cast(app)
    with app.app_context():
        revision = add_bank(
            uploader_id=cast.organizer.account_id,
            unit_id=cast.department,
            file_name="bank.yaml",
            source=bank.encode(),
        )
        now = clock.now()
        plan = QuizPlan(
            title="小测试",
            bank_revision_id=revision.id,
            unit_id=cast.department,
            audience=(cast.department,),
            spec=SPEC,
            opens_at=now,
            closes_at=now + timedelta(days=2),
            minutes=30,
            counted_attempt=CountedAttempt.BEST,
            score_shown=ReviewTime.AT_SUBMISSION,
            key_shown=ReviewTime.AFTER_CLOSE,
            rationale_shown=ReviewTime.AFTER_CLOSE,
        )
        quiz = publish_quiz(publisher_id=cast.organizer.account_id, plan=replace(plan, **changes))
        return Exam(cast, quiz.id)


def save_all(
    attempt: Attempt, changes: Sequence[Change], *, arrived_at: datetime, lease: int | None
) -> list[Saved | NotSaved]:
    """Save as the candidate of the attempt; what became of each change."""
    account_id = db.session.get_one(Person, attempt.person_id).account_id
    assert account_id is not None
    outcome = save_responses(
        account_id=account_id, attempt_id=attempt.id, changes=changes, arrived_at=arrived_at, lease=lease
    )
    return list(outcome.results)


def publish_again(exam: Exam, **changes: Any) -> Exam:
    """The same test once more, from the same bank, for the same people, open from now on."""
    quiz, now = exam.quiz, clock.now()
    plan = QuizPlan(
        title="再测一次",
        bank_revision_id=quiz.bank_revision_id,
        unit_id=quiz.unit_id,
        audience=(exam.cast.department,),
        spec=SPEC,
        opens_at=now,
        closes_at=now + timedelta(days=2),
        minutes=30,
    )
    again = publish_quiz(publisher_id=exam.cast.organizer.account_id, plan=replace(plan, **changes))
    return Exam(exam.cast, again.id)


def hold(attempt: Attempt, *, arrived_at: datetime, page: int) -> int:
    """Let the page with that number be the one that saves; its lease."""
    attempt_id, account_id = attempt.id, attempt.person.account_id
    assert account_id is not None
    take_lease(account_id=account_id, attempt_id=attempt_id, arrived_at=arrived_at, page=page)
    return page
