"""Whether a number begins a question: by its place, its order, its style, and what follows."""

import re

from quizapp.domain.bank import ItemType
from quizapp.importers.notation import fold, parse_key
from quizapp.importers.text.lines import Line
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, Token, is_measure, next_token

STATEMENTS = (ItemType.TRUE_FALSE, ItemType.FILL_IN, ItemType.ESSAY)
_MARK_AT_END = re.compile(r"[(\[]\s*(?:√|×|正确|错误|对|错|是|否|同意|不同意)\s*[)\]]\s*[。.]?\s*$")
_ENDED = re.compile(r"[。.;?!)\]…]\s*$|\s$")
_COUNTED = re.compile(r"\s*[条款项章节编目届次页号位名部批类级]")
_FARTHEST = 60
_BACK = 400
"""What ends before a number shows in so many signs; to look back to the line's start takes the square of its length."""


def starts_line(state: State, outlook: Outlook, line: Line, index: int, token: Token) -> bool:
    """Whether the number at the beginning of a line begins a question."""
    if is_measure(line.folded, token) or not _may_be_written_so(state, outlook, token):
        return False
    if _is_ordinal(outlook, line, index, token):
        return False
    value, current = int(token.value), state.current
    asks = outlook.asks(index, token.end)
    if current is None or state.fresh:
        return asks or value <= 1 or state.section.type is not None or token.style[:5] == "plain"
    if _in_list(state):
        return _leaves_list(state, token, asks)
    if value == state.last + 1:
        return True
    if token.style == "plain ":
        return False
    statement = state.section.type in STATEMENTS
    ended = current.is_complete or bool(_MARK_AT_END.search(_stem(state)))
    if value > state.last + 1:
        same = token.style == current.style
        near = value <= state.last + _FARTHEST
        return (ended and (asks or (same and near))) or (same and near and (statement or asks))
    return (asks and (ended or (statement and value == 1))) or (
        statement and value == state.last and token.style == current.style
    )


def _may_be_written_so(state: State, outlook: Outlook, token: Token) -> bool:
    value = int(token.value)
    if token.style in ("paren", "square", "chinese") and outlook.has_plain:
        return False
    if token.style == "slip":
        return (value == state.last + 1 or (state.fresh and value > 1 and outlook.has_numbers)) and not (
            state.part is Part.OPTION and token.value == "1"
        )
    if token.style == "plain ":
        return value == state.last + 1 or (state.fresh and value == 1)
    return True


def _is_ordinal(outlook: Outlook, line: Line, index: int, token: Token) -> bool:
    """Whether the line before was broken within 第3条: it ends with 第, and after the number stands what is counted."""
    before = outlook.line_before(index)
    return bool(before and before.folded.rstrip().endswith("第") and _COUNTED.match(line.folded, token.end))


def _in_list(state: State) -> bool:
    current = state.current
    if state.part is Part.RATIONALE:
        return True
    return state.part is Part.KEY and current is not None and bool(current.keys and current.keys[-1].is_reply)


def _leaves_list(state: State, token: Token, asks: bool) -> bool:
    """Inside a rationale a number may count its own points."""
    value, current = int(token.value), state.current
    assert current is not None
    if state.listed and value == state.listed + 1 and token.style == state.listed_style:
        return asks and value == state.last + 1
    if value == state.last + 1:
        return asks or (token.style == current.style and not (state.listed == 0 and value == 1))
    return asks and token.style != "plain "


def _stem(state: State) -> str:
    current = state.current
    return fold(current.stem[-1].text) if current and current.stem and not current.options else ""


def first_inside(outlook: Outlook, line: Line, index: int) -> Token | None:
    """The number 1 that is glued to a title, and begins a question."""
    place = 0
    while token := next_token(line.folded, place):
        if token.sign is Sign.NUMBER and token.value == "1" and not is_measure(line.folded, token):
            return token if outlook.asks(index, token.end) else None
        place = token.start + 1
    return None


def starts_inside(state: State, outlook: Outlook, line: Line, index: int, token: Token, since: int) -> bool:
    """Whether a number in the middle of a line begins a question: it follows what is complete, and is the next one.

    ``since`` is where the running part began on this line.
    """
    current, value = state.current, int(token.value)
    if current is None or is_measure(line.folded, token):
        return False
    before = line.folded[max(since, token.start - _BACK) : token.start]
    if state.part is Part.STEM and _MARK_AT_END.search(before) and not current.options:
        return value == state.last + 1 or before[-1:].isspace()
    if value != state.last + 1 or not before.strip():
        return False
    if state.part is Part.KEY and parse_key(before):
        return True
    if outlook.number_starts_line(index, value):
        return False
    if state.part is Part.KEY:
        return bool(_ENDED.search(before)) or bool(re.search("(?:√|×|正确|错误|对|错|略)$", before))
    if state.part is Part.STEM:
        return state.section.type in STATEMENTS and bool(re.search(r"[。?!)]\s+$|_\s*[。]\s*$", before))
    if state.part is Part.RATIONALE and state.section.type in STATEMENTS and not state.listed:
        return bool(re.search(r"[。?!]\s*$", before))
    first = outlook.first_label(index, token.end)
    return (
        state.part in (Part.OPTION, Part.RATIONALE)
        and outlook.asks(index, token.end)
        and first in ("", "A")
        and not re.search(r"[和及与或至到、,\-(]\s*$", before)
        and (state.part is Part.OPTION or bool(_ENDED.search(before)) or first == "A")
    )
