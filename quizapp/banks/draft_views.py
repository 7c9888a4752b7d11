"""Pages of drafts and of single items: mending, reviewing, taking into the bank, saying what a reader noticed."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.banks import drafts
from quizapp.banks.awaiting import reviewers_of, second_people
from quizapp.banks.batches import all_ids
from quizapp.banks.choices import possible_keys
from quizapp.banks.drafting import item_of
from quizapp.banks.models import Draft
from quizapp.banks.path import (
    DRAFT_STATE_NAMES,
    DraftState,
    Kind,
    draft_state,
    in_words,
    is_unreviewed,
    last_step,
    may_review,
    review_switches,
    steps_of_item,
)
from quizapp.banks.queries import READS_BANKS, bank_kept_by, bank_of, bank_seen_by, draft_seen_by, imports_into, keeps
from quizapp.banks.views import banks
from quizapp.domain.bank_yaml import BankError
from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused
from quizapp.web.access import Role, allow

DRAFTS_PER_PAGE = 50
CHANGE_NAMES = {
    "added": N_("Added in revision %(n)s"),
    "changed": N_("Changed in revision %(n)s"),
    "removed": N_("Removed in revision %(n)s"),
}


@banks.get("/banks/<int:bank_id>/drafts")
@allow(*READS_BANKS)
def draft_list(bank_id: int) -> ResponseReturnValue:
    """What is on its way into a bank, with what keeps it from being there."""
    bank = bank_seen_by(current_user, bank_id)
    asked = request.args.get("batch", type=int)
    of_import = next((batch for batch in imports_into(bank_id) if batch.id == asked), None)
    every = drafts.drafts_of(bank_id, of_import.id if of_import else None)
    pages = max(1, -(-len(every) // DRAFTS_PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = every[(page - 1) * DRAFTS_PER_PAGE : page * DRAFTS_PER_PAGE]
    counts = {state: sum(each is state for _draft, each in every) for state in DraftState}
    rows = [(draft, state, item_of(draft)) for draft, state in shown]
    of_bank = drafts.drafts_of(bank_id) if of_import else every
    waiting = [draft for draft, state in of_bank if state is DraftState.WAITING]
    reviewers = reviewers_of(bank)
    return render_template(
        "banks/drafts.html",
        bank=bank,
        rows=rows,
        counts=counts,
        of_import=of_import,
        waiting=len(waiting),
        in_vain=sum(not second_people(draft, reviewers) for draft in waiting),
        reviewers=reviewers,
        page=page,
        pages=pages,
        state_names={state: _(name) for state, name in DRAFT_STATE_NAMES.items()},
        can_change=keeps(current_user, bank),
    )


@banks.route("/drafts/<int:draft_id>", methods=["GET", "POST"])
@allow(*READS_BANKS)
def draft(draft_id: int) -> ResponseReturnValue:
    """One draft: its text to be mended, how it reads, and its path."""
    row = draft_seen_by(current_user, draft_id)
    if request.method == "GET":
        return _draft_page(row)
    bank_kept_by(current_user, row.bank_id)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    try:
        drafts.mend_draft(draft_id=draft_id, account_id=current_user.id, text=text, seen=_seen())
    except (Refused, BankError) as error:
        problem = error.problem if isinstance(error, Refused) else error.problems[0]
        return _draft_page(draft_seen_by(current_user, draft_id), text, problem), 422
    flash(_("The question was read again."), "success")
    return redirect(url_for("banks.draft", draft_id=draft_id))


@banks.post("/drafts/<int:draft_id>/key")
@allow(Role.ORGANIZER)
def draft_key(draft_id: int) -> ResponseReturnValue:
    """Keep the key that a person chose."""
    key, seen = request.form.getlist("key"), _seen()

    def act() -> None:
        drafts.choose_draft_key(draft_id=draft_id, account_id=current_user.id, key=key, seen=seen)

    return _act(draft_id, act)


@banks.route("/drafts/<int:draft_id>/review", methods=["GET", "POST"])
@allow(Role.ORGANIZER)
def review(draft_id: int) -> ResponseReturnValue:
    """A second person's word: right, or returned with a note. Whoever comes back to the address sees the draft."""
    row = draft_seen_by(current_user, draft_id)
    bank_id = bank_kept_by(current_user, row.bank_id).id
    if request.method == "GET":
        return redirect(url_for("banks.draft", draft_id=draft_id))
    is_right, note = request.form.get("act") == "right", request.form.get("note", "")
    try:
        drafts.review_draft(draft_id=draft_id, account_id=current_user.id, is_right=is_right, note=note, seen=_seen())
    except BankError as error:
        # On the page itself, not after a redirect: the note that was typed must not be lost.
        return _draft_page(draft_seen_by(current_user, draft_id), problem=error.problems[0], note=note), 422
    said = _("The question was found right.") if is_right else _("The question was returned with your note.")
    flash(said, "success")
    return redirect(url_for("banks.draft_list", bank_id=bank_id))


@banks.post("/drafts/<int:draft_id>/withdrawal")
@allow(Role.ORGANIZER)
def draft_withdrawal(draft_id: int) -> ResponseReturnValue:
    """Take the draft out of the list."""
    return _act(draft_id, lambda: drafts.withdraw_draft(draft_id=draft_id, account_id=current_user.id))


