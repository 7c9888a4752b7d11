"""A bank and its revisions. A revision is never edited; a correction is the next one."""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.accounts.models import Account
from quizapp.db import Json, Key, Model, Moment


class Bank(Model):
    """A titled collection of items, kept by one unit: its organizers, and those above, may see and use it."""

    __tablename__ = "bank"

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(200))  # of the newest revision
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[Moment]

    revisions: Mapped[list["BankRevision"]] = relationship(back_populates="bank", order_by="BankRevision.number")


class BankRevision(Model):
    """One uploaded version of a bank: the text as it came, and its canonical content."""

    __tablename__ = "bank_revision"
    __table_args__ = (UniqueConstraint("bank_id", "number"),)

    id: Mapped[Key]
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    number: Mapped[int]  # 1, 2, 3 … within the bank
    file_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text, deferred=True)
    content: Mapped[Json] = mapped_column(deferred=True)  # `quizapp.domain.bank_json`
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the source
    item_count: Mapped[int]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[Moment]

    bank: Mapped[Bank] = relationship(back_populates="revisions")
    uploader: Mapped[Account] = relationship()
