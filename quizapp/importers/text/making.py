"""An item in the making: what was found of it, interpreted step by step."""

from dataclasses import dataclass, field

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import Problem
from quizapp.importers.text import answers
from quizapp.importers.text.draft import Found


@dataclass
class Key:
    """A key that was given, where, and what it says."""

    line: int
    raw: str
    value: tuple[str, ...] | None = None
    rest: str = ""
    words: answers.Blanks | None = None


@dataclass
class Making:
    """An item in the making."""

    found: Found
    stem: str
    options: dict[str, str]
    type: ItemType = ItemType.SINGLE
    keys: list[Key] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def key_line(self) -> int:
        return self.keys[0].line if self.keys else self.found.line
