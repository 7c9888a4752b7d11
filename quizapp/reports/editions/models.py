"""Reports that are frozen, and how the committee words them. Unlike the tallies, nothing can remake these."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Json, Model, Moment


class ReportEdition(Model):
    """One edition of a test's report: what its figures are computed from. Never changed and never deleted."""

    __tablename__ = "report_edition"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2 … of the test
    evidence: Mapped[str] = mapped_column(Text, deferred=True)  # `quizapp.domain.evidence.Evidence.text`, all parts
    fingerprint: Mapped[str] = mapped_column(String(64))  # SHA-256 of its manifest
    frozen_at: Mapped[Moment]
    frozen_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(200))  # why there is another edition; of the first it may be empty
    changes: Mapped[Json]  # what differs from the edition before, see `quizapp.reports.editions.changes`


class ReportWording(Model):
    """The paragraphs of the official report as the committee words them, for this test."""

    __tablename__ = "report_wording"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    texts: Mapped[Json]  # name of a paragraph → its text, with marks for the figures; what is not in it is as drafted
    changed_at: Mapped[Moment]
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
