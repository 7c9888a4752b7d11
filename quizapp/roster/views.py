"""Pages of the room: the tree, one branch, and bringing the roster up to date from a file."""

from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import to_user_timezone
from flask_login import current_user

from quizapp.accounts.operations import issue_password
from quizapp.roster.difference import DETAIL_NAMES
from quizapp.roster.forms import ConfirmationForm, RosterFileForm, UnitNameForm
from quizapp.roster.listings import (
    MANAGES_ROSTER,
    MOST_FOUND,
    READS_ROSTER,
    closed_seen_by,
    groups_seen_by,
    leavers_of,
    masked,
    may_give_password,
    members_today,
    people_found,
    person_managed_by,
    place_seen_by,
    scope_managed_by,
)
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import (
    CHANGED_SINCE,
    ImportPlan,
    RosterError,
    close_unit,
    import_roster,
    preview_import,
    rename_unit,
)
from quizapp.roster.queries import department_name, scope_of, tree_at, unit_name
from quizapp.roster.slips import MOST_SLIPS, by_branch, make_slips, waiting_under
from quizapp.roster.table import place
from quizapp.roster.template_file import roster_workbook, template_workbook
from quizapp.roster.uploads import forget, keep, kept
from quizapp.web import clock
from quizapp.web.access import allow

roster = Blueprint("roster", __name__, template_folder="templates")
roster.add_app_template_filter(masked, "masked")

ID = "int(max=2147483647)"  # what a database takes as an id; anything larger is no address
MOST_SHOWN = 200  # lines of one list of a preview


@roster.get("/roster")
@allow(*READS_ROSTER)
def index() -> ResponseReturnValue:
    """The tree with head counts, and a search for people."""
    words = request.args.get("q", "").strip()[:64]
    return render_template(
        "roster/index.html",
        groups=groups_seen_by(current_user),
        managed=scope_of(current_user, *MANAGES_ROSTER),
        closed=closed_seen_by(current_user),
        words=words,
        found=people_found(current_user, words) if words else [],
        most_found=MOST_FOUND,
    )


@roster.get(f"/roster/units/<{ID}:unit_id>")
@allow(*READS_ROSTER)
def branch(unit_id: int) -> ResponseReturnValue:
    """One branch with its members today and those who left; for a unit, its branches."""
    return _branch_page(unit_id, UnitNameForm())


@roster.post(f"/units/<{ID}:unit_id>/name")
@allow(*MANAGES_ROSTER)
def name(unit_id: int) -> ResponseReturnValue:
    """Call a unit or branch something else from now on."""
    place_seen_by(current_user, unit_id, *MANAGES_ROSTER)
    form = UnitNameForm()
    if not form.validate_on_submit():
        return _branch_page(unit_id, form), 422
    try:
        rename_unit(unit_id, form.name.data)
    except RosterError as error:
        form.name.errors = _sentences(error)
        return _branch_page(unit_id, form), 422
    flash(_("The new name holds from now on. Earlier reports keep the earlier name."), "success")
    return redirect(url_for("roster.branch", unit_id=unit_id))


@roster.post(f"/units/<{ID}:unit_id>/closing")
@allow(*MANAGES_ROSTER)
def closing(unit_id: int) -> ResponseReturnValue:
    """Close an empty unit or branch."""
    place_seen_by(current_user, unit_id, *MANAGES_ROSTER)
    try:
        close_unit(unit_id)
    except RosterError as error:
        for sentence in _sentences(error):
            flash(sentence, "danger")
        return redirect(url_for("roster.branch", unit_id=unit_id))
    flash(_("Closed. Earlier reports still show it."), "success")
    return redirect(url_for("roster.index"))


@roster.post(f"/people/<{ID}:person_id>/password")
@allow(*MANAGES_ROSTER)
def password(person_id: int) -> ResponseReturnValue:
    """Give a person a one-time password and show it this once."""
    person = person_managed_by(current_user, person_id)
    assert person.account_id is not None  # else there is nobody to give a password to
    issued = issue_password(person.account_id)
    return render_template("roster/password.html", person=person, password=issued)


@roster.post(f"/units/<{ID}:unit_id>/sign-in-slips")
@allow(*MANAGES_ROSTER)
def slips(unit_id: int) -> ResponseReturnValue:
    """Give everybody of a unit or branch who never chose a password a one-time one, and show them this once."""
    tree = place_seen_by(current_user, unit_id, *MANAGES_ROSTER).tree
    waiting = waiting_under(tree, unit_id, current_user)
    if not 0 < len(waiting) <= MOST_SLIPS:
        few, many = _("Everybody here has chosen a password already."), _("Too many people at once: go unit by unit.")
        flash(many if waiting else few, "warning" if waiting else "info")
        return redirect(url_for("roster.branch", unit_id=unit_id))
    return render_template(
        "roster/slips.html",
        node=tree[unit_id],
        groups=by_branch(make_slips(tree, unit_id, waiting)),
        department=department_name(),
        address=url_for("accounts.sign_in", _external=True).removesuffix("/sign-in"),
    )


