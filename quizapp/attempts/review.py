"""The result page: only what the review policy shows by now is put together at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.attempts.queries import Visible, score_of, visible_at
from quizapp.banks.queries import bank_of
from quizapp.domain.bank import Bank, Item
from quizapp.domain.paper import PaperSpec, paper_from_json
from quizapp.domain.scoring import Answer, Outcome
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import spec_of


@dataclass(frozen=True)
class ReviewedItem:
    """One item of the paper with what the candidate gave, in the letters of the bank, and what that earned."""

    number: int
    item: Item
    case: Item | None  # for the first item of a case: whose passage stands above it
    letters: tuple[str, ...]
    answer: Answer
    outcome: Outcome
    points: Decimal
    full_points: Decimal


@dataclass(frozen=True)
class SectionResult:
    """What one section of the paper earned, and what it had to."""

    title: str
    points: Decimal
    full_points: Decimal
    cut_score: Decimal | None


@dataclass(frozen=True)
class Review:
    """A receipt, always; a score and the items, by the policy of the quiz."""

    attempt: Attempt
    quiz: Quiz
    spec: PaperSpec
    visible: Visible
    answered: int
    item_count: int
    bank: Bank
    used: timedelta
    score: AttemptScore | None
    sections: tuple[SectionResult, ...]
    items: tuple[ReviewedItem, ...]

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
    visible = visible_at(quiz, now)
    assert attempt.submitted_at is not None
    return Review(
        attempt=attempt,
        quiz=quiz,
        spec=spec,
        visible=visible,
        answered=score.answered,
        item_count=len(score.items),
        bank=bank,
        used=attempt.submitted_at - attempt.started_at,
        score=score if visible.score else None,
        sections=_sections(spec, score) if visible.score else (),
        items=_items(bank, attempt, score) if visible.key else (),
    )


def _sections(spec: PaperSpec, score: AttemptScore) -> tuple[SectionResult, ...]:
    return tuple(
        SectionResult(section.title, Decimal(hundredths) / 100, section.full_points, section.cut_score)
        for section, hundredths in zip(spec.sections, score.section_points, strict=True)
    )


def _items(bank: Bank, attempt: Attempt, score: AttemptScore) -> tuple[ReviewedItem, ...]:
    saved = {response.position: tuple(response.answer) for response in attempt.responses}
    entries = paper_from_json(attempt.paper).items
    cases_before = [None, *(entry.case_id for entry in entries)]
    return tuple(
        ReviewedItem(
            number=row.position + 1,
            item=bank.item(entry.item_id),
            case=bank.item(entry.case_id) if entry.case_id and entry.case_id != case_before else None,
            letters=entry.letters,
            answer=saved.get(row.position, ()),
            outcome=Outcome(row.outcome),
            points=row.points,
            full_points=row.full_points,
        )
        for entry, case_before, row in zip(entries, cases_before, score.items, strict=False)
    )
