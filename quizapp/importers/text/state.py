"""Where the reader stands in a text: the question, the part of it, the section, and what was met so far."""

from dataclasses import dataclass, field
from enum import Enum, auto

from quizapp.domain.problem import Problem
from quizapp.importers.reading import Skipped
from quizapp.importers.text.draft import Found
from quizapp.importers.text.headings import Section
from quizapp.importers.text.keyblock import Entry
from quizapp.importers.text.lines import Piece


class Part(Enum):
    """The part of a question to which text belongs."""

    STEM = auto()
    OPTION = auto()
    KEY = auto()
    RATIONALE = auto()
    FIELD = auto()
    NOTE = auto()
    PASSAGE = auto()
    BLOCK = auto()
    NONE = auto()


@dataclass
class State:
    """Everything that the reader knows at one point."""

    found: list[Found] = field(default_factory=list)
    sections: list[Section] = field(default_factory=lambda: [Section()])
    current: Found | None = None
    part: Part = Part.NONE
    fresh: bool = True
    """No question yet since the last heading: numbers may begin anywhere."""
    field_name: str = ""
    listed: int = 0
    """The last number of a list inside the rationale, 0 where there is none."""
    listed_style: str = ""
    passage: list[Piece] = field(default_factory=list)
    passage_last: int = 0
    entries: list[Entry] = field(default_factory=list)
    blocks: int = 0
    block_section: Section | None = None
    block_run: int = 0
    items_before: dict[int, int] = field(default_factory=dict)
    """By block, how many questions stand before it."""
    headings: set[int] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def section(self) -> Section:
        return self.sections[-1]

    @property
    def last(self) -> int:
        """The number of the question before, 0 where it has none."""
        return next((found.value for found in reversed(self.found) if found.value is not None), 0)

    def open_block(self, section: Section | None = None) -> None:
        """Begin a block of keys, or another section of it."""
        if self.part is not Part.BLOCK:
            self.blocks += 1
            self.items_before[self.blocks] = len(self.found)
            self.block_section = None
            self.block_run += 1
        self.part = Part.BLOCK
        self.block_section = section or self.block_section
        if section:
            self.block_run += 1
