"""The lines of a document, made ready for recognition: cleaned of residue, folded, with their marks in place."""

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from quizapp.importers.notation import clean, fold
from quizapp.importers.reading import Document
from quizapp.importers.text import chat

_RESIDUE = re.compile(
    r"</?(?:p|br|div|span|font|b|i|u|strong|em|a|td|tr|table|li|ul|ol|sup|sub|o:p|img|h[1-6])(?:\s[^<>]{0,300})?/?>"
    r"|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});|&[\"“”]\d{2,4};",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*(?=\S)([^*]{1,600})\*\*")
_LINK = re.compile(r"!?\[([^\[\]]{1,300})\]\((?:https?://|/|\./|#)[^()\s]{0,500}\)")
_BULLET = re.compile(r"^\s*(?:[-*+•●▪◆◇■□★]|>)\s+(?=\S)(?!\d+\s*[-—]?\s*$)")
_TITLE = re.compile(r"^\s*#{1,6}\s+(?=\S)")
_CODE = re.compile(r"^\s*(?:```|~~~)")
_TABLE_RULE = re.compile(r"\s*+(?:\|\s*+)?:?-{2,}+:?\s*+(?:\|\s*+:?-{2,}+:?\s*+)++(?:\|\s*)?$")
"""The line under the head of a Markdown table."""
_CONTROL = re.compile("[^\t\n -~\xa1-\uffff\U00010000-\U0010ffff]")
_DISTINCT = re.compile("[^\\W\\d_]|[\u3400-\u9fff]")


@dataclass(frozen=True)
class Line:
    """One line. ``folded`` is as long as ``text``; ``marks`` and ``bold`` are stretches of both.

    ``bold`` is what the text itself marks (Markdown's ``**``): a sign of the author's; ``marks`` are a word
    processor's. ``is_title`` tells Markdown's headings; ``tick`` is the sign taken from before the text.
    """

    number: int
    text: str
    folded: str
    marks: tuple[tuple[int, int], ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    is_title: bool = False
    is_code: bool = False
    had_residue: bool = False
    tick: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.folded.strip()

    def is_wholly_bold(self, start: int) -> bool:
        """Whether the author set the line off in bold from there to its end, whatever its indentation."""
        first_sign = start + len(self.text[start:]) - len(self.text[start:].lstrip())
        return any(first <= first_sign + 1 and last >= len(self.text.rstrip()) for first, last in self.bold)


@dataclass(frozen=True)
class Piece:
    """A stretch of one line that belongs to one part of a question."""

    line: int
    text: str


def lines_of(document: Document) -> list[Line]:
    """Every line of the document, the empty ones too."""
    return [_line(number, text, document.marks.get(number, ())) for number, text in enumerate(document.lines, start=1)]


def _line(number: int, original: str, marks: Sequence[tuple[int, int]]) -> Line:
    if not original:
        return Line(number, "", "")
    if _CODE.match(original) or _TABLE_RULE.match(fold(original)):
        return Line(number, "", "", is_code=True)
    signs = _MarksKept(original, marks)
    signs.replace(_RESIDUE, lambda found: clean(html.unescape(found.group())) if found.group()[0] == "&" else " ")
    residue = signs.changed
    is_title = bool(_TITLE.match(signs.text))
    signs.replace(_TITLE, lambda found: "")
    if spoken := chat.SPEAKS.match(fold(signs.text)):
        signs.cut(spoken.end())
    signs.replace(_LINK, lambda found: found.group(1))
    bullet = _BULLET.match(fold(signs.text))
    tick = bullet.group().strip() if bullet else ""
    signs.cut(bullet.end() if bullet else 0)
    bold = signs.take_bold()
    text = signs.text.translate({0xA0: " ", 0x202F: " "})
    if clean(text) != text:
        signs.replace(_CONTROL, lambda found: "")
        text = clean(signs.text)
    return Line(number, text, fold(text), signs.marks, bold, is_title, had_residue=residue, tick=tick)


class _MarksKept:
    """A text in which stretches are replaced, while its marks move with what they mark."""

    def __init__(self, text: str, marks: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.marks = tuple(marks)
        self.changed = False

    def replace(self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> None:
        puts = []
        for found in pattern.finditer(self.text):
            new = by(found)
            fits = new.isprintable() and (len(new) <= 1 or found.group()[0] != "&")
            puts.append((found.start(), found.end(), new if fits else " "))
        if puts:
            self.changed = True
            self._put(puts)

    def _put(self, puts: Sequence[tuple[int, int, str]]) -> None:
        """Put each text in the place of a stretch, all at once: one at a time would copy a long line for each."""
        kept, shifts, at, shifted = [], [], 0, 0
        for start, end, new in puts:
            kept += [self.text[at:start], new]
            shifts.append((start, shifted, len(new) - (end - start)))
            shifted += len(new) - (end - start)
            at = end
        self.text = "".join([*kept, self.text[at:]])

        def moved(place: int) -> int:
            before = bisect_left(shifts, (place,))
            if not before:
                return place
            start, shifted, shift = shifts[before - 1]
            return shifted + max(start, place + shift)

        self.marks = tuple((moved(first), moved(last)) for first, last in self.marks)

    def cut(self, end: int) -> None:
        """Remove the beginning."""
        if end:
            self._put([(0, end, "")])

    def take_bold(self) -> tuple[tuple[int, int], ...]:
        """Remove the signs of bold text; the stretches they marked, in the text that is left."""
        bold: list[tuple[int, int]] = []
        while found := _BOLD.search(self.text):
            inner = found.group(1)
            self._put([(found.start(), found.end(), inner)])
            bold.append((found.start(), found.start() + len(inner)))
            if len(bold) > 200:
                break
        return tuple(bold)


def joined(pieces: Sequence[Piece]) -> str:
    """The pieces of a wrapped text as one: no space between Chinese characters, one between Latin words.

    A numbered statement (①) keeps its line.
    """
    text = ""
    for piece in pieces:
        more = piece.text.strip()
        if not text or not more:
            text += more
        elif "①" <= more[0] <= "⑳":
            text += "\n" + more
        else:
            between = (
                " " if text[-1].isascii() and more[0].isascii() and (text[-1].isalnum() or more[0].isalnum()) else ""
            )
            text += between + more
    return text


def paragraphs(pieces: Sequence[Piece]) -> str:
    """The pieces with the line breaks between them kept."""
    by_line: dict[int, str] = {}
    for piece in pieces:
        by_line[piece.line] = by_line.get(piece.line, "") + piece.text
    return "\n".join(text.strip() for text in by_line.values() if text.strip())


def says_something(text: str) -> bool:
    """Whether a text holds a letter or a character, and not only signs."""
    return bool(_DISTINCT.search(text))


def following(lines: Sequence[Line], index: int, most: int) -> Iterator[Line]:
    """Up to ``most`` lines after ``index`` that are not empty."""
    found = 0
    for line in lines[index + 1 :]:
        if not line.is_empty:
            yield line
            found += 1
            if found == most:
                return


def overlaps(stretches: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the stretches lies over the one from start to end."""
    return any(first < end and start < last for first, last in stretches)
