"""The base of every form, with messages in the language of the page."""

from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField

from quizapp.web import clock


class Form(FlaskForm):
    """A form with a CSRF token. Subclasses check shape; whether an act is allowed is decided elsewhere."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            """WTForms' own messages in the language of the page, not of the browser."""
            self.locales = [str(get_locale())]
            return super(FlaskForm.Meta, self).get_translations(form)


class LocalMoment(DateTimeLocalField):
    """A date and time on the department's wall clock; ``data`` is an aware moment."""

    data: datetime | None  # WTForms' own annotation leaves out the empty field

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return clock.local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is None:
            return
        try:
            self.data = clock.from_local(self.data)
        except OverflowError:  # the year 1, a slip of the keyboard: in UTC there is no such moment
            self.data = None
            raise ValueError(self.gettext("Not a valid datetime value.")) from None
