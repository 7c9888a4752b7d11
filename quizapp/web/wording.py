"""How moments, rates and points are written: one spelling everywhere."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask, g
from flask_babel import format_datetime, get_locale, get_translations, gettext
from markupsafe import Markup

from quizapp.domain.problem import Problem
from quizapp.web import clock
from quizapp.web.breaks import unbroken

NOTHING = "–"


def init_app(app: Flask) -> None:
    """Register the template filters, and where templates find their words."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        moment=shown_moment, points=points, percent=percent, one_decimal=one_decimal, said=said
    )


def _catalogue() -> Any:
    """The words of the request's language, looked up once: a paper asks for three hundred, one after another."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def moment(value: datetime | None) -> str:
    """``11 月 30 日（周一）18:00``; the year is written where it is not the present one."""
    if value is None:
        return NOTHING
    this_year = clock.local(value).year == clock.local(clock.now()).year
    if str(get_locale()).startswith("zh"):
        pattern = "M 月 d 日（EEE）HH:mm" if this_year else "y 年 M 月 d 日（EEE）HH:mm"
    else:
        pattern = "EEE d MMM, HH:mm" if this_year else "EEE d MMM y, HH:mm"
    return str(format_datetime(value, pattern))


def shown_moment(value: datetime | None) -> Markup:
    """The same for a page: a line may end before the day and before the time, and nowhere else."""
    return unbroken(moment(value))


def points(value: Decimal | None) -> str:
    """Points without needless zeros: ``79.5``, ``80``."""
    if value is None:
        return NOTHING
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def one_decimal(value: Decimal | float | None) -> str:
    """One decimal, half up: ``82.4``. Nothing to count is a dash, not a zero."""
    if value is None:
        return NOTHING
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def percent(value: Decimal | float | None) -> str:
    """A fraction as per cent with one decimal, without the sign: ``95.7``."""
    return NOTHING if value is None else one_decimal(Decimal(str(value)) * 100)


def said(problem: Problem) -> str:
    """The sentence of a problem, in the language of the page."""
    return problem.text(gettext)
