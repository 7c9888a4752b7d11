"""What the answers say of an item: how hard it is, and whether who knows the rest knows it too.

Classical test theory (Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986, chapter 14):

- *facility index*: the mean of what was earned of the item's points, from 0 to 1; an omitted item earned nothing.
- *discrimination index*: the correlation of what was earned of the item with what was earned of the rest of the paper.
  For an item that is either right or wrong it is the point-biserial correlation. The item itself is left out of the
  rest: with it in, an item of a short paper seems better than it is (Henrysson, Correction of item-total correlations
  in item analysis, Psychometrika 28, 1963, pages 211-218).

- its *interval*, 95 %: by Fisher's z (R. A. Fisher, On the "probable error" of a coefficient of correlation deduced
  from a small sample, Metron 1, 1921, pages 3-32). A negative correlation is flagged only where the interval lies below
  nought: a handful of people make one by chance.
- *guess*: the share of its points that marking at random earns, every answer that can be given being as likely.

Papers are drawn at random, so that people met different items: every figure stands on its own number of people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import atanh, comb, sqrt, tanh

from quizapp.domain.bank import Item, ItemType
from quizapp.domain.estimates import LEVEL, Interval
from quizapp.domain.paper_spec import MultipleRule
from quizapp.domain.problem import N_
from quizapp.domain.scoring import Answer, score_item
from quizapp.domain.student_t import normal_quantile

FEWEST_TO_JUDGE = 10
"""From so many people on an item is flagged; what fewer did may be chance."""


FEWEST_FOR_Z = 4
_NEARLY = 1 - 1e-12
"""Fisher's z of a correlation of 1 is infinite."""
_FULL = Decimal(100)


@dataclass(frozen=True)
class Sums:
    """Sums over ``n`` people whose paper had an item worth ``full_points``, of ``paper_points`` in all.

    In hundredths of a point: ``points`` earned by the item, ``rest`` by the other items of the same paper, their
    squares, and the products of the two. ``answered`` and ``right`` count people.
    """

    full_points: int
    paper_points: int
    n: int
    answered: int
    right: int
    points: int
    squares: int
    rest: int
    rest_squares: int
    products: int


@dataclass(frozen=True)
class Chosen:
    """That an answer was given so many ``times``; ``rest`` is what the other items earned those who gave it."""

    answer: Answer
    times: int
    rest: int


@dataclass(frozen=True)
class OptionFigures:
    """One option: how many chose it (of an item with several right ones: among others), and their mean on the rest.

    ``rest_mean`` is in points; None where nobody chose it.
    """

    letter: str
    is_key: bool
    chosen: int
    rest_mean: float | None


class Flag(StrEnum):
    """Why somebody should look at an item again."""

    NEGATIVE = "negative"
    DISTRACTOR = "distractor"
    ALL_RIGHT = "all_right"
    NONE_RIGHT = "none_right"


FLAG_NAMES = {
    Flag.NEGATIVE: N_("Negative discrimination"),
    Flag.DISTRACTOR: N_("A wrong option beats the key"),
    Flag.ALL_RIGHT: N_("Everybody right"),
    Flag.NONE_RIGHT: N_("Nobody right"),
}
"""English names (msgids)."""


@dataclass(frozen=True)
class ItemFigures:
    """What is said of one item. ``n`` people had it; None where a figure divides by nothing."""

    item: Item
    n: int
    answered: int
    right: int
    facility: float | None
    discrimination: float | None
    interval: Interval | None = None  # of the discrimination; None for fewer than four people
    options: tuple[OptionFigures, ...] = ()
    flags: frozenset[Flag] = field(default_factory=frozenset)

    @property
    def omitted(self) -> int:
        """How many left it out."""
        return self.n - self.answered


def item_figures(item: Item, sums: Sequence[Sums], chosen: Iterable[Chosen] = ()) -> ItemFigures:
    """The figures of ``item``, from its sums (one for each worth that it had) and the answers given to it."""
    n, right = sum(one.n for one in sums), sum(one.right for one in sums)
    discrimination = discrimination_of(sums)
    interval = interval_of(discrimination, n)
    options = tuple(_options(item, list(chosen)))
    return ItemFigures(
        item=item,
        n=n,
        answered=sum(one.answered for one in sums),
        right=right,
        facility=facility_of(sums),
        discrimination=discrimination,
        interval=interval,
        options=options,
        flags=frozenset(_flags(n, right, interval, options)),
    )


