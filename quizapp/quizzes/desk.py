"""The organizer's desk: a plan as it is being written, and what the check says of it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from wtforms.fields import SelectChoice

from quizapp.accounts.models import Account
from quizapp.banks.models import BankRevision
from quizapp.banks.queries import bank_of, units_kept_by
from quizapp.banks.rechecks import usable_bank
from quizapp.domain.paper import PaperSpec, shortages
from quizapp.domain.paper_spec import spec_from_json, spec_to_json
from quizapp.domain.presets import PRESETS, Preset
from quizapp.domain.problem import Problem
from quizapp.quizzes.check import Check, check_plan
from quizapp.quizzes.conditions import USUAL_PLEDGE
from quizapp.quizzes.fitting import Fit, fit_to
from quizapp.quizzes.forms import MOST_SECTIONS, NEW_SECTION, PlanForm, next_week, plan_data
from quizapp.quizzes.models import CountedAttempt, PageLayout, Quiz, ReviewTime
from quizapp.quizzes.plan import QuizPlan
from quizapp.quizzes.queries import quizzes_run_by, spec_of
from quizapp.roster.queries import scope_of
from quizapp.web import clock
from quizapp.web.access import Role

LARGEST_SEED = 2**31


class Desk:
    """One request's form with its check, for an organizer with at least one bank and one unit."""

    def __init__(self, account: Account, revisions: Sequence[BankRevision], plan: QuizPlan | None = None) -> None:
        """Lay out ``plan``; without one, what the browser sent."""
        self.account = account
        self.form = PlanForm(data=plan_data(plan)) if plan is not None else PlanForm()
        self.form.bank_revision_id.choices = [SelectChoice(each.id, _revision_name(each)) for each in revisions]
        self.form.unit_id.choices = [SelectChoice(unit.id, unit.name) for unit in units_kept_by(account)]
        self.form.follows.choices = [SelectChoice("", _("no earlier test")), *_earlier_tests(account)]
        self.checked: Check | None = None
        self.fitted: Fit | None = None  # what this request has done to the paper

    def edit(self, act: str) -> bool:
        """Do to the rows what a button of the form says; False for what is no such button.

        ``add``; ``remove-1`` (places count from 0); ``count-1-17``: 17 items in that row; ``preset-delian-80``;
        ``pledge``: the usual pledge; ``fit``: the paper that the bank can give; ``unfit``: the one before that.
        """
        name, detail = act.split("-", 1) if "-" in act else (act, "")
        if name == "add" and not detail:
            if len(self.form.sections) < MOST_SECTIONS:
                self.form.sections.append_entry(NEW_SECTION)
        elif name == "preset" and detail in PRESETS:
            self._take(PRESETS[detail])
        elif act == "pledge":
            self.form.pledge.data = USUAL_PLEDGE
        elif act == "fit":
            self._fit()
        elif act == "unfit":
            self._take_back()
        elif name in ("remove", "count"):
            self._edit_row(name, detail)
        else:
            return False
        return True

    def check(self) -> bool:
        """Look at the plan, where the form can be read as one; the form then carries an error at each bad field."""
        self._offer_topics()
        if self.form.is_submitted() and not self.form.validate():
            return False
        self.checked = check_plan(self.form.plan(), self.account, secrets.randbelow(LARGEST_SEED))
        return True

    def mark_rows(self) -> None:
        """Say at the rows what is wrong with them; what is still empty elsewhere is no fault yet."""
        if self.checked is not None:
            self.form.mark([problem for problem in self.checked.problems if problem.path.startswith("sections[")])

    @property
    def spec(self) -> PaperSpec | None:
        """The paper specification, once it can be read."""
        return self.form.spec() if self.checked is not None else None

    @property
    def preset(self) -> str | None:
        """The preset that the paper still agrees with."""
        return next((preset.id for preset in PRESETS.values() if preset.spec == self.spec), None)

    @property
    def shortages(self) -> dict[int, int]:
        """For rows that ask for more than the bank has: how many it has, by place of the row; none is left out."""
        problems: list[Problem] = self.checked.problems if self.checked is not None else []
        return {
            number: problem.params["have"]
            for number in range(len(self.form.sections))
            for problem in problems
            # Sections that only lack items together cannot be mended by one figure.
            if problem.path == f"sections[{number}].count" and "type" in problem.params and problem.params["have"]
        }

    @property
    def fit(self) -> Fit | None:
        """The paper that the bank can give, where it cannot give the one asked for."""
        if self.checked is None:
            return None
        return fit_to(usable_bank(self.form.bank_revision_id.data), self.form.spec())

    @property
    def before(self) -> str:
        """The paper before it was cut to the bank, for the form that can take it back."""
        return str(_signer().dumps(spec_to_json(self.fitted.asked))) if self.fitted else ""

    def _fit(self) -> None:
        if self.check() and (fit := self.fit) is not None:
            self.fitted = fit
            self.form.take(fit.given)

    def _take_back(self) -> None:
        try:
            before = _signer().loads(request.form.get("before", ""))
        except BadData:
            return  # not what this page had written: the form stays as it is
        self.form.take(spec_from_json(before))

    def _take(self, preset: Preset) -> None:
        self.form.take(preset.spec)
        for name, value in _circumstances(preset).items():
            self.form[name].data, self.form[name].raw_data = value, None

    def _edit_row(self, name: str, detail: str) -> None:
        place, count = detail.split("-", 1) if "-" in detail else (detail, "")
        rows = self.form.sections.entries
        if not place.isdecimal() or int(place) >= len(rows):
            return
        if name == "remove":
            del rows[int(place)]
        elif count.isdecimal() and len(count) <= 4:
            field = rows[int(place)].form["count"]
            field.data, field.raw_data, field.process_errors = int(count), None, []

    def _offer_topics(self) -> None:
        revision_id = self.form.bank_revision_id.data
        offered = {choice.value for choice in self.form.bank_revision_id.choices}
        self.form.offer(bank_of(revision_id).topics() if revision_id in offered else ())


