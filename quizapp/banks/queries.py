"""Reading banks. The key is in there, so only organizers of the unit (and those above) and auditors may."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from flask import Flask, abort, current_app
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from quizapp.accounts.models import Account
from quizapp.banks.models import Bank, BankRevision, Draft, ImportBatch
from quizapp.db import Prepared, db, first_row
from quizapp.domain import bank as content
from quizapp.domain.bank_json import bank_from_json
from quizapp.roster.models import UnitKind
from quizapp.roster.queries import scope_of, tree_at
from quizapp.roster.tree import Node
from quizapp.web import clock
from quizapp.web.access import Role

READS_BANKS = (Role.ORGANIZER, Role.AUDITOR)
CACHE = "quizapp_banks"
BANKS_IN_MEMORY = 32
IDS = "quizapp_bank_ids"
IDS_IN_MEMORY = 1000


_CONTENT = select(BankRevision.__table__.c.content).where(BankRevision.__table__.c.id == bindparam("revision"))
_CONTENT_ALONE = Prepared(_CONTENT)


def init_app(app: Flask) -> None:
    """Give ``app`` its memory of revisions; each application speaks to a database of its own."""
    app.extensions[CACHE] = lru_cache(maxsize=BANKS_IN_MEMORY)(_load)
    app.extensions[IDS] = lru_cache(maxsize=IDS_IN_MEMORY)(_load_id)


def bank_of(revision_id: int) -> content.Bank:
    """The content of a revision, kept in the process: it never changes. Raises LookupError where there is none."""
    bank: content.Bank = current_app.extensions[CACHE](revision_id)
    return bank


def bank_id_of(revision_id: int) -> int:
    """Which bank a revision belongs to, kept in the process like `bank_of`. Raises LookupError where there is none."""
    bank_id: int = current_app.extensions[IDS](revision_id)
    return bank_id


def _load_id(revision_id: int) -> int:
    bank_id = db.session.scalar(select(BankRevision.bank_id).where(BankRevision.id == revision_id))
    if bank_id is None:
        raise LookupError(f"there is no bank revision {revision_id}")
    return bank_id


def _load(revision_id: int) -> content.Bank:
    # Within a session's transaction on its own connection: a second one may have to wait for the first, in vain. Within
    # a save there is no session, and a reader that stayed would keep it from committing.
    in_session = db.session.registry.has() and db.session().in_transaction()
    asked = {"revision": revision_id}
    row = db.session.execute(_CONTENT, asked).first() if in_session else first_row(_CONTENT_ALONE, asked)
    if row is None:
        raise LookupError(f"there is no bank revision {revision_id}")
    return bank_from_json(row.content)


def bank_seen_by(account: Account, bank_id: int) -> Bank:
    """That bank, where the account may read it; otherwise 404."""
    bank = db.session.scalar(_seen_by(account).where(Bank.id == bank_id))
    return bank if bank is not None else abort(404)


def bank_kept_by(account: Account, bank_id: int) -> Bank:
    """That bank, where the account may upload a revision of it (an auditor only reads); otherwise 404."""
    bank = bank_seen_by(account, bank_id)
    return bank if keeps(account, bank) else abort(404)


def batch_kept_by(account: Account, batch_id: int) -> ImportBatch:
    """That import, where the account may upload to its unit; otherwise 404."""
    batch = db.session.get(ImportBatch, batch_id)
    return batch if batch is not None and batch.unit_id in scope_of(account, Role.ORGANIZER) else abort(404)


def imports_into(bank_id: int) -> Sequence[ImportBatch]:
    """The imports that brought something into a bank, the newest first."""
    query = select(ImportBatch).where(ImportBatch.bank_id == bank_id, ImportBatch.accepted_at.is_not(None))
    return db.session.scalars(query.options(joinedload(ImportBatch.creator)).order_by(ImportBatch.id.desc())).all()


def drafts_brought(batches: Iterable[ImportBatch]) -> Counter[int]:
    """By import: how many of its questions came as drafts, whatever became of them."""
    query = select(Draft.batch_id, func.count(Draft.id)).where(Draft.batch_id.in_([batch.id for batch in batches]))
    return Counter({row[0]: row[1] for row in db.session.execute(query.group_by(Draft.batch_id))})


def imports_waiting_for(account: Account) -> Sequence[ImportBatch]:
    """The account's own imports that are neither accepted nor given up, the newest first."""
    query = select(ImportBatch).where(ImportBatch.created_by == account.id, ImportBatch.accepted_at.is_(None))
    query = query.where(ImportBatch.discarded_at.is_(None), ImportBatch.unit_id.in_(scope_of(account, Role.ORGANIZER)))
    return db.session.scalars(query.order_by(ImportBatch.id.desc())).all()


def draft_seen_by(account: Account, draft_id: int) -> Draft:
    """That draft, where the account may read its bank; otherwise 404."""
    draft = db.session.get(Draft, draft_id)
    if draft is None:
        abort(404)
    bank_seen_by(account, draft.bank_id)
    return draft


def keeps(account: Account, bank: Bank) -> bool:
    """Whether the account may upload a revision of the bank."""
    return bank.unit_id in scope_of(account, Role.ORGANIZER)


def units_kept_by(account: Account) -> list[Node]:
    """Where the account may add a bank, in the organisation's order: department and units; else its branches."""
    tree = tree_at(clock.now())
    scope = scope_of(account, Role.ORGANIZER, tree=tree)
    nodes = [node for node in tree.walk() if node.id in scope]
    return [node for node in nodes if node.kind is not UnitKind.BRANCH] or nodes


def revision_numbered(bank: Bank, number: int) -> BankRevision:
    """The revision of that number of a bank that the caller was allowed to see; otherwise 404."""
    revision = db.session.scalar(
        select(BankRevision).where(BankRevision.bank_id == bank.id, BankRevision.number == number)
    )
    return revision if revision is not None else abort(404)


def newest_revisions(account: Account) -> Sequence[BankRevision]:
    """The newest revision of every bank the account may read, by title of the bank."""
    newest = select(func.max(BankRevision.id)).group_by(BankRevision.bank_id)
    query = _revisions_seen_by(account).where(BankRevision.id.in_(newest))
    return db.session.scalars(query.options(joinedload(BankRevision.uploader))).all()


def _seen_by(account: Account) -> Select[Bank]:
    return select(Bank).where(Bank.unit_id.in_(scope_of(account, *READS_BANKS)), Bank.withdrawn_at.is_(None))


def _revisions_seen_by(account: Account) -> Select[BankRevision]:
    scope = scope_of(account, *READS_BANKS)
    query = select(BankRevision).join(BankRevision.bank).where(Bank.unit_id.in_(scope), Bank.withdrawn_at.is_(None))
    return query.options(contains_eager(BankRevision.bank)).order_by(Bank.title, Bank.id, BankRevision.number)
