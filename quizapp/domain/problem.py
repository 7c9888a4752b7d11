"""One thing that is wrong with something a person gave us, said so that it can be mended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def N_(msgid: str) -> str:
    """Mark ``msgid`` for the message catalogues; it is translated where a person reads it."""
    return msgid


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place, and how to mend it.

    ``msgid`` is an English sentence with named ``%(…)s`` places for ``params``; a web page or the command
    line translates it with `text`, so that this package needs no catalogue. ``line`` and ``column`` count
    from 1; 0 means that no single place is at fault. ``path`` names the field, e.g. ``items[3].key``.
    """

    msgid: str
    params: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    column: int = 0
    path: str = ""

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, in the language of ``translate`` (a gettext function)."""
        return translate(self.msgid) % self.params if self.params else translate(self.msgid)
