"""A quiz: a published occasion of a bank revision."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.accounts.models import Account
from quizapp.banks.models import BankRevision
from quizapp.db import Json, Key, Model, Moment
from quizapp.domain.problem import N_


class ReviewTime(StrEnum):
    """When a candidate may see something of the result."""

    AT_SUBMISSION = "at_submission"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


REVIEW_TIME_NAMES = {
    ReviewTime.AT_SUBMISSION: N_("Right after submission"),
    ReviewTime.AFTER_CLOSE: N_("After the test closes"),
    ReviewTime.NEVER: N_("Never"),
}


class CountedAttempt(StrEnum):
    """Which of several attempts counts."""

    BEST = "best"
    FIRST = "first"
    LAST = "last"


COUNTED_ATTEMPT_NAMES = {
    CountedAttempt.BEST: N_("The best attempt"),
    CountedAttempt.FIRST: N_("The first attempt"),
    CountedAttempt.LAST: N_("The last attempt"),
}


class PageLayout(StrEnum):
    """How the paper stands on the page."""

    CHOICE = "choice"  # the candidate chooses
    SINGLE = "single"
    ALL = "all"


PAGE_LAYOUT_NAMES = {
    PageLayout.CHOICE: N_("The candidate chooses"),
    PageLayout.SINGLE: N_("One item at a time"),
    PageLayout.ALL: N_("The whole paper on one page"),
}


class Quiz(Model):
    """A test as published. State is derived from the window and ``withdrawn_at``, never stored."""

    __tablename__ = "quiz"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("attempts_allowed > 0", name="attempts_allowed"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawal"),
    )

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(200))
    bank_revision_id: Mapped[int] = mapped_column(ForeignKey("bank_revision.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose organizers run it
    spec: Mapped[Json]  # `quizapp.domain.paper.PaperSpec`
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    minutes: Mapped[int]
    grace_seconds: Mapped[int]
    attempts_allowed: Mapped[int]
    counted_attempt: Mapped[str] = mapped_column(String(16))
    score_shown: Mapped[str] = mapped_column(String(16))
    key_shown: Mapped[str] = mapped_column(String(16))
    rationale_shown: Mapped[str] = mapped_column(String(16))
    instructions: Mapped[str] = mapped_column(Text, default="")
    layout: Mapped[str] = mapped_column(String(8), default=PageLayout.CHOICE)
    pledge: Mapped[str] = mapped_column(Text, default="")  # 诚信承诺, accepted before the start; empty: none
    access_code: Mapped[str] = mapped_column(String(40), default="")  # said in the room; empty: none is asked for
    networks: Mapped[Json] = mapped_column(default=list)  # address ranges as CIDR; empty: from anywhere
    leaving_recorded: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[bool] = mapped_column(default=False)
    extended_until: Mapped[Moment | None]  # the latest deadline an extension gave beyond closes_at
    follows: Mapped[int | None]  # the test that this one repeats (`Quiz.id`), to see what was learned and forgotten
    published_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(200))

    bank_revision: Mapped[BankRevision] = relationship()
    publisher: Mapped[Account] = relationship()
    audience: Mapped[list["QuizAudience"]] = relationship(back_populates="quiz", lazy="selectin")

    @property
    def grace(self) -> timedelta:
        """How long after the deadline an answer may still arrive."""
        return timedelta(seconds=self.grace_seconds)


class QuizAudience(Model):
    """That a quiz is for a unit or branch, with everything under it when the quiz opens."""

    __tablename__ = "quiz_audience"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)

    quiz: Mapped[Quiz] = relationship(back_populates="audience")
