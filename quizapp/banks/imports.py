"""Imports as batches: begun, corrected, accepted or given up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.banks import path
from quizapp.banks.batches import CHANGED, BatchState, all_ids, batch_in, batch_state, login_of, newest_of, refusal
from quizapp.banks.choices import mark_of, possible_keys, reading_of
from quizapp.banks.citing import added, citations_in
from quizapp.banks.comparing import with_comparison
from quizapp.banks.drafting import draft_of
from quizapp.banks.intake import lost_after
from quizapp.banks.models import Bank, BankRevision, Draft, ImportBatch
from quizapp.banks.operations import LONGEST_FILE_NAME, append_revision, digest_of, read_revision
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain import bank as content
from quizapp.domain.problem import N_
from quizapp.exporters.imported import new_ids
from quizapp.exporters.yaml import write_yaml
from quizapp.importers import sandbox, wire
from quizapp.importers.reading import ImportedItem, Reading
from quizapp.regulations.queries import register
from quizapp.web import clock

NAMED_BY = 60
"""So many characters of its stem name a question on record."""


@dataclass(frozen=True)
class Upload:
    """A file as it came, and the file of its keys where there is one."""

    name: str
    data: bytes
    keys_name: str = ""
    keys_data: bytes = b""


def begin_import(*, account_id: int, unit_id: int, bank_id: int | None, title: str, upload: Upload) -> ImportBatch:
    """Keep an upload, to be read into a new bank of the unit, or into a bank there is.

    Raises BankError while another file of the same account is read: nobody holds every turn.
    """
    now = clock.now()
    with writing() as session:
        _refuse_second_reading(session, account_id)
        batch = ImportBatch(
            unit_id=unit_id,
            bank_id=bank_id,
            title=title[:200],
            file_name=upload.name[-LONGEST_FILE_NAME:],
            upload=upload.data,
            keys_name=upload.keys_name[-LONGEST_FILE_NAME:],
            keys_upload=upload.keys_data or None,
            choices={},
            item_ids=[],
            created_by=account_id,
            created_at=now,
            reading_since=now,
        )
        session.add(batch)
        session.flush()
        record("import.begun", f"import:{batch.id}", {"file": batch.file_name}, actor=login_of(session, account_id))
        return batch


def _refuse_second_reading(session: Session, account_id: int) -> None:
    session.get_one(
        Account, account_id, with_for_update={"key_share": True}
    )  # two uploads at once: one after the other
    query = select(ImportBatch).where(ImportBatch.created_by == account_id, ImportBatch.read_at.is_(None))
    # One that was given up is read to its end all the same, and holds its turn.
    if any(clock.now() - batch.reading_since <= lost_after(batch) for batch in session.scalars(query)):
        raise refusal(N_("Another file of yours is being read. Wait until it is done, then upload this one."))


def restart_reading(batch_id: int) -> None:
    """Let a lost reader's work be done again."""
    with writing() as session:
        batch = batch_in(session, batch_id, BatchState.LOST)
        _refuse_second_reading(session, batch.created_by)
        batch.reading_since = clock.now()


def correct_text(batch_id: int, lines: Sequence[str], seen: str = "") -> None:
    """Read the corrected text of an import again. Raises `Refused` where no question is left in it.

    ``seen`` is `version_of` the import whose lines were corrected: over another text they would fall on other lines.
    """
    batch = db.session.get_one(ImportBatch, batch_id)
    if seen and seen != version_of(batch):
        raise refusal(CHANGED)
    before, read_at, account_id = wire.reading(batch.reading or {}), batch.read_at, batch.created_by
    keys = wire.document(batch.keys_document) if batch.keys_document else None
    db.session.rollback()  # no transaction stays open while the text is read
    reading = sandbox.read_again(with_lines(before, lines).document, keys)
    kept = with_comparison(reading, db.session.get_one(Account, account_id))
    db.session.rollback()
    with writing() as session:
        batch = batch_in(session, batch_id, BatchState.OPEN)
        if batch.read_at != read_at:
            raise refusal(CHANGED)
        batch.reading = kept
        batch.read_at = clock.now()


