"""Pages of the room: the list of banks, uploading, one bank, one revision."""

import re
from collections.abc import Callable
from io import BytesIO
from math import ceil

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.banks.awaiting import own_comments, recheck_counts, reviews_for
from quizapp.banks.composition import composition, matching
from quizapp.banks.drafts import drafts_of
from quizapp.banks.faults import bench_for
from quizapp.banks.file_names import safe_name
from quizapp.banks.forms import BankForm, RevisionForm, Source
from quizapp.banks.imports import Upload, begin_import
from quizapp.banks.intake import start_reading
from quizapp.banks.models import Bank, BankRevision
from quizapp.banks.operations import add_bank, add_revision
from quizapp.banks.path import open_comments, review_switches
from quizapp.banks.queries import (
    READS_BANKS,
    bank_kept_by,
    bank_of,
    bank_seen_by,
    drafts_brought,
    imports_into,
    imports_waiting_for,
    keeps,
    newest_revisions,
    revision_numbered,
    units_kept_by,
)
from quizapp.banks.wording import ITEM_TYPE_NAMES, difference_lines
from quizapp.domain.bank_difference import bank_difference
from quizapp.domain.bank_yaml import BankError
from quizapp.roster.queries import tree_at
from quizapp.web import clock
from quizapp.web.access import Role, allow

banks = Blueprint("banks", __name__, template_folder="templates")

ITEMS_PER_PAGE = 20
REVISIONS_PER_PAGE = 10


@banks.get("/banks")
@allow(*READS_BANKS)
def index() -> ResponseReturnValue:
    """Every bank the account may read, with its newest revision."""
    revisions = newest_revisions(current_user)
    bank_ids = [revision.bank_id for revision in revisions]
    can_upload = bool(units_kept_by(current_user))
    return render_template(
        "banks/index.html",
        revisions=revisions,
        tree=tree_at(clock.now()),
        can_upload=can_upload,
        comments=open_comments(bank_ids),
        reviews=reviews_for(current_user),
        rechecks=recheck_counts(bank_ids),
        said=own_comments(current_user, bank_ids),
        waiting=imports_waiting_for(current_user) if can_upload else (),
    )


@banks.get("/banks/format")
@allow(*READS_BANKS)
def format() -> ResponseReturnValue:
    """How a bank is written, with an example that can be copied."""
    return render_template("banks/format.html")


@banks.route("/banks/new", methods=["GET", "POST"])
@allow(Role.ORGANIZER)
def upload() -> ResponseReturnValue:
    """Upload a new bank."""
    units = units_kept_by(current_user)
    if not units:
        abort(404)
    form = BankForm()
    form.unit.choices = [(unit.id, unit.name) for unit in units]

    def take(source: Source) -> BankRevision:
        return add_bank(uploader_id=current_user.id, unit_id=form.unit.data, file_name=source.name, source=source.data)

    is_whole = form.validate_on_submit()  # once: a file can be read out of the request once only
    if is_whole and form.upload is not None:
        return begin(form.upload, form.unit.data, None)
    return _take_in(form, take, None, form.source if is_whole else None)


@banks.route("/banks/<int:bank_id>/revisions/new", methods=["GET", "POST"])
@allow(Role.ORGANIZER)
def revise(bank_id: int) -> ResponseReturnValue:
    """Upload the next revision of a bank."""
    bank = bank_kept_by(current_user, bank_id)

    def take(source: Source) -> BankRevision:
        return add_revision(bank_id=bank_id, uploader_id=current_user.id, file_name=source.name, source=source.data)

    form = RevisionForm()
    return _take_in(form, take, bank, form.source if form.validate_on_submit() else None)


def begin(upload: Upload, unit_id: int, bank: Bank | None) -> ResponseReturnValue:
    """Begin an import and lead to its workbench."""
    title = re.sub(r"\.\w{1,5}$", "", upload.name).strip()
    bank_id = bank.id if bank else None
    try:
        batch = begin_import(account_id=current_user.id, unit_id=unit_id, bank_id=bank_id, title=title, upload=upload)
    except BankError as error:
        flash(error.problems[0].text(_), "danger")
        return redirect(request.path)
    batch_id = batch.id
    start_reading(batch_id)
    return redirect(url_for("banks.workbench", batch_id=batch_id))


