"""Handing in a bank: a file, or the text of one that was corrected on the page."""

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from quizapp.banks.imports import Upload
from quizapp.web.forms import Form

EXTENSIONS = (".yaml", ".yml", ".txt")  # Windows' Notepad adds .txt by itself; the reader judges what is inside
NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc")
NO_TEXT = _l("This is a Word, Excel, picture or archive file under another name. A bank is a plain text file.")
DEFAULT_NAME = "bank.yaml"
YAML = (".yaml", ".yml")
_BANK = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\n)*(?:format|title|description|regulations|items):")


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
                    "A new revision is a whole bank in YAML. "
                    "Questions from Word, Excel or a text are added by “Import questions”."
                )
            )
        data = field.data.read()
        if data.startswith(NOT_TEXT):
            raise ValidationError(NO_TEXT)
        self.source = Source(name, data)


class ImportForm(RevisionForm):
    """A file of any format that is read, or pasted text; with a second file where the keys stand apart."""

    file = FileField(_l("Question file"))
    keys = FileField(_l("File of the keys"))
    paste = TextAreaField(_l("Or paste the questions"))

    upload: Upload | None = None
    """What was handed in to be read as questions, once the form is valid."""

    def validate_file(self, field: Any) -> None:
        """Take the pasted text if there is any, else the file."""
        name, data = _("Pasted text") + ".txt", (self.paste.data or "").replace("\r\n", "\n").encode()
        if not data.strip():
            name, data = _sent(field)
        if not name:
            raise ValidationError(_("Please choose a file, or paste the questions."))
        if not data.strip():
            raise ValidationError(_("The file is empty. Choose the one that holds the questions."))
        keys_name, keys_data = _sent(self.keys)
        self.upload = Upload(name, data, keys_name, keys_data)


class BankForm(ImportForm):
    """A new bank, with the unit that keeps it. The view fills in the choices. A bank in YAML is taken as it is."""

    unit = SelectField(
        _l("Kept by"), coerce=int, description=_l("Organizers of this unit, and those above it, see the bank.")
    )

    def validate_file(self, field: Any) -> None:
        """What looks like a bank becomes ``source``, anything else ``upload``."""
        if not self.text.data:
            super().validate_file(field)
            assert self.upload is not None
            upload = self.upload
            if not upload.name.lower().endswith(YAML) and not _BANK.match(upload.data):
                return
            self.upload = None
            if upload.data.startswith(NOT_TEXT):
                raise ValidationError(NO_TEXT)
            self.source = Source(upload.name, upload.data)
            return
        RevisionForm.validate_file(self, field)


def _sent(field: Any) -> tuple[str, bytes]:
    """Name and content of a file that was sent; both empty where none was."""
    if not field.data or not field.data.filename:
        return "", b""
    return field.data.filename.replace("\\", "/").rsplit("/")[-1], field.data.read()