def version_of(batch: ImportBatch) -> str:
    """What the text of an import is known by until it is read again."""
    return batch.read_at.isoformat() if batch.read_at else ""


def with_lines(reading: Reading, lines: Sequence[str]) -> Reading:
    """The reading over corrected lines: what is known of the lines above and below the change moves with them."""
    document = reading.document
    old, new = document.lines, tuple(lines)
    shortest = min(len(old), len(new))
    same = next((at for at in range(shortest) if old[at] != new[at]), shortest)
    tail = next((at for at in range(shortest - same) if old[-1 - at] != new[-1 - at]), shortest - same)
    shift = len(new) - len(old)

    def moved(known: dict[int, Any]) -> dict[int, Any]:
        kept = {line: what for line, what in known.items() if line <= same}
        return kept | {line + shift: what for line, what in known.items() if line > len(old) - tail}

    pictures = moved(dict.fromkeys(document.pictures))
    places, marks = moved(dict(document.places)), moved(dict(document.marks))
    corrected = replace(document, lines=new, places=places, marks=marks, pictures=frozenset(pictures))
    return replace(reading, document=corrected)


def choose_key(*, batch_id: int, account_id: int, mark: str, key: tuple[str, ...]) -> ImportedItem:
    """Keep the key that a person chose for the item of that mark; an empty one takes the choice back."""
    with writing() as session:
        batch = batch_in(session, batch_id, BatchState.OPEN)
        item = next((each for each in wire.reading(batch.reading or {}).items if mark_of(each) == mark), None)
        if item is None or not set(key) <= set(possible_keys(item)):
            raise refusal(CHANGED)
        others = {known: choice for known, choice in batch.choices.items() if known != mark}
        named = {"number": item.number, "stem": item.stem[:NAMED_BY]}
        by = {"key": sorted(key), "by": account_id, "at": clock.now().isoformat(), **named}
        batch.choices = others | ({mark: by} if key else {})
        detail = {"key": sorted(key), **named}
        record("import.key_chosen", f"import:{batch.id}", detail, actor=login_of(session, account_id))
        return item


def discard_import(*, batch_id: int, account_id: int) -> None:
    """Give an import up before anything of it is in a bank."""
    with writing() as session:
        states = BatchState.OPEN, BatchState.REFUSED, BatchState.LOST, BatchState.READING
        batch = batch_in(session, batch_id, *states)
        batch.discarded_at = clock.now()
        batch.upload = batch.keys_upload = None
        record("import.discarded", f"import:{batch.id}", actor=login_of(session, account_id))


@dataclass(frozen=True)
class _Plan:
    """What accepting an import would do, worked out before the database is locked for it."""

    ready: list[ImportedItem]
    drafts: list[Draft]
    ids: list[str]
    bank: content.Bank | None
    source: bytes
    newest: int | None
    read_at: datetime | None
    choices: dict[str, Any]


