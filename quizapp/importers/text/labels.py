"""Whether a letter begins an option: by its place, the letters before it, its style, and what follows."""

import re

from quizapp.domain.bank import ItemType
from quizapp.domain.bank_notation import LETTERS
from quizapp.importers.notation import parse_key, parse_truth
from quizapp.importers.text.draft import Found
from quizapp.importers.text.lines import Line
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, Token, next_token

MOST_FOUND = 60
"""No question has so many options; more labels are no labels, and need no time."""
_CLEAR = ("pointed", "framed", "named")
_JOINER = re.compile(r"(?:[、,/和及与或至到\-]|[^\s\W])\s*$", re.ASCII)
_SMALL_B = re.compile(r"(?<![A-Za-z])b\s?[.、:)]")
_ABBREVIATED = re.compile(r"[a-z]\.\s?[a-z]\.(?![a-z]\.)")
_SPECIES = re.compile(r"[A-Z]\.\s?[a-z]{2}")
_PRINTED = re.compile(r"[(\[]\s*[A-Za-z]")
_CLOSED_LATER = re.compile(r"[^()\[\]\n]{1,200}[)\]]")
_NAMES_OTHERS = re.compile(r"[、,/和及与或至到\-]\s*$")


def begins_option(state: State, outlook: Outlook, line: Line, index: int, token: Token, since: int) -> bool:
    """Whether the token is the label of the next option. ``since`` is where the running part began on this line."""
    current = state.current
    if current is None or not current.lettered or len(current.options) > MOST_FOUND or _closes_bracket(line, token):
        return False
    if _is_abbreviation(current, line, token) or (state.part is Part.STEM and _is_answer(line, token)):
        return False
    at_start = not line.folded[: token.start].strip() or (since > 0 and not line.folded[since : token.start].strip())
    if token.value.islower() and not (at_start or _is_small_row(current, line, token)):
        return False
    if state.part in (Part.KEY, Part.RATIONALE, Part.FIELD):
        return at_start and _comes_late(current, outlook, line, index, token)
    if state.part is Part.STEM:
        return _first(current, outlook, line, index, token, at_start)
    if state.part is not Part.OPTION:
        return False
    return _at_start(current, outlook, index, token) if at_start else _inside(current, outlook, line, index, token)


def _is_small_row(current: Found, line: Line, token: Token) -> bool:
    """Whether a small letter inside a line goes on with, or begins, options with small letters."""
    if current.options:
        return any(option.is_small for option in current.options)
    return token.value == "a" and bool(_SMALL_B.search(line.folded[token.end : token.end + 300]))


def _closes_bracket(line: Line, token: Token) -> bool:
    """Whether the letter's point is the end of a bracket: ``( A )`` holds a key."""
    return token.style.startswith("pointed)") and line.folded[: token.start].rstrip()[-1:] in ("(", "[")


def _is_abbreviation(current: Found, line: Line, token: Token) -> bool:
    """``e.g.``, ``E. coli``, ``J. Smith``: text, unless the letter is the one that is due."""
    if _ABBREVIATED.match(line.folded, token.start):
        return True
    if not current.options or LETTERS.index(token.value.upper()) == _next(current):
        return False
    small = token.value.islower() and not any(option.is_small for option in current.options)
    glued = line.folded[: token.start].rstrip()[-1:] in tuple(".、:)") and not current.options[-1].pieces
    return (
        small or (glued and current.options[-1].line == line.number) or bool(_SPECIES.match(line.folded, token.start))
    )


def _is_answer(line: Line, token: Token) -> bool:
    """Whether the label stands with its text in a bracket of the stem: ``应当（A、登记 B、上交）`` prints the key."""
    before = line.folded[max(0, token.start - 200) : token.start]
    opened = max(before.rfind("("), before.rfind("["))
    if opened < 0 or opened < max(before.rfind(")"), before.rfind("]")) or not _PRINTED.match(before[opened:] + "A"):
        return False
    return bool(_CLOSED_LATER.match(line.folded, token.end)) and bool(line.folded[token.end :].lstrip(")] "))


def _kind(token: Token) -> str:
    return next((kind for kind in ("pointed", "framed", "named", "spaced", "bare") if token.style.startswith(kind)), "")


