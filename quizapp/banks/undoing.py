"""Taking an import back, as one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizapp.audit.operations import record
from quizapp.banks import path
from quizapp.banks.batches import BatchState, all_ids, batch_in, login_of, newest_of, refusal
from quizapp.banks.models import Bank, BankRevision, Draft, ImportBatch
from quizapp.banks.operations import append_revision, read_revision
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.bank import Item
from quizapp.domain.bank_yaml import BankError
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.yaml import write_yaml
from quizapp.web import clock

HOLDERS = "quizapp_revision_holders"
"""Functions that other rooms register: why an import cannot be undone, from the ids of the revisions that hold it."""
Holder = Callable[[Sequence[int]], Problem | None]


def undo_import(*, batch_id: int, account_id: int) -> None:
    """Take everything that an import brought out again. No revision is touched: the next one is without its items.

    A bank that would be left empty is withdrawn from every list. Raises BankError where a test rests on the items, or
    where drafts of other imports would be lost with the bank.
    """
    with writing() as session:
        batch = batch_in(session, batch_id, BatchState.ACCEPTED)
        # key_share: whoever mends a draft holds it and refers to the bank; a full lock here would close a circle.
        bank = session.get_one(Bank, batch.bank_id, with_for_update={"key_share": True})
        drafts = session.scalars(select(Draft).where(Draft.batch_id == batch.id)).all()
        ids = _brought(batch, drafts)
        if problem := _held(session, bank.id, ids):
            raise BankError([problem], batch.file_name)
        newest = newest_of(session, bank)
        present = bank_of(newest.id)
        left = without(present.items, ids)
        if not left:
            _refuse_others_drafts(session, batch.id, bank.id)
            bank.withdrawn_at = clock.now()
        elif left != present.items:
            source = write_yaml(replace(present, items=left))
            after = read_revision(source, batch.file_name)
            append_revision(session, bank, newest.number + 1, account_id, newest.file_name, source, after)
        path.add_item_steps(session, path.Kind.WITHDRAWN, account_id, bank.id, sorted(ids & all_ids(present)))
        for draft in drafts:
            if path.draft_state(draft) not in (path.DraftState.PUBLISHED, path.DraftState.WITHDRAWN):
                path.add_step(session, path.Kind.WITHDRAWN, account_id, draft)
        batch.undone_at = clock.now()
        detail = {"bank": bank.id, "items": len(ids), "drafts": len(drafts)}
        record("import.undone", f"import:{batch.id}", detail, actor=login_of(session, account_id))


def hindrance(batch: ImportBatch) -> Problem | None:
    """Why an accepted import cannot be undone, as far as something rests on its items; None where nothing does."""
    session = db.session()
    drafts = session.scalars(select(Draft).where(Draft.batch_id == batch.id)).all()
    return _held(session, batch.bank_id, _brought(batch, drafts))


def _brought(batch: ImportBatch, drafts: Iterable[Draft]) -> set[str]:
    """The ids of all items that came by an import, at once or as drafts."""
    return {*batch.item_ids, *(draft.item_id for draft in drafts if draft.item_id)}


def _held(session: Session, bank_id: int | None, ids: set[str]) -> Problem | None:
    revisions = session.scalars(select(BankRevision.id).where(BankRevision.bank_id == bank_id)).all()
    holding = [revision for revision in revisions if ids & all_ids(bank_of(revision))]
    problems = (holder(holding) for holder in current_app.extensions.get(HOLDERS, ()))
    return next(filter(None, problems), None)


def _refuse_others_drafts(session: Session, batch_id: int, bank_id: int) -> None:
    """A bank that is withdrawn takes its drafts out of reach: nobody's work may go with another's import."""
    others = session.scalars(select(Draft).where(Draft.bank_id == bank_id, Draft.batch_id != batch_id))
    done = path.DraftState.PUBLISHED, path.DraftState.WITHDRAWN
    if count := sum(path.draft_state(draft) not in done for draft in others):
        sentence = N_("%(n)s drafts of other imports are in this bank. Take them into the bank or withdraw them first.")
        raise refusal(sentence, n=count)


def without(items: Iterable[Item], ids: set[str]) -> tuple[Item, ...]:
    """The items that are not among ``ids``; a case loses its items one by one, and goes with the last."""
    kept = []
    for item in items:
        inner = without(item.items, ids)
        if item.id not in ids and (inner or not item.items):
            kept.append(replace(item, items=inner) if inner != item.items else item)
    return tuple(kept)
