"""From what was found to a question: its type, its stem without key, and the key, where all that is said agrees."""

import re
from dataclasses import replace

from quizapp.domain.bank import ItemType, Option
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import fold, is_no_key, parse_truth, squeezed
from quizapp.importers.reading import ImportedItem
from quizapp.importers.text import brackets, doubts
from quizapp.importers.text.agreed import read_keys
from quizapp.importers.text.circled import take_circled
from quizapp.importers.text.draft import Found, FoundKey, FoundOption
from quizapp.importers.text.fields import fields, picture
from quizapp.importers.text.kinds import type_of
from quizapp.importers.text.lines import joined, paragraphs
from quizapp.importers.text.making import Key, Making
from quizapp.importers.text.printed import take_printed

_STRAY = re.compile(r"(?<=\S)\s+[.。．;；,，、]\s*$|[;；]\s*$")
_DOTS = re.compile(r"[.…。\s]+")


def made(found: Found, *, words_in_brackets: bool = False) -> ImportedItem | None:
    """The item, or None where the text is a statement that asks nothing: neither options, blank, key nor known type."""
    doubts.take_doubted(found)
    take_circled(found)
    take_printed(found)
    options: dict[str, str] = {}
    for option in found.options:
        options.setdefault(option.letter, _option_text(joined(option.pieces)))
    making = Making(found, joined(found.stem).strip(), options)
    making.keys = [Key(each.line, _raw(each)) for each in found.keys]
    making.keys = [each for each in making.keys if each.raw and not (is_no_key(each.raw) and not found.by_hand)]
    kind = type_of(making, words_in_brackets)
    if kind is None or _is_left_out(making):
        return None
    making.type = kind
    _read_stem(making, words_in_brackets)
    read_keys(making)
    return checks.checked(_item(making))


def _is_left_out(making: Making) -> bool:
    """Whether a number is followed by dots only: the rest of the text was cut away."""
    return not (making.options or making.keys or making.found.has_picture) and bool(_DOTS.fullmatch(fold(making.stem)))


def _option_text(text: str) -> str:
    return _STRAY.sub("", text.strip()).strip()


def _raw(key: FoundKey) -> str:
    return paragraphs(key.pieces).strip()


def _read_stem(making: Making, words_in_brackets: bool) -> None:
    kind, line = making.type, making.found.stem[0].line if making.found.stem else making.found.line
    line = making.found.stem[-1].line if making.found.stem else line
    if brackets.is_choice(kind):
        inside = brackets.letters_inside(making.stem, tuple(making.options), only_known=bool(making.keys))
    elif kind is ItemType.TRUE_FALSE:
        inside = brackets.mark_inside(making.stem)
    elif kind is ItemType.FILL_IN:
        inside = _blanks_inside(making, words_in_brackets)
    else:
        return
    making.stem = inside.stem
    making.keys[:0] = [Key(_line_of(making, key, line), key) for key in inside.keys]


def _line_of(making: Making, key: str, last: int) -> int:
    """The line of the stem on which the key in brackets stands."""
    pieces = [piece for piece in making.found.stem if squeezed(key) in squeezed(piece.text)]
    return pieces[-1].line if pieces else last


def _blanks_inside(making: Making, words_in_brackets: bool) -> brackets.Inside:
    if making.found.bold and not making.keys:
        sentence = N_("The bold words were taken as the answer of a fill-in question. Confirm the type.")
        making.found.warnings.append(Problem(sentence, line=making.found.line))
        stem = brackets.with_blanks(making.stem)
        stem = stem if count_blanks(stem) else stem + brackets.FILL_BLANK
        return brackets.Inside(stem, tuple(making.found.bold))
    stem = brackets.with_blanks(making.stem)
    if count_blanks(stem) or making.keys or not words_in_brackets:
        return brackets.Inside(stem)
    inside = brackets.words_inside(making.stem)
    if inside.keys:
        sentence = N_("The words in the bracket were taken as the answer. Confirm the place of the blank.")
        making.found.warnings.append(Problem(sentence, line=making.found.line))
    return inside


def _item(making: Making) -> ImportedItem:
    found, words = making.found, next((key.words for key in making.keys if key.words), None)
    values = [key.value for key in making.keys if key.value]
    rationale = [key.rest for key in making.keys if key.rest] + [paragraphs(found.rationale)]
    if making.type is ItemType.TRUE_FALSE:
        making.options = {} if _are_truths(making) else making.options
    options = tuple(Option(option.letter, text) for option, text in _texts(making)) if making.options else ()
    item = ImportedItem(
        number=found.number,
        line=found.line,
        last_line=max(found.lines | {found.line}),
        type=making.type,
        stem=making.stem,
        options=options,
        key=() if words else (values[0] if values else None),
        blanks=words.blanks if words else (),
        any_order=bool(words and words.any_order),
        rationale="\n".join(text for text in rationale if text),
        passage=found.passage,
        points=found.points or found.section.points,
        places=_places(making),
        problems=(*making.problems, *found.problems, *picture(found)),
        warnings=tuple(found.warnings),
    )
    return replace(item, **fields(found))


def _are_truths(making: Making) -> bool:
    return all(parse_truth(text) for text in making.options.values())


def _texts(making: Making) -> list[tuple[FoundOption, str]]:
    return [(option, _option_text(joined(option.pieces))) for option in making.found.options]


def _places(making: Making) -> dict[str, int]:
    found = making.found
    places = {option.letter: option.line for option in found.options}
    if found.stem:
        places["stem"] = found.stem[0].line
    if making.keys:
        places["key"] = making.key_line
    if found.rationale:
        places["rationale"] = found.rationale[0].line
    if found.any_number or (found.type is None and found.section.any_number):
        places[checks.ANY_NUMBER] = found.line
    return places
