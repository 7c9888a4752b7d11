"""What a page sends when a candidate answers: one item by script, or the whole sheet by a plain form."""

from collections.abc import Iterator
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from quizapp.attempts.operations import Change
from quizapp.attempts.sheet import Place, Sheet
from quizapp.domain.bank import MOST_BLANKS, ItemType

MOST_SAVES = 1_000_000  # of one item; a larger version is nobody's


class ResponseBody(BaseModel):
    """The JSON body of one save."""

    model_config = ConfigDict(extra="forbid", strict=True)

    answer: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=MOST_BLANKS)]
    marked: bool
    version: Annotated[int, Field(ge=0, le=MOST_SAVES)]
    operation: Annotated[str, Field(min_length=8, max_length=36, pattern=r"^[!-~]+$")]

    def change(self, position: int) -> Change:
        """What it asks for the item at ``position``."""
        return Change(position, tuple(self.answer), self.marked, self.version, self.operation)


def changes(form: MultiDict[str, str], sheet: Sheet) -> Iterator[Change]:
    """What a plain form changes: the items whose fields were sent and differ from the sheet.

    A form that the browser had kept from before names an older version, and the save refuses it.
    """
    for place in sheet.places:
        version = form.get(f"v{place.position}", "")
        if not version.isdecimal() or len(version) > len(str(MOST_SAVES)):
            continue  # the item was not on the form
        shown, marked = _fields(form, place)
        if shown != place.answer or marked != place.marked:
            yield Change(place.position, shown, marked, int(version), str(uuid4()))


def _fields(form: MultiDict[str, str], place: Place) -> tuple[tuple[str, ...], bool]:
    if place.item_type is ItemType.FILL_IN:
        texts = tuple(form.get(f"a{place.position}.{blank}", "").strip() for blank in range(place.blanks))
        shown = texts if any(texts) else ()
    else:
        shown = tuple(form.getlist(f"a{place.position}"))
    return shown, f"m{place.position}" in form