def preset_plan(preset: Preset, revisions: Sequence[BankRevision], account: Account) -> QuizPlan:
    """Where a new test starts: a preset, a bank for it, next week; without name and audience."""
    opens_at, closes_at = next_week()
    return QuizPlan(
        title="",
        bank_revision_id=_bank_for(preset.spec, revisions).id,
        unit_id=units_kept_by(account)[0].id,
        audience=(),
        spec=preset.spec,
        opens_at=opens_at,
        closes_at=closes_at,
        **_circumstances(preset),
    )


def bank_plan(bank_id: int, revisions: Sequence[BankRevision], account: Account) -> QuizPlan | None:
    """Where a test of one bank starts: the first preset it is large enough for, and its name. None: no such bank."""
    newest = next((revision for revision in revisions if revision.bank_id == bank_id), None)
    if newest is None:
        return None
    bank = bank_of(newest.id)
    enough = (preset for preset in PRESETS.values() if not shortages(bank, preset.spec))
    plan = preset_plan(next(enough, next(iter(PRESETS.values()))), revisions, account)
    return replace(plan, title=newest.bank.title, bank_revision_id=newest.id)


def _bank_for(spec: PaperSpec, revisions: Sequence[BankRevision]) -> BankRevision:
    """Of the banks from which such papers can be drawn the one uploaded last; of all banks where there is none."""
    latest_first = sorted(revisions, key=lambda revision: revision.uploaded_at, reverse=True)
    return next((each for each in latest_first if not shortages(usable_bank(each.id), spec)), latest_first[0])


def copied_plan(quiz: Quiz, revisions: Sequence[BankRevision], account: Account) -> QuizPlan:
    """A plan like a published test, next week, with the newest revision of its bank, as far as the account may."""
    scope = scope_of(account, Role.ORGANIZER)
    newest = [revision.id for revision in revisions if revision.bank_id == quiz.bank_revision.bank_id]
    plan = preset_plan(next(iter(PRESETS.values())), revisions, account)
    return replace(
        plan,
        title=quiz.title,
        bank_revision_id=newest[0] if newest else plan.bank_revision_id,
        unit_id=quiz.unit_id if quiz.unit_id in scope else plan.unit_id,
        audience=tuple(row.unit_id for row in quiz.audience if row.unit_id in scope),
        spec=spec_of(quiz),
        minutes=quiz.minutes,
        grace_seconds=quiz.grace_seconds,
        attempts_allowed=quiz.attempts_allowed,
        counted_attempt=CountedAttempt(quiz.counted_attempt),
        score_shown=ReviewTime(quiz.score_shown),
        key_shown=ReviewTime(quiz.key_shown),
        rationale_shown=ReviewTime(quiz.rationale_shown),
        instructions=quiz.instructions,
        layout=PageLayout(quiz.layout),
        pledge=quiz.pledge,
        access_code=quiz.access_code,
        networks=tuple(quiz.networks),
        leaving_recorded=quiz.leaving_recorded,
        certificate=quiz.certificate,
    )


def _signer() -> URLSafeSerializer:
    """What a form brings back unchanged needs no second reading."""
    return URLSafeSerializer(str(current_app.secret_key), "paper before it was cut to the bank")


def _circumstances(preset: Preset) -> dict[str, Any]:
    times = {"at_submit": ReviewTime.AT_SUBMISSION, "after_window_closes": ReviewTime.AFTER_CLOSE}
    return {
        "minutes": preset.minutes,
        "attempts_allowed": preset.attempts_allowed,
        "score_shown": times[preset.show_score],
        "key_shown": times[preset.show_key],
        "rationale_shown": times[preset.show_key],
    }


def _earlier_tests(account: Account) -> list[SelectChoice]:
    """What a test can be the follow-up of: the tests of the account's units that have opened."""
    opened = (each for each in quizzes_run_by(account) if each.withdrawn_at is None and each.opens_at <= clock.now())
    return [SelectChoice(each.id, each.title) for each in opened]


def _revision_name(revision: BankRevision) -> str:
    named = {"title": revision.bank.title, "n": revision.number, "items": revision.item_count}
    return str(_("%(title)s, revision %(n)s (%(items)s items)", **named))
