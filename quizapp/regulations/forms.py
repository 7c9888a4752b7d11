"""Handing in a regulation and an edition of it."""

import re
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from quizapp.domain.problem import N_
from quizapp.domain.regulations import Kind
from quizapp.importers import sandbox
from quizapp.importers.reading import Refused
from quizapp.importers.separated import BREAK
from quizapp.regulations.models import Regulation
from quizapp.web.forms import Form

KIND_NAMES = {
    Kind.REGULATION: N_("Regulation"),
    Kind.MEASURES: N_("List of preventive measures"),
    Kind.DUTIES: N_("List of responsibilities of posts"),
}
"""English names (msgids) of what can be registered."""
EXTENSIONS = (".docx", ".doc", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".md")
LONGEST_REASON = 500
NOT_REGISTERED = ("csrf_token", "former", "seen", "file")
"""Fields of the forms that are no part of what is registered (of a file, the text is)."""
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class EditionForm(Form):
    """The next edition: its name, its day, and its articles as text or table."""

    name = StringField(_l("Edition"), [InputRequired(_l("Please name the edition.")), Length(max=32)],
                       description=_l("As citations name it, usually the year: 2023"))  # fmt: skip
    effective = DateField(_l("Effective date"), [Optional()])
    file = FileField(_l("File"))
    text = TextAreaField(_l("Text or table"))
    former_text = TextAreaField(_l("Text of the edition before"))
    former = HiddenField()  # the mark of the edition with which the preview compared
    seen = HiddenField()  # the digest of what the preview showed

    def digest(self) -> str:
        """A mark of what would be registered. Browsers send line ends of their own: these make no difference."""
        said = (str(field.data or "").strip().splitlines() for field in self if field.name not in NOT_REGISTERED)
        return sha256(repr(list(said)).encode()).hexdigest()

    def was_changed(self) -> bool:
        """Whether something else, another file for instance, would be registered than the preview showed."""
        return bool(self.seen.data) and self.seen.data != self.digest()

    def validate_file(self, field: Any) -> None:
        """Take the text of the file, where one was chosen, into the text box, so that it can be seen and corrected."""
        if not field.data or not field.data.filename:
            return
        if not field.data.filename.lower().endswith(EXTENSIONS):
            raise ValidationError(
                _("Only Word, Excel and text files (.docx, .doc, .xlsx, .csv, .txt) are read here. Choose such a file.")
            )
        self.text.data = _opened(field.data.filename, field.data.read())

    def validate_text(self, field: Any) -> None:
        """There must be something to read."""
        if not (field.data or "").strip() and not self.file.errors:
            raise ValidationError(_("Please choose a file, or paste the text or a table."))


class RegulationForm(EditionForm):
    """A regulation or list that is not registered yet, with its first edition."""

    title = StringField(_l("Title"), [InputRequired(_l("Please give the title.")), Length(max=200)])
    code = StringField(_l("Code for citing"), [
        InputRequired(_l("Please give a code.")),
        Length(max=64),
        Regexp(CODE.pattern + "$", message=_l("Only letters, digits, - _ and . may stand in a code.")),
    ], description=_l("What banks call it, e.g. ccp-discipline"))  # fmt: skip
    short_titles = TextAreaField(_l("Short titles"), description=_l("Other names that items use, one a line"))
    issuer = StringField(_l("Issued by"), [Length(max=200)])
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, kind.value) for kind in Kind])


class TakeBackForm(Form):
    """The newest edition was registered by mistake: its name once more, so that nothing goes by a slip, and why."""

    mark = HiddenField()
    confirm = StringField(_l("Edition to take back"))
    reason = StringField(_l("Reason"), [InputRequired(_l("Please give a reason.")), Length(max=LONGEST_REASON)])

    def __init__(self, row: Regulation, **kwargs: Any) -> None:
        self.row = row
        super().__init__(**kwargs)

    def validate_confirm(self, field: Any) -> None:
        """The name must be that of the newest edition."""
        name = self.row.editions[-1].name if self.row.editions else ""
        if (field.data or "").strip() != name:
            raise ValidationError(_("Please write the edition that is to be taken back: %(name)s", name=name))

    def validate_reason(self, field: Any) -> None:
        """Blanks are no reason."""
        if not field.data.strip():
            raise ValidationError(_("Please give a reason."))


def _opened(name: str, data: bytes) -> str:
    """The text of a file, a table as rows with tabs; read in a process of its own, like every foreign file."""
    try:
        return sandbox.open_file(name, data, as_rows=True).text.replace(BREAK, " ")
    except Refused as refused:
        raise ValidationError(refused.problem.text(_)) from None
