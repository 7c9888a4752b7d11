"""Fields that the publish form needs beyond those of WTForms."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.domain.networks import network_lines
from quizapp.web.wording import points as spelt

LARGEST_NUMBER = 10_000


class Number(StringField):
    """A number with decimals, also in full-width figures; ``data`` is a Decimal, None where nothing was entered."""

    data: Any
    sentence = _l("Please enter a number, for example 2 or 1.5.")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else spelt(Decimal(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = self.parse(text) if text else None

    def parse(self, text: str) -> Any:
        """The number in ``text``. Raises ValueError with a sentence."""
        try:
            number = Decimal(text)
        except ArithmeticError:
            raise ValueError(self.sentence) from None
        # Nothing larger makes sense, and a figure like 1e999999 would keep the server busy.
        if not number.is_finite() or abs(number) > LARGEST_NUMBER:
            raise ValueError(self.sentence)
        return number


class WholeNumber(Number):
    """A whole number; ``data`` is an int."""

    sentence = _l("Please enter a whole number.")

    def parse(self, text: str) -> Any:
        """The number in ``text``. Raises ValueError with a sentence."""
        number = super().parse(text)
        if number != int(number):
            raise ValueError(self.sentence)
        return int(number)


class Boxes(SelectMultipleField):
    """Several of a few choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Lines(TextAreaField):
    """Several texts, one on each line; ``data`` is a tuple without blank ones."""

    data: Any

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = network_lines(valuelist[0] if valuelist else "")


def named(names: Any) -> list[SelectChoice]:
    """Choices from a mapping of enumeration members to msgids."""
    return [SelectChoice(member.value, _l(msgid)) for member, msgid in names.items()]


class Given:
    """The number must be there. Unlike InputRequired it also takes one that the server put in."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the instance

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Number) -> None:
        """Complain about an empty field, but not on top of a figure that could not be read."""
        if field.data is None and not field.errors:
            raise StopValidation(self.sentence)
