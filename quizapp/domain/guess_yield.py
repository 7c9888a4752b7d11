"""What a paper yields to somebody who knows nothing and answers by habit: exact expectations over all papers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from quizapp.domain.bank import FALSE, TRUE, Bank, Item, ItemType
from quizapp.domain.bank_notation import LETTERS
from quizapp.domain.key_habits import longest_letters, shortest_letters
from quizapp.domain.paper import DrawPool, PaperSpec, prepare, share_points
from quizapp.domain.scoring import Answer, score_item

NEAR_CUT = 10
"""A strategy that comes within so many points in a hundred of the cut score is worth a warning."""


class Habit(StrEnum):
    """Ways of answering without reading. `LETTER` takes the option shown at one place; `BEST` the best of them all
    for each type of item."""

    LETTER = "letter"
    LONGEST = "longest"
    SHORTEST = "shortest"
    EVERYTHING = "everything"
    TRUE = "true"
    FALSE = "false"
    BEST = "best"


@dataclass(frozen=True)
class Guess:
    """What one habit earns on average, in percent of the full points; ``letter`` for `Habit.LETTER` only."""

    habit: Habit
    percent: Decimal
    letter: str = ""


@dataclass(frozen=True)
class GuessYield:
    """Every habit that earns anything, the best first, with the cut score in percent of the full points."""

    guesses: tuple[Guess, ...]
    cut_percent: Decimal

    @property
    def best(self) -> Guess:
        """What the best habit for each type of item earns all together."""
        return self.guesses[0]

    @property
    def is_near_cut(self) -> bool:
        """Whether somebody could pass, or nearly, without knowing anything."""
        return self.best.percent >= self.cut_percent - NEAR_CUT


Way = Callable[[Item, Decimal], Fraction]
"""What a habit earns on average for an item worth so many points."""


def guess_yield(bank: Bank, spec: PaperSpec) -> GuessYield:
    """The yield of each habit for papers of ``spec`` drawn from ``bank``; sections draw evenly from what fits them.

    Items are weighed by the quota of their section, multiple choice is scored by the rule of ``spec``, and with
    shuffled options a letter means any option that is not fixed. Raises ZeroDivisionError for a paper without points.
    """
    pool = prepare(bank, spec)
    full = Fraction(spec.full_points)
    ways = _ways(spec, max((len(leaf.options) for item in bank.items for leaf in item.leaves()), default=0))
    earned = {name: _by_type(pool, way) for name, way in ways.items()}
    best = sum((max(each[kind] for each in earned.values()) for kind in ItemType), Fraction(0))
    guesses = [Guess(habit, _percent(sum(each.values()), full), letter) for (habit, letter), each in earned.items()]
    guesses.sort(key=lambda guess: -guess.percent)
    together = Guess(Habit.BEST, _percent(best, full))
    return GuessYield(
        (together, *(guess for guess in guesses if guess.percent)), _percent(Fraction(spec.cut_score), full)
    )


def _ways(spec: PaperSpec, most_options: int) -> dict[tuple[Habit, str], Way]:
    def scored(item: Item, answer: Answer, points: Decimal) -> Fraction:
        return Fraction(score_item(item, answer, points, spec.multiple_rule))

    def letter(place: int) -> Way:
        def way(item: Item, points: Decimal) -> Fraction:
            shown = list(_shown_at(item, place, shuffled=spec.shuffle_options))
            return _mean(scored(item, (each,), points) for each in shown)

        return way

    def by_length(letters: Callable[[Item], tuple[str, ...]]) -> Way:
        return lambda item, points: (
            _mean(scored(item, (each,), points) for each in letters(item)) if item.options else Fraction(0)
        )

    def everything(item: Item, points: Decimal) -> Fraction:
        answer = tuple(option.letter for option in item.options)
        return scored(item, answer, points) if item.type is ItemType.MULTIPLE else Fraction(0)

    def truth(word: str) -> Way:
        return lambda item, points: (
            scored(item, (word,), points) if item.type is ItemType.TRUE_FALSE else Fraction(0)
        )  # fmt: skip

    return {
        **{(Habit.LETTER, LETTERS[place]): letter(place) for place in range(most_options)},
        (Habit.LONGEST, ""): by_length(longest_letters),
        (Habit.SHORTEST, ""): by_length(shortest_letters),
        (Habit.EVERYTHING, ""): everything,
        (Habit.TRUE, ""): truth(TRUE),
        (Habit.FALSE, ""): truth(FALSE),
    }


def _shown_at(item: Item, place: int, *, shuffled: bool) -> Iterator[str]:
    """The bank's letters that may stand at a place of the paper, each as likely as the others."""
    if place >= len(item.options):
        return
    if not shuffled or item.options[place].fixed:
        yield item.options[place].letter
    else:
        yield from (option.letter for option in item.options if not option.fixed)


def _by_type(pool: DrawPool, way: Way) -> dict[ItemType, Fraction]:
    """What a habit earns on a whole paper, by the type of the items that a candidate answers."""
    earned = dict.fromkeys(ItemType, Fraction(0))
    for section, fitting in zip(pool.spec.sections, pool.fitting, strict=True):
        for index in fitting:
            leaves = pool.items[index].leaves()
            for leaf, points in zip(leaves, share_points(section.points, len(leaves)), strict=True):
                earned[leaf.type] += way(leaf, points) * section.count / len(fitting)
    return earned


def _mean(values: Iterator[Fraction]) -> Fraction:
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else Fraction(0)


def _percent(part: Fraction | int, whole: Fraction) -> Decimal:
    hundredfold = Fraction(part) * 100 / whole
    return (Decimal(hundredfold.numerator) / Decimal(hundredfold.denominator)).quantize(Decimal("0.1"))
