"""Excused absences (缓考): who could not sit a test, why, and who said so."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Key, Model, Moment


class Excusal(Model):
    """One excuse of one person for one test. Never changed and never deleted: withdrawn, and recorded anew.

    Whoever sits the test all the same has sat it; the excuse then says nothing.
    """

    __tablename__ = "excusal"
    __table_args__ = (
        Index(
            "uq_excusal_in_force",
            "quiz_id",
            "person_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    )

    id: Mapped[Key]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(16))  # `quizapp.domain.excuses.Reason`
    note: Mapped[str] = mapped_column(String(200))
    said_by: Mapped[str] = mapped_column(String(80))  # who vouches for it, by name
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Moment]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[Moment | None]