@roster.get("/roster/export.xlsx")
@allow(*READS_ROSTER)
def export() -> ResponseReturnValue:
    """The present roster as the caller sees it, in the template's layout."""
    tree = tree_at(clock.now())
    seen, managed = (scope_of(current_user, *roles, tree=tree) for roles in (READS_ROSTER, MANAGES_ROSTER))
    name = _("Roster %(day)s", day=to_user_timezone(clock.now()).date().isoformat())
    return send_file(BytesIO(roster_workbook(tree, seen, managed)), as_attachment=True, download_name=f"{name}.xlsx")


@roster.route("/roster/imports", methods=["GET", "POST"])
@allow(*MANAGES_ROSTER)
def import_file() -> ResponseReturnValue:
    """Choose a roster file; it is looked at, nothing more."""
    form = RosterFileForm()
    if form.validate_on_submit():
        file = form.file.data
        token = keep(current_user.id, (file.filename or "")[:200], file.read())
        return redirect(url_for("roster.preview", token=token))
    return render_template("roster/import.html", form=form), 422 if form.is_submitted() else 200


@roster.get("/roster/template")
@allow(*MANAGES_ROSTER)
def template() -> ResponseReturnValue:
    """The empty workbook."""
    return send_file(BytesIO(template_workbook()), as_attachment=True, download_name="名册模板.xlsx")


@roster.get("/roster/imports/<token>")
@allow(*MANAGES_ROSTER)
def preview(token: str) -> ResponseReturnValue:
    """What the kept file would change today."""
    return _preview_page(token, ConfirmationForm())


@roster.post("/roster/imports/<token>/confirmation")
@allow(*MANAGES_ROSTER)
def confirmation(token: str) -> ResponseReturnValue:
    """Carry out what the preview showed; a roster that has changed since then is shown again instead."""
    form = ConfirmationForm()
    if not form.validate_on_submit():
        return _preview_page(token, form), 422
    plan = _plan(token)
    try:
        if plan.digest != form.digest.data:
            raise RosterError([CHANGED_SINCE])
        import_roster(plan, form.effective.data, missing_left=form.missing_left.data)
    except RosterError as error:
        form.effective.errors = _sentences(error)
        return _preview_page(token, form), 409
    forget(token)
    flash(_("The roster is up to date with “%(file)s”.", file=plan.file_name), "success")
    return redirect(url_for("roster.index"))


def _branch_page(unit_id: int, form: UnitNameForm) -> str:
    found = place_seen_by(current_user, unit_id)
    is_branch = found.node.kind is UnitKind.BRANCH
    manages = found.closed_at is None and unit_id in scope_of(current_user, *MANAGES_ROSTER, tree=found.tree)
    waiting = waiting_under(found.tree, unit_id, current_user) if manages else []
    return render_template(
        "roster/branch.html",
        waiting=len(waiting),
        most_slips=MOST_SLIPS,
        place=found,
        is_branch=is_branch,
        manages=manages,
        managed=scope_of(current_user, *MANAGES_ROSTER, tree=found.tree),
        form=form,
        members=members_today(unit_id) if is_branch else [],
        leavers=leavers_of(unit_id) if is_branch else [],
        groups=[] if is_branch or found.closed_at else groups_seen_by(current_user, unit_id),
        may_give_password=lambda person: may_give_password(current_user, person),
    )


def _plan(token: str) -> ImportPlan:
    """The kept file, compared with the roster of this moment; 404 where there is none of the caller's."""
    found = kept(current_user.id, token)
    if found is None:
        abort(404)
    return preview_import(*found, scope=scope_managed_by(current_user))


def _preview_page(token: str, form: ConfirmationForm) -> str:
    plan = _plan(token)
    tree = tree_at(clock.now())
    return render_template(
        "roster/preview.html",
        plan=plan,
        token=token,
        form=form,
        detail_names=DETAIL_NAMES,
        branch_name=lambda branch_id: tree[branch_id].name if branch_id in tree else unit_name(branch_id),
        problems=[(place(problem, _), problem) for problem in plan.problems[:MOST_SHOWN]],
        most=MOST_SHOWN,
    )


def _sentences(error: RosterError) -> list[str]:
    return [problem.text(_) for problem in error.problems]
