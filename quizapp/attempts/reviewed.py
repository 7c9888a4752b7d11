"""The items of a result, put together from what was rendered once: for a type, for an outcome, for an item.

What is kept tells nothing of anybody: a stem, a rationale, the word for an outcome. Who may see an item's key is known
before; the rationale is kept apart from the items that are shown without one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from flask import Flask, current_app, url_for
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from quizapp.attempts.review import Review, ReviewedItem
from quizapp.attempts.skeletons import KINDS_IN_MEMORY, STEMS_IN_MEMORY, Skeleton, Slots, macros
from quizapp.banks.queries import bank_of
from quizapp.banks.wording import SHOWN_LETTERS, choices
from quizapp.domain.bank import ItemType
from quizapp.domain.scoring import Outcome

FACES = "quizapp_reviewed_faces"
ITEM, ASKING = "banks/_item.html", "attempts/_asking.html"


@dataclass(frozen=True)
class Face:
    """What an item shows of itself, as HTML: the same for everybody whose page has that language."""

    stem: str
    reasons: str  # rationale and citation; empty where these are not to be seen
    letters: tuple[str, ...]  # of its options, in the bank's own order
    texts: Mapping[str, str]  # of its options, by the bank's letter (or `TRUE`, `FALSE`)


def init_app(app: Flask) -> None:
    """Register the filters, and give ``app`` its memory of faces; each application speaks to a database of its own."""
    app.extensions[FACES] = lru_cache(maxsize=STEMS_IN_MEMORY)(_face)
    app.jinja_env.filters.update(reviewed_html=reviewed_html, reviewed_item_html=reviewed_item_html)


def reviewed_html(review: Review, show_all: bool) -> Markup:
    """The items of a result: those to learn from, or all of them, each with the form to doubt it."""
    frame, asking = _frame(), Asking(review.attempt.id, show_all)
    above, html = None, []
    for one in review.items if show_all else review.to_learn:
        case, comment = one.case, review.comments.get(one.item.id)
        is_new_case = case is not None and case.id != above
        above = case.id if case is not None else None
        values = {
            "position": str(one.number - 1),
            "passage": str(macros(ITEM).passage(case)) if is_new_case else "",
            "item": reviewed_item_html(one, review.quiz.bank_revision_id, review.visible.rationale),
            "asked": str(macros(ASKING).asked(comment)) if comment else "",
            "asking": asking.form(one.number),
        }
        html.append(frame.fill(values))
    return Markup("".join(html))


def reviewed_item_html(one: ReviewedItem, revision_id: int, explained: bool) -> Markup:
    """What `item_view` shows of one answered item with its key; ``explained``: with its rationale and citation."""
    language, item = str(get_locale()), one.item
    face: Face = current_app.extensions[FACES](revision_id, item.id, language, explained)
    values = {
        "number": str(one.number),
        "badge": _badge(language, one.outcome, one.points),
        "stem": face.stem,
        "body": _body(language, one, face),
        "reasons": face.reasons,
    }
    return Markup(_framed(language, item.type, one.full_points).fill(values))


class Asking:
    """The forms by which a candidate doubts the items of one attempt: what they share is asked for once."""

    def __init__(self, attempt_id: int, show_all: bool) -> None:
        self._skeleton = _asking(str(get_locale()))
        address = url_for("attempts.ask_about", attempt_id=attempt_id, position=0)
        self._before, self._after = address.rsplit("/0/", 1)
        self._shared = {"token": str(escape(generate_csrf())), "items": "all" if show_all else ""}

    def form(self, number: int) -> str:
        """That about the item which the candidate calls by this number."""
        address = f"{self._before}/{number - 1}/{self._after}"
        return self._skeleton.fill({"number": str(number), "address": address, **self._shared})


def _body(language: str, one: ReviewedItem, face: Face) -> str:
    item = one.item
    if item.type is ItemType.FILL_IN:
        return str(macros(ITEM).given_blanks(item, True, one.answer))
    rows = (
        _row(language, item.type, value in one.answer, value in item.key).fill({"letter": letter, "text": text})
        for letter, value, text in _lettered(one, face)
    )
    return _list(item.type).fill({"rows": "".join(rows)})


def _lettered(one: ReviewedItem, face: Face) -> Iterator[tuple[str, str, str]]:
    """The letter shown, the bank's, and the text: as `choices` has them, without asking for the words again."""
    if one.item.type is ItemType.TRUE_FALSE:
        return zip(face.letters, face.texts, face.texts.values(), strict=True)
    order = one.letters or tuple(face.texts)
    return ((shown, value, face.texts[value]) for shown, value in zip(SHOWN_LETTERS, order, strict=False))


def _face(revision_id: int, item_id: str, language: str, explained: bool) -> Face:
    bank = bank_of(revision_id)
    item, shown = bank.item(item_id), choices(bank.item(item_id))
    return Face(
        stem=str(macros(ITEM).stem(item)),
        reasons=str(macros(ITEM).reasons(item, bank)) if explained else "",
        letters=tuple(choice.letter for choice in shown),
        texts={choice.value: str(escape(choice.text)) for choice in shown},
    )


@lru_cache(maxsize=KINDS_IN_MEMORY)
def _framed(language: str, kind: ItemType, worth: Decimal) -> Skeleton:
    return Skeleton(macros(ITEM).framed(Slots(), kind, worth))


@lru_cache(maxsize=KINDS_IN_MEMORY)
def _badge(language: str, outcome: Outcome, earned: Decimal) -> str:
    return str(macros(ITEM).outcome_badge(outcome, earned))


@lru_cache(maxsize=KINDS_IN_MEMORY)
def _row(language: str, kind: ItemType, own: bool, right: bool) -> Skeleton:
    slot = Slots()
    return Skeleton(macros(ITEM).choice_row(kind, slot.letter, slot.text, own, right, True, False))


@lru_cache(maxsize=len(ItemType))
def _list(kind: ItemType) -> Skeleton:
    return Skeleton(macros(ITEM).choice_list(kind, Slots().rows))


@lru_cache(maxsize=KINDS_IN_MEMORY)
def _asking(language: str) -> Skeleton:
    return Skeleton(macros(ASKING).asking(Slots()))


@lru_cache(maxsize=1)
def _frame() -> Skeleton:
    return Skeleton(macros(ASKING).reviewed(Slots()))
