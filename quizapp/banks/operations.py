"""Taking in a bank, and the corrections that follow it."""

import hashlib
import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.banks.models import Bank, BankRevision
from quizapp.banks.rechecks import follow_revision
from quizapp.db import writing
from quizapp.domain import bank as content
from quizapp.domain.bank_json import bank_to_json
from quizapp.domain.bank_yaml import BankError, read_bank
from quizapp.domain.problem import N_, Problem
from quizapp.web import clock

LONGEST_TITLE = 200
LONGEST_FILE_NAME = 200


def add_bank(*, uploader_id: int, unit_id: int, file_name: str, source: bytes) -> BankRevision:
    """Revision 1 of a new bank kept by a unit. Raises BankError with every problem of the file.

    The file that is already the newest revision of a bank of that unit is refused: the form was sent twice.
    """
    bank = read_revision(source, file_name)
    with writing("import") as session:
        newest = select(func.max(BankRevision.id)).group_by(BankRevision.bank_id)
        twin = session.scalar(
            select(Bank)
            .join(Bank.revisions)
            .where(
                Bank.unit_id == unit_id,
                Bank.withdrawn_at.is_(None),
                BankRevision.digest == digest_of(source),
                BankRevision.id.in_(newest),
            )
        )
        if twin is not None:
            raise _refusal(
                file_name, N_("This file is already the newest revision of the bank '%(title)s'."), title=twin.title
            )
        row = Bank(title=bank.title, unit_id=unit_id, created_at=clock.now())
        session.add(row)
        session.flush()
        return append_revision(session, row, 1, uploader_id, file_name, source, bank)


def add_revision(*, bank_id: int, uploader_id: int, file_name: str, source: bytes) -> BankRevision:
    """The next revision of a bank, which takes its title. Raises BankError with every problem of the file.

    The same file as the newest revision is refused, since nothing would change.
    """
    bank = read_revision(source, file_name)
    with writing("import") as session:
        # The row is locked, so that of two uploads at once the second waits and counts on from the first.
        row = session.get_one(Bank, bank_id, with_for_update=True)
        newest = session.execute(
            select(BankRevision.number, BankRevision.digest)
            .where(BankRevision.bank_id == bank_id)
            .order_by(BankRevision.number.desc())
            .limit(1)
        ).one()
        if newest.digest == digest_of(source):
            raise _refusal(file_name, N_("This file is the same as the newest revision. Nothing was changed."))
        row.title = bank.title
        return append_revision(session, row, newest.number + 1, uploader_id, file_name, source, bank)


def read_revision(source: bytes, file_name: str) -> content.Bank:
    """The bank in ``source``, as it may be kept. Raises BankError with every problem of the file."""
    bank = read_bank(source, file_name)
    if len(bank.title) > LONGEST_TITLE:
        sentence = N_("The title of the bank is too long (%(size)s characters; the limit is %(limit)s). Shorten it.")
        raise _refusal(file_name, sentence, path="title", size=len(bank.title), limit=LONGEST_TITLE)
    return bank


def append_revision(
    session: Session,
    row: Bank,
    number: int,
    uploader_id: int,
    file_name: str,
    source: bytes,
    bank: content.Bank,
) -> BankRevision:
    """The revision of that number, put on record. Runs inside the caller's `writing()`."""
    as_json = bank_to_json(bank)
    revision = BankRevision(
        bank=row,
        number=number,
        file_name=file_name[-LONGEST_FILE_NAME:],
        source=source.decode(),  # the reader has made sure that it is UTF-8; byte order mark and line ends stay
        content=as_json,
        digest=digest_of(source),
        item_count=sum(len(item.leaves()) for item in bank.items),
        uploaded_by=uploader_id,
        uploaded_at=clock.now(),
    )
    session.add(revision)
    session.flush()
    record(
        "bank.uploaded",
        f"bank:{row.id}",
        {
            "revision": number,
            "digest": revision.digest,
            "content": digest_of_json(as_json),
            "items": revision.item_count,
            "file": revision.file_name,
        },
        actor=session.get_one(Account, uploader_id).login,
    )
    follow_revision(session, revision, bank)
    return revision


def digest_of(source: bytes) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(source).hexdigest()


def digest_of_json(content: Any) -> str:
    """SHA-256 of canonical JSON (sorted keys, no spaces, UTF-8), in hexadecimal."""
    return digest_of(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _refusal(file_name: str, msgid: str, path: str = "", **params: object) -> BankError:
    return BankError([Problem(msgid, params, path=path)], file_name)