def accept_import(*, batch_id: int, account_id: int, title: str = "", take_citations: bool = False) -> ImportBatch:
    """Bring the ready items into the bank, as a new revision, and keep the rest as drafts.

    ``take_citations``: items also cite what only their rationale names.

    Where the bank asks for a second person's review, all of them become drafts. Raises BankError.
    """
    plan = _plan(batch_id, title.strip(), take_citations=take_citations)
    with writing("import") as session:
        batch = batch_in(session, batch_id, BatchState.OPEN)
        bank = session.get_one(Bank, batch.bank_id, with_for_update=True) if batch.bank_id else None
        bank = bank if bank and bank.withdrawn_at is None else None
        newest = newest_of(session, bank) if bank else None
        unchanged = (newest.id if newest else None) == plan.newest
        if not unchanged or (batch.read_at, batch.choices) != (plan.read_at, plan.choices):
            raise refusal(CHANGED)
        if bank is None:
            assert plan.bank is not None
            _refuse_twin(session, batch.unit_id, plan.source)
            bank = Bank(title=plan.bank.title, unit_id=batch.unit_id, created_at=clock.now())
            session.add(bank)
            session.flush()
        if plan.bank is not None:
            number = newest.number + 1 if newest else 1
            revision = append_revision(session, bank, number, account_id, batch.file_name, plan.source, plan.bank)
            batch.revision_id = revision.id
            path.add_item_steps(session, path.Kind.IMPORTED, account_id, bank.id, plan.ids)
        _keep_drafts(session, batch, bank, plan.drafts, account_id)
        batch.bank_id, batch.item_ids, batch.accepted_at = bank.id, plan.ids, clock.now()
        detail = {"bank": bank.id, "items": len(plan.ids), "drafts": len(plan.drafts), "file": batch.file_name}
        chosen = {"keys_chosen": list(batch.choices.values())} if batch.choices else {}
        record("import.accepted", f"import:{batch.id}", detail | chosen, actor=login_of(session, account_id))
        return batch


def _plan(batch_id: int, title: str, *, take_citations: bool) -> _Plan:
    batch = db.session.get_one(ImportBatch, batch_id)
    if batch_state(batch, clock.now()) is not BatchState.OPEN:
        raise refusal(CHANGED)
    reading = reading_of(batch)
    # What was taken back with its bank must not return with the next import: that one makes a bank of its own.
    bank = batch.bank if batch.bank and batch.bank.withdrawn_at is None else None
    newest = newest_of(db.session(), bank) if bank else None
    waits = bank is not None and bank.second_review
    ready = [] if waits else [item for item in reading.items if item.is_ready]
    ready_ones = set(map(id, ready))
    drafts = [
        draft_of(reading, item, number)
        for number, item in enumerate(reading.items, start=1)
        if id(item) not in ready_ones
    ]
    if not ready and newest is None:
        raise refusal(N_("No question is ready yet. Choose a key for one, or correct the text."))
    before = bank_of(newest.id) if newest else None
    taken = path.ids_given(db.session(), bank.id) | all_ids(before) if bank and before else set()
    ids = new_ids(ready, taken)
    state = newest.id if newest else None, batch.read_at, dict(batch.choices)
    after, source = None, b""
    if ready:
        known, today = register(), clock.local(clock.now()).date()
        citations = citations_in(ready, known, today, also_rationales=take_citations)
        after = before or content.Bank(title or batch.title or batch.file_name, ())
        after = added(after, ready, ids, citations, known)
        source = write_yaml(after)
        after = read_revision(source, batch.file_name)
    db.session.rollback()
    return _Plan(ready, drafts, ids, after, source, *state)


def _keep_drafts(session: Session, batch: ImportBatch, bank: Bank, drafts: list[Draft], account_id: int) -> None:
    for draft in drafts:
        draft.batch_id, draft.bank_id = batch.id, bank.id
    session.add_all(drafts)
    session.flush()
    for draft in drafts:
        path.add_step(session, path.Kind.IMPORTED, account_id, draft)
        if bank.second_review and not draft.item["items"][0].get("problems"):
            path.add_step(session, path.Kind.SUBMITTED, account_id, draft)


def _refuse_twin(session: Session, unit_id: int, source: bytes) -> None:
    """The same questions twice make two banks of the same: most likely the form was sent twice."""
    query = select(Bank).join(Bank.revisions).where(BankRevision.digest == digest_of(source))
    twin = session.scalar(query.where(Bank.unit_id == unit_id, Bank.withdrawn_at.is_(None)).limit(1))
    if twin is not None:
        raise refusal(N_("This file is already the newest revision of the bank '%(title)s'."), title=twin.title)
