"""How moments, points and rates are written, on the department's clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from quizapp.domain.problem import Problem
from quizapp.web import clock as the_clock
from quizapp.web.wording import moment, one_decimal, percent, points, said
from tests.support.databases import settings_for
from tests.support.time import MovableClock

# The tests' clock stands in March 2026.
MOMENTS = [
    (datetime(2026, 11, 30, 10, 0, tzinfo=UTC), "11 月 30 日（周一）18:00", "Mon 30 Nov, 18:00"),
    (datetime(2026, 3, 9, 16, 5, tzinfo=UTC), "3 月 10 日（周二）00:05", "Tue 10 Mar, 00:05"),
    (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "1 月 1 日（周四）00:00", "Thu 1 Jan, 00:00"),
    (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025 年 12 月 31 日（周三）23:59", "Wed 31 Dec 2025, 23:59"),
    (datetime(2027, 1, 3, 1, 0, tzinfo=UTC), "2027 年 1 月 3 日（周日）09:00", "Sun 3 Jan 2027, 09:00"),
    (None, "–", "–"),
]


@pytest.mark.parametrize(("value", "chinese", "english"), MOMENTS)
def test_moments(app: Flask, clock: MovableClock, value: datetime | None, chinese: str, english: str) -> None:
    with app.test_request_context():
        assert moment(value) == chinese
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert moment(value) == english


def test_moments_on_another_clock(
    settings: Any, make_app: Callable[..., Flask], tmp_path: Path, clock: MovableClock
) -> None:
    app = make_app(settings_for(settings.database_url, tmp_path, QUIZAPP_TIME_ZONE="Asia/Urumqi"))
    with app.test_request_context():
        assert moment(datetime(2026, 11, 30, 10, 0, tzinfo=UTC)) == "11 月 30 日（周一）16:00"
        entered = the_clock.from_local(datetime(2026, 11, 30, 16, 0))
        assert entered == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
        assert the_clock.local(entered).replace(tzinfo=None) == datetime(2026, 11, 30, 16, 0)


POINTS = [
    ("80", "80"),
    ("80.00", "80"),
    ("79.50", "79.5"),
    ("0.25", "0.25"),
    ("0", "0"),
    ("100", "100"),
    ("1E+2", "100"),
]


@pytest.mark.parametrize(("value", "text"), POINTS)
def test_points(value: str, text: str) -> None:
    assert points(Decimal(value)) == text


RATES = [
    ("0", "0.0"),
    ("1", "100.0"),
    ("0.957", "95.7"),
    ("0.0005", "0.1"),  # half a tenth goes up
    ("0.00049", "0.0"),
    ("0.8845", "88.5"),
    ("0.9995", "100.0"),
    ("0.6666666666666666666666666667", "66.7"),
]


@pytest.mark.parametrize(("value", "text"), RATES)
def test_rates(value: str, text: str) -> None:
    assert percent(Decimal(value)) == text


@pytest.mark.parametrize(("value", "text"), [("82.35", "82.4"), ("82.25", "82.3"), ("82.349", "82.3"), ("0", "0.0")])
def test_one_decimal(value: str, text: str) -> None:
    assert one_decimal(Decimal(value)) == text


def test_nothing_to_count_is_a_dash() -> None:
    assert points(None) == percent(None) == one_decimal(None) == "–"


def test_a_problem_is_said_in_the_language_of_the_page(app: Flask) -> None:
    problem = Problem("“%(name)s” exists already.", {"name": "<b>机关</b>"})
    with app.test_request_context():
        assert "<b>机关</b>" in said(problem)
        assert "exists" not in said(problem)
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert said(problem) == "“<b>机关</b>” exists already."


def test_filters_are_in_every_template(app: Flask) -> None:
    assert {"moment", "points", "percent", "one_decimal", "said"} <= app.jinja_env.filters.keys()
