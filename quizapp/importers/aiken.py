"""The Aiken format: a stem, options ``A.`` or ``A)``, and ``ANSWER: B``. Chinese marks are read as well."""

import re
from dataclasses import dataclass, field

from quizapp.domain.bank import ItemType
from quizapp.domain.bank_notation import half_width, letters_in
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY, checked
from quizapp.importers.exchange import FULL, Answer, as_judgement, choice_fields, merged
from quizapp.importers.reading import Document, ImportedItem, Reading, Skipped

_OPTION = re.compile(r"\s*([A-Za-z])\s*[.)、:]\s*(?=\S)")
_ANSWER = re.compile(r"\s*(?:ANSWER|正确答案|参考答案|答案)\s*:", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d{1,4})\s*[.、)](?!\d)\s*")


@dataclass
class _Open:
    """The question being read. ``tail`` are lines after the last option: more of it, or the next stem."""

    stem: list[tuple[int, str]] = field(default_factory=list)
    options: list[tuple[str, list[tuple[int, str]]]] = field(default_factory=list)
    tail: list[tuple[int, str]] = field(default_factory=list)


def parse_aiken(document: Document) -> Reading:
    """The questions of an Aiken file."""
    items: list[ImportedItem] = []
    open_ = _Open()
    for number, line in enumerate(document.lines, start=1):
        folded = half_width(line)
        if answer := _ANSWER.match(folded):
            _keep_tail(open_)
            items.append(_item(open_, len(items) + 1, number, line[answer.end() :].strip()))
            open_ = _Open()
        elif option := _label(folded, open_):
            if option[1].upper() == "A" and open_.options:
                items.append(_item(open_, len(items) + 1))
                open_ = _Open(stem=open_.tail)
            _keep_tail(open_)
            open_.options.append((option[1].upper(), [(number, line[option.end() :].strip())]))
        elif line.strip():
            (open_.tail if open_.options else open_.stem).append((number, line.strip()))
    if open_.options:
        _keep_tail(open_)
        items.append(_item(open_, len(items) + 1))
        open_ = _Open()
    return Reading(document, tuple(items), tuple(_unread(open_)))


def _label(folded: str, open_: _Open) -> re.Match[str] | None:
    """An option where the line begins with the next letter, or with A where a stem stands ready."""
    found = _OPTION.match(folded)
    if not found:
        return None
    expected = chr(ord(open_.options[-1][0]) + 1) if open_.options else "A"
    starts_anew = found[1].upper() == "A" and bool(open_.tail or not open_.options)
    skips_one = bool(open_.options) and found[1].isupper() and found[1] > open_.options[-1][0]
    return found if found[1].upper() == expected or starts_anew or skips_one else None


def _keep_tail(open_: _Open) -> None:
    """The lines after an option belong to it, now that the next option or the key has come."""
    if open_.options:
        open_.options[-1][1].extend(open_.tail)
        open_.tail = []


def _unread(open_: _Open) -> list[Skipped]:
    reason = Problem(N_("These words have neither options nor a key after them, so they are no question."))
    return [Skipped(number, text, reason) for number, text in open_.stem]


def _item(open_: _Open, count: int, answer_line: int = 0, answer: str = "") -> ImportedItem:
    letters = letters_in(answer) or ()
    known = [letter for letter, _text in open_.options]
    answers = [
        Answer("\n".join(each for _line, each in text), FULL if letter in letters else 0.0, text[0][0])
        for letter, text in open_.options
    ]
    fields = choice_fields(answers, single=len(letters) < 2)
    if known == [option.letter for option in fields["options"]]:
        fields = merged(fields, _key(letters, answer, answer_line))
    else:
        message = N_("The option letters are not in order (%(letters)s). Write them as A, B, C and so on.")
        first = answers[0].line
        problem = Problem(message, {"letters": "、".join(known)}, line=first, path=KEY)
        fields = merged(fields, {"key": None, "problems": (problem,)})
    lines = [number for number, _text in open_.stem]
    lines += [number for _letter, text in open_.options for number, _text in text]
    stem = "\n".join(text for _number, text in open_.stem)
    numbered = _NUMBER.match(half_width(stem))
    fields["places"] = {"stem": lines[0] if lines else answer_line, **fields["places"]}
    return checked(
        ImportedItem(
            number=numbered[1] if numbered else str(count),
            line=lines[0] if lines else answer_line,
            last_line=answer_line or max(lines),
            stem=stem[numbered.end() :] if numbered else stem,
            **as_judgement(fields),
        )
    )


def _key(letters: tuple[str, ...], answer: str, line: int) -> dict[str, object]:
    """The key as written, also where it names options that are not there: `checked` says so."""
    fields: dict[str, object] = {
        "type": ItemType.MULTIPLE if len(letters) > 1 else ItemType.SINGLE,
        "key": letters or None,
        "problems": (),
    }
    if line:
        fields["places"] = {"key": line}
    if answer and not letters:
        message = N_("“%(text)s” is no letter of an option. Write the key as ANSWER: B.")
        fields["problems"] = (Problem(message, {"text": answer[:40]}, line=line, path=KEY),)
    return fields
