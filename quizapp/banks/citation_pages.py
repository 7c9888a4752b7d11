"""Pages about what items rest on: 待复核 and other faults of citations, and which measures and posts are covered."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.banks.coverage import coverage_of, posts_covered
from quizapp.banks.models import Bank, ItemRecheck
from quizapp.banks.queries import READS_BANKS, bank_kept_by, bank_of, bank_seen_by, keeps, newest_revisions
from quizapp.banks.rechecks import LONGEST_NOTE, confirm_items, rechecks_of
from quizapp.banks.staleness import Stale, flagged, stale_items
from quizapp.banks.views import banks
from quizapp.domain.bank import Item
from quizapp.domain.problem import N_
from quizapp.domain.regulations import Fault, FaultKind, Kind
from quizapp.regulations.queries import register, regulations
from quizapp.web import clock
from quizapp.web.access import Role, allow

ITEMS_PER_PAGE = 20
OPEN, CLOSED = "open", "closed"
SHELVES = {
    OPEN: N_("To be rechecked"),
    CLOSED: N_("Rechecked"),
    FaultKind.SUPERSEDED: N_("Superseded edition"),
    FaultKind.NO_SUCH_ARTICLE: N_("No such article"),
    FaultKind.UNKNOWN_EDITION: N_("Unknown edition"),
    FaultKind.UNKNOWN_REGULATION: N_("Not registered"),
}
"""What the page of a bank's citations can show, with English names (msgids)."""


@dataclass(frozen=True)
class Row:
    """One item on the page, with what is to be said of it; ``item`` is None where the newest revision lacks it.

    ``stale`` is what an open recheck is about as the register stands now.
    """

    item_id: str
    item: Item | None
    recheck: ItemRecheck | None = None
    stale: Stale | None = None
    faults: tuple[Fault, ...] = ()


@banks.get("/banks/<int:bank_id>/rechecks")
@allow(*READS_BANKS)
def rechecks(bank_id: int) -> ResponseReturnValue:
    """What the items of a bank rest on, as far as something is wrong with it, a shelf at a time."""
    bank = bank_seen_by(current_user, bank_id)
    shelves = _shelves(bank)
    asked = request.args.get("show", "")
    chosen = asked if asked in SHELVES else next((name for name in SHELVES if shelves[name]), OPEN)
    rows = shelves[chosen]
    pages = max(1, ceil(len(rows) / ITEMS_PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "banks/rechecks.html",
        bank=bank,
        content=bank_of(bank.revisions[-1].id),
        shelves=[(name, _(label), len(shelves[name])) for name, label in SHELVES.items()],
        chosen=chosen,
        rows=rows[(page - 1) * ITEMS_PER_PAGE : page * ITEMS_PER_PAGE],
        page=page,
        pages=pages,
        can_confirm=keeps(current_user, bank),
        longest_note=LONGEST_NOTE,
    )


def _shelves(bank: Bank) -> dict[str, list[Row]]:
    content = bank_of(bank.revisions[-1].id)
    found: dict[str, list[Row]] = {name: [] for name in SHELVES}
    there = {part.id: part for item in content.items for part in (item, *item.items)}
    present = register()
    stale = {(each.item_id, each.code, each.edition): each for each in stale_items(content, present)}
    for recheck in rechecks_of(bank.id):
        shelf = found[OPEN if recheck.outcome is None else CLOSED]
        key = recheck.item_id, recheck.edition.regulation.code, recheck.edition.name
        now = stale.get(key) if recheck.outcome is None else None
        shelf.append(Row(recheck.item_id, there.get(recheck.item_id), recheck, now))
    for item_id, faults in flagged(content, present, _today()).items():
        for kind in dict.fromkeys(fault.kind for fault in faults):
            said = tuple(fault for fault in faults if fault.kind is kind)
            found[kind].append(Row(item_id, there[item_id], faults=said))
    return found


@banks.post("/banks/<int:bank_id>/rechecks/confirmation")
@allow(Role.ORGANIZER)
def confirmation(bank_id: int) -> ResponseReturnValue:
    """Say by name that the ticked items are still right."""
    bank = bank_kept_by(current_user, bank_id)
    ticked = request.form.getlist("item")
    if not ticked:
        flash(_("No item was ticked. Tick those that are still right, then confirm."), "warning")
    else:
        note = request.form.get("note", "")
        count = confirm_items(bank_id=bank.id, account_id=current_user.id, item_ids=ticked, note=note)
        flash(_("Items confirmed: %(n)s. They may be drawn again.", n=count), "success")
    return redirect(url_for("banks.rechecks", bank_id=bank.id))


@banks.get("/banks/coverage")
@allow(*READS_BANKS)
def coverage() -> ResponseReturnValue:
    """Which entries of the organization's own lists the banks cover, and which posts."""
    lists = [row for row, _count in regulations() if row.kind != Kind.REGULATION]
    asked = request.args.get("list", type=int)
    chosen = next((row for row in lists if row.id == asked), lists[0] if lists and asked is None else None)
    if asked is not None and chosen is None:
        abort(404)
    contents = [bank_of(revision.id) for revision in newest_revisions(current_user)]
    present = register()
    value = present.find(chosen.code) if chosen else None
    edition = value.in_force(_today()) if value else None
    rows = coverage_of(value, edition, contents, present) if value and edition else []
    return render_template(
        "banks/coverage.html",
        lists=lists,
        chosen=chosen,
        edition=edition,
        rows=rows,
        gaps=[row for row in rows if not row.items],
        only_gaps=request.args.get("only") == "gaps",
        posts=posts_covered(edition, rows, contents) if edition else [],
        banks=len(contents),
    )


@dataclass(frozen=True)
class CitationNotes:
    """What the page of a bank says about its citations: items that wait, and items with each fault."""

    waiting: int
    faults: tuple[tuple[str, str, int], ...]


def citation_notes(bank_id: int, revision_id: int) -> CitationNotes:
    """The notes for a bank and its newest revision; for templates."""
    waiting = len({row.item_id for row in rechecks_of(bank_id) if row.outcome is None})
    judged = flagged(bank_of(revision_id), register(), _today())
    counts = Counter(kind for faults in judged.values() for kind in {fault.kind for fault in faults})
    return CitationNotes(waiting, tuple((kind, _(SHELVES[kind]), counts[kind]) for kind in FaultKind if counts[kind]))


def _today() -> date:
    return clock.local(clock.now()).date()
