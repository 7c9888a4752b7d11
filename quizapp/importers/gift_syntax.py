"""How a GIFT file is written: blocks, escapes, the braces, weights and feedback. What they mean is in `gift`.

GIFT is documented by Moodle (GIFT format). Text is kept at its length, so that every position still has its line.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from quizapp.importers.exchange import FULL, Answer
from quizapp.importers.markup import Plain, plain_from_auto, plain_from_html

_SPECIAL = ":#={}~\\n"
_HIDDEN = "\ufdd0"
_FIRST_HIDDEN = 0xFDD1  # noncharacters: no text may hold them
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")
_ESCAPED = re.compile(r"\\([:#={}~\\n])")
_WAS_ESCAPED = re.compile(f"{_HIDDEN}([\ufdd1-\ufdef])")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_MARKS = re.compile(r"[~=]")
_TAG_IN_COMMENT = re.compile(r"\[(id|tag):((?:\\\]|[^\]]){1,500})\]")
GENERAL = "####"
GAP = "\ufdef"
"""Where the braces stood in a stem; a noncharacter, so that no author can have written it."""


@dataclass(frozen=True)
class Block:
    """Lines between empty ones; ``text`` has its comments emptied and its escapes hidden, each line at its place."""

    line: int
    text: str
    comments: tuple[str, ...]

    @property
    def last_line(self) -> int:
        return self.line + self.text.count("\n")

    def line_at(self, position: int) -> int:
        """The line of the document at a position of the text."""
        return self.line + bisect_left(self._line_ends, position)

    @cached_property
    def _line_ends(self) -> list[int]:
        """Found once: a block may be one line of a megabyte, with an answer at every third character."""
        return [found.start() for found in re.finditer("\n", self.text)]


@dataclass(frozen=True)
class Piece:
    """A stretch of a block's text."""

    text: str
    start: int

    def cut(self, start: int, end: int | None = None) -> "Piece":
        return Piece(self.text[start:end], self.start + start)

    def stripped(self) -> "Piece":
        return Piece(self.text.strip(), self.start + len(self.text) - len(self.text.lstrip()))


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of a file, in order."""
    held: list[str] = []
    for number, line in enumerate((*lines, ""), start=1):
        if line.strip():
            held.append(line)
        elif held:
            yield _block(held, number - len(held))
            held = []


def _block(lines: list[str], first: int) -> Block:
    comments = tuple(line.strip()[2:] for line in lines if is_comment(line))
    kept = "\n".join("" if is_comment(line) else line for line in lines)
    return Block(first, _hide(kept), comments)


def is_comment(line: str) -> bool:
    """Whether the line is one that GIFT passes over."""
    return line.strip().startswith("//")


def _hide(text: str) -> str:
    text = _NONCHARACTERS.sub("\ufffd", text)
    return _ESCAPED.sub(lambda found: _HIDDEN + chr(_FIRST_HIDDEN + _SPECIAL.index(found[1])), text)


def shown(text: str) -> str:
    """The text with its escapes resolved."""
    return _WAS_ESCAPED.sub(lambda found: "\n" if (mark := _special(found[1])) == "n" else mark, text)


def _special(hidden: str) -> str:
    return _SPECIAL[ord(hidden) - _FIRST_HIDDEN] if ord(hidden) - _FIRST_HIDDEN < len(_SPECIAL) else ""


def formatted(text: str, default: str = "moodle") -> tuple[Plain, str]:
    """The plain text of a stretch, and its format: ``[html]``, ``[plain]`` … at its beginning, else the default."""
    if found := _FORMAT.match(text):
        text, default = text[found.end() :], found[1]
    resolved = shown(text)
    if default == "html":
        return plain_from_html(resolved), default
    return plain_from_auto(resolved) if default == "moodle" else Plain(resolved.strip()), default


def comment_tags(comments: Sequence[str]) -> tuple[str, list[str]]:
    """The id (the first one named) and the tags that comments carry: ``// [id:q1] [tag:开标]``."""
    found = [(kind, text.replace("\\]", "]")) for line in comments for kind, text in _TAG_IN_COMMENT.findall(line)]
    ids = [text.strip() for kind, text in found if kind == "id"]
    return (ids[0] if ids else ""), [text for kind, text in found if kind == "tag"]


def general_feedback(inside: Piece) -> tuple[Piece, str]:
    """What stands within the braces without the feedback for everybody, and that feedback."""
    at = inside.text.rfind(GENERAL)
    return (inside, "") if at < 0 else (inside.cut(0, at), inside.text[at + len(GENERAL) :])


def pieces_at(inside: Piece, marks: re.Pattern[str] = _MARKS) -> list[tuple[str, Piece]]:
    """The answers within the braces, each with the mark (~ or =) before it; "" for text before the first mark."""
    starts = [found.start() for found in marks.finditer(inside.text)]
    pieces = [("", inside.cut(0, starts[0] if starts else None))]
    for start, end in pairwise([*starts, len(inside.text)]):
        pieces.append((inside.text[start], inside.cut(start + 1, end)))
    return [(mark, piece) for mark, piece in pieces if piece.text.strip()]


def answer_of(block: Block, mark: str, piece: Piece, default: str) -> tuple[Answer, bool]:
    """One answer with its weight and feedback, and whether it holds a picture.

    As in Moodle, ``=`` of a choice is always worth everything; `weighed` reads the weight after it otherwise.
    """
    piece = piece.stripped()
    text, _mark, feedback = piece.text.partition("#")
    weight = FULL if mark == "=" else 0.0
    if mark != "=" and (found := _WEIGHT.match(text)):
        weight, text = float(found[1]), text[found.end() :]
    plain, _format = formatted(text, default)
    line = block.line_at(piece.start)
    return Answer(plain.text, weight, line, formatted(feedback, default)[0].text), plain.has_picture


def weighed(block: Block, piece: Piece, default: str) -> Answer:
    """An accepted text: ``%50%`` before it is its weight, else it is worth everything."""
    piece = piece.stripped()
    text, _mark, feedback = piece.text.partition("#")
    weight = FULL
    if found := _WEIGHT.match(text):
        weight, text = float(found[1]), text[found.end() :]
    plain, _format = formatted(text, "plain" if default == "moodle" else default)
    return Answer(plain.text, weight, block.line_at(piece.start), formatted(feedback, default)[0].text)
