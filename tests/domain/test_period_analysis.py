"""What several tests say together: periods, person-times, and what is called weak or lagging."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.branch_summary import Figures
from quizapp.domain.period_analysis import (
    LEAST_ANSWERS,
    LEAST_PEOPLE,
    Course,
    Earned,
    GroupMark,
    Mark,
    Period,
    Trend,
    course_of,
    to_look_at_first,
    turnout,
)

WHOLE = Earned(1000, 80_000, 100_000)


def mark(share: str, answers: int = 1000, whole: Earned = WHOLE) -> Mark:
    return Mark(Earned(answers, int(Decimal(share) * answers * 100), answers * 100), whole)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2999, 12, 31)))
def test_a_day_lies_in_one_quarter_and_in_its_year(day: date) -> None:
    quarter = Period.of(day)
    assert [number for number in (1, 2, 3, 4) if Period(day.year, number).holds(day)] == [quarter.quarter]
    assert Period(day.year).holds(day)
    assert not Period(day.year + 1).holds(day)
    assert Period.read(quarter.key) == quarter


@pytest.mark.parametrize("key", ["", "2026-Q5", "2026-Q0", "26", "2026-1", "2026-Q1x", "9026"])
def test_no_other_key_is_a_period(key: str) -> None:
    assert Period.read(key) is None


def test_person_times_are_added_up_and_the_rate_is_of_them() -> None:
    none = {"points": None, "median": None, "passed": None, "excellent": None}
    found = turnout([Figures(10, 9, excused=1, **none), Figures(100, 50, excused=20, **none)])
    assert (found.eligible, found.sat, found.excused, found.absent) == (110, 59, 21, 30)
    assert found.participation == Decimal(59) / 110
    assert turnout([]).participation is None


def test_weak_is_far_below_the_whole_papers() -> None:
    assert mark("0.75").weak
    assert mark("0.7501").weak is False
    assert mark("0.9").weak is False


def test_a_hard_test_makes_no_topic_weak() -> None:
    hard = Earned(1000, 60_000, 100_000)
    assert mark("0.6", whole=hard).weak is False
    assert mark("0.6").weak


def test_what_chance_explains_is_not_weak() -> None:
    assert mark("0.70", answers=40).weak is False  # 0.84 is as likely as not beyond reach of 28 of 40
    assert mark("0.70", answers=400).weak


def test_of_few_answers_nothing_is_said() -> None:
    assert mark("0.1", answers=LEAST_ANSWERS - 1).weak is None
    assert mark("0.1", answers=LEAST_ANSWERS).weak
    assert mark("0.1", whole=Earned()).weak is None


@pytest.mark.parametrize(
    ("marks", "course"),
    [
        ([], Course.UNKNOWN),
        ([None, None], Course.UNKNOWN),
        ([True], Course.ONCE),
        ([None, True, None], Course.ONCE),
        ([False, True], Course.NEW),
        ([True, True], Course.STAYED),
        ([True, False, True], Course.STAYED),
        ([True, None, True, None], Course.STAYED),
        ([True, True, False], Course.BETTER),
        ([False, False], Course.SOUND),
    ],
)
def test_the_course_of_what_was_weak(marks: list[bool | None], course: Course) -> None:
    assert course_of(marks) is course


def test_what_stayed_weak_comes_first_and_then_the_weakest() -> None:
    stayed = Trend("甲", (mark("0.7"), mark("0.6")))
    more = Trend("乙", (mark("0.7"), None, mark("0.5")))
    once = Trend("丙", (None, mark("0.1")))
    sound = Trend("丁", (mark("0.9"), mark("0.9")))
    assert to_look_at_first([sound, once, stayed, more]) == [more, stayed, once, sound]
    assert (more.times_weak, more.times_judged, more.newest) == (2, 2, more.marks[-1])


def test_a_group_lags_behind_everybody_in_the_same_test() -> None:
    def group(sat: int, mean: str) -> GroupMark:
        return GroupMark(20, sat, Decimal(mean), Decimal("0.8"))

    assert group(LEAST_PEOPLE, "0.77").lags
    assert group(LEAST_PEOPLE, "0.771").lags is False
    assert group(LEAST_PEOPLE - 1, "0.1").lags is None
    assert GroupMark(20, 0, None, Decimal("0.8")).lags is None
