"""Pages of the room: the list of tests, publishing one, one test, its sample paper, its withdrawal."""

import secrets
from collections.abc import Sequence
from itertools import groupby
from math import ceil

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.banks.models import BankRevision
from quizapp.banks.queries import bank_of, newest_revisions, units_kept_by
from quizapp.db import db
from quizapp.domain.presets import PRESETS
from quizapp.quizzes.desk import LARGEST_SEED, Desk, bank_plan, copied_plan, preset_plan
from quizapp.quizzes.forms import WithdrawalForm
from quizapp.quizzes.models import COUNTED_ATTEMPT_NAMES, PAGE_LAYOUT_NAMES, REVIEW_TIME_NAMES, Quiz
from quizapp.quizzes.operations import AlreadyPublished, PlanError, QuizPlan, publish_quiz, withdraw_quiz
from quizapp.quizzes.queries import (
    RUNS_QUIZZES,
    audience_groups,
    audience_names,
    candidates,
    pool_of,
    pool_state,
    quiz_run_by,
    quizzes_run_by,
    runs,
    spec_of,
    state_of,
)
from quizapp.quizzes.wording import MULTIPLE_RULE_SENTENCES, plan_said
from quizapp.roster.queries import scope_of, tree_at
from quizapp.web import clock
from quizapp.web.access import Role, allow

quizzes = Blueprint("quizzes", __name__, template_folder="templates")

QUIZZES_PER_PAGE = 20


@quizzes.get("/quizzes")
@allow(*RUNS_QUIZZES)
def index() -> ResponseReturnValue:
    """Every test the account may run or audit, newest opening first."""
    every, now = quizzes_run_by(current_user), clock.now()
    pages = max(1, ceil(len(every) / QUIZZES_PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = every[(page - 1) * QUIZZES_PER_PAGE : page * QUIZZES_PER_PAGE]
    rows = [(quiz, state_of(quiz, now), audience_names(quiz)) for quiz in shown]
    return render_template("quizzes/index.html", rows=rows, page=page, pages=pages)


@quizzes.route("/quizzes/new", methods=["GET", "POST"])
@allow(Role.ORGANIZER)
def publish() -> ResponseReturnValue:
    """Plan a test, have it checked, publish it. Works by buttons alone: each sends the whole form."""
    revisions = newest_revisions(current_user)
    if not revisions or not units_kept_by(current_user):
        return render_template("quizzes/no_bank.html")
    if request.method != "POST":
        desk = Desk(current_user, revisions, _first_plan(revisions))
        desk.check()
        return _desk_page(desk)
    desk = Desk(current_user, revisions)
    act = request.form.get("act", "check")
    if desk.edit(act):
        desk.check()
        return _desk_page(desk)
    if not desk.check() or desk.checked is None:
        return _desk_page(desk, summed_up=True), 422
    if act == "publish":
        return _publish(desk)
    desk.form.mark(desk.checked.problems)
    return _desk_page(desk, summed_up=True)


def _first_plan(revisions: Sequence[BankRevision]) -> QuizPlan:
    copied = request.args.get("copy", type=int)
    if copied is not None:
        if not 0 < copied < LARGEST_SEED:
            abort(404)
        return copied_plan(quiz_run_by(current_user, copied), revisions, current_user)
    if (bank_id := request.args.get("bank", type=int)) is not None:
        return bank_plan(bank_id, revisions, current_user) or abort(404)
    preset = PRESETS.get(request.args.get("preset", "")) or next(iter(PRESETS.values()))
    return preset_plan(preset, revisions, current_user)


def _publish(desk: Desk) -> ResponseReturnValue:
    try:
        quiz_id = publish_quiz(publisher_id=current_user.id, plan=desk.form.plan()).id
        flash(_("The test is published. Please send its address to the candidates."), "success")
    except AlreadyPublished as error:
        quiz_id = error.quiz_id
        flash(plan_said(error.problems[0]), "info")
    except PlanError as error:
        desk.form.mark(error.problems)
        return _desk_page(desk, summed_up=True), 422
    return redirect(url_for("quizzes.quiz", quiz_id=quiz_id))


def _desk_page(desk: Desk, *, summed_up: bool = False) -> str:
    """The publish page; ``summed_up``: every problem is marked at its field and listed on top."""
    if not summed_up:
        desk.mark_rows()
    newest = next(iter(quizzes_run_by(current_user)), None)
    return render_template(
        "quizzes/publish.html",
        desk=desk,
        form=desk.form,
        checked=desk.checked,
        spec=desk.spec,
        groups=audience_groups(current_user),
        presets=PRESETS.values(),
        newest=newest,
        summed_up=summed_up,
    )


@quizzes.get("/quizzes/<int:quiz_id>")
@allow(*RUNS_QUIZZES)
def quiz(quiz_id: int) -> ResponseReturnValue:
    """What was published, and what can be done with it."""
    return _quiz_page(quiz_run_by(current_user, quiz_id), WithdrawalForm())


@quizzes.post("/quizzes/<int:quiz_id>/withdrawal")
@allow(Role.ORGANIZER)
def withdrawal(quiz_id: int) -> ResponseReturnValue:
    """Take the test back."""
    row = quiz_run_by(current_user, quiz_id)
    if not runs(current_user, row):
        abort(404)
    form = WithdrawalForm()
    try:
        withdraw_quiz(quiz_id=row.id, reason=form.reason.data or "")
    except PlanError as error:
        form.reason.errors = [plan_said(problem) for problem in error.problems]
        return _quiz_page(quiz_run_by(current_user, quiz_id), form), 422
    flash(_("The test is withdrawn. Candidates no longer see it."), "success")
    return redirect(url_for("quizzes.quiz", quiz_id=quiz_id))


def _quiz_page(row: Quiz, form: WithdrawalForm) -> str:
    tree = tree_at(clock.now())
    return render_template(
        "quizzes/quiz.html",
        quiz=row,
        spec=spec_of(row),
        pool=pool_state(row),
        state=state_of(row, clock.now()),
        audience=audience_names(row),
        candidates=len(candidates(row)),
        unit=tree[row.unit_id].name if row.unit_id in tree else None,
        sees_bank=row.bank_revision.bank.unit_id in scope_of(current_user, *RUNS_QUIZZES),
        can_change=runs(current_user, row),
        counted_names=COUNTED_ATTEMPT_NAMES,
        review_names=REVIEW_TIME_NAMES,
        layout_names=PAGE_LAYOUT_NAMES,
        earlier=db.session.get(Quiz, row.follows) if row.follows is not None else None,
        rule_sentence=MULTIPLE_RULE_SENTENCES[spec_of(row).multiple_rule],
        form=form,
    )


@quizzes.get("/quizzes/<int:quiz_id>/preview")
@allow(*RUNS_QUIZZES)
def preview(quiz_id: int) -> ResponseReturnValue:
    """One paper as a candidate would see it: the one of ``seed``."""
    row = quiz_run_by(current_user, quiz_id)
    bank, spec = bank_of(row.bank_revision_id), spec_of(row)
    seed = min(max(request.args.get("seed", 1, type=int), 0), LARGEST_SEED)
    paper = pool_of(row).draw(seed)
    sections = groupby(enumerate(paper.items, start=1), key=lambda place: spec.sections[place[1].section])
    return render_template(
        "quizzes/preview.html",
        quiz=row,
        bank=bank,
        sections=[(section, list(places)) for section, places in sections],
        seed=seed,
        another=secrets.randbelow(LARGEST_SEED),
    )
