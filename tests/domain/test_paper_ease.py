"""Papers that happened to be easier are told from people who know more."""

import random
from collections import defaultdict

import pytest

from quizapp.domain import paper_ease
from quizapp.domain.paper_ease import Met

EASY, HARD, MIDDLE = "easy", "hard", "middle"
FULL, PAPER = 100, 200

Sums = dict[str, tuple[int, int]]
"""How many people of a branch met an item, and the hundredths of a point that it earned them."""


def ease_of(branches: dict[int, Sums], paper: int = PAPER) -> dict[int, float]:
    return paper_ease.ease_of(
        Met(branch, item, FULL, paper, *sums) for branch, items in branches.items() for item, sums in items.items()
    )


def test_the_same_items_for_everybody_are_equally_easy() -> None:
    branches = {b: {EASY: (10 * b, 900 * b), HARD: (10 * b, 100 * b * b)} for b in (1, 2, 3)}
    assert list(ease_of(branches).values()) == pytest.approx([0, 0, 0], abs=1e-12)


def test_a_branch_with_the_easy_item_had_easier_papers() -> None:
    rest = {EASY: (500, 45_000), MIDDLE: (1000, 60_000), HARD: (500, 15_000)}
    lucky = {EASY: (10, 900), MIDDLE: (10, 600)}
    ease = ease_of({1: rest, 2: lucky})
    # The mix of all is 51 easy, 50 hard, 101 middle of 202; lucky's is half easy, half middle.
    assert ease[2] == pytest.approx((0.5 - 510 / 2020) * 0.9 + (0.5 - 1010 / 2020) * 0.6 - 500 / 2020 * 0.3, abs=0.002)


def test_what_a_branch_answered_itself_does_not_make_its_paper_hard() -> None:
    rest = {EASY: (500, 45_000), MIDDLE: (1000, 60_000), HARD: (500, 15_000)}
    well, badly = {EASY: (10, 1000), MIDDLE: (10, 1000)}, {EASY: (10, 0), MIDDLE: (10, 0)}
    assert ease_of({1: rest, 2: badly})[2] == pytest.approx(ease_of({1: rest, 2: well})[2], abs=0.001)


def test_an_item_that_nobody_else_met_says_nothing() -> None:
    assert ease_of({1: {EASY: (5, 500)}, 2: {HARD: (5, 0)}}) == {1: 0, 2: 0}


@pytest.mark.parametrize("branches", [{}, {1: {}}, {1: {EASY: (0, 0)}}])
def test_nobody_met_anything(branches: dict[int, Sums]) -> None:
    assert ease_of(branches) == {}


def test_one_branch_alone_has_the_mix_of_all() -> None:
    assert ease_of({1: {EASY: (5, 500), HARD: (5, 0)}}) == {1: 0}


def test_items_that_differ_by_chance_only_are_not_told_apart() -> None:
    """Of 40 equally hard items the difference of ease between two branches is next to nothing."""
    rng = random.Random(7)
    branches: dict[int, Sums] = {}
    for branch_id in range(10):
        met: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for _person in range(12):
            for item in rng.sample(range(40), 10):
                one = met[str(item)]
                one[0] += 1
                one[1] += 100 * (rng.random() < 0.7)
        branches[branch_id] = {item: (n, points) for item, (n, points) in met.items()}
    assert max(map(abs, ease_of(branches, 1000).values())) < 0.005
