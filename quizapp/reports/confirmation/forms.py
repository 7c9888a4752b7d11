"""Shapes of what the pages of the sheets to sign send."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from quizapp.domain.excuses import LONGEST_NAME
from quizapp.reports.excusals.forms import trimmed
from quizapp.web.forms import Form


class FilledSheetForm(Form):
    """A filled workbook, and who vouches for reasons where a sheet does not say it."""

    file = FileField(_l("Filled sheets"), [FileRequired(_l("Please choose a file."))])
    said_by = StringField(_l("Who vouches for the reasons"), [Length(max=LONGEST_NAME)], filters=[trimmed])


class FilledConfirmationForm(Form):
    """That the person has seen what would be recorded."""

    digest = HiddenField(validators=[InputRequired()])
    said_by = HiddenField(validators=[Length(max=LONGEST_NAME)])
