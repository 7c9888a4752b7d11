"""What an answer earns, exact to the hundredth and never rounded up to a cut score."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from quizapp.domain.bank import FALSE, TRUE, Bank, Item, ItemType
from quizapp.domain.paper import Paper, PaperItem
from quizapp.domain.paper_spec import MultipleRule, PaperSpec
from quizapp.domain.problem import N_
from quizapp.domain.text_match import right_blanks

Answer = tuple[str, ...]
"""What a candidate marked. Single and true/false: one letter (``true``, ``false``); multiple: the letters, sorted;
fill-in: one text per blank, ``""`` for one left empty. ``()`` where the item was left out."""

MAX_TEXT = 200
"""The most characters that one blank takes."""

_NOTHING = Decimal("0.00")
_HUNDREDTH = Decimal("0.01")


class Outcome(StrEnum):
    """How an item went. `PARTLY` earned something, but not all; what earned nothing is `WRONG` or `OMITTED`."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    OMITTED = "omitted"


@dataclass(frozen=True)
class ItemScore:
    """The points one item of a paper earned, out of ``full_points``."""

    item_id: str
    points: Decimal
    full_points: Decimal
    outcome: Outcome


@dataclass(frozen=True)
class Score:
    """What a paper earned: in all, by section and by item (in the order of the paper).

    ``passed`` means that the cut score was reached in all and in every section that has one. ``excellent``
    means passed, and the excellent score reached as well.
    """

    points: Decimal
    full_points: Decimal
    sections: tuple[Decimal, ...]
    items: tuple[ItemScore, ...]
    passed: bool
    excellent: bool


def is_blank(answer: Answer) -> bool:
    """Whether nothing was marked or typed."""
    return not "".join(answer).strip()


def clean_answer(item: Item, raw: Sequence[str]) -> Answer:
    """``raw``, as a client sent it, in the form in which answers to ``item`` are stored and scored.

    Raises ValueError, with a sentence that can be translated, for what no honest client sends.
    """
    if item.type is ItemType.CASE:
        raise ValueError(N_("A case is answered through its items."))
    if item.type is ItemType.FILL_IN:
        return _clean_texts(item, raw)
    letters = tuple(sorted({part.strip() for part in raw} - {""}))
    known = {TRUE, FALSE} if item.type is ItemType.TRUE_FALSE else {option.letter for option in item.options}
    if not known.issuperset(letters):
        raise ValueError(N_("The answer names an option that the item does not have."))
    if len(letters) > 1 and item.type is not ItemType.MULTIPLE:
        raise ValueError(N_("Only one option may be chosen for this item."))
    return letters


def _clean_texts(item: Item, raw: Sequence[str]) -> Answer:
    if len(raw) > len(item.blanks):
        raise ValueError(N_("The answer has more texts than the item has blanks."))
    texts = [_printable(text) for text in raw]
    if any(len(text) > MAX_TEXT for text in texts):
        raise ValueError(N_("A text in a blank may have at most 200 characters."))
    return (*texts, *[""] * (len(item.blanks) - len(texts))) if any(texts) else ()


def _printable(text: str) -> str:
    # Control and invisible format characters, and halves of surrogate pairs, which no database stores.
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Cs")).strip()


def score_item(item: Item, answer: Answer, points: Decimal, rule: MultipleRule) -> Decimal:
    """What ``answer`` (in the form of `clean_answer`) earns of ``points``, in hundredths.

    Raises ValueError for a case, which is scored through its items.
    """
    full = points.quantize(_HUNDREDTH)
    if item.type is ItemType.CASE:
        raise ValueError("a case has no score of its own")
    if is_blank(answer):
        return _NOTHING
    if item.type is ItemType.FILL_IN:
        return _score_blanks(item, answer, full)
    if item.type is ItemType.MULTIPLE:
        return _score_choice(frozenset(answer), frozenset(item.key), full, rule)
    return full if answer == item.key else _NOTHING


