"""Taking headings: of sections, of parts without a type, of blocks of keys, also one broken over several lines."""

import re
from collections.abc import Sequence

from quizapp.importers.text import blocks, doubts, keyblock
from quizapp.importers.text.draft import Found
from quizapp.importers.text.headings import (
    Section,
    is_bare_key_word,
    is_keys_heading,
    is_strong_part,
    part_at,
    section_at,
)
from quizapp.importers.text.lines import Line, following
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, Token, marker_at, number_at

_LONGEST_BROKEN = 5
_NOTE = re.compile(
    r"\s*\((?:每|共|本|正确的|对的|下列|多选|以下|请|说明|注)[^()]{0,120}(?:\([^()]*\)[^()]{0,60})?\)\s*"
)


def read_line(state: State, outlook: Outlook, lines: Sequence[Line], line: Line, index: int) -> list[int]:
    """The numbers of the lines that make a heading here; none where there is no heading."""
    if broken := _broken(lines, line, index):
        state.open_block()
        return broken
    if is_keys_heading(line.folded) and not _is_key_of_one(state, outlook, line, index):
        state.open_block()
        return [line.number]
    if found := section_at(line.folded, line.number):
        if not line.folded[found[1] :].strip():
            found[0].is_reversed = doubts.is_reversed(line.folded)
            return _section(state, outlook, line, index, found[0])
        return []
    if state.fresh and _NOTE.fullmatch(line.folded):
        state.section.is_reversed |= doubts.is_reversed(line.folded)
        return [line.number]
    if part := _part(state, outlook, line, index):
        _open(state, part)
        return [line.number]
    return []


def _section(state: State, outlook: Outlook, line: Line, index: int, section: Section) -> list[int]:
    below = outlook.next_line(index)
    if (state.part is Part.BLOCK and blocks.belongs(state, outlook, line, index)) or (
        below and state.found and _is_list(below.folded)
    ):
        state.open_block(section)
    else:
        _open(state, section)
    return [line.number]


def _is_list(folded: str) -> bool:
    return bool(keyblock.compact(folded)) and number_at(folded) is not None


def _open(state: State, section: Section) -> None:
    state.sections.append(section)
    state.part, state.fresh, state.current = Part.NONE, True, None
    state.passage, state.passage_last = [], 0


def _broken(lines: Sequence[Line], line: Line, index: int) -> list[int]:
    """【 on one line, 参考答案】 on another."""
    text = line.folded.strip()
    if not text.startswith("[") or "]" in text or len(text) > 40:
        return []
    numbers, whole = [line.number], text
    for more in following(lines, index, _LONGEST_BROKEN):
        numbers.append(more.number)
        whole += more.folded.strip()
        if "]" in more.folded:
            end = more.folded.rstrip().endswith("]")
            return numbers if end and re.search("答案", whole) and len(whole) < 160 else []
    return []


def _is_key_of_one(state: State, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether 答案 on its own line is the key of the question before, given on the next line."""
    current, below = state.current, outlook.next_line(index)
    if (
        current is None
        or state.part is Part.BLOCK
        or current.keys
        or below is None
        or not is_bare_key_word(line.folded)
    ):
        return False
    if token := number_at(below.folded):
        return _is_next_question(current, below, token)
    marker = marker_at(below.folded)
    if section_at(below.folded, below.number) or (marker and marker.sign is Sign.KEY):
        return False
    return not keyblock.compact(below.folded) and not keyblock.numbers_row(below.folded)


def _is_next_question(current: Found, below: Line, token: Token) -> bool:
    """Whether the line under an empty 答案 is the next question: its number goes on, and what follows is no key."""
    if current.value is None or int(token.value) != current.value + 1 or keyblock.compact(below.folded):
        return False
    return not blocks.holds_key(below.folded[token.end :])


def _part(state: State, outlook: Outlook, line: Line, index: int) -> Section | None:
    token = number_at(line.folded)
    if line.is_title and not (token and token.style != "chinese"):
        return part_at(line.folded, line.number) or Section(line.number)
    part = part_at(line.folded, line.number)
    if part is None:
        return None
    if is_strong_part(line.folded):
        return part
    below = outlook.next_line(index)
    begins = number_at(below.folded) if below else None
    opens = begins is not None and begins.style[:5] == "plain" and (begins.value == "1" or part.count or part.points)
    return part if opens and not outlook.asks(index, 0) else None
