"""Bins of scores: everybody stands in one, between round numbers, and few enough for a phone."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.score_bins import MOST_BINS, Bin, score_bins

D = Decimal


def test_a_test_of_a_hundred_points_goes_by_fives() -> None:
    bins = score_bins({D(30): 1, D("59.5"): 10, D(60): 20, D(94): 60, D(100): 9}, D(100), D(60))
    assert [one.low for one in bins] == [None, *map(D, range(50, 100, 5))]
    assert {one.low: one.people for one in bins if one.people} == {None: 1, D(55): 10, D(60): 20, D(90): 60, D(95): 9}
    assert bins[0].high == 50
    assert bins[-1].high == 100


def test_a_hard_test_is_shown_down_to_where_its_people_are() -> None:
    bins = score_bins({D(12): 30, D(44): 50, D(61): 20}, D(100), D(60))
    assert bins[1] == Bin(D(10), D(20), 30)
    assert all(one.high - one.low == 10 for one in bins if one.low is not None)


@pytest.mark.parametrize(("full", "width"), [("10", "0.5"), ("20", "1"), ("50", "2.5"), ("100", "5"), ("150", "10")])
def test_the_width_is_round(full: str, width: str) -> None:
    bins = score_bins({D(full): 5}, D(full), D(full) * D("0.6"))
    assert bins[-1].high - (bins[-1].low or 0) == D(width)


points = st.decimals(0, 150, places=2)


@given(
    scores=st.dictionaries(points, st.integers(1, 50)), full=st.decimals("0.5", 150, places=1), share=st.floats(0, 1)
)
def test_everybody_stands_in_one_of_few_bins(scores: dict[Decimal, int], full: Decimal, share: float) -> None:
    scores = {score: people for score, people in scores.items() if score <= full}
    bins = score_bins(scores, full, full * D(str(round(share, 2))))
    assert sum(one.people for one in bins) == sum(scores.values())
    assert 1 <= len(bins) <= MOST_BINS
    for one in bins:
        last = one is bins[-1]
        within = [n for p, n in scores.items() if (one.low or 0) <= p and (p < one.high or (last and p == one.high))]
        assert one.people == sum(within)
