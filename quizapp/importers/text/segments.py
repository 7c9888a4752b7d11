"""Lines cut where a heading is glued to what stands before or after it, so that a heading is always on its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quizapp.importers.notation import TYPE_WORDS
from quizapp.importers.text.headings import section_at
from quizapp.importers.text.lines import Line
from quizapp.importers.text.ticks import with_ticks

_GLUED = re.compile(
    rf"(?<=\S)\s*(?=(?:[一二三四五六七八九十]{{1,2}}\s?、|第[一二三四五六七八九十]{{1,2}}(?:部分|大题)[、:]?)\s*(?:{TYPE_WORDS})\s*(?:\([^()\n]{{0,60}}\))?\s*(?:\d{{1,4}}\s?[、.]|$))"
)


_SMALL = re.compile(r"(?:(?<=\s)|^)([a-h])\s{0,2}(?=[\u4e00-\u9fff])")
_CHOSEN = re.compile(r"\s选\s?[A-H]{1,8}\s*[.。]?\s*$")
_GLUED_OPTION = re.compile(r"(?<=[\s?。):])([A-H])(?=[\u4e00-\u9fff])")
_LONGEST_ROW = 400


def segments(lines: Sequence[Line]) -> list[Line]:
    """The lines; a glued one in several pieces with the same number."""
    return [piece for line in _with_letters(with_ticks(lines)) for piece in _cut(line)]


def _with_letters(lines: Sequence[Line]) -> list[Line]:
    """The lines, with rows of options that have bare labels cut apart: ``a甲 b乙``, and ``问题 A能 B不能 选B``."""
    made: list[Line] = []
    begin = _small_lines(lines)
    for line in lines:
        if line.number in begin:
            made.append(_raised(line, [begin[line.number]]))
        elif len(line.folded) > _LONGEST_ROW:
            made.append(line)
        elif chosen := _CHOSEN.search(line.folded):
            labels = list(_GLUED_OPTION.finditer(line.folded))
            places = [label.start() for label in labels] + [chosen.start()]
            made += _apart(line, [0, *places]) if _in_order(labels) else [line]
        else:
            labels = list(_SMALL.finditer(line.folded))
            row = _in_order(labels) and not line.folded[: labels[0].start()].strip()
            made += _apart(_raised(line, labels), [label.start() for label in labels]) if row else [line]
    return made


def _small_lines(lines: Sequence[Line]) -> dict[int, re.Match[str]]:
    """By number, the lines that begin with a, b, c … one under the other, each with that letter."""
    found: dict[int, re.Match[str]] = {}
    run: list[tuple[int, re.Match[str]]] = []
    for line in lines:
        if line.is_empty:
            continue
        letter = _SMALL.match(line.folded, len(line.folded) - len(line.folded.lstrip()))
        alone = letter is not None and not _SMALL.search(line.folded, letter.end())
        if letter is None or not alone or letter[1] != "abcdefgh"[len(run) % 8]:
            run = []
        if letter is not None and alone and letter[1] == "abcdefgh"[len(run) % 8]:
            run.append((line.number, letter))
            found |= dict(run) if len(run) > 1 else {}
    return found


def _in_order(labels: Sequence[re.Match[str]]) -> bool:
    written = "".join(label[1].upper() for label in labels)
    return len(written) > 1 and "ABCDEFGH".startswith(written)


def _raised(line: Line, labels: Sequence[re.Match[str]]) -> Line:
    """The line whose small labels are recognised as capital ones are."""
    folded = line.folded
    for label in labels:
        folded = folded[: label.start()] + label[1].upper() + folded[label.start() + 1 :]
    return replace(line, folded=folded)


def _apart(line: Line, places: Sequence[int]) -> list[Line]:
    ends = [*places[1:], len(line.text)]
    return [_part(line, start, end) for start, end in zip(places, ends, strict=True)]


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
    return replace(
        line,
        text=text,
        folded=folded,
        marks=within(line.marks),
        bold=within(line.bold),
        tick=line.tick if start == 0 else "",
    )
