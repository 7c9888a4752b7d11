"""Which attempts are listed as questions, and above all which are not."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from quizapp.domain.bank import Item, ItemType, Option
from quizapp.domain.implausible import (
    EXPECTED_BY_CHANCE,
    FASTEST_READING,
    FEWEST_ITEMS,
    FEWEST_SAME,
    ONE_TAP,
    Given,
    Sitting,
    at_least,
    characters,
    pace_of,
    same_mistakes,
)

LENGTHS = {f"i{n}": 60 for n in range(200)}
WRONG_ANSWERS = [("A",), ("C",), ("D",)]


def answers(count: int, seconds_each: float, start: int = 0, after: float = 0) -> list[Given]:
    """So many answers, one after the other at an even pace."""
    return [Given(f"i{start + n}", timedelta(seconds=after + seconds_each * (n + 1))) for n in range(count)]


def test_fifty_items_in_forty_seconds_are_asked_about() -> None:
    pace = pace_of(answers(50, 0.8), LENGTHS)
    assert pace is not None
    assert (pace.items, pace.characters, pace.took) == (50, 3000, timedelta(seconds=40))
    assert pace.least.total_seconds() == pytest.approx(50 * ONE_TAP + 3000 / FASTEST_READING)


@pytest.mark.parametrize("seconds", [2.5, 3, 10])
def test_who_knows_the_items_well_is_left_alone(seconds: float) -> None:
    """A practised candidate who recognises each item of 60 characters by its first words."""
    assert pace_of(answers(50, seconds), LENGTHS) is None


def test_few_answers_say_nothing() -> None:
    assert pace_of(answers(FEWEST_ITEMS - 1, 0.1), LENGTHS) is None
    assert pace_of(answers(FEWEST_ITEMS, 0.1), LENGTHS) is not None


def test_answers_that_waited_for_the_network_do_not_look_fast() -> None:
    """Offline for 20 minutes, then everything arrives within a second."""
    assert pace_of(answers(50, 0.02, after=1200), LENGTHS) is None


def test_one_late_change_hides_nothing() -> None:
    given = [*answers(49, 0.8), Given("i49", timedelta(minutes=20))]
    pace = pace_of(given, LENGTHS)
    assert pace is not None
    assert pace.items == 49


def test_a_quick_beginning_of_a_slow_attempt_is_no_question() -> None:
    given = answers(12, 0.8) + answers(38, 30, start=12, after=60)
    assert pace_of(given, LENGTHS) is None


def test_what_there_is_to_read() -> None:
    item = Item("a", ItemType.SINGLE, "四个字吗", (Option("A", "甲"), Option("B", "乙乙")))
    assert characters(item) == 7
    assert characters(item, "案例") == 9


def sitting(number: int, mistakes: dict[str, tuple[str, ...]], branch: int = 1) -> Sitting:
    return Sitting(number, branch, mistakes)


def crowd(people: int, mistakes_each: int, seed: int, branch_size: int = 25, first: int = 1000) -> list[Sitting]:
    """People who err independently, each wrong answer as likely as the others."""
    dice = Random(seed)
    return [
        sitting(
            first + person,
            {f"i{n}": dice.choice(WRONG_ANSWERS) for n in dice.sample(range(50), mistakes_each)},
            branch=10 + person // branch_size,
        )
        for person in range(people)
    ]


def copied(numbers: Sequence[int], mistakes: int, branch: int = 1) -> list[Sitting]:
    return [sitting(number, {f"i{n}": ("D",) for n in range(mistakes)}, branch) for number in numbers]


def test_the_same_fourteen_mistakes_are_asked_about() -> None:
    groups = same_mistakes([*crowd(200, 15, seed=1), *copied([1, 2], 14)])
    assert [group.attempts for group in groups] == [(1, 2)]
    closest = groups[0].closest
    assert (closest.common, len(closest.same)) == (14, 14)
    assert closest.chance < EXPECTED_BY_CHANCE


def test_three_who_share_them_are_one_question() -> None:
    groups = same_mistakes([*crowd(200, 15, seed=1), *copied([1, 2, 3], 14)])
    assert [group.attempts for group in groups] == [(1, 2, 3)]
    assert len(groups[0].pairs) == 3


def test_other_branches_are_not_compared() -> None:
    assert not same_mistakes([*crowd(200, 15, seed=1), *copied([1], 14, branch=1), *copied([2], 14, branch=2)])


def test_all_right_alike_is_no_question() -> None:
    assert not same_mistakes([sitting(n, {}) for n in range(1, 30)])


def test_a_mistake_that_everybody_makes_is_no_question() -> None:
    """A wrong key, or a false belief of the whole department: the branch answers alike, and so does everybody."""
    everybody = {f"i{n}": ("C",) for n in range(12)}
    assert not same_mistakes([sitting(n, everybody, branch=n // 20) for n in range(200)])


def test_few_mistakes_are_nobodys_business() -> None:
    assert not same_mistakes([*crowd(200, 15, seed=1), *copied([1, 2], FEWEST_SAME - 1)])


@pytest.mark.parametrize("mistakes", [5, 15, 25])
def test_those_who_err_by_themselves_are_left_alone(mistakes: int) -> None:
    """10 tests of 150 people: at most one of them lists anybody (0.05 pairs expected in each)."""
    listed = [bool(same_mistakes(crowd(150, mistakes, seed))) for seed in range(10)]
    assert sum(listed) <= 1


def test_at_least_agrees_with_the_binomial() -> None:
    assert at_least(0, [0.3, 0.4]) == pytest.approx(1)
    assert at_least(2, [0.5, 0.5, 0.5]) == pytest.approx(0.5)
    assert at_least(2, [0.2, 0.3]) == pytest.approx(0.06)
