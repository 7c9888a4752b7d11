"""Parts of the candidate's pages that come by the dozen, put together from what was rendered once for all of a kind."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from flask_babel import get_locale
from markupsafe import Markup, escape

from quizapp.attempts.sheet import Place
from quizapp.banks.wording import stem_parts
from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.domain.paper import MultipleRule

KINDS_IN_MEMORY = 500
STEMS_IN_MEMORY = 4000
TEXTS_IN_MEMORY = 4 * STEMS_IN_MEMORY
CHECKED = " checked"
_SLOT = re.compile("\ue000(.+?)\ue001")  # of the private use area: no word of ours holds them


class Slots:
    """What a template is given instead of an item: each name stands as a mark, to be filled in later."""

    def __getattr__(self, name: str) -> Markup:
        return Markup(f"\ue000{name}\ue001")

    __getitem__ = __getattr__


class Skeleton:
    """Rendered HTML with slots. It is cut up once; to fill it is to join strings."""

    def __init__(self, html: str) -> None:
        self._parts = _SLOT.split(html)
        self._slots = list(enumerate(self._parts))[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The HTML with these values, which are taken as they are: whoever calls has escaped them."""
        parts = self._parts.copy()
        for at, name in self._slots:
            parts[at] = values[name]
        return "".join(parts)


def init_app(app: Flask) -> None:
    """Register the filters that the taking pages are written with."""
    app.jinja_env.filters.update(items_html=items_html, cells_html=cells_html)


def items_html(places: Iterable[Place], total: int, rule: MultipleRule, of_case: bool = False) -> Markup:
    """The items of a paper that has ``total`` of them, in the language of the page."""
    language = str(get_locale())
    filled = []
    for place in places:
        size = place.blanks if place.item_type is ItemType.FILL_IN else len(place.choices)
        skeleton = _item(language, place.item_type, size, place.points, rule, of_case, total)
        filled.append(skeleton.fill(_values(place, _stem(language, place.stem))))
    return Markup("".join(filled))


def cells_html(places: Iterable[Place], page: str = "") -> Markup:
    """Cells of the 答题卡; ``page`` is the address of the paper where they stand on another page."""
    language = str(get_locale())
    return Markup(
        "".join(
            _cell(language, place.is_answered, place.marked).fill(
                {"position": str(place.position), "number": str(place.number), "page": page}
            )
            for place in places
        )
    )


def _values(place: Place, stem: str) -> dict[str, str]:
    values = {
        "position": str(place.position),
        "number": str(place.number),
        "version": str(place.version),
        "marked": CHECKED if place.marked else "",
        "stem": stem,
    }
    if place.item_type is ItemType.FILL_IN:
        for blank in range(place.blanks):
            values[f"text{blank}"] = escape(place.answer[blank]) if place.answer else ""
    elif place.item_type is ItemType.TRUE_FALSE:
        for at, value in enumerate((TRUE, FALSE)):
            values[f"checked{at}"] = CHECKED if value in place.answer else ""
    else:
        for at, choice in enumerate(place.choices):
            values[f"letter{at}"] = choice.letter
            values[f"text{at}"] = _escaped(choice.text)
            values[f"checked{at}"] = CHECKED if choice.letter in place.answer else ""
    return values


def macros(template: str = "attempts/_item.html") -> Any:
    """The macros of a template that is imported without context, as functions."""
    return current_app.jinja_env.get_template(template).module


@lru_cache(maxsize=KINDS_IN_MEMORY)
def _item(
    language: str, kind: ItemType, size: int, worth: Decimal, rule: MultipleRule, of_case: bool, total: int
) -> Skeleton:
    return Skeleton(macros().item(Slots(), kind, size, worth, rule, of_case, total))


@lru_cache(maxsize=TEXTS_IN_MEMORY)
def _escaped(text: str) -> str:
    """The text of an option as HTML: of banks only, what a candidate wrote is not kept."""
    return str(escape(text))


@lru_cache(maxsize=STEMS_IN_MEMORY)
def _stem(language: str, stem: str) -> str:
    return str(macros().stem(stem_parts(stem)))


@lru_cache(maxsize=KINDS_IN_MEMORY)
def _cell(language: str, answered: bool, marked: bool) -> Skeleton:
    return Skeleton(macros().cell(Slots(), answered, marked))
