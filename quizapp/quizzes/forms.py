"""The publish page's form: a plan as text fields, and back."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from quizapp.banks.wording import ITEM_TYPE_NAMES
from quizapp.domain.bank import ItemType
from quizapp.domain.paper_spec import MultipleRule, PaperSpec, Section
from quizapp.domain.problem import Problem
from quizapp.quizzes.fields import Boxes, Given, Lines, Number, WholeNumber, named
from quizapp.quizzes.models import (
    COUNTED_ATTEMPT_NAMES,
    PAGE_LAYOUT_NAMES,
    REVIEW_TIME_NAMES,
    CountedAttempt,
    PageLayout,
    ReviewTime,
)
from quizapp.quizzes.operations import LONGEST_REASON
from quizapp.quizzes.plan import QuizPlan
from quizapp.quizzes.wording import MULTIPLE_RULE_NAMES, SECTION_TITLES, plan_said
from quizapp.web import clock
from quizapp.web.forms import Form, LocalMoment

MOST_SECTIONS = 20
LEVELS = [SelectChoice(str(level)) for level in range(1, 6)]
NEW_SECTION = {"type": ItemType.SINGLE.value, "count": 10, "points": Decimal(1)}
_PATH = re.compile(r"sections\[(\d+)\]\.(\w+)")


NUMBER = Given(_l("Please enter a number."))
MOMENT = InputRequired(_l("Please enter date and time."))


class SectionForm(wtforms.Form):
    """One row of the paper. An empty title stands for what notices call that type."""

    title = StringField(_l("Title on the paper"), [Length(max=100, message=_l("This title is too long."))])
    type = SelectField(_l("Type"), choices=named({kind: ITEM_TYPE_NAMES[kind] for kind in SECTION_TITLES}))
    count = WholeNumber(_l("Number of items"), [NUMBER])
    points = Number(_l("Points each"), [NUMBER])
    topics = Boxes(_l("Topics"), choices=[], validate_choice=False)
    difficulties = Boxes(
        _l("Difficulties"), choices=[SelectChoice(level, str(level)) for level in range(1, 6)], coerce=int
    )
    cut_score = Number(_l("Cut score of this section"), [Optional()])

    def section(self) -> Section:
        """The row as the domain knows it."""
        kind = ItemType(self.type.data)
        return Section(
            title=(self.title.data or "").strip() or SECTION_TITLES[kind],
            type=kind,
            count=self.count.data,
            points=self.points.data,
            topics=tuple(self.topics.data or ()),
            difficulties=tuple(self.difficulties.data or ()),
            cut_score=self.cut_score.data,
        )


class PlanForm(Form):
    """Everything of a `QuizPlan`; its fields have the plan's names, so that a problem finds its field."""

    title = StringField(_l("Name of the test"))
    bank_revision_id = SelectField(_l("Question bank"), coerce=int)
    sections = FieldList(FormField(SectionForm), max_entries=MOST_SECTIONS)
    multiple_rule = SelectField(_l("Scoring of multiple choice"), choices=named(MULTIPLE_RULE_NAMES))
    shuffle_items = BooleanField(_l("Items in another order for everybody"))
    shuffle_options = BooleanField(_l("Options in another order for everybody"))
    cut_score = Number(_l("Cut score"), [Given(_l("Please enter how many points pass."))])
    excellent_score = Number(_l("Excellent from"), [Optional()])
    opens_at = LocalMoment(_l("Opens"), [MOMENT])
    closes_at = LocalMoment(_l("Closes"), [MOMENT])
    minutes = WholeNumber(_l("Time limit (minutes)"), [NUMBER])
    grace_seconds = WholeNumber(_l("Grace period (seconds)"), [NUMBER])
    attempts_allowed = WholeNumber(_l("Attempts allowed"), [NUMBER])
    counted_attempt = SelectField(_l("Which attempt counts"), choices=named(COUNTED_ATTEMPT_NAMES))
    score_shown = RadioField(_l("Score"), choices=named(REVIEW_TIME_NAMES))
    key_shown = RadioField(_l("Key"), choices=named(REVIEW_TIME_NAMES))
    rationale_shown = RadioField(_l("Rationale and citation"), choices=named(REVIEW_TIME_NAMES))
    unit_id = SelectField(_l("Unit that runs the test"), coerce=int)
    audience = Boxes(_l("Whom the test is for"), coerce=int, validate_choice=False)
    instructions = TextAreaField(_l("Instructions for candidates"))
    layout = RadioField(_l("How the paper is shown"), choices=named(PAGE_LAYOUT_NAMES))
    pledge = TextAreaField(_l("Integrity pledge"))
    access_code = StringField(_l("Access code"))
    networks = Lines(_l("Only from these networks"))
    leaving_recorded = BooleanField(_l("Record when a candidate leaves the page"))
    certificate = BooleanField(_l("Whoever passes may print a certificate"))
    follows = SelectField(_l("Follow-up of"), coerce=lambda value: int(value) if value else None)

    def validate_closes_at(self, field: LocalMoment) -> None:
        """A year like 0026 is a slip of the keyboard."""
        for moment in (self.opens_at.data, field.data):
            if moment is not None and not 2000 <= moment.year <= 2100:
                raise ValidationError(_("Please check the year."))

    def offer(self, topics: tuple[str, ...]) -> None:
        """Let every section choose from ``topics``; what was chosen before and is not among them stays visible."""
        for section in self.sections:
            chosen = section.form.topics.data or []
            section.form.topics.choices = [SelectChoice(topic, topic) for topic in dict.fromkeys([*topics, *chosen])]

    def plan(self) -> QuizPlan:
        """The plan, once the form is valid."""
        names = ("title", "bank_revision_id", "unit_id", "opens_at", "closes_at", "minutes", "grace_seconds",
                 "attempts_allowed", "instructions", "leaving_recorded", "certificate",
                 "follows")  # fmt: skip
        return QuizPlan(
            **{name: self[name].data for name in names},
            audience=tuple(self.audience.data or ()),
            spec=self.spec(),
            counted_attempt=CountedAttempt(self.counted_attempt.data),
            score_shown=ReviewTime(self.score_shown.data),
            key_shown=ReviewTime(self.key_shown.data),
            rationale_shown=ReviewTime(self.rationale_shown.data),
            layout=PageLayout(self.layout.data),
            pledge=self.pledge.data or "",
            access_code=self.access_code.data or "",
            networks=self.networks.data or (),
        )

    def spec(self) -> PaperSpec:
        """The paper specification, once the form is valid."""
        return PaperSpec(
            sections=tuple(section.form.section() for section in self.sections),
            multiple_rule=MultipleRule(self.multiple_rule.data),
            shuffle_items=self.shuffle_items.data,
            shuffle_options=self.shuffle_options.data,
            cut_score=self.cut_score.data,
            excellent_score=self.excellent_score.data,
        )

    def take(self, spec: PaperSpec) -> None:
        """Put ``spec`` in the place of what the form says about the paper."""
        for name, value in spec_data(spec).items():
            if name != "sections":
                self[name].data, self[name].raw_data = value, None
        while len(self.sections):
            self.sections.pop_entry()
        for row in spec_data(spec)["sections"]:
            self.sections.append_entry(row)

    def mark(self, problems: list[Problem]) -> None:
        """Say each problem at the field that it is about."""
        for problem in problems:
            place = _PATH.fullmatch(problem.path)
            row = self.sections[int(place[1])].form if place else self
            name = place[2] if place else problem.path
            if name not in row or name == "sections":
                self.form_errors.append(plan_said(problem))
            else:
                row[name].errors = [*row[name].errors, plan_said(problem)]
        self.sections.errors = [section.errors for section in self.sections if section.errors]


