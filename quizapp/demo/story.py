"""What happened in the demonstration department: some tests are over, one is open, one is to come."""

import gc
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.db import writing
from quizapp.demo.department import Department, add_department
from quizapp.demo.practising import add_practice
from quizapp.demo.register import add_banks, add_register
from quizapp.demo.sittings import HARDER, add_sittings
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section
from quizapp.domain.presets import PRESETS
from quizapp.quizzes.models import CountedAttempt, Quiz, ReviewTime
from quizapp.quizzes.operations import QuizPlan, publish_quiz, quiz_row
from quizapp.roster.models import Person
from quizapp.roster.operations import move_person
from quizapp.web import clock

PARTY_TEST, LAW_TEST = "discipline", "housing-construction"
"""The banks that the tests draw from: each suffices for the preset of its test."""
HISTORY = timedelta(days=400)
MOVED = 12


QUARTERLY = PaperSpec(
    (
        Section("单项选择题", ItemType.SINGLE, 25, Decimal(2)),
        Section("判断题", ItemType.TRUE_FALSE, 15, Decimal(2)),
        Section("多项选择题", ItemType.MULTIPLE, 10, Decimal(2)),
    ),
    cut_score=Decimal(80),
    excellent_score=Decimal(90),
)
QUARTERLY_MINUTES = 40
SHORT = PaperSpec(
    (
        Section("单项选择题", ItemType.SINGLE, 4, Decimal(12)),
        Section("判断题", ItemType.TRUE_FALSE, 2, Decimal(10)),
        Section("多项选择题", ItemType.MULTIPLE, 2, Decimal(16)),
    ),
    cut_score=Decimal(72),
    excellent_score=Decimal(88),
)
"""Of the tests before: a year's course is to be seen, and they must cost little time to make."""
SHORT_MINUTES = 10
EARLIEST_FOR = 3
"""The earliest test was for so many units."""
ONCE_HARD = {"礼品宴请与借用": 1.2}
"""What was hard in the earliest test alone."""


def make(*, people: int, seed: int) -> None:
    """Fill the empty database. The same seed makes the same department; times are reckoned from now."""
    gc.disable()  # millions of rows come and go and none of them in a circle: looking for circles costs a fifth
    try:
        _tell(people, Random(seed))
    finally:
        gc.enable()


def _tell(people: int, random: Random) -> None:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with writing():
        department = add_department(people=people, since=now - HISTORY, random=random)
    add_register(department)
    banks = add_banks(department)
    plan = _plan(department, banks[PARTY_TEST])
    _earlier(department, plan, now, random)
    _finished(department, plan, now, random)
    _open(department, plan, now, random)
    _scheduled(department, banks[LAW_TEST], now)
    add_practice(department, random)


def _plan(department: Department, revision_id: int) -> QuizPlan:
    preset = PRESETS["delian-80"]
    return QuizPlan(
        title="",
        bank_revision_id=revision_id,
        unit_id=department.id,
        audience=(department.id,),
        spec=preset.spec,
        opens_at=clock.now(),
        closes_at=clock.now(),
        minutes=preset.minutes,
        counted_attempt=CountedAttempt.BEST,
        score_shown=ReviewTime.AT_SUBMISSION,
        key_shown=ReviewTime.AFTER_CLOSE,
        rationale_shown=ReviewTime.AFTER_CLOSE,
    )


def _earlier(department: Department, plan: QuizPlan, now: datetime, random: Random) -> None:
    """Two short tests of the quarters before, the first of them for a part of the department."""
    plan = replace(plan, spec=SHORT, minutes=SHORT_MINUTES)
    first = replace(plan, audience=department.units[:EARLIEST_FOR])
    _past(department, _quarterly(first, now, -290), share=0.91, random=random, harder=HARDER | ONCE_HARD)
    _past(department, _quarterly(plan, now, -195), share=0.94, random=random)


def _finished(department: Department, plan: QuizPlan, now: datetime, random: Random) -> None:
    plan = replace(plan, spec=QUARTERLY, minutes=QUARTERLY_MINUTES)
    # Longer ago than any quarter lasts, so that the open test has another name.
    _past(department, _quarterly(plan, now, -100), share=0.955, random=random)
    with writing() as session:  # some moved since then: the finished test still counts them where they were
        for person_id in random.sample(department.people[50:], MOVED):
            person = session.get_one(Person, person_id)
            elsewhere = random.choice([b for b in department.branches if b != department.branch_of[person_id]])
            move_person(person, elsewhere, now - timedelta(days=20))


def _quarterly(plan: QuizPlan, now: datetime, days: int) -> QuizPlan:
    """That plan for the week that begins so many days from now, named after its quarter."""
    opens_at = _at(now, days, 9)
    return replace(plan, title=f"{_quarter(opens_at)}德廉知识测试", opens_at=opens_at, closes_at=_at(now, days + 7, 18))


def _past(
    department: Department, plan: QuizPlan, *, share: float, random: Random, harder: Mapping[str, float] = HARDER
) -> None:
    """A test that is over, as if it had been published three days before it opened."""
    with writing() as session:
        quiz = quiz_row(department.organizer_id, plan)
        quiz.published_at = plan.opens_at - timedelta(days=3)
        session.add(quiz)
        session.flush()
        organizer = session.get_one(Account, department.organizer_id)
        record("quiz.published", f"quiz:{quiz.id}", plan.as_json(), actor=organizer.login)
        add_sittings(session, quiz, department, share=share, random=random, harder=harder)


def _open(department: Department, plan: QuizPlan, now: datetime, random: Random) -> None:
    plan = replace(
        plan,
        title=f"{_quarter(now)}德廉知识测试",
        opens_at=_at(now, -1, 9),
        closes_at=_at(now, 6, 18),
        instructions="闭卷作答，独立完成。作答中断后重新登录即可继续。",
    )
    quiz_id = publish_quiz(publisher_id=department.organizer_id, plan=plan).id
    with writing() as session:
        add_sittings(session, session.get_one(Quiz, quiz_id), department, share=0.12, random=random)


def _scheduled(department: Department, revision_id: int, now: datetime) -> None:
    preset = PRESETS["xuefa-80"]
    plan = replace(
        _plan(department, revision_id),
        title=f"{now.year} 年学法用法考试",
        spec=preset.spec,
        minutes=preset.minutes,
        opens_at=_at(now, 12, 9),
        closes_at=_at(now, 22, 18),
    )
    publish_quiz(publisher_id=department.organizer_id, plan=plan)


def _at(now: datetime, days: int, hour: int) -> datetime:
    """That many days from now, at the full hour of the department's clock."""
    return clock.local(now + timedelta(days=days)).replace(hour=hour, minute=0)


def _quarter(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{local.year} 年第{'一二三四'[(local.month - 1) // 3]}季度"
