"""Bytes of a text file into lines: which encoding they are in, and what is no text at all."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused

ENCODINGS = {"utf-8": "UTF-8", "gb18030": "GBK", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE", "big5": "Big5"}
"""What a text may be read as, by the name that is kept and may be asked for; the value is what a person calls it."""

_OTHER_NAMES = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "utf-16": "utf-16-le"}
_CODECS = {"big5": "big5hkscs"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LINE_END = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_ODD = "\ufffd"
_PER_ODD = 20
"""So many readable signs stand against one unreadable, or the text is in another encoding."""
_LOOKED_AT = 100_000
"""Bytes at the beginning by which UTF-16 without a mark is told."""


@dataclass(frozen=True)
class Decoded:
    """The text as lines, without marks and control characters; ``problems`` say where reading it was doubtful."""

    lines: tuple[str, ...]
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, encoding: str = "") -> Decoded:
    """The lines of a text file, in the ``encoding`` asked for, else in the one found out.

    Raises `Refused` for an encoding not known here, for bytes that are no text, and for a file with nothing in it.
    """
    if encoding:
        name = _OTHER_NAMES.get(encoding.lower(), encoding.lower())
        if name not in ENCODINGS:
            raise _unknown_encoding(encoding)
        text = _text(_without_mark(data, name), name)
    else:
        name, text = _guessed(data)
    if len(_CONTROL.findall(text)) * _PER_ODD > len(text):
        raise not_text()
    lines = tuple(split_lines(_CONTROL.sub("", text)))
    if not any(line.strip() for line in lines):
        raise Refused(Problem(N_("The file is empty. Choose the file that holds the questions.")))
    return Decoded(lines, name, _doubts(text, name, asked=bool(encoding)))


def split_lines(text: str) -> list[str]:
    """The lines of a text, whatever system or program ended them."""
    lines = _LINE_END.split(text)
    if lines and not lines[-1]:
        lines.pop()
    return lines


def not_text() -> Refused:
    """The bytes are those of no text, and of no kind of file that is known here."""
    message = N_("This kind of file cannot be read. Copy the questions into a Word, Excel or text file.")
    return Refused(Problem(message))


def _guessed(data: bytes) -> tuple[str, str]:
    """The encoding of the first mark or test that fits, and the text in it."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, _text(data[len(mark) :], name)
    wide = _wide(data[:_LOOKED_AT])
    for name in (wide,) if wide else ("utf-8", "gb18030"):
        text = _text(data, name)
        odd = text.count(_ODD)
        if not odd or odd * _PER_ODD <= sum(sign > "\x7f" and sign != _ODD for sign in text):
            return name, text
    raise not_text()


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: Chinese and Latin signs, digits and line ends leave NULs in every other byte only."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < max(2, len(start) // 100) or max(even, odd) < 4 * min(even, odd):
        return ""  # 一 is U+4E00, so that a few NULs stand in the other bytes too
    return "utf-16-le" if odd > even else "utf-16-be"


def _text(data: bytes, name: str) -> str:
    """The text, with U+FFFD for what cannot be read; so a file cut in the middle of a sign can still be read."""
    return data.decode(_CODECS.get(name, name), "replace")


def _without_mark(data: bytes, name: str) -> bytes:
    return next((data[len(mark) :] for mark, owner in _MARKS if owner == name and data.startswith(mark)), data)


def _doubts(text: str, name: str, asked: bool) -> tuple[Problem, ...]:
    problems = []
    if name != "utf-8" and not asked:
        message = N_("The text was read as %(encoding)s. If the preview is garbled, choose another encoding.")
        problems.append(Problem(message, {"encoding": ENCODINGS[name]}))
    if odd := text.count(_ODD):
        message = N_("%(count)s characters cannot be read and are shown as %(sign)s. Check the encoding of the file.")
        problems.append(Problem(message, {"count": odd, "sign": _ODD}))
    return tuple(problems)


def _unknown_encoding(encoding: str) -> Refused:
    shown = "".join(sign for sign in encoding[:40] if unicodedata.category(sign)[0] != "C")
    message = N_("The encoding %(encoding)s is not known. Choose one of these: %(known)s.")
    return Refused(Problem(message, {"encoding": shown, "known": ", ".join(ENCODINGS)}))
