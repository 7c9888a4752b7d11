"""Moments as files state them: with the year, for a file is read in years to come."""

from datetime import datetime

from flask_babel import format_datetime, get_locale

from quizapp.web import clock


def full_moment(value: datetime) -> str:
    """``2026 年 11 月 30 日 18:00`` on the department's wall clock."""
    pattern = "y 年 M 月 d 日 HH:mm" if str(get_locale()).startswith("zh") else "d MMM y, HH:mm"
    return str(format_datetime(clock.local(value), pattern, rebase=False))
