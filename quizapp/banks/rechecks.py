"""待复核: items that a newer edition puts in question, opened by the register and by uploads, closed by a person."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.banks.models import Bank, BankRevision, ItemRecheck
from quizapp.banks.queries import bank_of
from quizapp.banks.staleness import Stale, items_citing, stale_items, without
from quizapp.db import db, writing
from quizapp.domain import bank as content
from quizapp.domain.problem import N_, Problem
from quizapp.domain.regulations import Register
from quizapp.regulations.followers import Effect
from quizapp.regulations.models import RegulationEdition
from quizapp.regulations.queries import edition_ids, register
from quizapp.web import clock

CONFIRMED, CORRECTED = "confirmed", "corrected"
LONGEST_NOTE = 500
LONGEST_NAMED = 64


class Rechecks:
    """What a new edition means for banks (`quizapp.regulations.followers.Follower`)."""

    def forecast(self, register: Register, code: str) -> Iterable[Effect]:
        """How many items of each bank's newest revision would turn 待复核."""
        for revision in _newest_revisions():
            there = {row.item_id for row in _rows(db.session(), revision.bank_id) if row.outcome is None}
            stale = {each.item_id for each in stale_items(bank_of(revision.id), register, code)}
            confirmed = _confirmed(revision.bank_id, bank_of(revision.id), register, code)
            yield Effect(revision.bank.title, len(stale - there - confirmed))

    def follow(self, register: Register, code: str, actor_id: int) -> None:
        """Turn them 待复核."""
        for revision in _newest_revisions():
            stale = stale_items(bank_of(revision.id), register, code)
            _open(db.session(), revision.bank_id, stale, actor_id)

    def hindrance(self, register: Register, code: str, edition: str) -> Problem | None:
        """A bank whose newest revision cites it, or in which somebody has judged an item by it."""
        for revision in _newest_revisions():
            if count := len(items_citing(bank_of(revision.id), register, code, edition)):
                msgid = N_(
                    "“%(bank)s” has %(n)s items that cite the edition %(edition)s. Correct these first, in a new "
                    "revision of the bank."
                )
                return Problem(msgid, {"bank": revision.bank.title, "edition": edition, "n": count})
        judged = _bank_judged_by(edition_ids([code])[code, edition])
        msgid = N_(
            "Items of “%(bank)s” were rechecked by the edition %(edition)s, so it has to stay. Register the right "
            "text as the next edition."
        )
        return Problem(msgid, {"bank": judged, "edition": edition}) if judged else None

    def forget(self, edition_id: int, actor_id: int) -> None:
        """Delete what waits for it; the items may be drawn again."""
        session = db.session()
        rows = session.scalars(select(ItemRecheck).where(ItemRecheck.edition_id == edition_id)).all()
        for bank_id in {row.bank_id for row in rows}:
            items = sorted(row.item_id for row in rows if row.bank_id == bank_id)
            _record(session, "recheck.taken_back", bank_id, actor_id, items)
        session.execute(delete(ItemRecheck).where(ItemRecheck.edition_id == edition_id))


def _bank_judged_by(edition_id: int) -> str:
    """The title of a bank in which a recheck for that edition was closed."""
    query = select(Bank.title).join(ItemRecheck, ItemRecheck.bank_id == Bank.id)
    return db.session.scalar(query.where(ItemRecheck.edition_id == edition_id, ItemRecheck.outcome.is_not(None))) or ""


def _confirmed(bank_id: int, bank: content.Bank, register: Register, code: str) -> set[str]:
    """Items that somebody has confirmed for the very edition that puts them in question."""
    rows = _rows(db.session(), bank_id)
    done = {(row.item_id, row.edition.name) for row in rows if row.outcome == CONFIRMED}
    return {each.item_id for each in stale_items(bank, register, code) if (each.item_id, each.edition) in done}


def follow_revision(session: Session, revision: BankRevision, bank: content.Bank) -> None:
    """Open and close rechecks for a revision just added, inside the caller's transaction."""
    stale = stale_items(bank, register())
    _close_corrected(session, revision, stale)
    before = _before(session, revision)
    changed = {item.id for item in _items(bank) if before is not None and _asks_otherwise(item, before)}
    _open(session, revision.bank_id, stale, revision.uploaded_by, again=changed)


def _before(session: Session, revision: BankRevision) -> content.Bank | None:
    numbered = select(BankRevision.id).where(
        BankRevision.bank_id == revision.bank_id, BankRevision.number == revision.number - 1
    )
    revision_id = session.scalar(numbered)
    return bank_of(revision_id) if revision_id is not None else None


def _items(bank: content.Bank) -> Iterable[content.Item]:
    for item in bank.items:
        yield from (item, *item.items)


def _asks_otherwise(item: content.Item, before: content.Bank) -> bool:
    """Whether an item of that id asks for something else than it did: what was confirmed then says nothing now."""
    try:
        old = before.item(item.id)
    except KeyError:
        return True
    return (old.stem, old.options, old.key, old.blanks) != (item.stem, item.options, item.key, item.blanks)


def _close_corrected(session: Session, revision: BankRevision, stale: Sequence[Stale]) -> None:
    still = {(each.item_id, each.code) for each in stale}
    closed = []
    for row in _rows(session, revision.bank_id):
        if row.outcome is None and (row.item_id, row.edition.regulation.code) not in still:
            row.outcome, row.corrected_in = CORRECTED, revision.number
            row.closed_at, row.closed_by = clock.now(), revision.uploaded_by
            closed.append(row.item_id)
    _record(session, "recheck.corrected", revision.bank_id, revision.uploaded_by, closed)


