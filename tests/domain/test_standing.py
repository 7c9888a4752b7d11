"""What is said of branches is right at every edge, agrees with published figures, and claims no order that is none."""

from collections import Counter
from collections.abc import Mapping
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.estimates import Interval, beyond_chance, drawn_together, variance_between, wilson
from quizapp.domain.standing import (
    Group,
    Line,
    Measure,
    Scores,
    Share,
    dispersion,
    standing_of_means,
    standing_of_rates,
)

FULL = 10_000


def scores(*points: int, easier: float = 0.0) -> Scores:
    return Scores(Counter(100 * point for point in points), easier)


def means(branches: Mapping[int, Scores]) -> Measure:
    return standing_of_means(branches, FULL)


# R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, 1998, pages
# 857-872, table I, method 3 (score).
@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_as_published(right: int, n: int, low: float, high: float) -> None:
    found = wilson(right, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)


@given(st.integers(1, 3000), st.data())
def test_a_rate_lies_in_its_interval(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    found = wilson(right, n)
    assert 0 <= found.low <= right / n <= found.high <= 1
    mirror = wilson(n - right, n)
    assert (1 - mirror.high, 1 - mirror.low) == pytest.approx((found.low, found.high), abs=1e-12)


# Batting averages of 18 players after 45 times at bat in 1970, and what they are drawn to (B. Efron and C. Morris,
# Stein's paradox in statistics, Scientific American 236, 1977, pages 119-127; the factor there is 0.212).
BATTING = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
DRAWN = [0.294, 0.289, 0.285, 0.280, 0.275, 0.275, 0.270, 0.266, 0.261, 0.261, 0.256, 0.256, 0.256, 0.256, 0.256,
         0.252, 0.247, 0.242]  # fmt: skip


def test_steins_paradox_as_published() -> None:
    values = [hits / 45 for hits in BATTING]
    mean = sum(values) / 18
    errors = [mean * (1 - mean) / 45] * 18
    assert drawn_together(values, errors, mean) == pytest.approx(DRAWN, abs=0.0012)


# The eight schools (D. B. Rubin, Estimation in parallel randomized experiments, Journal of Educational Statistics 6,
# 1981, pages 377-401): they differ less than chance alone would make them differ.
SCHOOLS = {28: 15, 8: 10, -3: 16, 7: 11, -1: 9, 1: 11, 18: 10, 12: 18}


def test_the_eight_schools_do_not_differ() -> None:
    values, errors = list(map(float, SCHOOLS)), [float(error**2) for error in SCHOOLS.values()]
    assert variance_between(values, errors) == 0
    # (k - 3)/(k - 1) = 5/7 of the way to the mean
    assert drawn_together(values, errors, 8.0)[0] == pytest.approx(28 - 20 * 5 / 7)


def test_what_varies_beyond_chance_solves_the_equation() -> None:
    values, errors = [60.0, 75, 80, 92], [4.0, 9, 1, 16]
    apart = variance_between(values, errors)
    weights = [1 / (error + apart) for error in errors]
    mean = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    assert sum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True)) == pytest.approx(3)


def test_holm_steps_down() -> None:
    """0.01 of 4 is below 0.05/4, then 0.015 below 0.05/3, then 0.03 not below 0.05/2; what follows does not count."""
    assert beyond_chance({1: 0.015, 2: 0.01, 3: 0.03, 4: 0.026}, 4) == {1, 2}
    assert beyond_chance({1: 0.01}, 6) == frozenset()
    assert beyond_chance({}, 0) == frozenset()


def test_one_very_low_score_does_not_make_a_branch_the_last() -> None:
    many = [70, 75, 80, 85, 90, 95] * 20
    found = means({1: scores(*many), 2: scores(*many), 3: scores(80, 82, 85, 88, 90, 95, 3)})
    assert {line.group for line in found.lines.values()} == {Group.ALIKE}


def test_a_branch_that_truly_stands_apart_is_named_and_not_talked_away() -> None:
    many = [70, 75, 80, 85, 90, 95]
    found = means({**{id: scores(*many * 4) for id in range(20)}, 20: scores(*[20, 25, 30, 40] * 4)})
    line = found.lines[20]
    assert (line.group, found.ids_of(Group.BELOW), found.ids_of(Group.ABOVE)) == (Group.BELOW, [20], [])
    assert line.interval
    assert line.value == line.adjusted == 28.75
    assert 28.75 <= (line.estimate or 0) <= line.interval.high


def test_a_branch_of_fewer_than_five_counts_in_the_whole_and_has_no_figure() -> None:
    found = means({1: scores(*[80, 90] * 10), 2: scores(10, 10, 10, 10), 3: scores(10)})
    assert found.lines[2] == Line(4, Group.TOO_FEW)
    assert found.lines[3] == Line(1, Group.TOO_FEW)
    assert found.whole == pytest.approx((1700 + 50) / 25)
    assert not found.compares
    assert standing_of_rates({1: Share(4, 4)}).lines == {1: Line(4, Group.TOO_FEW)}


def test_nobody_sat() -> None:
    empty = Measure(0, None, {})
    assert means({}) == means({1: scores()}) == standing_of_rates({1: Share(0, 0)}) == empty
    assert not empty.compares


