"""What chance does agrees with dealing out every hand there is."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quizapp.domain.dealing import chance_of_count, chance_of_sum

SKEWED = [100, 100, 100, 100, 98, 96, 95, 95, 92, 90, 90, 88, 85, 84, 80, 78, 74, 70, 66, 60, 35, 10]


def hands(people: list[int], n: int) -> Counter[int]:
    return Counter(sum(hand) for hand in combinations(people, n))


def by_counting(total: int, sums: Counter[int]) -> float:
    every = sum(sums.values())
    upper = sum(ways for found, ways in sums.items() if found >= total)
    lower = sum(ways for found, ways in sums.items() if found <= total)
    return min(1.0, float(Fraction(2 * min(upper, lower), every)))


@given(st.integers(1, 30), st.data())
def test_fishers_exact_test(everybody: int, data: st.DataObject) -> None:
    right, n = data.draw(st.integers(0, everybody)), data.draw(st.integers(1, everybody))
    low, high = max(0, n + right - everybody), min(n, right)
    held = data.draw(st.integers(low, high))
    ways = {k: comb(right, k) * comb(everybody - right, n - k) for k in range(low, high + 1)}
    tails = [sum(way for k, way in ways.items() if k >= held), sum(way for k, way in ways.items() if k <= held)]
    exact = min(1.0, 2 * min(tails) / comb(everybody, n))
    found = chance_of_count(held, n, right, everybody)
    if held * everybody == n * right:  # right in the middle: either tail is more than half
        assert found > 0.5
    else:
        assert found == pytest.approx(exact, rel=1e-9) or found >= exact


def test_the_lady_tasting_tea() -> None:
    """Fisher, The Design of Experiments, 1935, chapter 2: four of four cups right of eight has 1 chance in 70."""
    assert chance_of_count(4, 4, 4, 8) == pytest.approx(2 / 70)
    assert chance_of_sum(4, 4, {1: 4, 0: 4}) == pytest.approx(2 / 70)


@pytest.mark.parametrize("n", [2, 5, 7, 11])
def test_scores_dealt_out_in_every_way(n: int) -> None:
    sums, people = hands(SKEWED, n), Counter(SKEWED)
    for total in sums:
        exact = by_counting(total, sums)
        if exact < 0.1:
            assert chance_of_sum(total, n, people) == pytest.approx(exact, rel=0.35 if n > 2 else 0.6)


def test_the_highest_and_the_lowest_sum_are_counted() -> None:
    sums, people = hands(SKEWED, 5), Counter(SKEWED)
    for total in (max(sums), min(sums)):
        assert chance_of_sum(total, 5, people) == pytest.approx(by_counting(total, sums), rel=1e-9)


def test_who_is_everybody_is_never_beyond_chance() -> None:
    assert chance_of_sum(sum(SKEWED), len(SKEWED), Counter(SKEWED)) == 1
    assert chance_of_count(3, 5, 3, 5) == 1
    assert chance_of_sum(300, 3, {100: 9}) == 1  # all scores equal


def test_what_nobody_can_have() -> None:
    with pytest.raises(ValueError, match="together"):
        chance_of_sum(301, 3, Counter(SKEWED))
    with pytest.raises(ValueError, match="fewer than 3"):
        chance_of_sum(200, 3, {100: 2})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=6, max_size=60), st.integers(1, 59), st.integers(1, 1000))
def test_it_is_always_a_probability_and_a_mirror(scores: list[int], n: int, unit: int) -> None:
    """Whatever the scores are, and in whatever unit: better and worse are treated alike."""
    assume(n <= len(scores))
    people, total = Counter(score * unit for score in scores), sum(scores[:n]) * unit
    found = chance_of_sum(total, n, people)
    assert 0 <= found <= 1
    mirrored = Counter({100 * unit - score: count for score, count in people.items()})
    assert chance_of_sum(100 * unit * n - total, n, mirrored) == pytest.approx(found, rel=1e-6, abs=1e-12)
