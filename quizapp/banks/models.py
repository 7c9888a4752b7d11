"""A bank and its revisions. A revision is never edited; a correction is the next one."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.accounts.models import Account
from quizapp.db import Json, Key, Model, Moment
from quizapp.regulations.models import RegulationEdition


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


class ItemRecheck(Model):
    """待复核: an item cites an article that a newer edition has changed or dropped.

    Open until a person confirms that the item is still right, or uploads a revision in which it no longer rests on
    the old article. That revision and later ones may be drawn from again; earlier ones keep the item that was wrong.
    """

    __tablename__ = "item_recheck"
    __table_args__ = (
        UniqueConstraint("bank_id", "item_id", "edition_id"),
        CheckConstraint("outcome IN ('confirmed', 'corrected')", name="outcome"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by"),
        CheckConstraint("outcome = 'corrected' OR corrected_in IS NULL", name="corrected_in"),
    )

    id: Mapped[Key]
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    edition_id: Mapped[int] = mapped_column(ForeignKey("regulation_edition.id"))  # the newer one
    cited_edition: Mapped[str] = mapped_column(String(64))
    cited_article: Mapped[str] = mapped_column(String(64))
    article: Mapped[str | None] = mapped_column(String(64))  # its number in the newest edition; none: dropped
    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    corrected_in: Mapped[int | None]  # the number of the revision that brought the correction
    note: Mapped[str] = mapped_column(String(500), default="")

    bank: Mapped[Bank] = relationship()
    edition: Mapped[RegulationEdition] = relationship()
    closer: Mapped[Account | None] = relationship()
