"""How banks and items are written on pages, also by the rooms that show items."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext as _

from quizapp.domain.bank import FALSE, TRUE, Bank, Citation, Item, ItemType
from quizapp.domain.bank_difference import BankDifference
from quizapp.domain.bank_notation import LETTERS
from quizapp.domain.problem import N_
from quizapp.domain.text_match import right_blanks

ITEM_TYPE_NAMES = {
    ItemType.SINGLE: N_("Single choice"),
    ItemType.MULTIPLE: N_("Multiple choice"),
    ItemType.TRUE_FALSE: N_("True/false"),
    ItemType.FILL_IN: N_("Fill-in"),
    ItemType.CASE: N_("Case"),
    ItemType.ESSAY: N_("Essay"),
}
"""English names (msgids) of the kinds of item, in the order of a paper."""

SHOWN_LETTERS = LETTERS
_BLANK = re.compile(r"([_＿]{3,})")


@dataclass(frozen=True)
class Choice:
    """One option as a page shows it: ``letter`` is the one shown, ``value`` the bank's (or `TRUE`, `FALSE`)."""

    letter: str
    value: str
    text: str


@dataclass(frozen=True)
class Blank:
    """One blank of a fill-in item; ``is_right`` judges ``given``, which is empty where nothing was written."""

    number: int
    accepted: tuple[str, ...]
    given: str
    is_right: bool


def init_app(app: Flask) -> None:
    """Register the template filters that `banks/_item.html` is written with."""
    app.jinja_env.filters.update(
        type_name=type_name, stem_parts=stem_parts, choices=choices, blanks=blanks, cited=cited, shown_key=shown_key
    )


def type_name(item_type: ItemType) -> str:
    """The kind of item in the language of the page."""
    return str(_(ITEM_TYPE_NAMES[item_type]))


def stem_parts(stem: str) -> list[tuple[str, int]]:
    """The stem cut at its blanks: ``(text, 0)`` for words, ``("", n)`` for the n-th blank."""
    parts: list[tuple[str, int]] = []
    for place, text in enumerate(_BLANK.split(stem)):
        if place % 2:
            parts.append(("", place // 2 + 1))
        elif text:
            parts.append((text, 0))
    return parts


def choices(item: Item, letters: Sequence[str] | None = None) -> list[Choice]:
    """The options in the order of ``letters`` (the bank's letters; default: the bank's own order), lettered anew."""
    if item.type is ItemType.TRUE_FALSE:
        return [Choice("✓", TRUE, _("True")), Choice("✕", FALSE, _("False"))]
    texts = {option.letter: option.text for option in item.options}
    order = letters or list(texts)
    return [Choice(shown, letter, texts[letter]) for shown, letter in zip(SHOWN_LETTERS, order, strict=False)]


def shown_key(item: Item, letters: Sequence[str] | None = None) -> str:
    """The key of an item with options, in the letters shown: ``B``, ``A、C``, ``True``."""
    right = [choice for choice in choices(item, letters) if choice.value in item.key]
    if item.type is ItemType.TRUE_FALSE:
        return "".join(choice.text for choice in right)
    return "、".join(choice.letter for choice in right)


def blanks(item: Item, answer: Sequence[str] | None = None) -> list[Blank]:
    """The blanks of a fill-in item with what was written into each."""
    given = [*(answer or ()), *[""] * len(item.blanks)]
    # In any order each text fills one blank only; right is then what the text before did not use up.
    return [
        Blank(place + 1, accepted, given[place].strip(), _earns(item, given, place))
        for place, accepted in enumerate(item.blanks)
    ]


def _earns(item: Item, given: Sequence[str], place: int) -> bool:
    """Whether the text in this blank adds one to the blanks filled rightly by those before it."""

    def right(up_to: int) -> int:
        texts = [text if at < up_to else "" for at, text in enumerate(given[: len(item.blanks)])]
        return right_blanks(texts, item.blanks, any_order=item.any_order, numerals_equal=item.numerals_equal)

    return right(place + 1) > right(place)


def cited(citation: Citation, bank: Bank) -> str:
    """What a key rests on, in full: 《中国共产党纪律处分条例》（2023）第八条."""
    titles = {regulation.id: regulation.title for regulation in bank.regulations}
    title = titles.get(citation.regulation, citation.regulation).strip("《》")
    return str(_("“%(title)s” (%(edition)s), %(article)s", **vars(citation) | {"title": title}))


def difference_lines(difference: BankDifference) -> list[tuple[str, list[str]]]:
    """What changed, in sentences with their count, each with the items it speaks of (none: about the bank itself)."""
    keys = [f"{change.id}: {_key(change.old)} → {_key(change.new)}" for change in difference.keys_changed]
    lines = [
        (_("Keys changed: %(n)s", n=len(keys)), keys),
        (_("Items added: %(n)s", n=len(difference.added)), list(difference.added)),
        (_("Items removed: %(n)s", n=len(difference.removed)), list(difference.removed)),
        (_("Stems changed: %(n)s", n=len(difference.stems_changed)), list(difference.stems_changed)),
        (_("Options changed: %(n)s", n=len(difference.options_changed)), list(difference.options_changed)),
        (_("Rationale, citation or other details changed: %(n)s", n=len(difference.others_changed)),
         list(difference.others_changed)),
    ]  # fmt: skip
    said = [(sentence, names) for sentence, names in lines if names]
    if difference.about_changed:
        said.append((_("Title, description or regulations changed"), []))
    return said or [(_("Only the order of items or the layout of the file changed"), [])]


def _key(text: str) -> str:
    words: dict[str, str] = {TRUE: _("True"), FALSE: _("False"), "": "–"}
    return words.get(text, text)
