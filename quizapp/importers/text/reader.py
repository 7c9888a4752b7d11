"""The reader: goes through the lines once and decides, sign by sign, what each means where it stands."""

import re
from collections.abc import Sequence

from quizapp.domain.problem import Problem
from quizapp.importers.reading import Skipped
from quizapp.importers.text import (
    bare,
    blocks,
    doubts,
    giving,
    junk,
    keyblock,
    labels,
    numbers,
    passages,
    reasons,
    sections,
    unnumbered,
)
from quizapp.importers.text.draft import Found, FoundKey, FoundOption
from quizapp.importers.text.lines import Line, Piece
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, Token, marker_at, next_token, number_at

_MARK_BEFORE = re.compile(r"\s*\(\s*(√|×|正确|错误|对|错|[A-Z]{1,6})?\s*\)\s*(?=\d{1,4}\s?[、.])")


class Reader:
    """Reads the segments of one document into a `State`."""

    def __init__(self, lines: Sequence[Line], headers: dict[int, int], pictures: frozenset[int]) -> None:
        self.lines = lines
        self.outlook = Outlook(lines)
        self.state = State()
        self.headers = headers
        self.pictures = pictures
        self.taken: set[int] = set()

    def read(self) -> State:
        """Everything found."""
        for index, line in enumerate(self.lines):
            if line.number in self.pictures and self.state.current and self.state.part is not Part.BLOCK:
                self.state.current.has_picture = True
            if not line.is_empty and line.number not in self.taken:
                self._line(line, index)
                if line.number in self.pictures and self.state.current and self.state.current.line == line.number:
                    self.state.current.has_picture = True
            elif line.is_code:
                self.state.headings.add(line.number)
            elif line.had_residue:
                self.skip(line, junk.RESIDUE)
        return self.state

    def skip(self, line: Line, sentence: str, **params: object) -> None:
        """Say why a line belongs to no question."""
        self.state.skipped.append(Skipped(line.number, line.text.strip(), Problem(sentence, dict(params), line.number)))

    def _line(self, line: Line, index: int) -> None:
        state = self.state
        if line.number in self.headers:
            self.skip(line, junk.REPEATED, count=self.headers[line.number])
            return
        if (reason := junk.junk_reason(line.folded)) and not unnumbered.is_awaited(state, line):
            self.skip(line, reason)
            return
        if junk.is_cut_off(line.folded) and self.outlook.next_line(index) is None:
            self.skip(line, reasons.FRAGMENT)
            return
        if self.taken_as_heading(line, index):
            return
        if state.part is not Part.BLOCK and blocks.begins_list(state, self.outlook, line, index):
            state.open_block()
        if state.part is Part.BLOCK:
            if blocks.belongs(state, self.outlook, line, index):
                state.headings.add(line.number)
                if below := blocks.read_line(state, self.outlook, line, index):
                    self.taken.add(below)
                    state.headings.add(below)
                return
            state.part, state.fresh, state.current = Part.NONE, True, None
        if passages.read_line(state, line):
            return
        self._question_line(line, index)

    def taken_as_heading(self, line: Line, index: int) -> bool:
        """Whether the line was a heading, and is accounted for."""
        taken = sections.read_line(self.state, self.outlook, self.lines, line, index)
        self.taken |= set(taken) - {line.number}
        self.state.headings |= set(taken)
        return bool(taken)

    def _question_line(self, line: Line, index: int) -> None:
        state, start = self.state, 0
        if self._is_about_key(line, index):
            return
        if unnumbered.is_note(state, self.outlook, line, index):
            self.skip(line, junk.NOTE)
            return
        mark = _MARK_BEFORE.match(line.folded)
        token = number_at(line.folded, mark.end() if mark else 0)
        if (
            token
            and state.current
            and int(token.value) == state.current.value
            and unnumbered.label_after(state, line, token)
        ):
            start = token.end
        elif token and index and unnumbered.is_doubled(state, self.lines, line, token, index):
            self.skip(line, reasons.DOUBLED)
            return
        elif token and numbers.starts_line(state, self.outlook, line, index, token):
            self.begin(line, token)
            if mark and mark[1]:
                self._add_key(line.number, mark[1])
            state.part, start = Part.STEM, token.end
        elif marker := self._marker(line):
            self.enter(marker, line)
            start = marker.end
            if marker.sign is Sign.KEY and self._holds_list(line, start):
                return
        elif state.current is None and (glued := numbers.first_inside(self.outlook, line, index)):
            title = {"text": line.text[: glued.start].strip()[:40]}
            state.problems.append(Problem(reasons.NO_QUESTION_TEXT, title, line.number))
            self.begin(line, glued)
            start = glued.end
        elif unnumbered.begins(state, self.outlook, self.lines, line, index):
            self.begin(line, None)
        elif not self._continues(line, index, token):
            return
        self._rest(line, index, start)

    def _is_about_key(self, line: Line, index: int) -> bool:
        """Whether the line corrects the key of the running question, or is that key and nothing else."""
        state = self.state
        corrects = state.current is not None and doubts.is_correction(state.current, line)
        return corrects or bare.take_line(state, self.outlook, line, index)

    def _marker(self, line: Line) -> Token | None:
        marker, state = marker_at(line.folded), self.state
        if marker is None or state.current is None:
            return None
        if marker.sign is Sign.KEY and not line.folded[marker.end :].strip() and "案" not in marker.value + line.folded:
            return None
        if (
            marker.sign is Sign.RATIONALE
            and marker.style != "framed"
            and state.part is Part.STEM
            and ":" not in line.folded[: marker.end]
        ):
            return None
        return marker

    def begin(self, line: Line, token: Token | None) -> Found:
        """Begin a question, numbered by the token or without a number."""
        state = self.state
        value = int(token.value) if token else None
        found = Found(token.value if token else "", value, line.number, state.section, token.style if token else "")
        if token and token.style == "slip":
            found.warnings.append(
                reasons.read_as(line.folded[token.start : token.end].strip(" .、"), token.value, line.number)
            )
        if value is not None:
            reasons.note_order(state, found)
        elif self.outlook.has_numbers and not state.fresh:
            found.warnings.append(reasons.without_number(line.number))
        passages.give(state, found)
        state.section.found += 1
        state.found.append(found)
        state.current, state.part, state.fresh = found, Part.STEM, False
        state.listed, state.listed_style = 0, ""
        return found

    def _continues(self, line: Line, index: int, token: Token | None) -> bool:
        """Whether the line goes on with the running part; else it is reported."""
        state, current = self.state, self.state.current
        if current is None or state.part is Part.NONE:
            if state.fresh and doubts.is_leading_key(line.folded):
                state.section.leading_key = line.number
            self.skip(line, unnumbered.reason_before_first(line, bool(state.found)))
            return False
        if token and state.part is Part.RATIONALE and int(token.value) == (state.listed or 0) + 1:
            state.listed, state.listed_style = int(token.value), token.style
        if state.part is Part.OPTION and unnumbered.is_between(current, self.outlook, line, index):
            self.skip(line, junk.PROMOTION)
            return False
        if unnumbered.is_after_end(state, line) and not labels.begins_late(state, self.outlook, line, index):
            self.skip(line, reasons.UNREAD)
            return False
        if unnumbered.is_option_without_letter(state, line):
            letter = chr(ord("A") + len(current.options))
            current.options.append(FoundOption(letter, line.number, "none", [Piece(line.number, line.text)]))
            current.lines.add(line.number)
            return False
        return True

    def _rest(self, line: Line, index: int, start: int) -> None:
        """Go from sign to sign; what lies between belongs to the running part."""
        since = place = start
        while token := next_token(line.folded, place):
            place = token.start + 1
            if not self._accepts(line, index, token, since):
                continue
            giving.give(self.state, line, since, token.start)
            if token.sign is Sign.NUMBER:
                begun = number_at(line.folded, token.start)
                token = begun if begun and begun.value == token.value else token
            self.enter(token, line)
            since = place = max(token.end, token.start + 1)
            if token.sign is Sign.KEY and self._holds_list(line, since):
                return
        giving.give(self.state, line, since, len(line.text))

    def _holds_list(self, line: Line, start: int) -> bool:
        """答案：1.A 2.A: what follows is a block of keys."""
        entries = keyblock.compact(line.folded[start:])
        assert self.state.current is not None
        if not entries or len(entries) < 2 or self.state.current.keys[-1].is_other:
            return False
        self.state.current.keys.pop()
        self.state.open_block()
        blocks.read_line(self.state, self.outlook, Line(line.number, line.text[start:], line.folded[start:]), index=0)
        return True

    def _accepts(self, line: Line, index: int, token: Token, since: int) -> bool:
        state, current = self.state, self.state.current
        if current is None:
            return False
        if token.sign is Sign.LABEL:
            return labels.begins_option(state, self.outlook, line, index, token, since)
        if token.sign is Sign.NUMBER:
            return numbers.starts_inside(state, self.outlook, line, index, token, since)
        before = line.folded[since : token.start].strip()
        if token.sign is Sign.KEY:
            framed = token.style == "framed"
            asked = state.part is Part.STEM and not before and not current.stem
            return (framed or state.part not in (Part.RATIONALE, Part.FIELD)) and not asked
        if token.sign is Sign.RATIONALE:
            return token.style == "framed" or state.part is not Part.STEM or before[-1:] in ("", ")", "。", "?")
        if token.sign is Sign.INLINE_KEY and token.style != "framed":
            return state.part not in (Part.RATIONALE, Part.FIELD)
        return token.sign is not Sign.OPTIONS or state.part is Part.STEM

    def enter(self, token: Token, line: Line) -> None:
        """Go over to the part that the token opens."""
        state, current = self.state, self.state.current
        if token.sign is Sign.NUMBER:
            self.begin(line, token)
            return
        assert current is not None
        if token.sign is Sign.LABEL:
            option = FoundOption(token.value.upper(), line.number, token.style, is_small=token.value.islower())
            option.tick = "" if line.folded[: token.start].strip() else line.tick
            current.options.append(option)
            current.lettered = True
            state.part = Part.OPTION
        elif token.sign is Sign.KEY:
            current.keys.append(doubts.key_at(token, line.number))
            state.part = Part.KEY
        elif token.sign is Sign.RATIONALE:
            state.part, state.listed = Part.RATIONALE, 0
        elif token.sign is Sign.FIELD:
            state.part, state.field_name = Part.FIELD, token.value
        elif token.sign is Sign.INLINE_KEY:
            self._add_key(line.number, token.value)
        elif token.sign is Sign.INLINE_POINTS:
            current.points = token.value
        current.lines.add(line.number)

    def _add_key(self, line: int, text: str) -> None:
        assert self.state.current is not None
        self.state.current.keys.append(FoundKey(line, [Piece(line, text)]))
