"""Imports as rows: where each stands, and what its operations have in common."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.banks.intake import lost_after
from quizapp.banks.models import Bank, BankRevision, ImportBatch
from quizapp.domain import bank as content
from quizapp.domain.bank_yaml import BankError
from quizapp.domain.problem import N_, Problem
from quizapp.web import clock

CHANGED = N_("The import or its bank was changed meanwhile. Look at it again and repeat what you wanted to do.")


class BatchState(StrEnum):
    """Where an import stands; derived, never stored."""

    READING = "reading"
    LOST = "lost"
    REFUSED = "refused"
    OPEN = "open"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"
    UNDONE = "undone"


def batch_state(batch: ImportBatch, now: datetime) -> BatchState:
    """Where an import stands. One whose reader was lost with its server can be read again."""
    if batch.undone_at:
        return BatchState.UNDONE
    if batch.discarded_at:
        return BatchState.DISCARDED
    if batch.accepted_at:
        return BatchState.ACCEPTED
    if batch.read_at is None:
        return BatchState.LOST if now - batch.reading_since > lost_after(batch) else BatchState.READING
    return BatchState.REFUSED if batch.refusal else BatchState.OPEN


def all_ids(bank: content.Bank | None) -> set[str]:
    """The ids of the items of a bank, of cases and the items under them alike."""
    items = bank.items if bank else ()
    return {part.id for item in items for part in (item, *item.items)}


def newest_of(session: Session, bank: Bank) -> BankRevision:
    """The newest revision of a bank."""
    query = select(BankRevision).where(BankRevision.bank_id == bank.id).order_by(BankRevision.number.desc()).limit(1)
    return session.scalars(query).one()


def batch_in(session: Session, batch_id: int, *states: BatchState) -> ImportBatch:
    """The import, locked, where it is in one of the states; else BankError. Runs inside the caller's `writing()`."""
    batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
    if batch_state(batch, clock.now()) not in states:
        raise refusal(CHANGED)
    return batch


def refusal(msgid: str, **params: object) -> BankError:
    """The error that says so."""
    return BankError([Problem(msgid, params)], "")


def login_of(session: Session, account_id: int) -> str:
    """Who an act is put on record for."""
    return session.get_one(Account, account_id).login
