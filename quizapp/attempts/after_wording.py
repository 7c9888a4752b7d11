"""What the pages after a test say: moments to the second, codes in groups, durations, guesses as guesses."""

from datetime import datetime

from flask import Flask
from flask_babel import format_datetime, get_locale, ngettext
from flask_babel import gettext as _

from quizapp.attempts.certificates import grouped
from quizapp.attempts.wording import section_name
from quizapp.banks.wording import choices
from quizapp.domain.bank import Item
from quizapp.domain.problem import N_
from quizapp.domain.scoring import Answer

CAUSE_NAMES = {
    "screen_lock": N_("perhaps the screen locked"),
    "call": N_("perhaps a call"),
    "other_app": N_("perhaps another app"),
    "other_tab": N_("perhaps another window or tab"),
    "unknown": N_("cause unknown"),
}
"""What the page guessed, always said as a guess."""
LEAST_SAID = 0.001


def init_app(app: Flask) -> None:
    """Register the template filters."""
    app.jinja_env.filters.update(
        exact=exact,
        long_date=long_date,
        hour=hour,
        grouped=grouped,
        duration=duration,
        cause_name=cause_name,
        rare=rare,
        in_short=in_short,
        section_name=section_name,
    )
    app.jinja_env.globals["leaving_words"] = leaving_words


def exact(value: datetime) -> str:
    """To the second, with the year: ``2026 年 9 月 24 日 10:41:07``."""
    return _written(value, "y 年 M 月 d 日 HH:mm:ss", "d MMM y, HH:mm:ss")


def long_date(value: datetime) -> str:
    """``2026 年 9 月 24 日``."""
    return _written(value, "y 年 M 月 d 日", "d MMMM y")


def hour(value: datetime) -> str:
    """``10:41``."""
    return _written(value, "HH:mm", "HH:mm")


def _written(value: datetime, chinese: str, english: str) -> str:
    return str(format_datetime(value, chinese if str(get_locale()).startswith("zh") else english))


def duration(seconds: int) -> str:
    """``48 秒``, ``3 分 20 秒``, ``1 小时 5 分``."""
    if seconds < 60:
        return str(ngettext("%(num)s second", "%(num)s seconds", seconds))
    if seconds < 3600:
        return str(_("%(m)s min %(s)s s", m=seconds // 60, s=seconds % 60))
    return str(_("%(h)s h %(m)s min", h=seconds // 3600, m=seconds % 3600 // 60))


def cause_name(cause: str) -> str:
    """The likely cause of a leaving, in words."""
    return str(_(CAUSE_NAMES[cause]))


def leaving_words() -> dict[str, str]:
    """What js/leaving.js says by itself, before the server has answered: ``{time}`` and ``{cause}`` are filled in."""
    causes = {cause: cause_name(cause) for cause in CAUSE_NAMES}
    return causes | {
        "sentence": _("You were away for {time}, {cause}. Recorded only; your score is not affected."),
        "seconds": _("{n} s"),
        "minutes": _("{m} min {s} s"),
        "kept": _("Your explanation is kept beside the record."),
        "not_kept": _("This could not be sent. Please try again when the network is back."),
    }


def rare(expected: float) -> str:
    """A small expected number in figures that can be read: ``0.02``, ``不到 0.001``."""
    return f"{expected:.3f}" if expected >= LEAST_SAID else str(_("fewer than %(n)s", n=LEAST_SAID))


def in_short(item: Item, answer: Answer) -> str:
    """An answer with its words, in the letters of the bank: ``A 警告；C 记过``."""
    chosen = [choice for choice in choices(item) if choice.value in answer] if item.blanks == () else []
    if not chosen:
        return "；".join(part for part in answer if part)
    return "；".join(f"{choice.letter} {choice.text}" for choice in chosen)
