"""When two tests are said to differ: checked by hand, and by how often chance alone is taken for a difference."""

import random
from decimal import Decimal

import pytest

from quizapp.domain.clear_difference import means_differ, rates_differ


@pytest.mark.parametrize(
    ("part", "other", "clear"),
    [
        (90, 80, True),  # z = 1.98 by hand: 0.10 / sqrt(0.85 * 0.15 * 0.02)
        (90, 81, False),  # z = 1.81
        (100, 100, False),  # no variance, no difference
        (0, 100, True),
    ],
)
def test_rates_are_compared_as_by_hand(part: int, other: int, clear: bool) -> None:
    assert rates_differ(part, 100, other, 100) is clear
    assert rates_differ(other, 100, part, 100) is clear


def test_means_are_compared_as_shares_of_the_full_points() -> None:
    now = {Decimal(80): 50, Decimal(90): 50}  # variance 25.25: standard error 0.71 points of a hundred for both
    assert not means_differ(now, Decimal(100), {Decimal(40): 50, Decimal(45): 50}, Decimal(50))
    assert means_differ(now, Decimal(100), {Decimal(82): 50, Decimal(92): 50}, Decimal(100))  # 2 / 0.71 = 2.8
    assert not means_differ(now, Decimal(100), {Decimal(81): 50, Decimal(91): 50}, Decimal(100))  # 1.4


def test_of_a_handful_nothing_is_clear() -> None:
    assert not rates_differ(9, 9, 0, 9)
    assert not means_differ({Decimal(100): 9}, Decimal(100), {Decimal(0): 9}, Decimal(100))
    assert not means_differ({}, Decimal(100), {}, Decimal(100))


def test_chance_is_taken_for_a_difference_in_one_case_of_twenty() -> None:
    draw = random.Random(7)
    wrong = sum(
        rates_differ(
            sum(draw.random() < 0.9 for _ in range(300)), 300, sum(draw.random() < 0.9 for _ in range(300)), 300
        )
        for _ in range(400)
    )
    assert 8 <= wrong <= 34  # 20 expected, three standard deviations on either side
