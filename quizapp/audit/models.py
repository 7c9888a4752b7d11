"""One entry for each act."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Json, Model, Moment


class AuditEntry(Model):
    """Who did what to which thing, chained to the entry before by its hash."""

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    at: Mapped[Moment]
    actor: Mapped[str] = mapped_column(String(64))  # login name, or "system"
    act: Mapped[str] = mapped_column(String(64))  # e.g. quiz.published
    subject: Mapped[str] = mapped_column(String(64))  # e.g. quiz:3
    detail: Mapped[Json]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")  # the reason a person gave
