"""Pages of the room: the register, one regulation with its editions, and registering with a look ahead."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields import SelectChoice

from quizapp.domain.problem import Problem
from quizapp.domain.regulation_compare import Difference, difference
from quizapp.domain.regulation_reading import Handed, read_articles
from quizapp.domain.regulations import Article, Kind, Register, Registered, RegisteredEdition
from quizapp.regulations.followers import Effect, followers
from quizapp.regulations.forms import KIND_NAMES, EditionForm, RegulationForm, TakeBackForm
from quizapp.regulations.models import Regulation
from quizapp.regulations.operations import (
    NewEdition,
    RegisterError,
    register_edition,
    register_regulation,
    take_back_edition,
)
from quizapp.regulations.queries import (
    KEEPS_REGISTER,
    READS_REGISTER,
    articles_with_text,
    keeps_register,
    register,
    regulation_kept_by,
)
from quizapp.regulations.queries import regulation as regulation_numbered
from quizapp.regulations.queries import regulations as every_regulation
from quizapp.web import clock
from quizapp.web.access import allow

regulations = Blueprint("regulations", __name__, template_folder="templates")


@dataclass(frozen=True)
class Preview:
    """What would be registered: the articles, how they differ from the edition before, and what would follow.

    ``later`` is the day on which it takes effect, where that is still to come.
    """

    articles: tuple[Article, ...]
    difference: Difference
    effects: tuple[Effect, ...]
    left_out: tuple[str, ...]
    later: date | None

    @property
    def items(self) -> int:
        """How many items would turn 待复核."""
        return sum(effect.items for effect in self.effects)


@regulations.get("/regulations")
@allow(*READS_REGISTER)
def index() -> ResponseReturnValue:
    """Everything that is registered."""
    return render_template(
        "regulations/index.html", rows=every_regulation(), kinds=KIND_NAMES, can_register=keeps_register(current_user)
    )


@regulations.get("/regulations/<int:regulation_id>")
@allow(*READS_REGISTER)
def regulation(regulation_id: int) -> ResponseReturnValue:
    """One regulation: its editions, and the articles of one of them."""
    return _regulation_page(regulation_numbered(regulation_id))


@regulations.post("/regulations/<int:regulation_id>/taking-back")
@allow(*KEEPS_REGISTER)
def take_back(regulation_id: int) -> ResponseReturnValue:
    """Take back the newest edition, which was registered by mistake."""
    row = regulation_kept_by(current_user, regulation_id)
    form, title = TakeBackForm(row), row.title
    if not form.validate_on_submit():
        return _regulation_page(row, form), 422
    name, reason = form.confirm.data.strip(), form.reason.data.strip()
    try:
        stays = take_back_edition(
            account_id=current_user.id, regulation_id=row.id, mark=form.mark.data or "", reason=reason
        )
    except RegisterError as error:
        form.confirm.errors = [problem.text(_) for problem in error.problems]
        return _regulation_page(row, form), 422
    flash(_("The edition %(name)s of “%(title)s” was taken back.", name=name, title=title), "success")
    after = url_for("regulations.regulation", regulation_id=regulation_id) if stays else url_for("regulations.index")
    return redirect(after)


def _regulation_page(row: Regulation, form: TakeBackForm | None = None) -> str:
    value = _value(row)
    names = {edition.id: edition for edition in value.editions}
    shown = names.get(request.args.get("edition", "")) or next(reversed(value.editions), None)
    before = _before(value, shown) if shown else None
    return render_template(
        "regulations/regulation.html",
        row=row,
        value=value,
        shown=shown,
        in_force=value.in_force(_today()),
        difference=difference(before.articles, shown.articles) if shown and before else None,
        before=before,
        only_changes=request.args.get("only") == "changes",
        can_register=keeps_register(current_user),
        form=form or TakeBackForm(row, formdata=None, mark=row.mark),
    )


def _value(row: Regulation) -> Registered:
    return register().find(row.code) or abort(404)


def _before(value: Registered, edition: RegisteredEdition) -> RegisteredEdition | None:
    place = value.editions.index(edition)
    return value.editions[place - 1] if place else None


@regulations.route("/regulations/new", methods=["GET", "POST"])
@allow(*KEEPS_REGISTER)
def new() -> ResponseReturnValue:
    """Register a regulation or a list that is not there yet, with its first edition."""
    if not keeps_register(current_user):
        abort(404)
    form = RegulationForm()
    form.kind.choices = [SelectChoice(kind.value, _(name)) for kind, name in KIND_NAMES.items()]
    if not form.validate_on_submit():
        return _edition_page(form, None, None), 422 if form.is_submitted() else 200
    handed = read_articles(form.text.data or "")
    if handed.problems:
        return _refused(form, None, list(handed.problems))
    value = _first_edition(form, handed.articles)
    if request.form.get("act") != "register" or form.was_changed():
        return _edition_page(form, None, _preview(Register(), value, (), handed))
    try:
        regulation_id = register_regulation(account_id=current_user.id, regulation=value)
    except RegisterError as error:
        return _refused(form, None, error.problems)
    flash(_("“%(title)s” is registered.", title=value.title), "success")
    return redirect(url_for("regulations.regulation", regulation_id=regulation_id))


def _first_edition(form: RegulationForm, articles: tuple[Article, ...]) -> Registered:
    short = tuple(line.strip() for line in (form.short_titles.data or "").splitlines() if line.strip())
    first = tuple(replace(article, formerly=None, changed=False) for article in articles)
    return Registered(
        code=form.code.data or "",
        title=(form.title.data or "").strip(),
        issuer=form.issuer.data or "",
        kind=Kind(form.kind.data),
        short_titles=short,
        editions=(RegisteredEdition((form.name.data or "").strip(), form.effective.data, first),),
    )


@regulations.route("/regulations/<int:regulation_id>/editions/new", methods=["GET", "POST"])
@allow(*KEEPS_REGISTER)
def new_edition(regulation_id: int) -> ResponseReturnValue:
    """Register the next edition: first see what it changes and which items it concerns, then confirm."""
    row = regulation_kept_by(current_user, regulation_id)
    form = EditionForm()
    if not form.validate_on_submit():
        return _edition_page(form, row, None), 422 if form.is_submitted() else 200
    mark = row.mark
    former = articles_with_text(row.editions[-1].id) if row.editions else ()
    if form.former_text.data:
        before = read_articles(form.former_text.data)
        if before.problems:
            return _refused(form, row, [replace(problem, path="former_text") for problem in before.problems])
        former = before.articles
    handed = read_articles(form.text.data or "", former)
    if handed.problems:
        return _refused(form, row, list(handed.problems))
    name = (form.name.data or "").strip()
    if request.form.get("act") != "register" or form.was_changed():
        value = _value(row)
        after = replace(
            value, editions=(*value.editions, RegisteredEdition(name, form.effective.data, handed.articles))
        )
        return _edition_page(form, row, _preview(register(), after, former, handed))
    edition = NewEdition(name, form.effective.data, handed.articles, form.former.data or mark)
    try:
        register_edition(account_id=current_user.id, regulation_id=row.id, edition=edition)
    except RegisterError as error:
        return _refused(form, row, error.problems)
    flash(_("The edition %(name)s is registered.", name=name), "success")
    return redirect(url_for("regulations.regulation", regulation_id=row.id))


def _preview(present: Register, after: Registered, former: tuple[Article, ...], handed: Handed) -> Preview:
    others = tuple(each for each in present.regulations if each.code != after.code)
    register_then = Register((*others, after))
    effects = (effect for follower in followers() for effect in follower.forecast(register_then, after.code))
    edition = after.editions[-1]
    later = edition.effective if edition.effective and edition.effective > _today() else None
    return Preview(edition.articles, difference(former, edition.articles), tuple(effects), handed.left_out, later)


def _today() -> date:
    return clock.local(clock.now()).date()


def _refused(form: EditionForm, row: Regulation | None, problems: list[Problem]) -> ResponseReturnValue:
    """The form again, each problem at its field; what names none belongs to the text."""
    for problem in problems:
        field: Any = form[problem.path or "text"]
        field.errors = [*field.errors, problem.text(_)]
    return _edition_page(form, row, None), 422


def _edition_page(form: EditionForm, row: Regulation | None, preview: Preview | None) -> str:
    kind = row.kind if row else form["kind"].data
    changed = request.form.get("act") == "register" and form.was_changed()
    form.former.data = row.mark if row else ""
    form.seen.data = form.digest() if preview else ""
    return render_template("regulations/edition.html", form=form, row=row, preview=preview, kind=kind, changed=changed)
