"""One candidate's go at a quiz. The paper is written once; answers are a row each; scores are never overwritten."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.db import Json, Key, Model, Moment, Points
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Person


class Attempt(Model):
    """Started once, with a deadline that only an extension moves; ended by exactly one submission or by the clock."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("quiz_id", "person_id", "number"),
        Index(
            "uq_attempt_open",
            "quiz_id",
            "person_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("uq_attempt_verification_code", "verification_code", unique=True),
        Index("ix_attempt_submitted_at_deadline", "submitted_at", "deadline"),
        CheckConstraint("deadline > started_at", name="deadline"),
        CheckConstraint("(submitted_at IS NULL) = (ended_by IS NULL)", name="ended"),
        CheckConstraint("ended_by IN ('candidate', 'clock')", name="ended_by"),
    )

    id: Mapped[Key]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]  # 1, 2 … of the person in this quiz
    seed: Mapped[int] = mapped_column(BigInteger)
    paper: Mapped[Json] = mapped_column(deferred=True)  # `quizapp.domain.paper.Paper`
    started_at: Mapped[Moment]
    deadline: Mapped[Moment]
    submitted_at: Mapped[Moment | None]
    ended_by: Mapped[str | None] = mapped_column(String(16))
    lease: Mapped[int] = mapped_column(default=0)  # one more for each page that took over; only the newest may save
    pledged_at: Mapped[Moment | None]  # when the pledge was accepted, where the quiz has one
    fingerprint: Mapped[str | None] = mapped_column(String(64))  # of what was submitted, see `receipts.fingerprint`
    verification_code: Mapped[str | None] = mapped_column(String(16))  # of the certificate

    quiz: Mapped[Quiz] = relationship()
    person: Mapped[Person] = relationship()
    responses: Mapped[list["ItemResponse"]] = relationship(order_by="ItemResponse.position")
    scores: Mapped[list["AttemptScore"]] = relationship(order_by="AttemptScore.edition", back_populates="attempt")


class ItemResponse(Model):
    """What a candidate marked for one item. Written only where ``version`` is the one the writer had seen."""

    __tablename__ = "item_response"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # in the paper, from 0
    answer: Mapped[Json]  # list of the bank's letters, or of one text per blank; empty: omitted
    marked: Mapped[bool] = mapped_column(default=False)  # 标记: to look at again
    version: Mapped[int]  # 1 for the first save, one more for each
    operation: Mapped[str] = mapped_column(String(36))  # the client's id of the last accepted save
    saved_at: Mapped[Moment]


class Extension(Model):
    """More minutes, given to one attempt or to all that were running, and why."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        Index("uq_extension_quiz_id_outage_id", "quiz_id", "outage_id", unique=True),
    )

    id: Mapped[Key]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))  # None: everybody running
    minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    granted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    granted_at: Mapped[Moment]
    outage_id: Mapped[int | None]  # the outage that it gives back (`Outage.id`): once for each test


class ExtensionGrant(Model):
    """What one extension did to one attempt's deadline."""

    __tablename__ = "extension_grant"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id"), primary_key=True)
    deadline_before: Mapped[Moment]
    deadline_after: Mapped[Moment]

    extension: Mapped[Extension] = relationship()


class Outage(Model):
    """A time in which no node was there, while somebody was answering."""

    __tablename__ = "outage"
    __table_args__ = (UniqueConstraint("began_at"), CheckConstraint("ended_at > began_at", name="ended_at"))

    id: Mapped[Key]
    began_at: Mapped[Moment]  # the last heartbeat before
    ended_at: Mapped[Moment]  # the first one after


class Leaving(Model):
    """That a candidate's page was out of sight: a record, never a verdict."""

    __tablename__ = "leaving"
    __table_args__ = (
        UniqueConstraint("attempt_id", "operation"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("cause IN ('screen_lock', 'call', 'other_app', 'other_tab', 'unknown')", name="cause"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    operation: Mapped[str] = mapped_column(String(36))  # the page's id of the record: sent twice, kept once
    left_at: Mapped[Moment]
    seconds: Mapped[int]
    cause: Mapped[str] = mapped_column(String(16))  # the likeliest, as the page saw it
    explanation: Mapped[str] = mapped_column(String(500), default="")
    explained_at: Mapped[Moment | None]


class WrongCode(Model):
    """How often one person has lately given a wrong access code for one quiz, since the first of these."""

    __tablename__ = "wrong_code"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    tries: Mapped[int]
    since: Mapped[Moment]


class AttemptScore(Model):
    """The score of an attempt. Edition 1 is given at the end; a regrade adds the next and the newest counts."""

    __tablename__ = "attempt_score"
    __table_args__ = (UniqueConstraint("attempt_id", "edition"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    edition: Mapped[int]
    points: Mapped[Points]
    full_points: Mapped[Points]
    section_points: Mapped[Json]  # hundredths of a point, in the order of the sections
    answered: Mapped[int]  # items that were not left blank
    passed: Mapped[bool]
    excellent: Mapped[bool]
    scored_at: Mapped[Moment]

    attempt: Mapped[Attempt] = relationship(back_populates="scores")
    items: Mapped[list["ItemScoreRow"]] = relationship(order_by="ItemScoreRow.position")


class ItemScoreRow(Model):
    """The points of one item within a score, omitted items included: what item statistics are read from."""

    __tablename__ = "item_score"

    score_id: Mapped[int] = mapped_column(ForeignKey("attempt_score.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[str] = mapped_column(String(64), index=True)
    points: Mapped[Points]
    full_points: Mapped[Points]
    outcome: Mapped[str] = mapped_column(String(8))  # right, partly, wrong, omitted
