"""A test that a small department has sat, written row by row; and the same figures worked out from the raw answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from quizapp.attempts.closing import close_due
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.banks.models import Bank, BankRevision
from quizapp.db import db, writing
from quizapp.domain.bank import Bank as Content
from quizapp.domain.bank import Item, ItemType, Option
from quizapp.domain.bank_json import bank_to_json
from quizapp.domain.excuses import Reason
from quizapp.domain.paper import PaperSpec, Section, draw_paper, paper_to_json, spec_to_json
from quizapp.quizzes.models import CountedAttempt, Quiz, QuizAudience, ReviewTime
from quizapp.reports.excusals.operations import Entry, record_excusals
from quizapp.reports.tallies import refresh
from quizapp.roster.models import Membership, Person, UnitKind
from quizapp.roster.operations import add_unit

OPENS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=5)
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
CUT, EXCELLENT = Decimal(6), Decimal(9)

KEYS = {"t1": "A", "t2": "B", "t3": "C", "t4": "D", "t5": "A"}
WORTH = Decimal(2)
"""Five items of two points each, all five on every paper: cut score 6, excellent from 9."""


@dataclass(frozen=True)
class Sitter:
    """One person: the branch at the opening, a branch moved to afterwards, and what each attempt marked.

    An attempt maps item ids to letters; ``{}`` is one that was started and left blank. ``excused``: for `excuse`.
    """

    branch_id: int
    attempts: tuple[Mapping[str, str], ...] = ()
    moved_to: int | None = None
    name: str = "某某"
    excused: bool = False


@dataclass
class Occasion:
    """A quiz in the database with the people who should sit it, by id."""

    quiz_id: int
    sitters: dict[int, Sitter] = field(default_factory=dict)


_numbers = iter(range(1, 1_000_000))


def hold(
    unit_id: int,
    account_id: int,
    sitters: Iterable[Sitter],
    *,
    counted: CountedAttempt = CountedAttempt.BEST,
    audience: Iterable[int] | None = None,
    title: str = "第一季度德廉知识测试",
    excellent: Decimal | None = EXCELLENT,
    rounds: int | None = None,
) -> Occasion:
    """Write the quiz, its people and their answers, and let the clock end and score every attempt.

    The application's clock must stand after `CLOSES`. Attempts of one person lie a day apart. ``rounds``: only the
    first so many attempts of each; `sit` goes on.
    """
    with writing() as session:
        quiz = _quiz(unit_id, account_id, counted, excellent)
        quiz.title = title
        session.add(quiz)
        session.flush()
        session.add_all(QuizAudience(quiz_id=quiz.id, unit_id=id) for id in audience or [unit_id])
        occasion = Occasion(quiz.id, {_person(sitter): sitter for sitter in sitters})
    most = max((len(sitter.attempts) for sitter in occasion.sitters.values()), default=0)
    for number in range(most if rounds is None else rounds):
        sit(occasion, number)
    return occasion


def sit(occasion: Occasion, number: int) -> None:
    """Write everybody's attempt of that number, from 0, and let the clock end and score it."""
    with writing() as session:
        session.add_all(
            _attempt(occasion.quiz_id, person_id, number, sitter.attempts[number])
            for person_id, sitter in occasion.sitters.items()
            if number < len(sitter.attempts)
        )
    close_due()


def excuse(occasion: Occasion, account_id: int) -> None:
    """Record a reason for everybody whose sitter is excused, whether they sat it or not."""
    refresh(db.session.get_one(Quiz, occasion.quiz_id))
    entries = [Entry(id, Reason.SICK, "", "支部书记") for id, sitter in occasion.sitters.items() if sitter.excused]
    branches = {sitter.branch_id for sitter in occasion.sitters.values()}
    record_excusals(occasion.quiz_id, entries, account_id, within=branches)


@dataclass(frozen=True)
class Department:
    """A tree of its own: a unit of three branches, one of one, and a branch right under the top."""

    top: int
    units: dict[int, tuple[int, ...]]

    @property
    def branches(self) -> tuple[int, ...]:
        """Every branch, in order."""
        return tuple(branch for branches in self.units.values() for branch in branches)


def found_department() -> Department:
    """Add one inside the caller's transaction."""

    def node(kind: UnitKind, parent_id: int | None) -> int:
        number = next(_numbers)
        code = f"N{number:06}"
        return add_unit(
            code=code, kind=kind, name=f"单位{number}", parent_id=parent_id, position=number, since=JOINED
        ).id

    top = node(UnitKind.DEPARTMENT, None)
    units = {}
    for size in (3, 1):
        unit = node(UnitKind.UNIT, top)
        units[unit] = tuple(node(UnitKind.BRANCH, unit) for _ in range(size))
    units[top] = (node(UnitKind.BRANCH, top),)
    return Department(top, units)


def start(occasion: Occasion, person_id: int, number: int) -> None:
    """Let a person start an attempt that runs for an hour from the day it belongs to, and has not ended."""
    with writing() as session:
        session.add(_attempt(occasion.quiz_id, person_id, number, {}))


