"""Lines without a number: whether they begin a question, go on with one, or belong to none."""

import re
from collections.abc import Sequence

from quizapp.domain.bank import ItemType
from quizapp.domain.bank_notation import LETTERS
from quizapp.importers.notation import fold, is_no_key, parse_key
from quizapp.importers.text import junk, keyblock, reasons
from quizapp.importers.text.draft import Found
from quizapp.importers.text.lines import Line, says_something
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, Token, marker_at, next_token, number_at

_SIGN = re.compile(r"\(\s*\)|_{2,}|\{_\}|\(\s*(?:[√×]|正确|错误|对|错|是|否|[A-Z]{1,8})\s*\)|\[[^\]]{1,10}题\]|\?\s*$")
_MARK_AT_END = re.compile(r"[(\[]\s*(?:√|×|正确|错误|对|错|是|否|同意|不同意)\s*[)\]]\s*[。.]?\s*$")
_TAG = re.compile(r"\[[^\[\]]{1,10}题\]")
_LABEL = re.compile(r"\s*(?:选项\s?)?[(\[]?\s?([A-Z])(?:\s?[.、:)\]]|[\s\u4e00-\u9fff])")


def begins(state: State, outlook: Outlook, lines: Sequence[Line], line: Line, index: int) -> bool:
    """Whether a line without a number begins a question."""
    if _LABEL.match(line.folded) or not says_something(line.folded):
        return False
    current = state.current
    below = outlook.next_line(index)
    options_below = bool(below and (found := _LABEL.match(below.folded)) and found[1] == "A")
    has_options = options_below or _holds_options(outlook, line, index)
    asks_here = bool(_SIGN.search(line.folded)) or has_options
    if state.fresh and state.section.type is ItemType.ESSAY:
        return True
    if current is None:
        asks = asks_here or outlook.asks(index, 0)
        first = outlook.first_label(index, 0) == "A"
        return (
            (asks and first)
            or (asks and not outlook.has_numbers)
            or (state.fresh and bool(state.section.type) and asks_here)
        )
    return _begins_after(state, outlook, line, index, has_options, asks_here)


def _begins_after(state: State, outlook: Outlook, line: Line, index: int, has_options: bool, asks_here: bool) -> bool:
    """Whether the line begins a question after the running one."""
    current = state.current
    assert current is not None
    if _TAG.search(line.folded) and current.value is None and state.part is not Part.STEM:
        return True
    if state.part is Part.OPTION:
        return len(current.options) >= 2 and has_options
    if state.part in (Part.RATIONALE, Part.FIELD, Part.NOTE):
        below = outlook.next_line(index)
        marker = marker_at(below.folded) if below and asks_here and current.keys else None
        keyed = marker is not None and marker.sign is Sign.KEY  # a second key can only be another question's
        return has_options or keyed or (asks_here and not outlook.has_numbers)
    if state.part is Part.KEY and _has_key(current) and not current.keys[-1].is_reply:
        return (
            has_options or (not outlook.has_numbers and outlook.asks(index, 0)) or (asks_here and current.value is None)
        )
    if state.part is Part.STEM and state.section.type in (ItemType.FILL_IN, ItemType.TRUE_FALSE):
        ended = bool(current.stem) and fold(current.stem[-1].text).rstrip().endswith(("。", "?"))
        signs = state.section.type is ItemType.TRUE_FALSE or bool(_SIGN.search(line.folded))
        if ended and signs and line.folded.rstrip().endswith(("。", "?", ")")):
            return True
    if state.part is Part.STEM:
        return (
            ends_with_mark(current)
            and bool(_SIGN.search(line.folded))
            and (current.value is None or not outlook.has_numbers)
        )
    return False


def _holds_options(outlook: Outlook, line: Line, index: int) -> bool:
    place = 0
    while token := next_token(line.folded, place):
        if token.sign is Sign.LABEL and token.value == "A" and says_something(line.folded[: token.start]):
            return outlook.label_follows(index, token.end, "B")
        place = token.start + 1
    return False


def _has_key(current: Found) -> bool:
    return any(piece.text.strip() for piece in current.keys[-1].pieces)


def ends_with_mark(current: Found) -> bool:
    """Whether the stem ends with a mark such as (√): nothing can follow."""
    return bool(not current.options and current.stem and _MARK_AT_END.search(fold(current.stem[-1].text)))


