"""Questions that print their right options only, in the bracket of the stem: no distractor is left to choose from."""

import re

from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import fold, parse_key
from quizapp.importers.text.brackets import CHOICE_BLANK
from quizapp.importers.text.draft import Found, FoundKey, FoundOption
from quizapp.importers.text.lines import Piece, joined

_BRACKET = re.compile(r"[(\[]\s*(?P<inside>[A-Za-z](?:\s?[.、:]|\s)\s*[^()\[\]\n]{1,300})[)\]]")
_PART = re.compile(r"(?:^|(?<=[\s;,、]))([A-Za-z])(?:\s?[.、:]|\s)\s*(?=[^\sA-Za-z])")
_LETTER = re.compile(r"\(\s*([A-Za-z])\s*\)")
_AFTER = re.compile(r"(?<=[。.])\s*([A-Z])\s?[.、:]?\s?([\u4e00-\u9fff][^。\n]{0,60})[。.]?\s*$")
_LETTERS_AFTER = re.compile(r"(?<=[。.)\]])\s*([A-Z]{1,8})\s*$")


def take_printed(found: Found) -> None:
    """Take ``（A、登记 B、上交）`` or ``（c）…。C评标委员会`` as options and key; what is missing is said."""
    stem = joined(found.stem)
    if found.options or found.keys or not stem:
        return
    read = _with_texts(stem) or _with_text_after(stem)
    if read is None:
        return
    stem, options, key = read
    line = found.stem[-1].line
    found.stem = [Piece(found.stem[0].line, stem)]
    found.options = [FoundOption(letter, line, "printed", [Piece(line, text)]) for letter, text in options]
    found.keys = [FoundKey(line, [Piece(line, key)])]
    sentence = N_("Only the right options are printed. Add the wrong ones, or make it a fill-in question.")
    found.problems.append(Problem(sentence, line=line, path=checks.OPTIONS))


def _with_texts(stem: str) -> tuple[str, list[tuple[str, str]], str] | None:
    folded = fold(stem)
    bracket = _BRACKET.search(folded)
    if bracket is None:
        return None
    inside = stem[bracket.start("inside") : bracket.end("inside")]
    parts = list(_PART.finditer(fold(inside)))
    if not parts or parts[0].start():
        return None
    ends = [part.start() for part in parts[1:]] + [len(inside)]
    options = [
        (part[1].upper(), inside[part.end() : end].strip(" ;；,，、")) for part, end in zip(parts, ends, strict=True)
    ]
    if not all(text for _, text in options):
        return None
    rest = stem[: bracket.start()] + CHOICE_BLANK + stem[bracket.end() :]
    key = "".join(letter for letter, _ in options)
    if after := _LETTERS_AFTER.search(fold(rest)):
        return rest[: after.start()], options, after[1]
    return rest, options, key


def _with_text_after(stem: str) -> tuple[str, list[tuple[str, str]], str] | None:
    folded = fold(stem)
    letter, after = _LETTER.search(folded), _AFTER.search(folded)
    if letter is None or after is None or parse_key(letter[1]) != (after[1],):
        return None
    rest = stem[: letter.start()] + CHOICE_BLANK + stem[letter.end() : after.start()]
    return rest, [(after[1], stem[after.start(2) : after.end(2)].strip())], after[1]