def test_one_branch_alone_is_the_whole() -> None:
    found = means({1: scores(60, 70, 80, 90, 100)})
    line = found.lines[1]
    assert (line.value, line.estimate, line.group, found.compares) == (80, 80, Group.ALIKE, False)
    # The dispersion is (1000/10000) ÷ (4 · 0.8 · 0.2) as a sample of 5 shows it; t(4) is 2.776.
    spread = dispersion([scores(60, 70, 80, 90, 100)], FULL)
    assert spread == pytest.approx(0.1 / 0.64 * (1 - spread / 5), abs=1e-9)
    for end in (line.interval or Interval(0, 0)).low, (line.interval or Interval(0, 0)).high:
        rate = end / 100
        assert abs(0.8 - rate) == pytest.approx(2.7764 * sqrt(spread * rate * (1 - rate) / 5), abs=1e-4)


def test_identical_branches_are_drawn_together_and_not_apart() -> None:
    found = means({id: scores(60, 70, 80, 90, 100) for id in range(6)})
    assert {(line.estimate, line.group) for line in found.lines.values()} == {(80, Group.ALIKE)}


def test_all_right_everywhere() -> None:
    """Nothing says how much chance does, so the interval is the longest there can be: that of a rate."""
    line = means({id: scores(*[100] * 6) for id in range(5)}).lines[0]
    assert (line.value, line.estimate, line.group) == (100, 100, Group.ALIKE)
    rates = standing_of_rates({id: Share(6, 6) for id in range(5)})
    assert {(one.estimate, one.group) for one in rates.lines.values()} == {(1, Group.ALIKE)}
    assert rates.lines[0].interval == Interval(pytest.approx(6 / (6 + 1.96**2), abs=1e-4), 1)
    assert line.interval == Interval(pytest.approx(100 * 6 / (6 + 2.0595**2), abs=0.01), 100)  # t(25)


def test_where_nobody_differs_within_a_branch_nothing_says_what_chance_does() -> None:
    found = means({1: scores(*[100] * 5), 2: scores(*[90] * 5), 3: scores(*[90] * 5), 4: scores(*[90] * 5)})
    assert {line.group for line in found.lines.values()} == {Group.ALIKE}


def test_an_interval_stays_on_the_paper() -> None:
    found = means({1: scores(100, 100, 100, 100, 99), 2: scores(*[40, 100, 70] * 5), 3: scores(0, 0, 0, 1, 0)})
    assert all(line.interval and 0 <= line.interval.low <= line.interval.high <= 100 for line in found.lines.values())


def test_easier_papers_are_evened_out_around_the_whole() -> None:
    people = (60, 70, 80, 90, 100)
    found = means({1: scores(*people, easier=2.0), 2: scores(*people, easier=-1.0), 3: scores(*people, easier=-1.0)})
    assert [line.adjusted for line in found.lines.values()] == pytest.approx([78, 81, 81])
    assert [line.value for line in found.lines.values()] == [80, 80, 80]
    assert found.whole == 80


def test_a_branch_is_not_named_for_the_papers_it_drew() -> None:
    """As counted it is far below; but so were its papers, and its interval says so."""
    many = [70, 75, 80, 85, 90, 95] * 4
    low = [55, 60, 65, 70, 75, 80] * 2
    others = {id: scores(*many) for id in range(10)}
    assert means({**others, 10: scores(*low)}).lines[10].group is Group.BELOW
    assert means({**others, 10: scores(*low, easier=-13)}).lines[10].group is Group.ALIKE


def test_the_dispersion_of_all_or_nothing_is_one() -> None:
    assert dispersion([scores(*[100] * 7, *[0] * 3), scores(100, 0)], FULL) == pytest.approx(1)
    assert dispersion([scores(70, 90), scores(10, 10, 40)], FULL) < 0.2
    assert dispersion([scores(50)], FULL) == 1  # nothing is known
    assert dispersion([], FULL) == 1


def test_rates_are_compared_as_counted() -> None:
    found = standing_of_rates({**{id: Share(45, 50) for id in range(8)}, 8: Share(20, 50), 9: Share(3, 5)})
    assert found.whole == pytest.approx(383 / 455)
    assert found.ids_of(Group.BELOW) == [8]
    assert found.lines[9].group is Group.ALIKE
    estimate = found.lines[9].estimate or 0
    assert 0.6 < estimate <= (0.6 + (found.lines[9].interval or Interval(0, 0)).high) / 2


PEOPLE = st.lists(st.integers(0, 100), max_size=12)


@given(st.dictionaries(st.integers(1, 9), PEOPLE, max_size=9))
def test_every_department_gets_figures_that_fit_together(people: dict[int, list[int]]) -> None:
    found = means({id: scores(*points) for id, points in people.items()})
    counted = {id: points for id, points in people.items() if points}
    assert found.n == sum(map(len, counted.values()))
    assert set(found.lines) == set(counted)
    for id, points in counted.items():
        line = found.lines[id]
        assert (line.group is Group.TOO_FEW) == (len(points) < 5)
        if line.value is None or line.adjusted is None or line.estimate is None:
            assert line == Line(len(points), Group.TOO_FEW)
            continue
        assert line.value == pytest.approx(sum(points) / len(points))
        if line.interval is not None and found.whole is not None:
            assert line.adjusted in line.interval
            assert line.estimate in line.interval
            # The whole lies on the side to which the estimate was drawn.
            assert (line.estimate - line.adjusted) * (found.whole - line.adjusted) >= -1e-9
        if line.group in (Group.ABOVE, Group.BELOW):
            assert line.interval is not None
            assert (line.interval.low > (found.whole or 0)) == (line.group is Group.ABOVE)
