"""Pages of an import: adding to a bank, the workbench, and what its buttons do."""

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from quizapp.banks import imports
from quizapp.banks.batches import BatchState, batch_state
from quizapp.banks.choices import with_choices
from quizapp.banks.drafts import drafts_of
from quizapp.banks.forms import ImportForm
from quizapp.banks.import_health import remarks
from quizapp.banks.import_memory import cited_by, reading_kept
from quizapp.banks.intake import start_reading
from quizapp.banks.models import ImportBatch
from quizapp.banks.path import DraftState
from quizapp.banks.queries import bank_kept_by, batch_kept_by, drafts_brought
from quizapp.banks.undoing import hindrance, undo_import
from quizapp.banks.views import banks, begin
from quizapp.banks.workbench import ITEMS_PER_PAGE, Workbench
from quizapp.domain.bank_yaml import BankError
from quizapp.importers import wire
from quizapp.importers.reading import Refused
from quizapp.web import clock
from quizapp.web.access import Role, allow, may

SPARE_LINES = 40
"""Numbers beyond the last line of a text that is corrected, for the lines that a person adds."""
SPARE_FEW = 4
"""As many below a few lines alone."""


@banks.route("/banks/<int:bank_id>/imports/new", methods=["GET", "POST"])
@allow(Role.ORGANIZER)
def add_questions(bank_id: int) -> ResponseReturnValue:
    """Upload questions that are added to a bank."""
    bank = bank_kept_by(current_user, bank_id)
    form = ImportForm()
    if form.validate_on_submit() and form.upload is not None:
        return begin(form.upload, bank.unit_id, bank)
    status = 422 if form.is_submitted() else 200
    return render_template("banks/add_questions.html", form=form, bank=bank), status


@banks.get("/imports/<int:batch_id>")
@allow(Role.ORGANIZER)
def workbench(batch_id: int) -> ResponseReturnValue:
    """Where an import stands: being read, refused, to be looked through, or done."""
    batch = batch_kept_by(current_user, batch_id)
    return _page(batch)


@banks.get("/imports/<int:batch_id>/progress")
@allow(Role.ORGANIZER)
def progress(batch_id: int) -> ResponseReturnValue:
    """Whether the file is still being read, for the script of the page that waits."""
    batch = batch_kept_by(current_user, batch_id)
    return jsonify(state=batch_state(batch, clock.now()))


@banks.post("/imports/<int:batch_id>/reading")
@allow(Role.ORGANIZER)
def read_again(batch_id: int) -> ResponseReturnValue:
    """Read the file again, where its reader was lost."""
    batch_kept_by(current_user, batch_id)

    def act() -> None:
        imports.restart_reading(batch_id)
        start_reading(batch_id)

    return _done(batch_id, act)


@banks.route("/imports/<int:batch_id>/text", methods=["GET", "POST"])
@allow(Role.ORGANIZER)
def import_text(batch_id: int) -> ResponseReturnValue:
    """Correct the text of an import: the whole of it, or the lines around a question. It is then read again."""
    batch = batch_kept_by(current_user, batch_id)
    if batch_state(batch, clock.now()) is not BatchState.OPEN:
        return redirect(url_for("banks.workbench", batch_id=batch_id))
    lines = wire.reading(batch.reading or {}).document.lines
    first = min(max(request.values.get("from", 1, type=int), 1), len(lines))
    last = min(max(request.values.get("to", len(lines), type=int), first), len(lines))
    text, refused = "\n".join(lines[first - 1 : last]), None
    seen = request.form.get("seen", "") or imports.version_of(batch)
    if request.method == "POST":
        text = request.form.get("text", "").replace("\r\n", "\n")
        try:
            imports.correct_text(batch_id, (*lines[: first - 1], *text.split("\n"), *lines[last:]), seen)
        except Refused as refusal:
            refused = refusal.problem
        except BankError as error:
            refused = error.problems[0]
        else:
            flash(_("The text was read again."), "success")
            page = request.form.get("page", 1, type=int)
            return redirect(url_for("banks.workbench", batch_id=batch_id, page=page, _anchor=f"line-{first}"))
    is_whole = (first, last) == (1, len(lines))
    rows = text.count("\n") + 1 + (SPARE_LINES if is_whole else SPARE_FEW)
    shown = {"text": text, "first": first, "last": last, "rows": rows, "refused": refused, "seen": seen}
    return render_template("banks/import_text.html", batch=batch, **shown), 422 if refused else 200


