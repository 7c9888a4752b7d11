"""The end of an attempt and the state of a window, at their very edges."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from quizapp.domain.timing import (
    BELL,
    DEFAULT_GRACE,
    QuizState,
    deadline,
    is_late,
    latest_deadline,
    quiz_state,
    seconds_left,
)

BEIJING = timezone(timedelta(hours=8))
NINE = datetime(2025, 6, 3, 9, tzinfo=BEIJING)
TICK = timedelta(microseconds=1)


def test_the_deadline_is_the_start_and_the_limit():
    assert deadline(NINE, 50, NINE + timedelta(hours=8)) == NINE + timedelta(minutes=50)


def test_a_late_starter_has_until_the_window_closes():
    assert deadline(NINE, 50, NINE + timedelta(minutes=20)) == NINE + timedelta(minutes=20)


def test_an_extension_lengthens_the_time_but_not_the_window():
    extra = timedelta(minutes=15)
    assert deadline(NINE, 50, NINE + timedelta(hours=8), extra) == NINE + timedelta(minutes=65)
    assert deadline(NINE, 50, NINE + timedelta(minutes=60), extra) == NINE + timedelta(minutes=60)


def test_an_attempt_may_run_past_midnight():
    late = datetime(2025, 12, 31, 23, 40, tzinfo=BEIJING)
    end = deadline(late, 50, late + timedelta(days=1))
    assert end == datetime(2026, 1, 1, 0, 30, tzinfo=BEIJING)
    assert seconds_left(end, datetime(2026, 1, 1, 0, 0, tzinfo=BEIJING)) == 1800
    assert not is_late(datetime(2026, 1, 1, 0, 30, 10, tzinfo=BEIJING), end, DEFAULT_GRACE)


def test_a_change_of_clocks_takes_no_time_away():
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2025, 3, 30, 1, 50, tzinfo=berlin)  # ten minutes before 2:00 becomes 3:00
    end = deadline(before, 90, before + timedelta(days=1))
    assert end - before.astimezone(UTC) == timedelta(minutes=90)
    assert seconds_left(end.astimezone(berlin), before) == 90 * 60


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_limit_is_positive(minutes):
    with pytest.raises(ValueError, match="positive"):
        deadline(NINE, minutes, NINE)


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        (timedelta(seconds=90), 90),
        (timedelta(seconds=89) + TICK, 90),
        (TICK, 1),
        (timedelta(0), 0),
        (-TICK, 0),
        (timedelta(days=-3), 0),
    ],
)
def test_a_begun_second_is_left(left, seconds):
    assert seconds_left(NINE + left, NINE) == seconds


def test_the_last_moment_of_grace_is_in_time():
    assert not is_late(NINE + DEFAULT_GRACE, NINE, DEFAULT_GRACE)
    assert is_late(NINE + DEFAULT_GRACE + TICK, NINE, DEFAULT_GRACE)
    assert is_late(NINE + TICK, NINE, timedelta(0))


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NINE - TICK, QuizState.SCHEDULED),
        (NINE, QuizState.OPEN),
        (NINE + timedelta(hours=8) - TICK, QuizState.OPEN),
        (NINE + timedelta(hours=8), QuizState.CLOSED),
    ],
)
def test_a_window_is_open_from_its_start_up_to_its_end(now, state):
    assert quiz_state(NINE, NINE + timedelta(hours=8), now) is state
    assert quiz_state(NINE, NINE + timedelta(hours=8), now.astimezone(UTC)) is state


def test_a_moment_without_a_zone_is_refused():
    naive = datetime(2025, 6, 3, 9)
    for call in (
        lambda: deadline(naive, 50, NINE),
        lambda: deadline(NINE, 50, naive),
        lambda: seconds_left(NINE, naive),
        lambda: seconds_left(naive, NINE),
        lambda: is_late(naive, NINE, DEFAULT_GRACE),
        lambda: is_late(NINE, naive, DEFAULT_GRACE),
        lambda: quiz_state(naive, NINE, NINE),
        lambda: quiz_state(NINE, naive, NINE),
        lambda: quiz_state(NINE, NINE, naive),
    ):
        with pytest.raises(ValueError, match="time zone"):
            call()


HOUR = NINE + timedelta(hours=1)


@pytest.mark.parametrize("late", [0, 1, 10, 30])
def test_who_starts_within_the_bell_keeps_every_minute(late: int):
    start = NINE + timedelta(seconds=late)
    assert deadline(start, 60, HOUR, opens_at=NINE) == start + timedelta(minutes=60)


def test_the_bell_is_over_after_half_a_minute():
    start = NINE + BELL + TICK
    assert deadline(start, 60, HOUR, opens_at=NINE) == HOUR


def test_the_bell_gives_no_time_beyond_the_start_that_was_missed():
    """A limit longer than the window is cut as before, and an attempt before the opening gains nothing."""
    start = NINE + timedelta(seconds=7)
    assert deadline(start, 90, HOUR, opens_at=NINE) == HOUR + timedelta(seconds=7)
    assert deadline(NINE - timedelta(seconds=7), 90, HOUR, opens_at=NINE) == HOUR


def test_the_last_deadline_of_all_waits_for_the_bell():
    assert latest_deadline(NINE, HOUR, 60) == HOUR + BELL
    assert latest_deadline(NINE, HOUR, 50) == HOUR
