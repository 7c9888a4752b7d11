"""Moodle's GIFT format, read as Moodle reads it; docs/import-formats.md names the differences."""

import re
from dataclasses import dataclass, field
from typing import Any

from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY, checked
from quizapp.importers.exchange import (
    BLANK,
    CHOICE_BLANK,
    Answer,
    choice_fields,
    judgement_fields,
    merged,
    not_ours,
    picture_problem,
    tags_of,
    text_fields,
    topic_of,
)
from quizapp.importers.gift_syntax import (
    GAP,
    Block,
    Piece,
    answer_of,
    blocks,
    comment_tags,
    formatted,
    general_feedback,
    is_comment,
    pieces_at,
    shown,
    weighed,
)
from quizapp.importers.reading import Document, ImportedItem, Reading, Skipped

_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_COMMAND = re.compile(r"\s*\$([A-Za-z]+):[ \t]*([^\n]*)")
_TRUTH = {"T": TRUE, "TRUE": TRUE, "F": FALSE, "FALSE": FALSE}
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_EQUALS = re.compile("=")


@dataclass
class _State:
    """What has been read so far. ``passages`` are descriptions with an id, which items of a case name by a tag."""

    document: Document
    items: list[ImportedItem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    passages: dict[str, str] = field(default_factory=dict)
    topic: str = ""

    def skip(self, first: int, last: int, reason: Problem) -> None:
        lines = enumerate(self.document.lines[first - 1 : last], start=first)
        self.skipped += [Skipped(number, text, reason) for number, text in lines if text.strip()]


@dataclass(frozen=True)
class _Question:
    """A block cut at its braces; ``format`` is that of its text."""

    block: Block
    stem: str
    inside: Piece
    is_missing_word: bool
    general: str
    format: str
    has_picture: bool


def parse_gift(document: Document) -> Reading:
    """The questions of a GIFT file."""
    state = _State(document)
    for block in blocks(document.lines):
        _read_block(state, block)
    return Reading(
        document, tuple(state.items), tuple(sorted(state.skipped, key=lambda each: each.line)), tuple(state.headings)
    )


def _read_block(state: _State, block: Block) -> None:
    while command := _COMMAND.match(block.text):
        block = _obey(state, block, command)
    first = _stem_line(block) if block.text.strip() else block.last_line + 1
    _account_for_comments(state, block.line, first)
    if block.text.strip():
        _read_question(state, block)


def _account_for_comments(state: _State, first: int, end: int) -> None:
    """Comments before a question: those that name it (``[id:…]``) or tag it are read, the others passed over."""
    reason = Problem(N_("This is a comment. Nothing needs to be done."))
    for number, text in enumerate(state.document.lines[first - 1 : end - 1], start=first):
        if is_comment(text) and comment_tags([text]) != ("", []):
            state.headings.append(number)
        elif is_comment(text):
            state.skip(number, number, reason)


def _obey(state: _State, block: Block, command: re.Match[str]) -> Block:
    """Follow a ``$CATEGORY:`` line; what stands below it in the same block is read on (Moodle would lose it)."""
    line = block.line_at(command.start(1))
    _account_for_comments(state, block.line, line)
    if command[1].upper() == "CATEGORY":
        state.topic = topic_of(shown(command[2]))
        state.headings.append(line)
    else:
        reason = Problem(N_("Only $CATEGORY: is followed; this line was passed over. Check the questions after it."))
        state.skip(line, line, reason)
    return Block(line + 1, block.text[command.end() + 1 :], block.comments)


def _read_question(state: _State, block: Block) -> None:
    name = _NAME.match(block.text)
    start = name.end() if name else 0
    opened, closed = block.text.find("{", start), block.text.find("}", start)
    if opened < 0 and closed < 0:
        _read_description(state, block, start)
    elif opened < 0 or closed < opened:
        reason = Problem(N_("A brace is missing, so this question was not read. Answers stand between { and }."))
        state.skip(_stem_line(block), block.last_line, reason)
    else:
        state.items.append(_item(state, _question(block, start, opened, closed)))


def _read_description(state: _State, block: Block, start: int) -> None:
    id_, _tags = comment_tags(block.comments)
    if id_:
        state.passages[id_] = formatted(block.text[start:])[0].text
    reason = Problem(N_("This text has no answers in braces: it explains other questions and is not one itself."))
    state.skip(_stem_line(block), block.last_line, reason)


def _question(block: Block, start: int, opened: int, closed: int) -> _Question:
    before, after = block.text[start:opened], block.text[closed + 1 :]
    inside, general = general_feedback(Piece(block.text[opened + 1 : closed], opened + 1))
    is_missing_word = bool(after.strip())
    plain, format_ = formatted(f"{before}{GAP}{after}")
    general_text = formatted(general, format_)[0].text
    return _Question(block, plain.text, inside.stripped(), is_missing_word, general_text, format_, plain.has_picture)


def _item(state: _State, question: _Question) -> ImportedItem:
    block = question.block
    id_, tags = comment_tags(block.comments)
    ours = tags_of(tags, state.topic)
    kind = _KINDS[_kind(question.inside.text)]
    found = kind(question)
    feedback = found.pop("feedback", "")
    extra: list[Problem] = [picture_problem(_stem_line(block))] if question.has_picture else []
    if block.text.count("{") > 1:
        message = N_("The question has several pairs of braces, which GIFT cannot hold. Write one question for each.")
        extra.append(Problem(message, line=block.line_at(block.text.index("{", block.text.index("{") + 1))))
    fields = merged(
        {"stem": _with_blank(question, "")}, ours.fields(), found, {"problems": tuple(extra)}, {"places": {}}
    )
    fields["places"] = {"stem": _stem_line(block), **fields["places"]}
    item = ImportedItem(
        number=str(len(state.items) + 1),
        line=_stem_line(block),
        last_line=block.last_line,
        rationale=question.general or feedback,
        passage=state.passages.get(ours.case, ""),
        id=id_,
        **fields,
    )
    return checked(item)


def _stem_line(block: Block) -> int:
    """The first line with text: comments may stand above it."""
    return block.line_at(len(block.text) - len(block.text.lstrip()))


def _with_blank(question: _Question, blank: str) -> str:
    return question.stem.replace(GAP, blank).strip()


def _kind(inside: str) -> str:
    """What Moodle takes the answers for, tried in its order."""
    if not inside:
        return "essay"
    if inside.startswith("#"):
        return "numerical"
    if "~" in inside:
        return "choice"
    if "=" in inside and "->" in inside:
        return "matching"
    word = inside.partition("#")[0].strip()
    return "judgement" if word.upper() in _TRUTH else "text"


def _choice(question: _Question) -> dict[str, Any]:
    pieces = pieces_at(question.inside)
    found = [answer_of(question.block, mark, piece, question.format) for mark, piece in pieces]
    answers = [answer for answer, _has_picture in found]
    fields = choice_fields(answers, single="=" in question.inside.text)
    pictures = tuple(picture_problem(answer.line) for answer, has_picture in found if has_picture)
    stem = {"stem": _choice_stem(question), "problems": pictures}
    return merged(fields, stem, _feedback(question, answers))


def _choice_stem(question: _Question) -> str:
    """Only a sentence that goes on behind the braces has its blank there."""
    return _with_blank(question, CHOICE_BLANK if question.is_missing_word else "")


def _feedback(question: _Question, answers: list[Answer]) -> dict[str, Any]:
    """The rationale may be the feedback of the right answer; that of the others has no place in a bank."""
    right = [answer.feedback for answer in answers if answer.weight > 0 and answer.feedback]
    others = [answer for answer in answers if answer.feedback and (question.general or answer.feedback not in right)]
    message = N_("Feedback on single answers is not kept. Write into the rationale what matters.")
    warnings = (Problem(message, line=others[0].line),) if others else ()
    return {"feedback": "\n".join(dict.fromkeys(right)), "warnings": warnings}


def _judgement(question: _Question) -> dict[str, Any]:
    """``{FALSE#for a wrong answer#for a right one}``: either remark explains the key."""
    word, *remarks = question.inside.text.split("#")
    texts = [formatted(remark, question.format)[0].text for remark in remarks[:2]]
    line = question.block.line_at(question.inside.start)
    fields = judgement_fields(_TRUTH[word.strip().upper()], line)
    stem = {"stem": _choice_stem(question)}
    return merged(fields, stem, {"feedback": "\n".join(dict.fromkeys(text for text in texts if text))})


def _text(question: _Question) -> dict[str, Any]:
    pieces = pieces_at(question.inside, _EQUALS)
    answers = [weighed(question.block, piece, question.format) for _mark, piece in pieces]
    return merged(text_fields(_fill_in_stem(question), [answers], wildcards=True), _feedback(question, answers))


def _fill_in_stem(question: _Question) -> str:
    """The stem with its blank where the braces stood, unless the author wrote one."""
    if count_blanks(question.stem):
        return _with_blank(question, "")
    ended = f"\n{GAP}"
    if question.format == "html" and question.stem.endswith(ended):  # the end of a paragraph is no line of its own
        return f"{question.stem.removesuffix(ended)}{BLANK}"
    return _with_blank(question, BLANK)


def _numerical(question: _Question) -> dict[str, Any]:
    inside = question.inside.cut(1)
    answers = [weighed(question.block, piece, "plain") for _mark, piece in pieces_at(inside, _EQUALS)]
    exact = [_exact(answer) for answer in answers]
    line = question.block.line_at(question.inside.start)
    if not exact or None in exact:
        message = N_("A number within a range is accepted, which a fill-in cannot say. List the accepted answers.")
        return merged(text_fields(_fill_in_stem(question), []), {"problems": (Problem(message, line=line, path=KEY),)})
    known = [answer for answer in exact if answer is not None]
    return merged(text_fields(_fill_in_stem(question), [known]), _feedback(question, known))


def _exact(answer: Answer) -> Answer | None:
    """The answer where it accepts one number only; none for ``1..5`` and ``3:2``."""
    number, _colon, tolerance = answer.text.partition(":")
    if not _NUMBER.fullmatch(number.strip()) or tolerance.strip(" 0.") or _is_range(answer.text):
        return None
    return Answer(number.strip(), answer.weight, answer.line, answer.feedback)


def _is_range(text: str) -> bool:
    return ".." in text


def _matching(question: _Question) -> dict[str, Any]:
    line = question.block.line_at(question.inside.start)
    message = N_("Matching pairs cannot be held by a bank. Write one question for each pair, or delete it.")
    return not_ours(message, line)


def _essay(question: _Question) -> dict[str, Any]:
    return {"type": ItemType.ESSAY, "key": None}


_KINDS = {
    "choice": _choice,
    "judgement": _judgement,
    "text": _text,
    "numerical": _numerical,
    "matching": _matching,
    "essay": _essay,
}