@banks.post("/imports/<int:batch_id>/keys")
@allow(Role.ORGANIZER)
def choose(batch_id: int) -> ResponseReturnValue:
    """Keep the key that a person chose for a question."""
    batch_kept_by(current_user, batch_id)
    mark, key = request.form.get("mark", ""), tuple(request.form.getlist("key"))

    def act() -> None:
        imports.choose_key(batch_id=batch_id, account_id=current_user.id, mark=mark, key=key)

    number = request.form.get("number", 1, type=int)
    return _done(batch_id, act, page=(max(number, 1) - 1) // ITEMS_PER_PAGE + 1, _anchor=f"item-{number}")


@banks.post("/imports/<int:batch_id>/acceptance")
@allow(Role.ORGANIZER)
def accept(batch_id: int) -> ResponseReturnValue:
    """Bring the ready questions into the bank; the rest become drafts."""
    batch_kept_by(current_user, batch_id)
    title, take_citations = request.form.get("title", ""), request.form.get("citations") == "1"
    try:
        batch = imports.accept_import(
            batch_id=batch_id, account_id=current_user.id, title=title, take_citations=take_citations
        )
    except BankError as error:
        for problem in error.problems[:5]:
            flash(problem.text(_), "danger")
        return redirect(url_for("banks.workbench", batch_id=batch_id))
    if batch.revision_id is None:
        _say_what_waits(batch)
        return redirect(url_for("banks.draft_list", bank_id=batch.bank_id))
    _say_what_next(batch)
    return redirect(url_for("banks.bank", bank_id=batch.bank_id))


def _say_what_waits(batch: ImportBatch) -> None:
    """How many questions wait for a second person, and how many are to be finished before they can."""
    states = [state for _draft, state in drafts_of(batch.bank_id or 0, batch.id)]
    if handed_in := states.count(DraftState.WAITING):
        flash(_("Handed in for review: %(n)s items.", n=handed_in), "success")
    if kept := len(states) - handed_in:
        flash(_("%(n)s were kept as drafts: finish them, and they are handed in.", n=kept), "info")


def _say_what_next(batch: ImportBatch) -> None:
    """What came in, with a link to a test from it; what was kept back, with a link to the drafts of this import."""
    came = _("Imported: %(n)s items.", n=len(batch.item_ids))
    flash(_and_link(came, "quizzes.publish", _("Publish a test from this bank"), bank=batch.bank_id), "success")
    if count := len(wire.reading(batch.reading or {}).items) - len(batch.item_ids):
        kept, where = _("%(n)s more were kept as drafts.", n=count), {"bank_id": batch.bank_id, "batch": batch.id}
        flash(_and_link(kept, "banks.draft_list", _("Look at these drafts"), **where), "info")


def _and_link(sentence: str, endpoint: str, label: str, **values: Any) -> Markup:
    """A sentence with a link behind it, where the caller may go there."""
    if not may(endpoint):
        return escape(sentence)
    return Markup('{} <a href="{}">{}</a>').format(sentence, url_for(endpoint, **values), label)


@banks.post("/imports/<int:batch_id>/discard")
@allow(Role.ORGANIZER)
def discard(batch_id: int) -> ResponseReturnValue:
    """Give the import up."""
    batch_kept_by(current_user, batch_id)
    return _done(batch_id, lambda: imports.discard_import(batch_id=batch_id, account_id=current_user.id))


@banks.post("/imports/<int:batch_id>/undoing")
@allow(Role.ORGANIZER)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take everything out again that the import brought."""
    batch_kept_by(current_user, batch_id)
    return _done(batch_id, lambda: undo_import(batch_id=batch_id, account_id=current_user.id))


def _done(batch_id: int, act: Callable[[], object], **place: Any) -> ResponseReturnValue:
    """Do something to an import, and go back to its page; what stands in the way is said there."""
    try:
        act()
    except BankError as error:
        for problem in error.problems:
            flash(problem.text(_), "danger")
    return redirect(url_for("banks.workbench", batch_id=batch_id, **place))


def _page(batch: ImportBatch) -> ResponseReturnValue:
    state = batch_state(batch, clock.now())
    if state is not BatchState.OPEN:
        refusal = wire.problem(batch.refusal) if batch.refusal else None
        seconds = int((clock.now() - batch.reading_since).total_seconds())
        drafts = len(drafts_of(batch.bank_id, batch.id)) if state is BatchState.ACCEPTED and batch.bank_id else 0
        held = hindrance(batch) if state is BatchState.ACCEPTED else None
        brought = drafts_brought([batch])[batch.id]
        shown = {"refusal": refusal, "seconds": seconds, "drafts": drafts, "brought": brought, "held": held}
        return render_template("banks/import_state.html", batch=batch, state=state, **shown)
    reading, cited = with_choices(reading_kept(batch), batch.choices), cited_by(batch)
    bench = Workbench(reading, batch.choices, request.args.get("page", 1, type=int), cited.faults)
    return render_template(
        "banks/workbench.html",
        batch=batch,
        bench=bench,
        remarks=remarks(batch),
        suggested=cited.suggestions(reading.items),
    )