def begins_late(state: State, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether a line after the key begins with the question's first option."""
    token = next_token(line.folded, len(line.folded) - len(line.folded.lstrip()))
    is_label = token is not None and token.sign is Sign.LABEL and not line.folded[: token.start].strip()
    return bool(token and is_label and begins_option(state, outlook, line, index, token, 0))


def _comes_late(current: Found, outlook: Outlook, line: Line, index: int, token: Token) -> bool:
    """Options after the key: only where the question has none yet, and the first begins a line of its own."""
    if current.options or token.value.upper() != "A" or not current.keys:
        return False
    if current.known_type in (ItemType.TRUE_FALSE, ItemType.FILL_IN, ItemType.ESSAY):
        return False
    key = "".join(piece.text for piece in current.keys[-1].pieces)
    if not key.strip() or (current.rationale and not _is_on_stem_line(current)):
        return False
    if _kind(token) in _CLEAR and outlook.starts_line(index, "B") and not parse_truth(key):
        return True
    alone = not line.folded[: token.start].strip()
    return alone and bool(parse_key(key)) and current.keys[-1].line < line.number and _b_follows(outlook, index, token)


def _b_follows(outlook: Outlook, index: int, token: Token) -> bool:
    return outlook.starts_line(index, "B") or outlook.label_follows(index, token.end, "B")


def _is_on_stem_line(current: Found) -> bool:
    """Whether key and rationale stand behind the stem: what is under them can only be the options."""
    pieces = [*current.keys[-1].pieces, *current.rationale]
    return bool(current.stem) and {piece.line for piece in pieces} == {current.stem[-1].line}


def _first(current: Found, outlook: Outlook, line: Line, index: int, token: Token, at_start: bool) -> bool:
    letter, kind = token.value.upper(), _kind(token)
    if letter != "A":
        follows = letter in "BCD" and outlook.label_follows(index, token.end, LETTERS[LETTERS.index(letter) + 1])
        return at_start and kind in _CLEAR and follows and bool(current.stem)
    doubled = (
        kind == "framed" and bool(line.folded[: token.start].strip()) and outlook.framed_follows(index, token.end, "A")
    )
    if kind == "framed" and (doubled or not outlook.framed_follows(index, token.end, "B")):
        return False  # ( A ) alone is the key
    if kind in _CLEAR and at_start:
        return True
    before = line.folded[: token.start]
    if kind == "spaced" and at_start and line.folded[token.end : token.end + 2] in ("  ", "\t"):
        return bool(current.stem)
    if _NAMES_OTHERS.search(before[-12:]) or not (token.value == "a" or outlook.label_follows(index, token.end, "B")):
        return False
    if kind in _CLEAR:
        return not re.match(r"\s*[、和及与]\s*[A-Z]", line.folded[token.end - 1 :])
    return at_start or before.endswith(("  ", "\t", ") ", "。 ", "? "))


def _next(current: Found) -> int:
    return max((LETTERS.index(option.letter.upper()) for option in current.options), default=-1) + 1


def _at_start(current: Found, outlook: Outlook, index: int, token: Token) -> bool:
    letter, kind = token.value.upper(), _kind(token)
    place, expected = LETTERS.index(letter), _next(current)
    if kind in _CLEAR:
        return place <= expected + 4
    if outlook.starts_line(index, letter):
        return False
    if kind == "spaced":
        spaced = any(option.style.startswith("spaced") for option in current.options)
        return place == expected or (spaced and place <= expected + 3)
    return place == expected


def _inside(current: Found, outlook: Outlook, line: Line, index: int, token: Token) -> bool:
    letter, kind = token.value.upper(), _kind(token)
    place, expected = LETTERS.index(letter), _next(current)
    before, after = line.folded[: token.start], line.folded[token.end :]
    apart = before[-1:].isspace()
    if _NAMES_OTHERS.search(before[-12:]) or re.match(r"\s*[a-z]", after) or place > expected + 3:
        return False
    if place != expected and outlook.starts_line(index, LETTERS[expected]):
        return False
    styles = {option.style for option in current.options}
    if kind == "pointed":
        if outlook.starts_line(index, letter):
            return False
        if token.style in styles:
            return place == expected or apart
        return place == expected and (apart or (token.style[-1] in ".)" and not before[-1:].isascii()))
    if kind in ("framed", "named"):
        return place == expected and (token.style in styles or apart)
    if place != expected or outlook.starts_line(index, letter):
        return False
    return apart and (before.endswith(("  ", "\t")) or any(style.startswith(("spaced", "bare")) for style in styles))
