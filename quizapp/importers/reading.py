"""What a reader of foreign files gives back: the text as read, the items found in it, and every line accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from quizapp.domain.bank import ItemType, Option
from quizapp.domain.problem import Problem

T = TypeVar("T")


def made(kind: type[T], **values: Any) -> T:
    """A value of a frozen class with all its fields, past an `__init__` that sets each by a call: four times as fast.

    For the two kinds of which a file holds tens of thousands, `ImportedItem` and `Option`.
    """
    value = object.__new__(kind)
    vars(value).update(values)
    return value


class Format(StrEnum):
    """What a file is, by its content. The values are those of ``quizapp bank import --format``."""

    TEXT = "text"
    DOCX = "docx"
    DOC = "doc"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE_XML = "moodle_xml"
    QTI = "qti"
    YAML = "yaml"


class Grammar(StrEnum):
    """How the text as read is understood; several formats share one (a workbook becomes a table)."""

    TEXT = "text"
    TABLE = "table"
    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE_XML = "moodle_xml"
    QTI = "qti"
    YAML = "yaml"


class Refused(Exception):
    """The file as a whole cannot be read, or holds no question; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text())
        self.problem = problem


@dataclass(frozen=True)
class Document:
    """The text as read: what a person sees on the left of the workbench, may correct, and what is parsed (again).

    Every line number of a `Reading` counts the ``lines`` from 1. ``places`` says where a line came from, where that
    is not the line itself (``单选!14``: sheet and row). ``marks`` holds, by line, the stretches (start, end) that
    were bold, coloured, underlined or highlighted; ``pictures`` the lines in which a picture stood.
    """

    format: Format
    grammar: Grammar
    lines: tuple[str, ...]
    places: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    pictures: frozenset[int] = frozenset()
    encoding: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class ImportedItem:
    """One question as found. ``key`` is None where the file gives none: it is never guessed.

    ``key`` by type: letters (`SINGLE`, `MULTIPLE`), ``("true",)`` or ``("false",)`` (`TRUE_FALSE`), the reference text
    (`ESSAY`); for `FILL_IN` the key lies in ``blanks``, each the accepted texts of one blank, and ``key`` is
    ``()`` where there are any, else None. ``places`` gives the line of each part: ``stem``, ``key``, ``rationale``,
    ``A``, ``B`` … ``passage`` is the stem shared by the items of one case; ``cited`` the citation as written.

    ``problems`` keep the item from being used, so that it becomes a draft; ``warnings`` do not.
    """

    number: str
    line: int
    last_line: int
    type: ItemType
    stem: str
    options: tuple[Option, ...] = ()
    key: tuple[str, ...] | None = None
    blanks: tuple[tuple[str, ...], ...] = ()
    any_order: bool = False
    rationale: str = ""
    passage: str = ""
    topic: str = ""
    difficulty: int | None = None
    points: str = ""
    cited: str = ""
    posts: tuple[str, ...] = ()
    id: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether the item may be used as it stands; otherwise it is a draft."""
        return not self.problems

    def line_of(self, part: str) -> int:
        """The line of a part, else of the item."""
        return self.places.get(part, self.line)


@dataclass(frozen=True)
class Skipped:
    """A line that belongs to no question. ``reason`` is a sentence (msgid and params, as in a problem)."""

    line: int
    text: str
    reason: Problem


@dataclass(frozen=True)
class Reading:
    """What was read. Every line that is not empty is in one item, in ``headings``, or in ``skipped``."""

    document: Document
    items: tuple[ImportedItem, ...]
    skipped: tuple[Skipped, ...] = ()
    headings: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    """About the file as a whole or between items: numbers left out, counts that differ, how the text was decoded."""
