"""Moodle's embedded answers: ``{1:SHORTANSWER:=三~=3#well done}`` within the text of a cloze question."""

import html
import re
from dataclasses import dataclass

from quizapp.importers.exchange import BLANK, FULL, Answer
from quizapp.importers.markup import Plain, plain_from_html

_FIELD = re.compile(r"\{\s*\d*\s*:([A-Za-z_]+):((?:\\.|[^\\{}])*)\}", re.DOTALL)
_UNREAD = re.compile(r"\{\s*\d*\s*:[A-Za-z_]+:")
_BETWEEN = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<![\\&])#")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_ESCAPE = re.compile(r'\\([}#~/"\\])')
_TEXTS = frozenset({"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"})
_NUMBERS = frozenset({"NUMERICAL", "NM"})


@dataclass(frozen=True)
class Cloze:
    """The text with its blanks, and what each accepts. ``blanks`` is None where one is no text to be written."""

    stem: Plain
    blanks: tuple[tuple[Answer, ...], ...] | None


def read_cloze(text: str, line: int) -> Cloze:
    """The cloze text (HTML) that begins at ``line``."""
    blanks = [_answers(found, line + text.count("\n", 0, found.start())) for found in _FIELD.finditer(text)]
    rest = _FIELD.sub(BLANK, text)
    stem = plain_from_html(rest)
    known = tuple(tuple(each) for each in blanks if each is not None)
    is_whole = len(known) == len(blanks) and not _UNREAD.search(rest)
    return Cloze(stem, known if known and is_whole else None)


def _answers(found: re.Match[str], line: int) -> list[Answer] | None:
    kind = found[1].upper()
    if kind not in _TEXTS | _NUMBERS:
        return None
    answers = [_answer(raw, line) for raw in _BETWEEN.split(found[2]) if raw.strip()]
    if kind in _TEXTS:
        return answers
    exact = [_without_tolerance(answer) for answer in answers]
    return [answer for answer in exact if answer] if None not in exact else None


def _answer(raw: str, line: int) -> Answer:
    raw = _FEEDBACK.split(raw.strip(), maxsplit=1)[0]
    weight = 0.0
    if raw.startswith("="):
        weight, raw = FULL, raw[1:]
    elif found := _WEIGHT.match(raw):
        weight, raw = float(found[1]), raw[found.end() :]
    text = html.unescape(re.sub(r"<[^<>]*>", "", _ESCAPE.sub(r"\1", raw)))
    return Answer(text.replace("\xa0", " ").strip(), weight, line)


def _without_tolerance(answer: Answer) -> Answer | None:
    number, _colon, tolerance = answer.text.partition(":")
    return None if tolerance.strip(" 0.") or ".." in number else Answer(number.strip(), answer.weight, answer.line)
