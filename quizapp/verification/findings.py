"""What does not hold, said so that a person finds the row."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from quizapp.attempts.receipts import spelt
from quizapp.domain.problem import N_, Problem

ABSENT = "-"
SHORTEST_CUT = 80


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was recorded: ``what`` of the row ``key`` of a table; ``found`` and ``expected``."""

    table: str
    key: int | str
    what: str
    found: Any
    expected: Any

    def problem(self) -> Problem:
        """The sentence for people."""
        values = {"table": self.table, "key": self.key, "what": self.what}
        said = {"found": _say(self.found), "expected": _say(self.expected)}
        return Problem(N_("%(table)s %(key)s: %(what)s is %(found)s and must be %(expected)s"), values | said)


def differing(table: str, key: int | str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Finding]:
    """A finding for each value that ``expected`` names and that is another in ``found``."""
    for name, value in expected.items():
        if found.get(name) != value:
            yield Finding(table, key, name, found.get(name), value)


def _say(value: Any) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, datetime):
        return spelt(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= SHORTEST_CUT else f"{words[:SHORTEST_CUT]}…"