@banks.post("/banks/<int:bank_id>/drafts/publication")
@allow(Role.ORGANIZER)
def publish_drafts(bank_id: int) -> ResponseReturnValue:
    """Take the finished drafts into the next revision."""
    bank_kept_by(current_user, bank_id)
    try:
        revision = drafts.publish_drafts(bank_id=bank_id, account_id=current_user.id)
    except BankError as error:
        for problem in error.problems[:5]:
            flash(problem.text(_), "danger")
        return redirect(url_for("banks.draft_list", bank_id=bank_id))
    flash(_("Revision %(n)s is in: %(items)s items.", n=revision.number, items=revision.item_count), "success")
    return redirect(url_for("banks.bank", bank_id=bank_id))


@banks.post("/banks/<int:bank_id>/second-review")
@allow(Role.ORGANIZER)
def second_review(bank_id: int) -> ResponseReturnValue:
    """Set whether a second person reviews before an item is drawn."""
    bank_kept_by(current_user, bank_id)
    if request.form.get("second_review") == "1":
        drafts.ask_for_review(bank_id=bank_id, account_id=current_user.id)
        flash(_("A second person now reviews."), "success")
        return redirect(url_for("banks.draft_list", bank_id=bank_id))
    release = request.form.get("release") == "1"
    waiting = drafts.end_review(bank_id=bank_id, account_id=current_user.id, release=release)
    flash(_("New questions no longer wait for a second person."), "success")
    if waiting:
        said = _("%(n)s drafts no longer wait.", n=waiting) if release else _("%(n)s drafts keep waiting.", n=waiting)
        flash(said, "info")
    return redirect(url_for("banks.draft_list", bank_id=bank_id))


@banks.get("/banks/<int:bank_id>/items/<item_id>")
@allow(*READS_BANKS)
def item(bank_id: int, item_id: str) -> ResponseReturnValue:
    """One item: what it is, who did what to it and when, and what readers say."""
    bank = bank_seen_by(current_user, bank_id)
    content = bank_of(bank.revisions[-1].id)
    steps = steps_of_item(bank_id, item_id)
    is_there = item_id in all_ids(content)
    if not is_there and not steps:
        abort(404)
    changes = [
        (revision.uploaded_at, _(CHANGE_NAMES[what], n=revision.number), revision.uploader.name, "")
        for revision, what in drafts.changes_of(bank, item_id)
    ]
    done = [in_words(step, _) for step in steps]
    talk = [step for step in steps if step.kind in (Kind.COMMENTED, Kind.ANSWERED)]
    return render_template(
        "banks/item.html",
        bank=bank,
        content=content,
        item_id=item_id,
        item=content.item(item_id) if is_there else None,
        path=sorted(changes + done, key=lambda each: each[0]),
        is_unreviewed=bool(review_switches(bank_id)) and is_unreviewed(steps),
        is_open=bool(talk) and talk[-1].kind == Kind.COMMENTED,
        can_answer=keeps(current_user, bank),
    )


@banks.post("/banks/<int:bank_id>/items/<item_id>/comments")
@allow(*READS_BANKS)
def comment(bank_id: int, item_id: str) -> ResponseReturnValue:
    """A reader says what is to be thought of about an item."""
    return _say(bank_id, item_id, Kind.COMMENTED)


@banks.post("/banks/<int:bank_id>/items/<item_id>/answers")
@allow(Role.ORGANIZER)
def answer(bank_id: int, item_id: str) -> ResponseReturnValue:
    """The bank's keepers answer, which closes the comments."""
    bank_kept_by(current_user, bank_id)
    return _say(bank_id, item_id, Kind.ANSWERED)


def _say(bank_id: int, item_id: str, kind: Kind) -> ResponseReturnValue:
    bank = bank_seen_by(current_user, bank_id)
    if item_id not in all_ids(bank_of(bank.revisions[-1].id)):
        abort(404)
    note = request.form.get("note", "")
    try:
        drafts.say(bank_id=bank_id, item_id=item_id, account_id=current_user.id, kind=kind, note=note)
    except BankError as error:
        flash(error.problems[0].text(_), "danger")
    else:
        flash(
            _("The comment was sent to the keepers of this bank.")
            if kind is Kind.COMMENTED
            else _("The answer was sent."),
            "success",
        )
    return redirect(url_for("banks.item", bank_id=bank_id, item_id=item_id))


def _seen() -> int:
    """The newest step on the page from which a form was sent."""
    return request.form.get("seen", 0, type=int)


def _act(draft_id: int, act: Callable[[], object]) -> ResponseReturnValue:
    row = draft_seen_by(current_user, draft_id)
    bank_kept_by(current_user, row.bank_id)
    bank_id = row.bank_id
    try:
        act()
    except BankError as error:
        flash(error.problems[0].text(_), "danger")
        return redirect(url_for("banks.draft", draft_id=draft_id))
    flash(_("Done."), "success")
    return redirect(url_for("banks.draft_list", bank_id=bank_id))


def _draft_page(row: Draft, text: str = "", problem: Problem | None = None, note: str = "") -> str:
    found = item_of(row)
    state = draft_state(row)
    return render_template(
        "banks/draft.html",
        draft=row,
        bank=row.bank,
        item=found,
        text=text or row.text,
        problem=problem,
        note=note,
        returned=row.steps[-1] if state is DraftState.RETURNED else None,
        seen=last_step(row),
        state=state,
        state_name=_(DRAFT_STATE_NAMES[state]),
        path=[in_words(step, _) for step in row.steps],
        keys=possible_keys(found) if state in drafts.OPEN else (),
        can_change=keeps(current_user, row.bank) and state in drafts.OPEN,
        can_review=keeps(current_user, row.bank) and may_review(row, current_user),
        second_people=second_people(row, reviewers_of(row.bank)) if state is DraftState.WAITING else (),
    )
