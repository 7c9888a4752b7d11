"""Starts are spread evenly, over no longer than the server needs, and within the time that nobody loses."""

import random
from itertools import pairwise

import pytest

from quizapp.domain.bell import PROCESSORS, SECONDS_OF_A_START, WIDEST, delay, width
from quizapp.domain.timing import BELL


@pytest.mark.parametrize("people", [0, 1, 40, 500])
def test_the_width_is_what_the_server_needs(people: int) -> None:
    assert width(people) == pytest.approx(people * SECONDS_OF_A_START / PROCESSORS)


@pytest.mark.parametrize("people", [2_000, 5_000, 100_000])
def test_nobody_waits_longer_than_the_widest(people: int) -> None:
    assert width(people) == WIDEST


def test_the_last_of_them_still_starts_within_the_bell() -> None:
    assert BELL.total_seconds() / 2 > WIDEST  # so that a busy server can be tried again


def test_thousands_are_spread_evenly() -> None:
    draw = random.Random(2026)
    starts = sorted(delay(5_000, draw.random()) for _ in range(5_000))
    a_second = [sum(second <= each < second + 1 for each in starts) for second in range(10)]
    assert all(400 < each < 600 for each in a_second)
    assert max(later - earlier for earlier, later in pairwise(starts)) < 0.05