TOPICS = {"t1": "纪律", "t2": "纪律", "t3": "监察", "t4": "监察", "t5": ""}


def content() -> Content:
    """The bank: five items with one right letter each."""
    options = tuple(Option(letter, f"选项{letter}") for letter in "ABCD")
    items = (Item(id, ItemType.SINGLE, f"题目{id}", options, (key,), topic=TOPICS[id]) for id, key in KEYS.items())
    return Content("小题库", tuple(items))


def specification(excellent: Decimal | None = EXCELLENT) -> PaperSpec:
    """All five items, shuffled."""
    section = Section("单项选择题", ItemType.SINGLE, len(KEYS), WORTH)
    return PaperSpec((section,), cut_score=CUT, excellent_score=excellent)


def _quiz(unit_id: int, account_id: int, counted: CountedAttempt, excellent: Decimal | None) -> Quiz:
    bank = Bank(title="小题库", unit_id=unit_id, created_at=JOINED)
    revision = BankRevision(
        bank=bank,
        number=1,
        file_name="small.yaml",
        source="",
        content=bank_to_json(content()),
        digest="0" * 64,
        item_count=len(KEYS),
        uploaded_by=account_id,
        uploaded_at=JOINED,
    )
    return Quiz(
        title="",
        bank_revision=revision,
        unit_id=unit_id,
        spec=spec_to_json(specification(excellent)),
        opens_at=OPENS,
        closes_at=CLOSES,
        minutes=60,
        grace_seconds=10,
        attempts_allowed=2,
        counted_attempt=counted,
        score_shown=ReviewTime.AT_SUBMISSION,
        key_shown=ReviewTime.AFTER_CLOSE,
        rationale_shown=ReviewTime.AFTER_CLOSE,
        published_by=account_id,
        published_at=JOINED,
    )


def _person(sitter: Sitter) -> int:
    person = Person(staff_no=f"R{next(_numbers):06}", name=sitter.name)
    db.session.add(person)
    db.session.flush()
    moved = OPENS + timedelta(hours=1) if sitter.moved_to is not None else None
    db.session.add(Membership(person_id=person.id, branch_id=sitter.branch_id, since=JOINED, until=moved))
    if moved is not None:
        db.session.flush()
        db.session.add(Membership(person_id=person.id, branch_id=sitter.moved_to, since=moved))
    return person.id


def _attempt(quiz_id: int, person_id: int, number: int, marked: Mapping[str, str]) -> Attempt:
    seed = person_id * 10 + number
    paper = draw_paper(content(), specification(), seed)
    started = OPENS + timedelta(days=number, hours=2)
    responses = [
        ItemResponse(position=position, answer=[marked[item.item_id]], version=1, operation="op", saved_at=started)
        for position, item in enumerate(paper.items)
        if item.item_id in marked
    ]
    return Attempt(
        quiz_id=quiz_id,
        person_id=person_id,
        number=number + 1,
        seed=seed,
        paper=paper_to_json(paper),
        started_at=started,
        deadline=started + timedelta(hours=1),
        responses=responses,
    )


def recount(occasion: Occasion, branch_ids: Iterable[int], counted: CountedAttempt) -> dict[str, Fraction | None]:
    """Every figure of those branches from nothing but the stored papers and answers, the plainest way there is."""
    wanted = set(branch_ids)
    people = [id for id, sitter in occasion.sitters.items() if sitter.branch_id in wanted]
    excused = sum(
        occasion.sitters[id].excused and _score_that_counts(occasion.quiz_id, id, counted) is None for id in people
    )
    found = (_score_that_counts(occasion.quiz_id, id, counted) for id in people)
    scores = sorted(score for score in found if score is not None)
    n = len(scores)
    passed, excellent = sum(s >= 6 for s in scores), sum(s >= 9 for s in scores)
    return {
        "eligible": Fraction(len(people)),
        "sat": Fraction(n),
        "absent": Fraction(len(people) - n - excused),
        "excused": Fraction(excused),
        "participation": Fraction(n, len(people)) if people else None,
        "mean": Fraction(sum(scores), n) if n else None,
        "median": Fraction(scores[(n - 1) // 2] + scores[n // 2], 2) if n else None,
        "passed": Fraction(passed),
        "pass_rate": Fraction(passed, n) if n else None,
        "excellent": Fraction(excellent),
        "excellence_rate": Fraction(excellent, n) if n else None,
    }


def _score_that_counts(quiz_id: int, person_id: int, counted: CountedAttempt) -> int | None:
    attempts = db.session.execute(
        select(Attempt.id, Attempt.paper)
        .where(Attempt.quiz_id == quiz_id, Attempt.person_id == person_id)
        .order_by(Attempt.number)
    ).all()
    scores = []
    for id, paper in attempts:
        query = select(ItemResponse.position, ItemResponse.answer).where(ItemResponse.attempt_id == id)
        marked = {paper["items"][position]["item_id"]: answer for position, answer in db.session.execute(query)}
        if marked:
            scores.append(sum(2 for item, answer in marked.items() if answer == [KEYS[item]]))
    if not scores:
        return None
    return {"best": max(scores), "first": scores[0], "last": scores[-1]}[counted]