def _score_blanks(item: Item, answer: Answer, full: Decimal) -> Decimal:
    """Every blank earns the same share; the sum is cut to hundredths."""
    return (full * _right_blanks(item, answer) / len(item.blanks)).quantize(_HUNDREDTH, ROUND_DOWN)


def _right_blanks(item: Item, answer: Answer) -> int:
    return right_blanks(answer, item.blanks, any_order=item.any_order, numerals_equal=item.numerals_equal)


def _score_choice(chosen: frozenset[str], key: frozenset[str], full: Decimal, rule: MultipleRule) -> Decimal:
    """All right options earn everything and one wrong option forfeits everything; a rule is about the rest."""
    if chosen == key:
        return full
    if not chosen < key:
        return _NOTHING
    return _incomplete(len(chosen), len(key), full, rule).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _incomplete(chosen: int, right: int, full: Decimal, rule: MultipleRule) -> Decimal:
    """What ``chosen`` of ``right`` right options earn, none of the wrong ones being chosen (少选)."""
    match rule:
        case MultipleRule.ALL_OR_NOTHING:
            return _NOTHING
        case MultipleRule.PARTIAL:  # The share of one option is cut to a tenth, so the sum never exceeds the whole.
            return (full / right).quantize(Decimal("0.1"), ROUND_DOWN) * chosen
        case MultipleRule.PARTIAL_EXACT:
            return full * chosen / right
        case MultipleRule.HALF:
            return (full / 2).to_integral_value(ROUND_CEILING) if full > 1 else _NOTHING


Known = dict[tuple[str, Decimal, Answer], ItemScore]
"""What answers to items earned, by item, full points and answer; under one bank and one spec."""


def score_paper(
    bank: Bank, spec: PaperSpec, paper: Paper, responses: Mapping[int, Answer], known: Known | None = None
) -> Score:
    """The score of ``paper``; ``responses`` maps places in it, from 0, to answers. A missing place was left out.

    Whoever scores many papers of one bank under one spec may pass the same ``known`` each time, empty at first: most
    answers are those of somebody else too. Raises KeyError if the paper was not drawn from ``bank``.
    """
    items, known = [], {} if known is None else known
    earned = [_NOTHING] * len(spec.sections)
    for position, place in enumerate(paper.items):
        key = (place.item_id, place.points, responses.get(position, ()))
        found = known.get(key)
        if found is None:
            found = known[key] = _item_score(bank, spec, place, key[2])
        items.append(found)
        earned[place.section] += found.points
    total = sum(earned, _NOTHING)
    passed = total >= spec.cut_score and all(
        section.cut_score is None or points >= section.cut_score
        for section, points in zip(spec.sections, earned, strict=True)
    )
    excellent = passed and spec.excellent_score is not None and total >= spec.excellent_score
    full_points = sum((score.full_points for score in items), _NOTHING)
    return Score(total, full_points, tuple(earned), tuple(items), passed, excellent)


def _item_score(bank: Bank, spec: PaperSpec, place: PaperItem, answer: Answer) -> ItemScore:
    item = bank.item(place.item_id)
    if is_blank(answer):
        return ItemScore(place.item_id, _NOTHING, place.points, Outcome.OMITTED)
    points = score_item(item, answer, place.points, spec.multiple_rule)
    return ItemScore(place.item_id, points, place.points, _outcome(item, answer, points))


def _outcome(item: Item, answer: Answer, points: Decimal) -> Outcome:
    # The points do not tell: a part of a very small value may be rounded to the whole of it.
    if _is_right(item, answer):
        return Outcome.RIGHT
    return Outcome.PARTLY if points else Outcome.WRONG


def _is_right(item: Item, answer: Answer) -> bool:
    """Whether nothing is wrong with the answer and nothing is missing from it."""
    if item.type is ItemType.FILL_IN:
        return _right_blanks(item, answer) == len(item.blanks)
    return frozenset(answer) == frozenset(item.key)
