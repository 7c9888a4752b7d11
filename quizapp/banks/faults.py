"""The problems of a file laid beside its text, so that a person can mend it in place."""

from dataclasses import dataclass

from quizapp.domain.bank_yaml import BankError
from quizapp.domain.problem import Problem

BEFORE, AFTER = 40, 80
"""How many characters of a line are shown on either side of the place at fault."""
LONGEST_TEXT = 1_000_000
"""Beyond so many characters a text box serves nobody."""
SPARE_LINES = 40
"""Numbers beyond the last line, for the lines that a person adds."""


@dataclass(frozen=True)
class Fault:
    """A problem and its source line, cut at the place: ``before`` and ``marked``, both empty where there is none."""

    problem: Problem
    before: str = ""
    marked: str = ""


@dataclass(frozen=True)
class Bench:
    """A refused file: its faults in order, and its text where it can be shown and corrected on the page."""

    name: str
    faults: tuple[Fault, ...]
    text: str | None

    @property
    def rows(self) -> int:
        """How many lines the text box shows."""
        return (self.text or "").count("\n") + 1 + SPARE_LINES

    @property
    def faulty_lines(self) -> frozenset[int]:
        """The lines at fault, from 1."""
        return frozenset(fault.problem.line for fault in self.faults if fault.problem.line)


def bench_for(error: BankError, source: bytes) -> Bench:
    """Lay the problems of ``error`` beside ``source``."""
    text = _readable(source)
    lines = (text or "").split("\n")
    return Bench(error.name, tuple(_fault(problem, lines) for problem in error.problems), text or None)


def _readable(source: bytes) -> str | None:
    """The text of the file; also of one saved as GBK or UTF-16, since sent back from the page it is UTF-8."""
    encodings = ("utf-16",) if source.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = source.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or len(text) > LONGEST_TEXT:
            return None
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return None


def _fault(problem: Problem, lines: list[str]) -> Fault:
    if not 1 <= problem.line <= len(lines):
        return Fault(problem)
    line, place = lines[problem.line - 1], max(problem.column - 1, 0)
    before, marked = line[:place], line[place:].rstrip()
    return Fault(
        problem,
        _visible(before if len(before) <= BEFORE else "…" + before[-BEFORE:]),
        _visible(marked if len(marked) <= AFTER else marked[:AFTER] + "…"),
    )


def _visible(text: str) -> str:
    """Signs that nobody can see, or that turn the line around, as a sign that everybody sees."""
    return "".join(sign if sign.isprintable() else " " if sign == "\t" else "�" for sign in text)