def facility_of(sums: Iterable[Sums]) -> float | None:
    """The mean fraction earned; None where nobody had the item."""
    n, earned = 0, Fraction(0)
    for one in sums:
        n += one.n
        earned += Fraction(one.points, one.full_points or 1)
    return float(earned / n) if n else None


def discrimination_of(sums: Iterable[Sums]) -> float | None:
    """The correlation of the fraction earned with the fraction of the rest of the paper; None where one never varies.

    Exact up to the last step, so that an item that everybody got has none, and not one out of rounding.
    """
    n, x, xx, y, yy, xy = 0, *[Fraction(0)] * 5
    for one in sums:
        full, other = one.full_points or 1, (one.paper_points - one.full_points) or 1
        n += one.n
        x += Fraction(one.points, full)
        xx += Fraction(one.squares, full**2)
        y += Fraction(one.rest, other)
        yy += Fraction(one.rest_squares, other**2)
        xy += Fraction(one.products, full * other)
    spread = (n * xx - x**2) * (n * yy - y**2)
    return float(n * xy - x * y) / sqrt(spread) if spread else None


def interval_of(correlation: float | None, n: int, level: float = LEVEL) -> Interval | None:
    """Where the true correlation lies; None where there is none, or too few people (four) to say."""
    if correlation is None or n < FEWEST_FOR_Z:
        return None
    z, half = atanh(max(-_NEARLY, min(correlation, _NEARLY))), normal_quantile(level) / sqrt(n - 3)
    return Interval(tanh(z - half), tanh(z + half))


def guess_of(item: Item, rule: MultipleRule) -> float:
    """The share of its points that marking at random earns: 0.25 of four options, nought for a blank to be filled in.

    Of several right options every set that is not empty is as likely. Sets that are alike, so many right ones and so
    many wrong ones in them, are scored once.
    """
    if item.type is ItemType.TRUE_FALSE:
        return 0.5
    right = [option.letter for option in item.options if option.letter in item.key]
    wrong = [option.letter for option in item.options if option.letter not in item.key]
    if not right:
        return 0.0
    if item.type is not ItemType.MULTIPLE:
        return len(right) / len(item.options)
    earned = sum(
        comb(len(right), r) * comb(len(wrong), w) * score_item(item, tuple(right[:r] + wrong[:w]), _FULL, rule)
        for r in range(len(right) + 1)
        for w in range(len(wrong) + 1)
        if r + w
    )
    return float(earned / _FULL / (2 ** len(item.options) - 1))


def _options(item: Item, chosen: Sequence[Chosen]) -> Iterable[OptionFigures]:
    """The distractor table, in the bank's order; empty for an item without options."""
    letters = ("true", "false") if item.type is ItemType.TRUE_FALSE else [option.letter for option in item.options]
    for letter in letters:
        those = [one for one in chosen if letter in one.answer]
        times = sum(one.times for one in those)
        mean = sum(one.rest for one in those) / times / 100 if times else None
        yield OptionFigures(letter, letter in item.key, times, mean)


def _flags(n: int, right: int, interval: Interval | None, options: Sequence[OptionFigures]) -> Iterable[Flag]:
    if n < FEWEST_TO_JUDGE:
        return
    if interval is not None and interval.high < 0:
        yield Flag.NEGATIVE
    keys = [option.chosen for option in options if option.is_key]
    if keys and any(option.chosen > min(keys) for option in options if not option.is_key):
        yield Flag.DISTRACTOR
    if right == n:
        yield Flag.ALL_RIGHT
    if right == 0:
        yield Flag.NONE_RIGHT


@dataclass(frozen=True)
class TopicFigures:
    """One topic over all papers: its items as far as they were asked, and what was earned of their points."""

    topic: str
    responses: int
    right: int
    points: int
    full_points: int

    @property
    def facility(self) -> Decimal | None:
        """The share earned of all points that the topic was worth."""
        return Decimal(self.points) / self.full_points if self.full_points else None


def weakest_first(topics: Mapping[str, TopicFigures]) -> list[TopicFigures]:
    """Topics by what was earned of them, the least first."""
    return sorted(topics.values(), key=lambda one: (one.facility is None, one.facility or 0, one.topic))
