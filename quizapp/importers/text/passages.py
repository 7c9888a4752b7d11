"""Passages that several questions share: 材料 and 案例."""

import re

from quizapp.importers.text.draft import Found
from quizapp.importers.text.lines import Line, Piece, paragraphs
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import number_at

_WORD = r"(?:案例|材料|资料|背景材料|背景资料|阅读材料|案情)(?:分析)?\s?[一二三四五六七八九十\d]{0,3}"
_BEGINS = re.compile(rf"\s*(?:\[\s*{_WORD}\s*\]\s*:?|{_WORD}\s*:|\(\s*{_WORD}\s*\)\s*:?)\s*")
_SERVES = re.compile(
    r"\s*\(?(?:请)?(?:根据|阅读|结合|依据)[^。\n]{0,24}(?:材料|案例|资料|案情)[^。\n]{0,20}?(?:回答|完成|作答)[^\d\n]{0,8}"
    r"(?:第\s?)?(\d{1,4})\s*(?:题)?\s*(?:-+|至|~|到|和|、|,)\s*(?:第\s?)?(\d{1,4})\s*(?:小?题|问)?[^\n]{0,8}?\)?[。.:]?\s*"
)
_SERVES_ALL = re.compile(
    r"\s*\(?(?:请)?(?:根据|阅读|结合)[^。\n]{0,20}(?:材料|案例|资料)[^。\n]{0,12}(?:回答|完成)[^。\n]{0,16}(?:题|问题)\)?[。.:]?\s*"
)


def read_line(state: State, line: Line) -> bool:
    """Whether the line belongs to a passage, and was taken."""
    folded = line.folded
    if found := _BEGINS.match(folded):
        state.passage = [Piece(line.number, line.text[found.end() :])]
        state.passage_last = 0
        state.part, state.current, state.fresh = Part.PASSAGE, None, True
        return _taken(state, line)
    served = _SERVES.fullmatch(folded)
    if served or (state.part is Part.PASSAGE and _SERVES_ALL.fullmatch(folded)):
        state.passage_last = int(served[2]) if served else 0
        state.part, state.current, state.fresh = Part.PASSAGE, None, True
        return _taken(state, line)
    if state.part is Part.PASSAGE and number_at(folded) is None:
        state.passage.append(Piece(line.number, line.text))
        return _taken(state, line)
    return False


def _taken(state: State, line: Line) -> bool:
    state.headings.add(line.number)
    return True


def give(state: State, found: Found) -> None:
    """Give a new question the passage that it shares, if it does."""
    if state.passage_last and (found.value is None or found.value > state.passage_last):
        state.passage, state.passage_last = [], 0
    found.passage = paragraphs(state.passage)