def _take_in(
    form: RevisionForm, take: Callable[[Source], BankRevision], bank: Bank | None, source: Source | None
) -> ResponseReturnValue:
    """Ask for a file until ``take`` accepts one; what it refuses is laid out to be mended in place."""
    bench = None
    if source is not None:
        try:
            revision = take(source)
        except BankError as error:
            bench = bench_for(error, source.data)
        else:
            flash(_("Revision %(n)s is in: %(items)s items.", n=revision.number, items=revision.item_count), "success")
            return redirect(url_for("banks.bank", bank_id=revision.bank_id))
    status = 422 if form.is_submitted() else 200
    return render_template("banks/upload.html", form=form, bank=bank, bench=bench), status


@banks.get("/banks/<int:bank_id>")
@allow(*READS_BANKS)
def bank(bank_id: int) -> ResponseReturnValue:
    """One bank: what it is made of, and how it came to be."""
    row = bank_seen_by(current_user, bank_id)
    revisions = row.revisions[::-1]
    page, pages = _page(len(revisions), REVISIONS_PER_PAGE)
    start = (page - 1) * REVISIONS_PER_PAGE
    imports = imports_into(bank_id)
    shown = [
        (revision, _changes(revision, before))
        for revision, before in zip(revisions, [*revisions[1:], None], strict=True)
        if revision in revisions[start : start + REVISIONS_PER_PAGE]
    ]
    return render_template(
        "banks/bank.html",
        bank=row,
        newest=revisions[0],
        content=bank_of(revisions[0].id),
        figures=composition(bank_of(revisions[0].id)),
        unit=tree_at(clock.now())[row.unit_id],
        revisions=shown,
        page=page,
        pages=pages,
        can_revise=keeps(current_user, row),
        drafts=len(drafts_of(bank_id)),
        switches=review_switches(bank_id),
        imports=imports,
        drafts_brought=drafts_brought(imports),
        comments=open_comments([bank_id]).get(bank_id, []),
    )


def _changes(revision: BankRevision, before: BankRevision | None) -> list[tuple[str, list[str]]]:
    if before is None:
        return []
    return difference_lines(bank_difference(bank_of(before.id), bank_of(revision.id)))


@banks.get("/banks/<int:bank_id>/revisions/<int:number>")
@allow(*READS_BANKS)
def preview(bank_id: int, number: int) -> ResponseReturnValue:
    """The items of one revision as candidates will see them, with the key where it is asked for."""
    row = bank_seen_by(current_user, bank_id)
    revision = revision_numbered(row, number)
    content = bank_of(revision.id)
    filters = {name: request.args.get(name, "").strip() for name in ("type", "topic", "q")}
    found = matching(content.items, kind=filters["type"], topic=filters["topic"], words=filters["q"])
    page, pages = _page(len(found), ITEMS_PER_PAGE)
    kept = {name: value for name, value in filters.items() if value}
    return render_template(
        "banks/preview.html",
        bank=row,
        revision=revision,
        content=content,
        topics=list(composition(content).by_topic),
        type_names=ITEM_TYPE_NAMES,
        filters=filters,
        kept=kept | {"bank_id": bank_id, "number": number},
        found=len(found),
        shown=found[(page - 1) * ITEMS_PER_PAGE : page * ITEMS_PER_PAGE],
        page=page,
        pages=pages,
        show_key=request.args.get("keys") == "1",
    )


@banks.get("/banks/<int:bank_id>/revisions/<int:number>/source")
@allow(*READS_BANKS)
def source(bank_id: int, number: int) -> ResponseReturnValue:
    """The file as it came, byte for byte."""
    revision = revision_numbered(bank_seen_by(current_user, bank_id), number)
    return send_file(
        BytesIO(revision.source.encode()),
        mimetype="text/plain; charset=utf-8",
        as_attachment=True,
        download_name=safe_name(revision, ".yaml"),
    )


def _page(count: int, per_page: int) -> tuple[int, int]:
    """The page asked for, made to exist, and how many there are; both count from 1."""
    pages = max(1, ceil(count / per_page))
    return min(max(request.args.get("page", 1, type=int), 1), pages), pages
