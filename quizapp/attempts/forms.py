"""What a page sends when a candidate answers: one item by script, or the whole sheet by a plain form."""

from collections.abc import Iterator
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from quizapp.attempts.leases import LARGEST_LEASE
from quizapp.attempts.saving import Change
from quizapp.attempts.sheet import Place, Sheet
from quizapp.domain.bank import MOST_BLANKS, ItemType

MOST_SAVES = 1_000_000  # of one item; a larger version is nobody's
MOST_ITEMS = 10_000  # of a paper
MOST_AT_ONCE = 200


class ResponseBody(BaseModel):
    """What one item of a save says."""

    model_config = ConfigDict(extra="forbid", strict=True)

    position: Annotated[int, Field(ge=0, le=MOST_ITEMS)]
    answer: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=MOST_BLANKS)]
    marked: bool
    version: Annotated[int, Field(ge=0, le=MOST_SAVES)]
    operation: Annotated[str, Field(min_length=8, max_length=36, pattern=r"^[!-~]+$")]

    def change(self) -> Change:
        """What it asks for."""
        return Change(self.position, tuple(self.answer), self.marked, self.version, self.operation)


class SaveBody(BaseModel):
    """The JSON body of a save: the lease of the page, and the items in the order in which they were marked."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lease: Annotated[int, Field(ge=1, le=LARGEST_LEASE)]
    responses: Annotated[list[ResponseBody], Field(min_length=1, max_length=MOST_AT_ONCE)]

    def changes(self) -> list[Change]:
        """What it asks for."""
        return [response.change() for response in self.responses]


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