def is_between(current: Found, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether a line without a label stands between two options and is no continuation of the first."""
    if not any(piece.text.strip() for piece in current.options[-1].pieces) or not junk.is_promotion(line.folded):
        return False
    below = outlook.next_line(index)
    expected = LETTERS[min(len(current.options), 25)]
    label = _LABEL.match(below.folded) if below else None
    return bool(label and label[1] == expected)


def is_note(state: State, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether a line is a note about the running question, or goes on with one: neither belongs to an option or key."""
    if state.part is Part.NOTE:
        below = outlook.next_line(index)
        above_options = below and _LABEL.match(below.folded)
        is_part = number_at(line.folded) or marker_at(line.folded) or _LABEL.match(line.folded) or above_options
        return not (is_part or _SIGN.search(line.folded) or _holds_options(outlook, line, index))
    if state.part not in (Part.OPTION, Part.KEY, Part.FIELD) or not junk.is_note(line.folded):
        return False
    below = outlook.next_line(index)
    if not (state.part is Part.OPTION and below and _LABEL.match(below.folded)):
        state.part = Part.NOTE
    return True


def is_after_end(state: State, line: Line) -> bool:
    """Whether the running question is over, so that the line belongs to nothing."""
    current = state.current
    assert current is not None
    if state.part is Part.STEM and _LABEL.match(line.folded):
        return False  # options, whatever the heading says
    if state.part is Part.STEM and state.section.type in (ItemType.FILL_IN, ItemType.TRUE_FALSE):
        ended = bool(current.stem) and fold(current.stem[-1].text).rstrip().endswith(("。", "?"))
        signs = state.section.type is ItemType.TRUE_FALSE or bool(_SIGN.search(line.folded))
        if ended and signs and line.folded.rstrip().endswith(("。", "?", ")")):
            return True
    if state.part is Part.STEM:
        return ends_with_mark(current)
    if state.part is not Part.KEY:
        return state.part is Part.NOTE
    key = " ".join(piece.text for piece in current.keys[-1].pieces).strip()
    if not key or current.keys[-1].is_reply:
        return False
    if is_no_key(key) or parse_key(key, ("A", "B")):
        return True
    return bool(current.options) or current.known_type in (ItemType.FILL_IN, ItemType.TRUE_FALSE)


def is_option_without_letter(state: State, line: Line) -> bool:
    """Whether the line is one of the options that a tag at the end of the stem announced (no letters, one a line)."""
    current = state.current
    assert current is not None
    choice = current.type in (ItemType.SINGLE, ItemType.MULTIPLE)
    if current.lettered or not choice or state.part is not Part.STEM or not current.stem:
        return False
    if _LABEL.match(line.folded) and not current.options:
        current.lettered = True
        return False
    return len(current.options) < len(LETTERS)


def reason_before_first(line: Line, after: bool) -> str:
    """Why a line that belongs to no question was left out."""
    folded = line.folded.strip()
    tail = bool(_SIGN.search(folded)) or folded.endswith(("。", ".", ";"))
    if after:
        return reasons.UNREAD
    return reasons.FRAGMENT if tail else reasons.NO_QUESTION


def is_awaited(state: State, line: Line) -> bool:
    """Whether even a bare number may belong here: an option or a key has no text yet."""
    current = state.current
    if keyblock.numbers_row(line.folded):
        return True
    if not line.folded.strip().isdecimal() or current is None:
        return False
    if state.part is Part.OPTION:
        return not any(piece.text.strip() for piece in current.options[-1].pieces)
    return state.part is Part.KEY and not any(piece.text.strip() for piece in current.keys[-1].pieces)


def label_after(state: State, line: Line, token: Token) -> bool:
    """Whether the number is repeated before the first option of the running question."""
    after, current = next_token(line.folded, token.end), state.current
    if after is None or current is None or line.folded[token.end : after.start].strip():
        return False
    return after.sign is Sign.LABEL and after.value == "A" and not current.options


def is_doubled(state: State, lines: Sequence[Line], line: Line, token: Token, index: int) -> bool:
    """Whether a numbered line is the same as the one before it."""
    before = next((each for each in reversed(lines[max(0, index - 6) : index]) if not each.is_empty), None)
    same = before is not None and before.folded.strip() == line.folded.strip()
    return same and state.current is not None and state.current.value == int(token.value)
