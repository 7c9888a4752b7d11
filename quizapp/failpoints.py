"""Places where a process of a test build dies at once, as by ``kill -9``: before and after each kind of commit.

Off unless two settings agree, so that no slip in one line of a production environment arms them. With one of them
alone the application refuses to start.
"""

import os
import random
import signal
from collections.abc import Mapping

FAILPOINTS, TEST_BUILD = "QUIZAPP_FAILPOINTS", "QUIZAPP_TEST_BUILD"
VARIABLES = frozenset({FAILPOINTS, TEST_BUILD})

OPERATIONS = ("sign_in", "start", "lease", "save", "submit", "close", "extend", "publish", "import", "backup", "other")
"""What `quizapp.db.writing` is given; everything that has no name of its own is ``other``."""
BEFORE, AFTER = "before_commit", "after_commit"
NAMES = frozenset(f"{operation}.{side}" for operation in OPERATIONS for side in (BEFORE, AFTER))

_chances: dict[str, float] = {}


class FailpointError(ValueError):
    """The settings do not agree, or name no failpoint. The message is one sentence for whoever set them."""


def chances(environ: Mapping[str, str]) -> dict[str, float]:
    """How likely each armed failpoint is to kill, from ``save.before_commit=0.01,close.after_commit=1``.

    Empty where neither setting is there. Raises FailpointError.
    """
    wanted, build = environ.get(FAILPOINTS, ""), environ.get(TEST_BUILD, "")
    if not wanted and not build:
        return {}
    if not wanted or build != "1":
        raise FailpointError(
            f"{FAILPOINTS} lets the server kill itself and belongs to tests alone: remove it and {TEST_BUILD}, "
            f"or, in a test, set both ({TEST_BUILD}=1)."
        )
    return dict(map(_chance, wanted.split(",")))


def _chance(text: str) -> tuple[str, float]:
    name, _, number = text.strip().partition("=")
    try:
        chance = float(number)
    except ValueError:
        chance = -1
    if name not in NAMES or not 0 <= chance <= 1:
        raise FailpointError(f"{FAILPOINTS} is not understood at {text.strip()!r}: write {min(NAMES)}=0.01.")
    return name, chance


def arm(environ: Mapping[str, str]) -> None:
    """Take the failpoints from ``environ``; mostly there are none. Raises FailpointError."""
    _chances.clear()
    _chances.update(chances(environ))


def reach(operation: str, side: str) -> None:
    """Die here, where this failpoint is armed and its chance comes."""
    if not _chances:
        return
    if random.random() < _chances.get(f"{operation}.{side}", 0):
        os.kill(os.getpid(), signal.SIGKILL)  # nothing is flushed, no `finally` runs, as when the power goes
