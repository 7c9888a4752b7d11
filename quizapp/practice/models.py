"""What a person practises: the cards of the wrong-question book, every answer, and which attempts are in the book.

All of it is the person's own. Nobody else reads a row of it: reports count whole branches (`quizapp.practice.figures`).
"""

from datetime import date

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Json, Key, Model, Moment


class PracticeCard(Model):
    """An item that the person has once not known, with what FSRS keeps of it (`quizapp.domain.practice.Memory`).

    Days are those of the department's calendar. The item is the one of that id in the bank's newest revision.
    """

    __tablename__ = "practice_card"
    __table_args__ = (
        UniqueConstraint("person_id", "bank_id", "item_id"),
        Index("ix_practice_card_person_id_due_on", "person_id", "due_on"),
        CheckConstraint("due_on >= reviewed_on", name="due_on"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    stability: Mapped[float] = mapped_column(Double)
    difficulty: Mapped[float] = mapped_column(Double)
    due_on: Mapped[date]
    reviewed_on: Mapped[date]
    times_wrong: Mapped[int]  # in tests and in practice
    added_at: Mapped[Moment]


class PracticeAnswer(Model):
    """One answer given in practice. ``operation`` is the page's: sent twice, kept once."""

    __tablename__ = "practice_answer"
    __table_args__ = (
        UniqueConstraint("person_id", "operation"),
        Index("ix_practice_answer_person_id_answered_on", "person_id", "answered_on"),
        CheckConstraint("grade BETWEEN 1 AND 4", name="grade"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("bank_revision.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(36))
    letters: Mapped[Json]  # of the bank, in the order shown
    answer: Mapped[Json]  # `quizapp.domain.scoring.Answer`
    outcome: Mapped[str] = mapped_column(String(8))  # right, partly, wrong, omitted
    grade: Mapped[int]  # `quizapp.domain.practice.Grade`
    daily: Mapped[bool]  # one of the day's due items; otherwise chosen by topic, regulation or post
    answered_on: Mapped[date]
    answered_at: Mapped[Moment] = mapped_column(index=True)


class PracticeIntake(Model):
    """That what was not known in an attempt has been put into the book."""

    __tablename__ = "practice_intake"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, autoincrement=False)
    taken_at: Mapped[Moment]
