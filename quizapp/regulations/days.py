"""How the day from which an edition holds is written."""

from datetime import date

from flask_babel import format_date, get_locale


def written_day(value: date) -> str:
    """``2024 年 1 月 1 日``; a law is always named with its year."""
    return str(format_date(value, "y 年 M 月 d 日" if str(get_locale()).startswith("zh") else "d MMM y"))
