"""Lines cut where a heading is glued to what stands before or after it, so that a heading is always on its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quizapp.importers.notation import TYPE_WORDS
from quizapp.importers.text.headings import section_at
from quizapp.importers.text.lines import Line

_GLUED = re.compile(
    rf"(?<=\S)\s*(?=(?:[一二三四五六七八九十]{{1,2}}\s?、|第[一二三四五六七八九十]{{1,2}}(?:部分|大题)[、:]?)\s*(?:{TYPE_WORDS})\s*(?:\([^()\n]{{0,60}}\))?\s*(?:\d{{1,4}}\s?[、.]|$))"
)


def segments(lines: Sequence[Line]) -> list[Line]:
    """The lines; a glued one in several pieces with the same number."""
    return [piece for line in lines for piece in _cut(line)]


def _cut(line: Line) -> Iterator[Line]:
    start = 0
    for found in _GLUED.finditer(line.folded):
        yield from _head(_part(line, start, found.end()))
        start = found.end()
    yield from _head(_part(line, start, len(line.text)))


def _head(line: Line) -> Iterator[Line]:
    heading = section_at(line.folded, line.number)
    if heading and line.folded[heading[1] :].strip():
        yield _part(line, 0, heading[1])
        line = _part(line, heading[1], len(line.text))
    yield line


def _part(line: Line, start: int, end: int) -> Line:
    if (start, end) == (0, len(line.text)):
        return line

    def within(stretches: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        cut = ((max(first, start) - start, min(last, end) - start) for first, last in stretches)
        return tuple((first, last) for first, last in cut if first < last)

    text, folded = line.text[start:end], line.folded[start:end]
    return replace(line, text=text, folded=folded, marks=within(line.marks), bold=within(line.bold))
