"""Reading a block of keys, line by line."""

import re

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import Problem
from quizapp.importers.notation import RATIONALE_WORDS
from quizapp.importers.text import keyblock, reasons
from quizapp.importers.text.headings import section_at
from quizapp.importers.text.keyblock import Entry
from quizapp.importers.text.lines import Line, Piece
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, marker_at, next_token, number_at

_RATIONALE = re.compile(rf"\s*\[?\s*(?:{RATIONALE_WORDS})\s*\]?\s*:?\s*")
_RATIONALE_INSIDE = re.compile(rf"\s*(?:\[\s*(?:{RATIONALE_WORDS})\s*\]\s*:?|(?:{RATIONALE_WORDS})\s*:)\s*")
_KEY_WORD = re.compile(r"\s*\[?\s*(?:参考|正确)?答\s*案?\s*\]?\s*[:是为]\s*|\s*\[(?:参考|正确)?答案\]\s*")
_ASKS = re.compile(r"\(\s*\)|_{2,}|\{_\}|\?\s*$")


def begins_list(state: State, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether the line is a list of keys without a heading: nothing but numbers and keys, or their table."""
    if keyblock.numbers_row(line.folded):
        below = outlook.next_line(index)
        return bool(below and keyblock.keys_row(below.folded, len(keyblock.numbers_row(line.folded) or ())) is not None)
    entries = keyblock.compact(line.folded)
    return bool(entries) and (state.part is not Part.RATIONALE or len(entries or ()) > 1)


def belongs(state: State, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether a line after a heading of keys is still one of them, and no question."""
    if keyblock.compact(line.folded) or keyblock.numbers_row(line.folded):
        return True
    if section_at(line.folded, line.number):
        return _section_belongs(outlook, line, index)
    token = number_at(line.folded)
    if token is None or token.style == "plain ":
        return not (not state.entries and outlook.first_label(index, 0) == "A" and _ASKS.search(line.folded))
    rest = line.folded[token.end :]
    if holds_key(rest):
        return True
    return not _ASKS.search(rest) and outlook.first_label(index, token.end) != "A"


def holds_key(rest: str) -> bool:
    """Whether what follows a number begins as an entry of a block does: with a key, its marker or a rationale."""
    return bool(keyblock.key_prefix(rest) or _RATIONALE.match(rest) or _KEY_WORD.match(rest))


def _section_belongs(outlook: Outlook, line: Line, index: int) -> bool:
    found = section_at(line.folded, line.number)
    below = outlook.next_line(index)
    if below is None or found is None:
        return True
    if keyblock.compact(below.folded) or keyblock.numbers_row(below.folded):
        return True
    token = number_at(below.folded)
    rest = below.folded[token.end :] if token else below.folded
    if keyblock.key_prefix(rest) or _KEY_WORD.match(rest):
        return True
    if found[0].type is ItemType.TRUE_FALSE or found[0].type in (ItemType.SINGLE, ItemType.MULTIPLE):
        return False
    return not _ASKS.search(rest) and not outlook.asks(index, len(line.folded))


def read_line(state: State, outlook: Outlook, line: Line, index: int) -> int:
    """Take the keys of a line. Returns how many lines were taken."""
    if numbers := keyblock.numbers_row(line.folded):
        below = outlook.next_line(index)
        keys = keyblock.keys_row(below.folded, len(numbers)) if below else None
        if below and keys is not None:
            _table(state, numbers, keys, below.number)
            return below.number
    if entries := keyblock.compact(line.folded):
        for number, key, split in entries:
            _add(state, number, line.number, key, split=split)
        return 0
    _entry_or_more(state, line)
    return 0


def _table(state: State, numbers: list[str], keys: list[str], line: int) -> None:
    """Take the keys of a row, where each has its number above it; what is missing is said once."""
    if not keys:
        params = {"first": numbers[0], "last": numbers[-1]}
        state.problems.append(Problem(reasons.TABLE_UNEVEN, params, line=line))
        return
    for number, key in zip(numbers, keys, strict=True):
        if key:
            _add(state, number, line, key)
    if missing := [number for number, key in zip(numbers, keys, strict=True) if not key]:
        state.problems.append(Problem(reasons.TABLE_GAP, {"numbers": "、".join(missing)}, line=line))


def _add(state: State, number: str, line: int, key: str, *, split: bool = False, is_text: bool = False) -> Entry:
    before = state.entries[-1] if state.entries and state.entries[-1].block == state.blocks else None
    if before and int(number) < int(before.number):
        state.block_run += 1
    pieces = [Piece(line, key)] if key.strip() else []
    entry = Entry(number, line, state.block_section, pieces, [], split, is_text, state.blocks, state.block_run)
    state.entries.append(entry)
    return entry


def _entry_or_more(state: State, line: Line) -> None:
    entry = state.entries[-1] if state.entries and state.entries[-1].run == state.block_run else None
    token = number_at(line.folded)
    if (
        token
        and token.style not in ("plain ", "chinese")
        and _is_next(entry, int(token.value), line.folded[token.end :])
    ):
        _entries_of(state, line, token.value, token.end)
        return
    if entry is None:
        state.problems.append(Problem(reasons.KEYS_UNREAD, line=line.number))
        return
    marker = marker_at(line.folded)
    start = marker.end if marker else 0
    is_key = marker is not None and marker.sign is Sign.KEY and marker.style != "other"
    to_key = is_key or (not entry.rationale and entry.is_text and not (marker and marker.sign is Sign.RATIONALE))
    (entry.pieces if to_key else entry.rationale).append(Piece(line.number, line.text[start:]))
    if is_key and not keyblock.key_prefix(line.folded[start:]):
        entry.is_text = True


def _is_next(entry: Entry | None, number: int, rest: str) -> bool:
    if entry is None:
        return True
    has_key = bool(keyblock.key_prefix(rest) or _KEY_WORD.match(rest))
    return number in (int(entry.number), int(entry.number) + 1) or has_key


def _entries_of(state: State, line: Line, number: str, start: int) -> None:
    """An entry and those glued to it: ``1.三/3 2.（略）``."""
    folded = line.folded
    if found := _KEY_WORD.match(folded, start):
        start = found.end()
    prefix = keyblock.key_prefix(folded[start:])
    rest = start + len(prefix)
    end = _next_entry(folded, rest, int(number) + 1)
    entry = _add(state, number, line.number, prefix, is_text=not prefix)
    tail = folded[rest:end]
    if found := _RATIONALE.match(folded, rest, end):
        entry.rationale.append(Piece(line.number, line.text[found.end() : end]))
    elif prefix:
        if re.sub("[\\s.。;,、]", "", tail):
            entry.rationale.append(Piece(line.number, re.sub(r"^[\s.。;；,，、:：]+", "", line.text[rest:end])))
    else:
        key = line.text[start:end]
        marker = _RATIONALE_INSIDE.search(folded[start:end])
        entry.pieces = [Piece(line.number, key[: marker.start()] if marker else key)]
        if marker:
            entry.rationale.append(Piece(line.number, key[marker.end() :]))
    if end < len(folded):
        token = number_at(folded, end)
        assert token is not None
        _entries_of(state, line, token.value, token.end)


def _next_entry(folded: str, start: int, number: int) -> int:
    """Where the entry of that number begins on the line, else the line's end."""
    place = start
    while token := next_token(folded, place):
        if token.sign is Sign.NUMBER and int(token.value) == number and folded[token.start - 1 : token.start].isspace():
            begun = number_at(folded, token.start)
            if begun and begun.value == token.value:
                return token.start
        place = token.start + 1
    return len(folded)
