"""A question while it is being read: its parts as pieces of lines, not yet interpreted."""

from dataclasses import dataclass, field

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import Problem
from quizapp.importers.text.headings import Section
from quizapp.importers.text.lines import Piece


@dataclass
class FoundOption:
    """An option: its letter as printed, how the label is written, and its text."""

    letter: str
    line: int
    style: str
    pieces: list[Piece] = field(default_factory=list)
    is_small: bool = False
    is_marked: bool = False
    is_bold: bool = False
    tick: str = ""
    """What a sign at the option says of it (`ticks`)."""


@dataclass
class FoundKey:
    """A key as written, with the line on which it stands."""

    line: int
    pieces: list[Piece] = field(default_factory=list)
    is_reply: bool = False
    from_block: bool = False
    is_bare: bool = False
    is_other: bool = False
    """Named as what is not the key: 我的答案, 错误答案; `named` is that name."""
    named: str = ""


@dataclass
class Found:
    """A question as found. ``value`` is its number, None where it has none; ``style`` how the number is written."""

    number: str
    value: int | None
    line: int
    section: Section
    style: str = ""
    type: ItemType | None = None
    any_number: bool = False
    by_hand: bool = False
    stem: list[Piece] = field(default_factory=list)
    options: list[FoundOption] = field(default_factory=list)
    keys: list[FoundKey] = field(default_factory=list)
    rationale: list[Piece] = field(default_factory=list)
    fields: dict[str, list[Piece]] = field(default_factory=dict)
    bold: list[str] = field(default_factory=list)
    passage: str = ""
    points: str = ""
    has_picture: bool = False
    lettered: bool = True
    lines: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether the question could end here: it has a key, a rationale or two options."""
        return bool(self.keys or self.rationale or len(self.options) >= 2)

    @property
    def known_type(self) -> ItemType | None:
        """The type that its tag or its section gives."""
        return self.type or self.section.type
