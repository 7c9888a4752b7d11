"""Shape of what the page of excused absences sends."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from quizapp.domain.excuses import LONGEST_NAME, LONGEST_NOTE, REASON_NAMES
from quizapp.domain.problem import Problem
from quizapp.web.forms import Form
from quizapp.web.security import LARGEST_KEY


def trimmed(text: str | None) -> str | None:
    """Without space around it, and with single spaces inside."""
    return " ".join(text.split()) if text else text


class ExcusalForm(Form):
    """Who of one branch could not sit the test, why, and who vouches for it."""

    branch = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST_KEY)], widget=HiddenInput())
    people = SelectMultipleField(
        _l("Who could not sit it"), [InputRequired(_l("Please tick at least one person."))], coerce=int
    )
    reason = SelectField(_l("Reason"), [InputRequired(_l("Please choose a reason."))])
    note = StringField(_l("Note"), [Length(max=LONGEST_NOTE)], filters=[trimmed])
    said_by = StringField(
        _l("Who vouches for it"),
        [InputRequired(_l("Please say who vouches for it.")), Length(max=LONGEST_NAME)],
        filters=[trimmed],
    )

    def offer(self, people: list[int]) -> None:
        """Let these be ticked, and the reasons be chosen."""
        self.people.choices = [(person, str(person)) for person in people]
        self.reason.choices = [("", _("Please choose")), *((key, _(name)) for key, name in REASON_NAMES.items())]

    def mark(self, problems: list[Problem]) -> None:
        """Say each problem at the field that it is about."""
        for problem in problems:
            if problem.path in self:
                self[problem.path].errors = [*self[problem.path].errors, problem.text(_)]
            else:
                self.form_errors.append(problem.text(_))
