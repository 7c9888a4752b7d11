"""The result page: only what the review policy shows by now is put together at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from quizapp.attempts.certificates import certificate_of
from quizapp.attempts.leaving import leavings_of
from quizapp.attempts.models import Attempt, AttemptScore, Extension, ExtensionGrant, ItemScoreRow, Leaving
from quizapp.attempts.queries import Visible, score_of, visible_at, visible_to
from quizapp.attempts.receipts import Receipt, receipt_of
from quizapp.banks.asking import asked_about
from quizapp.banks.models import ItemStep
from quizapp.banks.queries import bank_of
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
    bank = bank_of(quiz.bank_revision_id)
    visible = visible_to(attempt, now)
    assert attempt.submitted_at is not None
    return Review(
        attempt=attempt,
        quiz=quiz,
        spec=spec,
        visible=visible,
        rests=visible_at(quiz, now).key and not visible.key,
        answered=score.answered,
        item_count=len(score.items),
        bank=bank,
        used=attempt.submitted_at - attempt.started_at,
        score=score if visible.score else None,
        sections=_sections(spec, score, sees_key=visible.key) if visible.score else (),
        items=_items(bank, attempt, score) if visible.key else (),
        receipt=receipt_of(attempt),
        topics=_topics(bank, score.items, sees_key=visible.key) if visible.score else (),
        extensions=_extensions(attempt),
        leavings=leavings_of(attempt),
        comments=_comments(attempt, score) if visible.key else {},
        has_certificate=certificate_of(attempt, now) is not None,
        others=_others(attempt),
    )


def _others(attempt: Attempt) -> Sequence[Attempt]:
    same = (Attempt.quiz_id == attempt.quiz_id, Attempt.person_id == attempt.person_id)
    ended = (Attempt.submitted_at.is_not(None), Attempt.id != attempt.id)
    return db.session.scalars(select(Attempt).where(*same, *ended).order_by(Attempt.number)).all()


def _extensions(attempt: Attempt) -> tuple[Extension, ...]:
    given = select(Extension).join(ExtensionGrant).where(ExtensionGrant.attempt_id == attempt.id)
    return tuple(db.session.scalars(given.order_by(Extension.id)))


def _comments(attempt: Attempt, score: AttemptScore) -> dict[str, ItemStep]:
    return asked_about(
        bank_id=attempt.quiz.bank_revision.bank_id,
        account_id=attempt.person.account_id,
        item_ids=[row.item_id for row in score.items],
    )


def _topics(bank: Bank, rows: Iterable[ItemScoreRow], *, sees_key: bool) -> tuple[TopicResult, ...]:
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


def _items(bank: Bank, attempt: Attempt, score: AttemptScore) -> tuple[ReviewedItem, ...]:
    saved = {response.position: tuple(response.answer) for response in attempt.responses}
    entries = paper_from_json(attempt.paper).items
    return tuple(
        ReviewedItem(
            number=row.position + 1,
            item=bank.item(entry.item_id),
            case=bank.item(entry.case_id) if entry.case_id else None,
            letters=entry.letters,
            answer=saved.get(row.position, ()),
            outcome=Outcome(row.outcome),
            points=row.points,
            full_points=row.full_points,
        )
        for entry, row in zip(entries, score.items, strict=True)
    )
