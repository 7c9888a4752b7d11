"""The result page: only what the review policy shows by now is put together at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, select

from quizapp.attempts.certificates import certificate_of
from quizapp.attempts.endings import answers_of
from quizapp.attempts.leaving import leavings_of
from quizapp.attempts.models import Attempt, AttemptScore, Extension, ExtensionGrant, ItemScoreRow, Leaving
from quizapp.attempts.queries import Visible, score_of, visible_at, visible_to
from quizapp.attempts.receipts import Receipt, receipt_of
from quizapp.banks.asking import asked_about
from quizapp.banks.models import ItemStep
from quizapp.banks.queries import bank_id_of, bank_of
from quizapp.db import db
from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.paper import PaperSpec, paper_from_json
from quizapp.domain.scoring import Answer, Outcome
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import spec_of


@dataclass(frozen=True)
class ReviewedItem:
    """One item of the paper with what the candidate gave, in the letters of the bank, and what that earned."""

    number: int
    item: Item
    case: Item | None  # whose passage stands above it, or above the item before
    letters: tuple[str, ...]
    answer: Answer
    outcome: Outcome
    points: Decimal
    full_points: Decimal


@dataclass(frozen=True)
class SectionResult:
    """What one section of the paper earned, and what it had to."""

    title: str
    type: ItemType
    points: Decimal
    full_points: Decimal
    cut_score: Decimal | None


@dataclass(frozen=True)
class TopicResult:
    """How many items of one topic were right."""

    title: str
    right: int
    items: int


FEWEST_TOGETHER = 3
"""Before the key is shown, a topic or section with fewer items would tell which of them was wrong."""


@dataclass(frozen=True)
class Review:
    """A receipt, always; a score and the items, by the policy of the quiz."""

    attempt: Attempt
    quiz: Quiz
    spec: PaperSpec
    visible: Visible
    rests: bool  # the key could be seen by now, but for another paper of its bank that the person is answering
    answered: int
    item_count: int
    bank: Bank
    used: timedelta
    score: AttemptScore | None
    sections: tuple[SectionResult, ...]
    items: tuple[ReviewedItem, ...]
    receipt: Receipt
    topics: tuple[TopicResult, ...]
    extensions: tuple[Extension, ...]
    leavings: Sequence[Leaving]
    comments: Mapping[str, ItemStep]
    has_certificate: bool
    others: Sequence[Attempt]

    def count(self, outcome: str) -> int:
        """How many items went that way."""
        return sum(item.outcome == outcome for item in self.items)

    @property
    def to_learn(self) -> tuple[ReviewedItem, ...]:
        """The items that did not earn everything."""
        return tuple(item for item in self.items if item.outcome is not Outcome.RIGHT)


def review_of(attempt: Attempt, now: datetime) -> Review:
    """What the candidate may see at ``now`` of an attempt that has ended."""
    quiz, spec, score = attempt.quiz, spec_of(attempt.quiz), score_of(attempt)
    bank, rows, answers = bank_of(quiz.bank_revision_id), _rows(score), answers_of(attempt)
    has = db.session.execute(_BESIDES, _same(attempt)).one()
    visible = visible_to(attempt, now)
    assert attempt.submitted_at is not None
    return Review(
        attempt=attempt,
        quiz=quiz,
        spec=spec,
        visible=visible,
        rests=visible_at(quiz, now).key and not visible.key,
        answered=score.answered,
        item_count=len(rows),
        bank=bank,
        used=attempt.submitted_at - attempt.started_at,
        score=score if visible.score else None,
        sections=_sections(spec, score, sees_key=visible.key) if visible.score else (),
        items=_items(bank, attempt, rows, answers) if visible.key else (),
        receipt=receipt_of(attempt, answers),
        topics=_topics(bank, rows, sees_key=visible.key) if visible.score else (),
        extensions=_extensions(attempt) if has.extensions else (),
        leavings=leavings_of(attempt) if has.leavings else (),
        comments=_comments(attempt, rows) if visible.key else {},
        has_certificate=certificate_of(attempt, now) is not None,
        others=_others(attempt) if has.others else (),
    )


class ItemResult(NamedTuple):
    """What one place of the paper earned: a row of the score, of columns alone, since there are dozens of them."""

    position: int
    item_id: str
    points: Decimal
    full_points: Decimal
    outcome: str


# Written once: these are asked with every result, and to write one costs as much as to ask it.
_ITEM_RESULTS = (
    select(*(ItemScoreRow.__table__.c[name] for name in ItemResult._fields))
    .where(ItemScoreRow.__table__.c.score_id == bindparam("score"))
    .order_by(ItemScoreRow.__table__.c.position)
)
_OTHERS = (
    select(Attempt)
    .where(
        Attempt.quiz_id == bindparam("quiz"),
        Attempt.person_id == bindparam("person"),
        Attempt.submitted_at.is_not(None),
        Attempt.id != bindparam("attempt"),
    )
    .order_by(Attempt.number)
)
_EXTENSIONS = (
    select(Extension)
    .join(ExtensionGrant)
    .where(ExtensionGrant.attempt_id == bindparam("attempt"))
    .order_by(Extension.id)
)
# Most results have none of these: one question whether there are any, instead of three for what there is.
_BESIDES = select(
    _OTHERS.with_only_columns(Attempt.id).order_by(None).exists().label("others"),
    _EXTENSIONS.with_only_columns(Extension.id).order_by(None).exists().label("extensions"),
    select(Leaving.id).where(Leaving.attempt_id == bindparam("attempt")).exists().label("leavings"),
)


def _same(attempt: Attempt) -> dict[str, int]:
    return {"attempt": attempt.id, "quiz": attempt.quiz_id, "person": attempt.person_id}


def _rows(score: AttemptScore) -> Sequence[ItemResult]:
    return [ItemResult(*row) for row in db.session.execute(_ITEM_RESULTS, {"score": score.id})]


def _others(attempt: Attempt) -> Sequence[Attempt]:
    return db.session.scalars(_OTHERS, _same(attempt)).all()


def _extensions(attempt: Attempt) -> tuple[Extension, ...]:
    return tuple(db.session.scalars(_EXTENSIONS, {"attempt": attempt.id}))


def _comments(attempt: Attempt, rows: Iterable[ItemResult]) -> dict[str, ItemStep]:
    return asked_about(
        bank_id=bank_id_of(attempt.quiz.bank_revision_id),
        account_id=attempt.person.account_id,
        item_ids=[row.item_id for row in rows],
    )


def _topics(bank: Bank, rows: Iterable[ItemResult], *, sees_key: bool) -> tuple[TopicResult, ...]:
    """The topics of the paper, the weakest first; items under a case may stand under the topic of their case."""
    above = {leaf.id: item.topic for item in bank.items for leaf in item.items}
    found: dict[str, list[bool]] = {}
    for row in rows:
        topic = bank.item(row.item_id).topic or above.get(row.item_id, "")
        found.setdefault(topic, []).append(row.outcome == Outcome.RIGHT)
    results = [TopicResult(topic, sum(each), len(each)) for topic, each in found.items() if topic]
    least = 1 if sees_key else FEWEST_TOGETHER
    return tuple(sorted((one for one in results if one.items >= least), key=lambda one: one.right / one.items))


def _sections(spec: PaperSpec, score: AttemptScore, *, sees_key: bool) -> tuple[SectionResult, ...]:
    """The points by section; before the key is shown, none of a section whose points would tell right from wrong."""
    least = 1 if sees_key else FEWEST_TOGETHER
    return tuple(
        SectionResult(section.title, section.type, Decimal(hundredths) / 100, section.full_points, section.cut_score)
        for section, hundredths in zip(spec.sections, score.section_points, strict=True)
        if section.count >= least
    )


def _items(
    bank: Bank, attempt: Attempt, rows: Sequence[ItemResult], answers: Mapping[int, Answer]
) -> tuple[ReviewedItem, ...]:
    entries = paper_from_json(attempt.paper).items
    return tuple(
        ReviewedItem(
            number=row.position + 1,
            item=bank.item(entry.item_id),
            case=bank.item(entry.case_id) if entry.case_id else None,
            letters=entry.letters,
            answer=answers.get(row.position, ()),
            outcome=Outcome(row.outcome),
            points=row.points,
            full_points=row.full_points,
        )
        for entry, row in zip(entries, rows, strict=True)
    )