class WithdrawalForm(Form):
    """Why a test is withdrawn."""

    reason = StringField(
        _l("Reason"), description=_l("It is kept in the record. At most %(n)s characters.", n=LONGEST_REASON)
    )


def spec_data(spec: PaperSpec) -> dict[str, Any]:
    """``spec`` for the fields of `PlanForm`."""
    return {
        "sections": [_section_data(section) for section in spec.sections],
        "multiple_rule": spec.multiple_rule.value,
        "shuffle_items": spec.shuffle_items,
        "shuffle_options": spec.shuffle_options,
        "cut_score": spec.cut_score,
        "excellent_score": spec.excellent_score,
    }


def plan_data(plan: QuizPlan) -> dict[str, Any]:
    """``plan`` for the fields of `PlanForm`."""
    return vars(plan) | spec_data(plan.spec) | {"audience": list(plan.audience)}


def _section_data(section: Section) -> dict[str, Any]:
    usual = section.title == SECTION_TITLES[section.type]
    return vars(section) | {
        "title": "" if usual else section.title,
        "type": section.type.value,
        "topics": list(section.topics),
        "difficulties": list(section.difficulties),
    }


def next_week() -> tuple[datetime, datetime]:
    """The window that is proposed: next Monday at nine until that Friday at six, on the department's clock."""
    today = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    monday = today + timedelta(days=7 - today.weekday())
    return clock.from_local(monday.replace(hour=9)), clock.from_local(monday.replace(hour=18) + timedelta(days=4))
