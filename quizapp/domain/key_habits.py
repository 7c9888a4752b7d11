"""What a person could guess from the keys of a bank without knowing anything: habits of those who wrote them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, sqrt

from quizapp.domain.bank import TRUE, Item, ItemType
from quizapp.domain.bank_notation import LETTERS, letters_kept_in_place
from quizapp.domain.problem import N_, Problem

ENOUGH = 20
"""With fewer items nothing is judged: chance alone makes any pattern."""
SELDOM = 0.01
"""A pattern is told when chance alone makes it less often than this."""
MOST_WITH_ALL = 0.25


class Level(StrEnum):
    """How a finding is meant. Nothing here keeps a bank from being used."""

    SERIOUS = "serious"
    WARNING = "warning"
    NOTE = "note"
    GOOD = "good"


@dataclass(frozen=True)
class Habit:
    """One thing about the keys, in plain words with its figures; ``item_ids`` where single items are meant."""

    level: Level
    says: Problem
    item_ids: tuple[str, ...] = ()


def habits(leaves: Sequence[Item]) -> Iterator[Habit]:
    """What the keys of all these items (of cases: those under them) have in common."""
    singles = [leaf for leaf in leaves if leaf.type is ItemType.SINGLE and leaf.options]
    multiples = [leaf for leaf in leaves if leaf.type is ItemType.MULTIPLE]
    statements = [leaf for leaf in leaves if leaf.type is ItemType.TRUE_FALSE]
    if singles:
        yield _letters(singles)
        yield _longest(singles)
    if multiples:
        yield _everything(multiples)
    if statements:
        yield _truths(statements)
    yield from _summaries([*singles, *multiples])


def longest_letters(item: Item) -> tuple[str, ...]:
    """The letters of the longest options; several where they are equally long."""
    return _letters_of_length(item, max(len(option.text) for option in item.options))


def shortest_letters(item: Item) -> tuple[str, ...]:
    """The letters of the shortest options; several where they are equally short."""
    return _letters_of_length(item, min(len(option.text) for option in item.options))


def _letters_of_length(item: Item, length: int) -> tuple[str, ...]:
    return tuple(option.letter for option in item.options if len(option.text) == length)


def _letters(singles: Sequence[Item]) -> Habit:
    counts = {letter: sum(item.key == (letter,) for item in singles) for letter in LETTERS}
    even = {
        letter: sum(1 / len(item.options) for item in singles if len(item.options) > place)
        for place, letter in enumerate(LETTERS)
    }
    used = [letter for letter in LETTERS if even[letter]]
    square = sum((counts[letter] - even[letter]) ** 2 / even[letter] for letter in used)
    params = {
        "n": len(singles),
        "shares": "、".join(f"{letter} {_percent(counts[letter], len(singles))}" for letter in used),
    }
    if len(singles) < ENOUGH:
        return Habit(Level.GOOD, Problem(_FEW_LETTERS, params))
    if chance_of_square(square, len(used) - 1) < SELDOM:
        return Habit(Level.WARNING, Problem(_UNEVEN_LETTERS, params))
    return Habit(Level.GOOD, Problem(_EVEN_LETTERS, params))


def _longest(singles: Sequence[Item]) -> Habit:
    hits = variance = by_chance = 0.0
    for item in singles:
        longest = longest_letters(item)
        hits += (item.key[0] in longest) / len(longest)
        chance = 1 / len(item.options)
        by_chance += chance
        variance += chance * (1 - chance)
    n = len(singles)
    params = {"n": n, "share": _percent(hits, n), "chance": _percent(by_chance, n)}
    if n >= ENOUGH and _chance_of_more(hits - by_chance, variance) < SELDOM:
        return Habit(Level.WARNING, Problem(_LONGEST_OFTEN, params))
    return Habit(Level.GOOD, Problem(_LONGEST_SELDOM, params))


def _everything(multiples: Sequence[Item]) -> Habit:
    with_all = tuple(item.id for item in multiples if len(item.key) == len(item.options))
    n = len(multiples)
    params = {"n": n, "all": len(with_all), "share": _percent(len(with_all), n)}
    if len(with_all) > max(2, MOST_WITH_ALL * n):
        return Habit(Level.WARNING, Problem(_ALL_OFTEN, params), with_all)
    return Habit(Level.GOOD, Problem(_ALL_SELDOM, params))


def _truths(statements: Sequence[Item]) -> Habit:
    true, n = sum(item.key == (TRUE,) for item in statements), len(statements)
    params = {"n": n, "true": true, "share": _percent(true, n)}
    if n >= ENOUGH and _chance_of_more(abs(true - n / 2), n / 4) < SELDOM:
        return Habit(Level.WARNING, Problem(_TRUTHS_UNEVEN, params))
    return Habit(Level.GOOD, Problem(_TRUTHS_EVEN, params))


def _summaries(choices: Sequence[Item]) -> Iterator[Habit]:
    """Options that speak of other options: 以上都是, and those that name letters."""
    naming, offering, right = [], [], []
    for item in choices:
        kept = letters_kept_in_place({option.letter: option.text for option in item.options})
        if kept and len(kept) == len(item.options):
            naming.append(item.id)
        elif kept:
            offering.append(item.id)
            if kept.intersection(item.key):
                right.append(item.id)
    if naming:
        yield Habit(Level.NOTE, Problem(_NAMING, {"n": len(naming)}), tuple(naming))
    if offering:
        often = len(right) > 2 and 2 * len(right) > len(offering)
        params = {"n": len(offering), "right": len(right)}
        yield Habit(Level.WARNING if often else Level.NOTE, Problem(_SUMMARY, params), tuple(offering))


def chance_of_square(square: float, freedom: int) -> float:
    """How often chance alone gives a χ² of at least ``square`` (Wilson and Hilferty's approximation)."""
    if freedom < 1:
        return 1.0
    spread = 2 / (9 * freedom)
    return _tail(((square / freedom) ** (1 / 3) - (1 - spread)) / sqrt(spread))


def _chance_of_more(excess: float, variance: float) -> float:
    return _tail(excess / sqrt(variance)) if variance else 1.0


def _tail(deviations: float) -> float:
    return erfc(deviations / sqrt(2)) / 2


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f}%"