def _open(session: Session, bank_id: int, stale: Sequence[Stale], actor_id: int, again: Iterable[str] = ()) -> None:
    """Open what is not open. What was confirmed stays so, but for items that ask otherwise since then (``again``)."""
    ids = edition_ids({each.code for each in stale}) if stale else {}
    there = {(row.item_id, row.edition_id): row for row in _rows(session, bank_id)}
    opened, changed = [], frozenset(again)
    for each in stale:
        edition_id = ids[each.code, each.edition]
        row = there.get((each.item_id, edition_id))
        if row is None:
            session.add(_row(bank_id, each, edition_id))
        elif row.outcome == CORRECTED or (row.outcome == CONFIRMED and each.item_id in changed):
            row.outcome = row.corrected_in = row.closed_at = row.closed_by = None
            row.opened_at = clock.now()
        else:
            continue
        opened.append(each.item_id)
    session.flush()
    _record(session, "recheck.opened", bank_id, actor_id, opened)


def _row(bank_id: int, stale: Stale, edition_id: int) -> ItemRecheck:
    return ItemRecheck(
        bank_id=bank_id,
        item_id=stale.item_id,
        edition_id=edition_id,
        cited_edition=stale.concerned[0].cited_in[:LONGEST_NAMED],
        cited_article=_named(map(stale.regulation.name_of, stale.cited)),
        article=_named(stale.articles) or None,
        opened_at=clock.now(),
    )


def _named(articles: Iterable[str]) -> str:
    """As many of them as the column holds; half a number would be another one."""
    said = ""
    for article in articles:
        longer = f"{said}、{article}" if said else article[:LONGEST_NAMED]
        if len(longer) > LONGEST_NAMED:
            break
        said = longer
    return said


def confirm_items(*, bank_id: int, account_id: int, item_ids: Iterable[str], note: str = "") -> int:
    """Say by name that items are still right; how many were open. They may be drawn again."""
    wanted = frozenset(item_ids)
    with writing() as session:
        # Locked, so that of two confirmations at once the second finds nothing left to confirm.
        found = session.scalars(_query(bank_id).with_for_update(of=ItemRecheck)).all()
        rows = [row for row in found if row.outcome is None and row.item_id in wanted]
        for row in rows:
            row.outcome, row.note = CONFIRMED, note.strip()[:LONGEST_NOTE]
            row.closed_at, row.closed_by = clock.now(), account_id
        confirmed = sorted({row.item_id for row in rows})
        _record(session, "recheck.confirmed", bank_id, account_id, confirmed, note.strip())
        return len(confirmed)


def _record(session: Session, act: str, bank_id: int, actor_id: int, items: Sequence[str], note: str = "") -> None:
    if items:
        login = session.get_one(Account, actor_id).login
        record(act, f"bank:{bank_id}", {"items": list(items)}, note=note, actor=login)


def rechecks_of(bank_id: int) -> Sequence[ItemRecheck]:
    """Every recheck of a bank, the open ones first, then the latest closed."""
    order = (ItemRecheck.closed_at.is_not(None), ItemRecheck.closed_at.desc(), ItemRecheck.id)
    return db.session.scalars(_query(bank_id).order_by(*order).options(joinedload(ItemRecheck.closer))).all()


def open_count(bank_id: int) -> int:
    """How many items of a bank wait."""
    query = select(func.count(ItemRecheck.item_id.distinct()))
    return db.session.scalar(query.where(ItemRecheck.bank_id == bank_id, ItemRecheck.outcome.is_(None))) or 0


def left_out_of(revision_id: int) -> frozenset[str]:
    """The items that must not be drawn from a revision now. One query by index: every start of a test asks.

    Those that wait, and those that a later revision has corrected: this one still holds them as they were.
    """
    rows = db.session.scalars(
        select(ItemRecheck.item_id)
        .join(BankRevision, BankRevision.bank_id == ItemRecheck.bank_id)
        .where(
            BankRevision.id == revision_id,
            or_(ItemRecheck.outcome.is_(None), ItemRecheck.corrected_in > BankRevision.number),
        )
    )
    return frozenset(rows)


def usable_bank(revision_id: int) -> content.Bank:
    """The content of a revision without what must not be drawn now."""
    return without(bank_of(revision_id), left_out_of(revision_id))


def _rows(session: Session, bank_id: int) -> Sequence[ItemRecheck]:
    return session.scalars(_query(bank_id)).all()


def _query(bank_id: int) -> Select[ItemRecheck]:
    regulation = joinedload(ItemRecheck.edition).joinedload(RegulationEdition.regulation)
    return select(ItemRecheck).where(ItemRecheck.bank_id == bank_id).options(regulation)


def _newest_revisions() -> Sequence[BankRevision]:
    """Of every bank that is in use."""
    newest = select(func.max(BankRevision.id)).group_by(BankRevision.bank_id)
    kept = select(BankRevision).join(Bank).where(BankRevision.id.in_(newest), Bank.withdrawn_at.is_(None))
    query = kept.order_by(Bank.title)
    return db.session.scalars(query.options(joinedload(BankRevision.bank))).all()
