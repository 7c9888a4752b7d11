"""The workbench of one import: its text, what is to be said about it, and its questions, a page at a time."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from quizapp.banks.choices import Choices, mark_of, possible_keys
from quizapp.banks.lines import last_line_to_mend
from quizapp.domain.problem import Problem
from quizapp.importers.reading import ImportedItem, Reading, Skipped

ITEMS_PER_PAGE = 100
MOST_BELOW = 10
"""So many lines below the last question are looked at for the label of its key."""
MOST_PROBLEMS = 300
"""So many problems can be looked through as one list; where there are more, each page lists its own."""
_STOP = ("。", ". ")


@dataclass(frozen=True)
class Row:
    """One line of the text. ``kind``: prob, skip, sect or nothing."""

    number: int
    text: str
    place: str
    kind: str
    is_picture: bool


@dataclass(frozen=True)
class Finding:
    """Something to be looked at: ``fact`` first, then what to do. ``item`` is the number of the question, or 0."""

    line: int
    place: str
    item: int
    label: str
    fact: str
    advice: str
    is_warning: bool
    page: int


@dataclass(frozen=True)
class Entry:
    """One question: its number in the import, what it is known by, and the keys a person may choose from.

    ``last_line`` is the last one to be offered where its lines are corrected.
    """

    number: int
    item: ImportedItem
    mark: str
    keys: tuple[str, ...]
    is_chosen: bool
    last_line: int


class Workbench:
    """What the page of an import shows; ``page`` counts from 1."""

    def __init__(
        self, reading: Reading, choices: Choices, page: int = 1, faults: Mapping[int, Sequence[Problem]] | None = None
    ) -> None:
        """``faults`` are those of citations, by number of the question."""
        self.reading = reading
        self._faults = faults or {}
        self._choices = choices
        self.pages = max(1, -(-len(reading.items) // ITEMS_PER_PAGE))
        self.page = min(max(page, 1), self.pages)

    @cached_property
    def ready(self) -> int:
        """How many questions may be used as they stand."""
        return sum(item.is_ready for item in self.reading.items)

    @property
    def drafts(self) -> int:
        """How many become drafts."""
        return len(self.reading.items) - self.ready

    @cached_property
    def _starts(self) -> list[int]:
        """The first line of each page."""
        firsts = [item.line for item in self.reading.items[::ITEMS_PER_PAGE]]
        return [1, *(max(firsts[:at]) for at in range(2, len(firsts) + 1))]

    @property
    def first_line(self) -> int:
        """Where the lines of this page begin."""
        return self._starts[self.page - 1]

    @property
    def last_line(self) -> int:
        """Where they end."""
        return self._starts[self.page] - 1 if self.page < self.pages else len(self.reading.document.lines)

    def page_of(self, line: int) -> int:
        """The page that shows a line."""
        return max(1, bisect_right(self._starts, line))

    @property
    def rows(self) -> Iterator[Row]:
        """The lines of this page."""
        document = self.reading.document
        skipped = {each.line for each in self.reading.skipped}
        headings, faulty = set(self.reading.headings), {finding.line for finding in self._every}
        for number in range(self.first_line, self.last_line + 1):
            kind = "skip" if number in skipped else "sect" if number in headings else ""
            kind = "prob" if number in faulty else kind
            text, place = document.lines[number - 1], document.places.get(number, "")
            yield Row(number, text, place, kind, number in document.pictures)

    @property
    def entries(self) -> Iterator[Entry]:
        """The questions of this page."""
        first = (self.page - 1) * ITEMS_PER_PAGE
        items = self.reading.items[first : first + ITEMS_PER_PAGE]
        for number, item in enumerate(items, start=first + 1):
            mark = mark_of(item)
            chosen = mark in self._choices
            keys = () if item.is_ready and not chosen else possible_keys(item)
            after = self.reading.items[number].line if number < len(self.reading.items) else item.last_line + MOST_BELOW
            yield Entry(number, item, mark, keys, chosen, last_line_to_mend(self.reading, item, after))

    @property
    def count(self) -> int:
        """How many things there are to be looked at."""
        return len(self._every)

    @property
    def findings(self) -> list[Finding]:
        """All of them, or where that is too much, those of this page."""
        if self.count <= MOST_PROBLEMS:
            return self._every
        return [finding for finding in self._every if finding.page == self.page or not finding.line]

    @property
    def skipped(self) -> list[Skipped]:
        """The lines of this page that belong to no question."""
        return [each for each in self.reading.skipped if self.first_line <= each.line <= self.last_line]

    @cached_property
    def _every(self) -> list[Finding]:
        document = self.reading.document.problems
        about = [*document, *(each for each in self.reading.problems if each not in document)]
        found = [self._finding(problem, None, 0, is_warning=True) for problem in about]
        for number, item in enumerate(self.reading.items, start=1):
            found += [self._finding(each, item, number, is_warning=False) for each in item.problems]
            found += [
                self._finding(each, item, number, is_warning=True)
                for each in (*item.warnings, *self._faults.get(number, ()))
            ]
        return sorted(found, key=lambda finding: finding.line)

    def _finding(self, problem: Problem, item: ImportedItem | None, number: int, *, is_warning: bool) -> Finding:
        line = problem.line or (item.line if item else 0)
        place = self.reading.document.places.get(line, "")
        fact, advice = parted(problem.text(_))
        label = item.number if item else ""
        return Finding(line, place, number, label, fact, advice, is_warning, self.page_of(line) if line else 1)


def parted(sentence: str) -> tuple[str, str]:
    """The fact, and what to do about it: a message says them one after the other."""
    places = [sentence.find(stop) + len(stop.rstrip()) for stop in _STOP if sentence.find(stop) >= 0]
    end = min(places, default=len(sentence))
    return sentence[:end].strip(), sentence[end:].strip()
