"""Handing in a bank: a file, or the text of one that was corrected on the page."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from quizapp.web.forms import Form

EXTENSIONS = (".yaml", ".yml", ".txt")  # Windows' Notepad adds .txt by itself; the reader judges what is inside
NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc")
DEFAULT_NAME = "bank.yaml"


@dataclass(frozen=True)
class Source:
    """What was handed in, byte for byte."""

    name: str
    data: bytes


class RevisionForm(Form):
    """A file, or ``text`` with the name of the file it came from."""

    file = FileField(_l("Bank file (YAML)"))
    text = StringField(_l("Text of the bank"))
    name = HiddenField()

    source: Source | None = None
    """What was handed in, once the form is valid."""

    def validate_file(self, field: Any) -> None:
        """Take the corrected text if there is one, else the file; say plainly what is no bank file at all."""
        if self.text.data:
            # Browsers send line ends as CRLF whatever the file had.
            text = self.text.data.replace("\r\n", "\n")
            self.source = Source(self.name.data or DEFAULT_NAME, text.encode("utf-8", "replace"))
            return
        if not field.data or not field.data.filename:
            raise ValidationError(_("Please choose a file."))
        name = field.data.filename.replace("\\", "/").rsplit("/")[-1]
        if not name.lower().endswith(EXTENSIONS):
            raise ValidationError(
                _(
                    "Only YAML files (.yaml or .yml) are read by this version; Word and Excel files are not. "
                    "The format guide shows how to write one."
                )
            )
        data = field.data.read()
        if data.startswith(NOT_TEXT):
            raise ValidationError(
                _("This is a Word, Excel, picture or archive file under another name. A bank is a plain text file.")
            )
        self.source = Source(name, data)


class BankForm(RevisionForm):
    """A new bank, with the unit that keeps it. The view fills in the choices."""

    unit = SelectField(
        _l("Kept by"), coerce=int, description=_l("Organizers of this unit, and those above it, see the bank.")
    )
