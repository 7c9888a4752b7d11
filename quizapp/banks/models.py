"""A bank and its revisions. A revision is never edited; a correction is the next one."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.accounts.models import Account
from quizapp.db import Json, Key, Model, Moment
from quizapp.domain.problem import N_
from quizapp.regulations.models import RegulationEdition


class PracticeUse(StrEnum):
    """What of a bank people may practise."""

    OPEN = "open"  # everybody: all of it
    WRONG_ONLY = "wrong_only"  # each person: what has been shown with its key in a test of theirs
    RESERVED = "reserved"  # nobody: kept for tests


PRACTICE_USE_NAMES = {
    PracticeUse.OPEN: N_("Everybody may practise all items"),
    PracticeUse.WRONG_ONLY: N_("Only items whose key a person has seen in a test result"),
    PracticeUse.RESERVED: N_("Never in practice: kept for tests"),
}


class Bank(Model):
    """A titled collection of items, kept by one unit: its organizers, and those above, may see and use it."""

    __tablename__ = "bank"

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(200))  # of the newest revision
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[Moment]
    second_review: Mapped[bool] = mapped_column(default=False)  # imported and mended items wait for a second person
    withdrawn_at: Mapped[Moment | None]  # the import that made it was undone; nothing of it is left to draw
    practice_use: Mapped[str] = mapped_column(String(16), default=PracticeUse.WRONG_ONLY)

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


class ImportBatch(Model):
    """One import: a file in a foreign format, what was read in it, and what became of that.

    Its state is derived: waiting to be read, refused, read, accepted, given up, undone. The upload is kept only until
    it has been read. ``choices`` holds the keys that a person chose (`quizapp.banks.choices`).
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR discarded_at IS NULL", name="ending"),
        CheckConstraint("undone_at IS NULL OR accepted_at IS NOT NULL", name="undone"),
        Index("ix_import_batch_bank_id", "bank_id"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank.id"))  # none: makes a bank when it is accepted
    title: Mapped[str] = mapped_column(String(200), default="")  # of the bank it will make
    file_name: Mapped[str] = mapped_column(String(200))
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    keys_name: Mapped[str] = mapped_column(String(200), default="")
    keys_upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    keys_document: Mapped[Json | None] = mapped_column(deferred=True)  # `quizapp.importers.wire`
    reading: Mapped[Json | None] = mapped_column(deferred=True)  # `quizapp.banks.comparing`
    choices: Mapped[Json]
    refusal: Mapped[Json | None]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[Moment]
    reading_since: Mapped[Moment]
    read_at: Mapped[Moment | None]
    accepted_at: Mapped[Moment | None]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("bank_revision.id"))  # the one it made, if any
    item_ids: Mapped[Json]  # of the items that it brought into the bank at once
    discarded_at: Mapped[Moment | None]
    undone_at: Mapped[Moment | None]

    bank: Mapped[Bank | None] = relationship()
    revision: Mapped[BankRevision | None] = relationship()
    creator: Mapped[Account] = relationship()


class Draft(Model):
    """A question on its way into a bank. Its state is derived from its steps; its item is read from ``text``."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("batch_id", "position"), Index("ix_draft_bank_id", "bank_id"))

    id: Mapped[Key]
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    position: Mapped[int]  # among the questions of its batch, from 1
    line: Mapped[int]  # in the text of its batch
    source: Mapped[str] = mapped_column(Text)  # the lines as they stood in the file
    text: Mapped[str] = mapped_column(Text)  # the question as one block, to be mended
    item: Mapped[Json]  # `quizapp.importers.wire`, lines counted in ``text``
    item_id: Mapped[str | None] = mapped_column(String(64))  # in the bank, once it is published

    bank: Mapped[Bank] = relationship()
    batch: Mapped[ImportBatch] = relationship()
    steps: Mapped[list["ItemStep"]] = relationship(order_by="ItemStep.id", viewonly=True)


class ItemStep(Model):
    """One step on the path of a question: who did what, when. Steps are only ever added."""

    __tablename__ = "item_step"
    __table_args__ = (
        CheckConstraint("item_id IS NOT NULL OR draft_id IS NOT NULL", name="subject"),
        CheckConstraint(
            "kind IN ('imported', 'edited', 'submitted', 'reviewed', 'returned', 'published', 'withdrawn', "
            "'commented', 'answered')",
            name="kind",
        ),
        Index("ix_item_step_bank_id_item_id", "bank_id", "item_id"),
        Index("ix_item_step_draft_id", "draft_id"),
    )

    id: Mapped[Key]
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    item_id: Mapped[str | None] = mapped_column(String(64))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))
    kind: Mapped[str] = mapped_column(String(16))  # `quizapp.banks.path.Kind`
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[Moment]
    note: Mapped[str] = mapped_column(String(500), default="")

    account: Mapped[Account] = relationship()