_UNEVEN_LETTERS = N_(
    "The keys of %(n)s single choice items are uneven: %(shares)s (chance alone does this less than "
    "once in a hundred times). Leave the shuffling of options on, or spread the keys."
)
_EVEN_LETTERS = N_("The keys of %(n)s single choice items are spread evenly enough: %(shares)s.")
_FEW_LETTERS = N_("The keys of %(n)s single choice items: %(shares)s. That is too few to tell whether they are even.")
_LONGEST_OFTEN = N_(
    "The longest option is right in %(share)s of %(n)s single choice items, by chance it would be %(chance)s. "
    "Lengthen wrong options or shorten right ones."
)
_LONGEST_SELDOM = N_(
    "The longest option is right in %(share)s of %(n)s single choice items; by chance it would be %(chance)s."
)
_ALL_OFTEN = N_(
    "In %(all)s of %(n)s multiple choice items (%(share)s) all options are right, so that ticking everything pays. "
    "Give them wrong options."
)
_ALL_SELDOM = N_("In %(all)s of %(n)s multiple choice items (%(share)s) all options are right.")
_TRUTHS_UNEVEN = N_(
    "%(true)s of %(n)s true/false items (%(share)s) are true, so that one answer for all of them pays. "
    "Turn some statements round."
)
_TRUTHS_EVEN = N_("%(true)s of %(n)s true/false items (%(share)s) are true.")
_NAMING = N_("The options of %(n)s items name other options by letter or place, so they are not shuffled.")
_SUMMARY = N_("%(n)s items have an option such as 以上都是; in %(right)s of them it is a right one.")
