"""Signing in, and changing one's password."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from quizapp.accounts.passwords import SHORTEST_PASSWORD
from quizapp.web.forms import Form


class SignInForm(Form):
    """Staff number and password."""

    login = StringField(_l("Staff number"), [InputRequired(_l("Please enter your staff number.")), Length(max=64)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Please enter your password.")), Length(max=200)])


class PasswordForm(Form):
    """One's own new password."""

    present = PasswordField(_l("Present password"), [InputRequired(_l("Please enter your password.")), Length(max=200)])
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Please enter a new password.")), Length(min=SHORTEST_PASSWORD, max=200)],
    )
    again = PasswordField(
        _l("New password again"), [EqualTo("password", _l("The two new passwords differ. Please enter them again."))]
    )
