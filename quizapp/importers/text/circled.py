"""Options that have ① ② ③ before them instead of letters, where the key names them so and no letter stands there."""

import re

from quizapp.domain.bank import ItemType
from quizapp.domain.bank_notation import LETTERS
from quizapp.importers.notation import fold
from quizapp.importers.text.brackets import has_any_blank
from quizapp.importers.text.draft import Found, FoundOption
from quizapp.importers.text.lines import Piece, joined

_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩"
_KEY = re.compile(rf"\s*\(?\s*[{_SIGNS}](?:[\s、,;]*[{_SIGNS}]){{0,9}}\s*\)?[\s.。]*")
_IN_STEM = re.compile(rf"\(\s*([{_SIGNS}](?:[\s、,;]*[{_SIGNS}]){{0,9}})\s*\)")
_IN_STEM_WIDE = re.compile(rf"[(（]\s*[{_SIGNS}][{_SIGNS}\s、,，;；]*[)）]")
_OTHERS = (ItemType.TRUE_FALSE, ItemType.FILL_IN, ItemType.ESSAY)
_TO_LETTERS = str.maketrans(_SIGNS, LETTERS[: len(_SIGNS)])


def take_circled(found: Found) -> None:
    """Take ``① … ② …`` after a stem as options A, B …, where the key (or the bracket of the stem) names them."""
    if found.options or found.known_type in _OTHERS or not found.stem:
        return
    first = next((place for place, piece in enumerate(found.stem) if _signs(piece.text)), None)
    if first is None:
        return
    head, options = _parted(found.stem[first:])
    asked = found.stem[:first] + ([head] if head.text.strip() else [])
    inside = _IN_STEM.findall(fold(joined(asked)))
    named = "".join([*inside, *(joined(key.pieces) for key in found.keys)])
    keyed = all(_KEY.fullmatch(fold(joined(key.pieces))) for key in found.keys)
    in_order = [option.letter for option in options] == list(LETTERS[: len(options)]) and len(options) > 1
    # A blank after a sign: these are statements within the stem.
    asked_later = any(has_any_blank(joined(option.pieces)) for option in options)
    if asked_later or not (asked and in_order and keyed and set(named) & set(_SIGNS[: len(options)])):
        return
    found.stem = [Piece(piece.line, _IN_STEM_WIDE.sub(_lettered, piece.text)) for piece in asked]
    found.options = options
    for key in found.keys:
        key.pieces = [Piece(piece.line, piece.text.translate(_TO_LETTERS)) for piece in key.pieces]


def _lettered(found: re.Match[str]) -> str:
    return found.group().translate(_TO_LETTERS)


def _signs(text: str) -> list[re.Match[str]]:
    """The signs with text of their own after them."""
    return list(re.finditer(rf"[{_SIGNS}]\s?[.、．]?\s?(?=[^\s{_SIGNS}、,，)）])", text))


def _parted(pieces: list[Piece]) -> tuple[Piece, list[FoundOption]]:
    """What stands before the first sign, and the options; a piece without a sign goes on with the option before."""
    head = Piece(pieces[0].line, "")
    options: list[FoundOption] = []
    for piece in pieces:
        signs = _signs(piece.text)
        before = piece.text[: signs[0].start()] if signs else piece.text
        if options and before.strip():
            options[-1].pieces.append(Piece(piece.line, before))
        elif not options:
            head = Piece(piece.line, before)
        ends = [sign.start() for sign in signs[1:]] + [len(piece.text)] * bool(signs)
        for sign, end in zip(signs, ends, strict=True):
            letter = sign.group()[0].translate(_TO_LETTERS)
            options.append(
                FoundOption(letter, piece.line, "circled", [Piece(piece.line, piece.text[sign.end() : end])])
            )
    return head, options
