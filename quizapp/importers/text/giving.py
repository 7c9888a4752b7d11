"""Giving a stretch of a line to the part of the question that is being read."""

from quizapp.importers.notation import fold
from quizapp.importers.text.draft import Found
from quizapp.importers.text.lines import Line, Piece, overlaps
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tags import take_tags
from quizapp.importers.text.tokens import number_at


def give(state: State, line: Line, start: int, end: int) -> None:
    """Give a stretch of the line to the running part."""
    current = state.current
    if current is None:
        return
    current.lines.add(line.number)
    text = line.text[start:end]
    if not text.strip():
        return
    piece = Piece(line.number, text)
    if state.part is Part.STEM:
        _give_stem(current, line, piece, start)
    elif state.part is Part.OPTION:
        option = current.options[-1]
        option.pieces.append(piece)
        option.is_marked |= overlaps(line.marks, start, end)
        option.is_bold |= overlaps(line.bold, start, end)
    elif state.part is Part.KEY:
        current.keys[-1].pieces.append(piece)
    elif state.part is Part.RATIONALE:
        current.rationale.append(piece)
        if (number := number_at(fold(text))) and not state.listed and number.value == "1":
            state.listed, state.listed_style = 1, number.style
    elif state.part is Part.FIELD:
        current.fields.setdefault(state.field_name, []).append(piece)


def _give_stem(current: Found, line: Line, piece: Piece, start: int) -> None:
    if current.stem and line.is_wholly_bold(start):
        current.bold.append(piece.text.strip())
        return
    text = take_tags(current, piece.text)
    if text.strip():
        current.stem.append(Piece(piece.line, text))
