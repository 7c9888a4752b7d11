"""Shapes of what the roster's pages send."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from quizapp.web.forms import Form, LocalMoment


class RosterFileForm(Form):
    """A roster file."""

    file = FileField(_l("Roster file"), [FileRequired(_l("Please choose a file."))])


class ConfirmationForm(Form):
    """That the person has seen what would change, and from when."""

    digest = HiddenField(validators=[InputRequired()])
    effective = LocalMoment(_l("In force from"), [Optional()])
    missing_left = BooleanField(_l("The people who are missing in this file have left"))


class UnitNameForm(Form):
    """A new name for a unit or branch."""

    name = StringField(
        _l("New name"),
        [DataRequired(_l("Please enter a name.")), Length(max=100)],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )
