"""Facility and discrimination agree with a published data set, with a plain calculation, and with common sense."""

from collections.abc import Sequence
from statistics import correlation
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.domain.bank import Item, ItemType, Option
from quizapp.domain.item_analysis import (
    Chosen,
    Flag,
    Sums,
    TopicFigures,
    guess_of,
    interval_of,
    item_figures,
    weakest_first,
)
from quizapp.domain.paper_spec import MultipleRule

# Section 6 of the Law School Admission Test, 1,000 people and five items, right or wrong (R. D. Bock and M. Lieberman,
# Fitting a response model for n dichotomously scored items, Psychometrika 35, 1970, pages 179-197): pattern, people.
LSAT6 = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4,
    "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15, "10000": 10, "10001": 29,
    "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15, "10111": 80, "11000": 16, "11001": 56,
    "11010": 21, "11011": 173, "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip
FACILITY = [0.924, 0.709, 0.553, 0.763, 0.870]
DISCRIMINATION = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]

SINGLE = Item("i", ItemType.SINGLE, "题", tuple(Option(letter, letter) for letter in "ABC"), ("A",))
MULTIPLE = Item("m", ItemType.MULTIPLE, "题", tuple(Option(letter, letter) for letter in "ABCD"), ("A", "B"))


def sums_of(pairs: Sequence[tuple[int, int]], full: int = 100, paper: int = 500) -> Sums:
    """The sums of people of whom each earned so much of the item and of the rest, in hundredths."""
    return Sums(
        full_points=full,
        paper_points=paper,
        n=len(pairs),
        answered=len(pairs),
        right=sum(x == full for x, _rest in pairs),
        points=sum(x for x, _rest in pairs),
        squares=sum(x * x for x, _rest in pairs),
        rest=sum(rest for _x, rest in pairs),
        rest_squares=sum(rest * rest for _x, rest in pairs),
        products=sum(x * rest for x, rest in pairs),
    )


@pytest.mark.parametrize("place", range(5))
def test_the_published_data_set(place: int) -> None:
    pairs = [
        (100 * int(pattern[place]), 100 * (pattern.count("1") - int(pattern[place])))
        for pattern, people in LSAT6.items()
        for _person in range(people)
    ]
    figures = item_figures(SINGLE, [sums_of(pairs)])
    assert figures.n == 1000
    assert figures.facility == pytest.approx(FACILITY[place])
    assert figures.discrimination == pytest.approx(DISCRIMINATION[place], abs=0.00005)


PAIRS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9800)), min_size=2, max_size=40)


@given(PAIRS)
def test_the_correlation_is_the_one_of_the_standard_library(pairs: list[tuple[int, int]]) -> None:
    earned, rest = zip(*pairs, strict=True)
    assume(len(set(earned)) > 1 and len(set(rest)) > 1)
    found = item_figures(SINGLE, [sums_of(pairs, 200, 10000)]).discrimination
    assert found == pytest.approx(correlation(earned, rest), abs=1e-6)


@given(PAIRS, PAIRS)
def test_an_item_of_several_worths_counts_by_fractions(one: Any, other: Any) -> None:
    """The same item stood for 2 of 100 points in some papers and for 4 of 50 in others."""
    both = [sums_of(one, 200, 10000), sums_of([(2 * x, rest % 4600) for x, rest in other], 400, 5000)]
    x = [pair[0] / 200 for pair in (*one, *other)]
    y = [rest / 9800 for _x, rest in one] + [rest % 4600 / 4600 for _x, rest in other]
    figures = item_figures(SINGLE, both)
    assert figures.facility == pytest.approx(sum(x) / len(x))
    assume(len(set(x)) > 1 and len(set(y)) > 1)
    assert figures.discrimination == pytest.approx(correlation(x, y), abs=1e-6)


def test_what_never_varies_discriminates_nothing() -> None:
    everybody = item_figures(SINGLE, [sums_of([(100, rest) for rest in range(20)])])
    assert (everybody.facility, everybody.discrimination) == (1, None)
    assert item_figures(SINGLE, [sums_of([(0, 5), (100, 5)])]).discrimination is None
    nobody = item_figures(SINGLE, [])
    assert (nobody.n, nobody.facility, nobody.discrimination) == (0, None, None)


def test_the_distractor_table() -> None:
    chosen = [Chosen(("A",), 3, 900), Chosen(("C",), 1, 150)]
    figures = item_figures(SINGLE, [sums_of([(100, 300)] * 3 + [(0, 150)])], chosen)
    assert [(one.letter, one.is_key, one.chosen, one.rest_mean) for one in figures.options] == [
        ("A", True, 3, 3.0),
        ("B", False, 0, None),
        ("C", False, 1, 1.5),
    ]


def test_of_several_right_options_each_is_counted() -> None:
    chosen = [Chosen(("A", "B"), 4, 0), Chosen(("A", "D"), 2, 0), Chosen(("D",), 3, 0)]
    figures = item_figures(MULTIPLE, [sums_of([(100, n) for n in range(4)] + [(0, 9)] * 6)], chosen)
    assert [one.chosen for one in figures.options] == [6, 4, 0, 5]
    assert Flag.DISTRACTOR in figures.flags  # D was chosen more often than B


def test_true_false_has_two_options() -> None:
    item = Item("t", ItemType.TRUE_FALSE, "题", key=("false",))
    figures = item_figures(item, [sums_of([(100, 1)])], [Chosen(("false",), 1, 100)])
    assert [(one.letter, one.is_key, one.chosen) for one in figures.options] == [("true", False, 0), ("false", True, 1)]


# Quality and price of tuna (M. Hollander and D. A. Wolfe, Nonparametric Statistical Methods, 1973, pages 185-194), the
# example of cor.test in R, which says 0.5711816 with -0.1497426 to 0.8955795.
HUNTER = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
PANEL = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]


def test_the_interval_of_a_correlation_is_the_one_of_r() -> None:
    figures = item_figures(
        SINGLE, [sums_of([(round(10 * y), round(10 * x)) for x, y in zip(HUNTER, PANEL, strict=True)])]
    )
    assert figures.discrimination == pytest.approx(0.5711816, abs=1e-7)
    assert figures.interval
    assert (figures.interval.low, figures.interval.high) == pytest.approx((-0.1497426, 0.8955795), abs=1e-7)


def test_too_few_people_have_no_interval() -> None:
    assert interval_of(0.5, 3) is None
    assert interval_of(None, 300) is None
    certain = interval_of(-1.0, 10)
    assert certain
    assert certain.high == pytest.approx(-1, abs=1e-6)


@pytest.mark.parametrize(("people", "flagged"), [(40, False), (400, True)])
def test_a_correlation_that_may_be_chance_is_not_flagged(people: int, flagged: bool) -> None:
    """The same correlation of -0.13: of 40 people it may be nought, of 400 it is not."""
    pairs = [(100, n) for n in (1, 2, 3, 4)] + [(0, n) for n in (2, 2, 3, 4)]
    figures = item_figures(SINGLE, [sums_of(pairs * (people // 8))], [Chosen(("A",), people, 0)])
    assert figures.discrimination == pytest.approx(-0.1260, abs=0.001)
    assert (Flag.NEGATIVE in figures.flags) is flagged


@pytest.mark.parametrize(
    ("rule", "share"),
    # Of 15 sets of four options with the key AB: {AB}; or also half for {A} and {B}.
    [(MultipleRule.ALL_OR_NOTHING, 1 / 15), (MultipleRule.HALF, 2 / 15)],
)
def test_what_guessing_earns(rule: MultipleRule, share: float) -> None:
    assert guess_of(MULTIPLE, rule) == pytest.approx(share)
    assert guess_of(SINGLE, rule) == pytest.approx(1 / 3)
    assert guess_of(Item("t", ItemType.TRUE_FALSE, "题", key=("false",)), rule) == 0.5
    assert guess_of(Item("f", ItemType.FILL_IN, "题", key=("十二",)), rule) == 0


RISING = [(100 * (n > 5), n) for n in range(10)]


@pytest.mark.parametrize(
    ("pairs", "chosen", "flags"),
    [
        (RISING, [("A", 4), ("B", 3), ("C", 3)], set()),
        (RISING, [("A", 4), ("B", 5), ("C", 1)], {Flag.DISTRACTOR}),
        (RISING, [("A", 5), ("B", 5)], set()),
        ([(100 - x, rest) for x, rest in RISING], [("A", 6), ("B", 4)], {Flag.NEGATIVE}),
        ([(100, n) for n in range(10)], [("A", 10)], {Flag.ALL_RIGHT}),
        ([(0, n) for n in range(10)], [("B", 10)], {Flag.NONE_RIGHT, Flag.DISTRACTOR}),
        ([(0, n) for n in range(9)], [("B", 9)], set()),  # nine people: too few to say anything
    ],
)
def test_flags(pairs: list[tuple[int, int]], chosen: list[tuple[str, int]], flags: set[Flag]) -> None:
    given_answers = [Chosen((letter,), times, 0) for letter, times in chosen]
    assert item_figures(SINGLE, [sums_of(pairs)], given_answers).flags == flags


def test_the_weakest_topic_comes_first() -> None:
    topics = {name: TopicFigures(name, 4, 1, points, full) for name, points, full in
              [("甲", 300, 400), ("乙", 100, 400), ("丙", 0, 0)]}  # fmt: skip
    assert [one.topic for one in weakest_first(topics)] == ["乙", "甲", "丙"]
