"""The words of the door's script; ``{n}`` and the like are filled in by it."""

from collections.abc import Mapping
from functools import lru_cache

from flask_babel import get_locale
from flask_babel import gettext as _

from quizapp.config import LANGUAGES


def door_words() -> Mapping[str, str]:
    """What a page that waits for the opening says, in the language of the request."""
    return _door_words(str(get_locale()))


@lru_cache(maxsize=len(LANGUAGES))
def _door_words(_language: str) -> Mapping[str, str]:
    return {
        "days": _("{d} d {h} h"),
        "entering": _("The test is open. You are let in within a few seconds; your time starts only then."),
        "touch": _("Touch this page once, so that you are let in by itself when the test opens."),
        "ready": _("The test is open. Press the button when you are ready; your time starts only then."),
        "missing": _("The test is open. Please fill in what is missing above, then press the button."),
        "starting": _("Starting …"),
        "busy": _("Many people are starting just now. This page tries again by itself; you lose no time."),
        "offline": _("There is no network. This page tries again by itself; your time has not started."),
        "five": _("The test opens in five minutes."),
        "one": _("The test opens in one minute."),
    }
