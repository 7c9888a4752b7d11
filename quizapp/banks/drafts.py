"""What people do to drafts, and what they say about items."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.banks import path
from quizapp.banks.batches import CHANGED, all_ids, login_of, newest_of, refusal
from quizapp.banks.choices import possible_keys, with_key
from quizapp.banks.citing import added, citations_in
from quizapp.banks.drafting import item_of, kept, read_block
from quizapp.banks.models import Bank, BankRevision, Draft, ItemStep
from quizapp.banks.operations import append_revision, read_revision
from quizapp.banks.path import DraftState, Kind
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.problem import N_
from quizapp.exporters.imported import as_text, new_ids
from quizapp.exporters.yaml import write_yaml
from quizapp.importers.reading import ImportedItem
from quizapp.regulations.queries import register
from quizapp.web import clock

OPEN = (DraftState.FAULTY, DraftState.RETURNED, DraftState.WAITING, DraftState.FINISHED)


def drafts_of(bank_id: int, batch_id: int | None = None) -> list[tuple[Draft, DraftState]]:
    """The drafts of a bank, or of one import into it, that are still on their way, in the order of their imports."""
    query = select(Draft).where(Draft.bank_id == bank_id, Draft.item_id.is_(None))
    query = query.where(Draft.batch_id == batch_id) if batch_id is not None else query
    query = query.options(selectinload(Draft.steps).selectinload(ItemStep.account), selectinload(Draft.batch))
    found = [(draft, path.draft_state(draft)) for draft in db.session.scalars(query.order_by(Draft.batch_id, Draft.id))]
    return [(draft, state) for draft, state in found if state in OPEN]


def mend_draft(*, draft_id: int, account_id: int, text: str, seen: int = 0) -> None:
    """Keep the corrected text of a draft. Raises `Refused` where it is not one question.

    ``seen`` is the newest step of the draft that the person has seen (`path.last_step`); 0 asks for no such check.
    """
    draft = db.session.get_one(Draft, draft_id)
    before = item_of(draft)
    db.session.rollback()
    item = read_block(text, before)
    with writing() as session:
        _keep(session, _draft(session, draft_id, seen), account_id, item, text)


def choose_draft_key(*, draft_id: int, account_id: int, key: Sequence[str], seen: int = 0) -> None:
    """Keep the key that a person chose for a draft, and write it into its text."""
    with writing() as session:
        draft = _draft(session, draft_id, seen)
        item = item_of(draft)
        if not key or not set(key) <= set(possible_keys(item)):
            raise refusal(N_("Choose the key first."))
        chosen = with_key(item, tuple(key))
        _keep(session, draft, account_id, chosen, as_text(chosen))


def _keep(session: Session, draft: Draft, account_id: int, item: ImportedItem, text: str) -> None:
    # What waited or was returned before the second review was switched off does not slip by through a correction.
    waits = draft.bank.second_review or path.is_under_review(draft)
    draft.text, draft.item = text, kept(item, text)
    note = (item.key and "".join(item.key)) or ""
    path.add_step(session, Kind.EDITED, account_id, draft)
    record("draft.edited", f"draft:{draft.id}", {"key": note}, actor=login_of(session, account_id))
    if waits and item.is_ready:
        path.add_step(session, Kind.SUBMITTED, account_id, draft)


def review_draft(*, draft_id: int, account_id: int, is_right: bool, note: str = "", seen: int = 0) -> None:
    """A second person finds a draft right, or returns it with a note. Raises BankError for anybody else."""
    note = note.strip()
    with writing() as session:
        draft = _draft(session, draft_id, seen)
        if not path.may_review(draft, session.get_one(Account, account_id)):
            raise refusal(N_("Only a second person may review a question: somebody who has not worked on it."))
        if not is_right and not note:
            raise refusal(N_("Say what is to be mended."))
        kind = Kind.REVIEWED if is_right else Kind.RETURNED
        path.add_step(session, kind, account_id, draft, note[: path.LONGEST_NOTE])
        record(f"draft.{kind}", f"draft:{draft.id}", note=note, actor=login_of(session, account_id))


def withdraw_draft(*, draft_id: int, account_id: int) -> None:
    """Take a draft out of the list for good; its path stays."""
    with writing() as session:
        draft = _draft(session, draft_id)
        path.add_step(session, Kind.WITHDRAWN, account_id, draft)
        record("draft.withdrawn", f"draft:{draft.id}", actor=login_of(session, account_id))


def publish_drafts(*, bank_id: int, account_id: int) -> BankRevision:
    """Take every finished draft into the next revision of the bank. Raises BankError where there is none."""
    finished = [draft.id for draft, state in drafts_of(bank_id) if state is DraftState.FINISHED]
    bank = db.session.get_one(Bank, bank_id)
    newest = newest_of(db.session(), bank)
    before = bank_of(newest.id)
    items = [item_of(db.session.get_one(Draft, draft_id)) for draft_id in finished]
    ids = new_ids(items, path.ids_given(db.session(), bank_id) | all_ids(before))
    file_name = newest.file_name
    seen = newest.id, [draft.text for draft in map(_get, finished)]
    if not finished:
        raise refusal(N_("No draft is finished yet."))
    known, today = register(), clock.local(clock.now()).date()
    citations = citations_in(items, known, today, also_rationales=False)
    source = write_yaml(added(before, items, ids, citations, known))
    after = read_revision(source, file_name)
    db.session.rollback()
    with writing() as session:
        # key_share: whoever mends a draft holds it and refers to the bank; a full lock here would close a circle.
        bank = session.get_one(Bank, bank_id, with_for_update={"key_share": True})
        newest = newest_of(session, bank)
        drafts = [_draft(session, draft_id) for draft_id in finished]
        states = {path.draft_state(draft) for draft in drafts}
        if (newest.id, [draft.text for draft in drafts]) != seen or states != {DraftState.FINISHED}:
            raise refusal(CHANGED)
        revision = append_revision(session, bank, newest.number + 1, account_id, file_name, source, after)
        for draft, item_id in zip(drafts, ids, strict=True):
            draft.item_id = item_id
            path.add_step(session, Kind.PUBLISHED, account_id, draft)
        detail = {"revision": revision.number, "items": ids}
        record("drafts.published", f"bank:{bank.id}", detail, actor=login_of(session, account_id))
        return revision


def ask_for_review(*, bank_id: int, account_id: int) -> None:
    """Let imported and mended items of a bank wait for a second person from now on."""
    with writing() as session:
        bank = session.get_one(Bank, bank_id)
        bank.second_review = True
        record(path.SWITCHED, f"bank:{bank.id}", {"second_review": True}, actor=login_of(session, account_id))


def end_review(*, bank_id: int, account_id: int, release: bool) -> int:
    """Let nothing new wait for a second person any more; how many drafts were waiting.

    These keep waiting, unless the person said in so many words that they need no review either (``release``).
    """
    with writing() as session:
        bank = session.get_one(Bank, bank_id, with_for_update={"key_share": True})
        drafts = session.scalars(select(Draft).where(Draft.bank_id == bank_id).with_for_update()).all()
        waiting = [draft for draft in drafts if path.draft_state(draft) is DraftState.WAITING]
        bank.second_review = False
        for draft in waiting:
            if release:
                path.add_step(session, Kind.EDITED, account_id, draft, path.RELEASED)
            elif path.draft_state(draft) is not DraftState.WAITING:
                path.add_step(session, Kind.SUBMITTED, account_id, draft)
        detail = {"second_review": False, "waiting": len(waiting), "released": release}
        record(path.SWITCHED, f"bank:{bank.id}", detail, actor=login_of(session, account_id))
        return len(waiting)


def say(*, bank_id: int, item_id: str, account_id: int, kind: Kind, note: str) -> None:
    """A reader's comment on an item, or an answer, which closes the comments before it. Raises BankError."""
    note = note.strip()
    if not note:
        raise refusal(N_("Write a few words first."))
    with writing() as session:
        bank = session.get_one(Bank, bank_id)
        step = ItemStep(
            bank_id=bank.id,
            item_id=item_id,
            kind=kind,
            account_id=account_id,
            at=clock.now(),
            note=note[: path.LONGEST_NOTE],
        )
        session.add(step)
        record(f"item.{kind}", f"bank:{bank.id}:{item_id}", note=note, actor=login_of(session, account_id))


def changes_of(bank: Bank, item_id: str) -> Iterable[tuple[BankRevision, str]]:
    """The revisions in which an item came, changed or went, the first one first, each with that word."""
    before = None
    for revision in bank.revisions:
        content = bank_of(revision.id)
        now = content.item(item_id) if item_id in all_ids(content) else None
        if now != before:
            yield revision, "added" if before is None else "removed" if now is None else "changed"
        before = now


def _get(draft_id: int) -> Draft:
    return db.session.get_one(Draft, draft_id)


def _draft(session: Session, draft_id: int, seen: int = 0) -> Draft:
    draft = session.get_one(Draft, draft_id, with_for_update=True)
    if path.draft_state(draft) not in OPEN or (seen and seen != path.last_step(draft)):
        raise refusal(CHANGED)
    return draft
