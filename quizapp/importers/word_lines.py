"""Lines as they come out of a Word file or a web page inside one: text, how it looked, where a picture stood."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_OPENING, _CLOSING = "（(【[《“", "）)】]》”"
BLANK = "____"


class Look(NamedTuple):
    """What sets text apart for a reader. A colour is "" for black, a highlight "" for none."""

    bold: bool = False
    underline: bool = False
    color: str = ""
    highlight: str = ""

    def stands_out_from(self, plain: "Look") -> bool:
        """Whether text of this look is marked where most text looks ``plain``. Less than plain is no mark."""
        return any(mine and mine != usual for mine, usual in zip(self, plain, strict=True))


PLAIN = Look()
Piece = tuple[str, Look]
T = TypeVar("T")


@dataclass(slots=True)
class Line:
    """One line of the text as read; ``looks`` names the stretches (start, end) that do not look `PLAIN`."""

    text: str
    looks: list[tuple[int, int, Look]] = field(default_factory=list)
    picture: bool = False


def lines_of(pieces: Iterable[Piece], picture: bool = False) -> list[Line]:
    """The lines of one paragraph: at least one, more where soft breaks stand. A picture belongs to the first."""
    line = Line("", picture=picture)
    lines = [line]
    for text, look in _with_blanks(_joined(pieces)):
        for place, part in enumerate(_LINE_ENDS.split(text)):
            if place:
                line = Line("")
                lines.append(line)
            if part and look != PLAIN:
                line.looks.append((len(line.text), len(line.text) + len(part), look))
            line.text += part
    while len(lines) > 1 and not lines[-1].text.strip():
        lines.pop()
    return lines


def joined(lines: Sequence[Line], between: str) -> Line:
    """Several lines as one, with ``between`` between them."""
    whole = Line("", picture=any(line.picture for line in lines))
    for place, line in enumerate(lines):
        whole.text += between if place else ""
        start = len(whole.text)
        whole.looks += [(start + first, start + last, look) for first, last, look in line.looks]
        whole.text += line.text
    return whole


def marks_of(lines: Sequence[Line]) -> dict[int, tuple[tuple[int, int], ...]]:
    """By line number, the stretches that stand out from how most of the text looks; touching stretches are one."""
    plain = _usual(lines)
    marks = {}
    for number, line in enumerate(lines, 1):
        stretches: list[tuple[int, int]] = []
        for start, end, look in line.looks:
            if not look.stands_out_from(plain) or not line.text[start:end].strip():
                continue
            if stretches and stretches[-1][1] == start:
                start = stretches.pop()[0]
            stretches.append((start, end))
        if stretches:
            marks[number] = tuple(stretches)
    return marks


def _usual(lines: Sequence[Line]) -> Look:
    """The commonest value of each mark by itself, counted in characters."""
    total = sum(len(line.text) for line in lines)
    looks: Counter[Look] = Counter()
    for line in lines:
        for start, end, look in line.looks:
            looks[look] += end - start
    looks[PLAIN] += total - looks.total()
    return Look(
        bold=_commonest((look.bold, count) for look, count in looks.items()),
        underline=_commonest((look.underline, count) for look, count in looks.items()),
        color=_commonest((look.color, count) for look, count in looks.items()),
        highlight=_commonest((look.highlight, count) for look, count in looks.items()),
    )


def _commonest(counted: Iterable[tuple[T, int]]) -> T:
    values: Counter[T] = Counter()
    for value, count in counted:
        values[value] += count
    return values.most_common(1)[0][0]


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one look as one piece: Word cuts runs anywhere, even inside a word or a blank."""
    for look, same in groupby(pieces, key=itemgetter(1)):
        yield "".join(text for text, _look in same), look


def _with_blanks(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Underlined spaces are how people draw a blank: without the line they would be mere spaces."""
    whole = list(pieces)
    for place, (text, look) in enumerate(whole):
        if not look.underline or len(text) < 2 or text.strip(" \t\u3000\xa0"):
            yield text, look
            continue
        before = whole[place - 1][0][-1:] if place else ""
        after = whole[place + 1][0][:1] if place + 1 < len(whole) else ""
        in_brackets = before and before in _OPENING and after and after in _CLOSING
        yield (text, PLAIN) if in_brackets else (BLANK, PLAIN)
