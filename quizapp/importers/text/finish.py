"""From what was found to a question: its type, its stem without key, and the key, where all that is said agrees."""

import re
from dataclasses import dataclass, field, replace

from quizapp.domain.bank import FALSE, TRUE, ItemType, Option
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import fold, is_no_key, parse_key, parse_truth, squeezed
from quizapp.importers.reading import ImportedItem
from quizapp.importers.text import answers, brackets, doubts
from quizapp.importers.text.circled import take_circled
from quizapp.importers.text.draft import Found, FoundKey, FoundOption
from quizapp.importers.text.fields import fields, picture
from quizapp.importers.text.lines import joined, paragraphs
from quizapp.importers.text.printed import take_printed

_STRAY = re.compile(r"(?<=\S)\s+[.。．;；,，、]\s*$|[;；]\s*$")
_DOTS = re.compile(r"[.…。\s]+")
_ASKS_ESSAY = re.compile(r"简述|论述|谈谈|试述|简要|说明|阐述|请(?:写|结合|列|谈)|如何|怎样|为什么|哪些|什么|[?]")


@dataclass
class Key:
    """A key that was given, where, and what it says."""

    line: int
    raw: str
    value: tuple[str, ...] | None = None
    rest: str = ""
    words: answers.Blanks | None = None


@dataclass
class Making:
    """An item in the making."""

    found: Found
    stem: str
    options: dict[str, str]
    type: ItemType = ItemType.SINGLE
    keys: list[Key] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def key_line(self) -> int:
        return self.keys[0].line if self.keys else self.found.line


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
    kind = _type(making, words_in_brackets)
    if kind is None or _is_left_out(making):
        return None
    making.type = kind
    _read_stem(making, words_in_brackets)
    _read_keys(making)
    return checks.checked(_item(making))


def _is_left_out(making: Making) -> bool:
    """Whether a number is followed by dots only: the rest of the text was cut away."""
    return not (making.options or making.keys or making.found.has_picture) and bool(_DOTS.fullmatch(fold(making.stem)))


def _option_text(text: str) -> str:
    return _STRAY.sub("", text.strip()).strip()


def _raw(key: FoundKey) -> str:
    return paragraphs(key.pieces).strip()


def _type(making: Making, words_in_brackets: bool) -> ItemType | None:
    found, texts = making.found, list(making.options.values())
    truths = {parse_truth(text) for text in texts}
    if found.bold and not (texts or making.keys) and (brackets.is_choice(found.known_type) or not found.known_type):
        return ItemType.FILL_IN
    if found.type:
        return found.type
    if found.section.type:
        return found.section.type
    if len(texts) == 2 and truths == {"true", "false"}:
        return ItemType.TRUE_FALSE
    if texts:
        return _choice(making)
    return _without_options(making, words_in_brackets)


def _choice(making: Making) -> ItemType:
    inside = brackets.letters_inside(making.stem, tuple(making.options), only_known=bool(making.keys))
    written = [each.raw for each in making.keys] + list(inside.keys)
    several = [
        key for raw in written if (found := answers.choice_key(raw, making.options)) and len(key := found.key) > 1
    ]
    return ItemType.MULTIPLE if several else ItemType.SINGLE


def _without_options(making: Making, words_in_brackets: bool) -> ItemType | None:
    raws = [each.raw for each in making.keys]
    letters = [key for raw in raws if (key := parse_key(raw)) and key[0] not in (TRUE, FALSE)]
    if letters:  # T, F and X are letters where nobody says that this is a true/false question
        return ItemType.MULTIPLE if len(letters[0]) > 1 else ItemType.SINGLE
    if brackets.mark_inside(making.stem).keys or any(answers.truth_key(raw, {}) for raw in raws):
        return ItemType.TRUE_FALSE
    if brackets.letters_inside(making.stem, (), only_known=False).keys:
        return ItemType.SINGLE
    if (
        making.found.bold
        or brackets.has_blank(making.stem)
        or (words_in_brackets and brackets.words_inside(making.stem).keys)
    ):
        return ItemType.FILL_IN
    if raws:
        return ItemType.FILL_IN if brackets.has_any_blank(making.stem) else _with_words(making)
    if brackets.has_any_blank(making.stem):
        return ItemType.SINGLE
    asks = _ASKS_ESSAY.search(fold(making.stem))
    return (ItemType.SINGLE if fold(making.stem).rstrip().endswith("?") else ItemType.ESSAY) if asks else None


def _with_words(making: Making) -> ItemType:
    """A key in words, no options, no blank: an essay where something is asked; else nobody knows what it is."""
    if not (_ASKS_ESSAY.search(fold(making.stem)) or any(key.is_reply for key in making.found.keys)):
        sentence = N_("The key '%(key)s' fits no type of question. Correct the key, or write the type.")
        making.problems.append(Problem(sentence, {"key": making.keys[0].raw[:40]}, making.key_line, path=checks.KEY))
        making.keys = []
    return ItemType.ESSAY


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


def _read_keys(making: Making) -> None:
    for key in making.keys:
        _read_key(making, key)
    if making.type is ItemType.ESSAY:
        return
    if making.found.options and not making.keys:
        _by_format(making)
    unread = [key for key in making.keys if _is_unread(key)]
    said = {_said(key) for key in making.keys if not _is_unread(key)}
    if unread:
        _cannot_be_key(making, unread[0])
    elif len(said) > 1:
        first = making.keys[0]
        other = next(key for key in making.keys if _said(key) != _said(first))
        sentence = N_("Two keys are given: %(first)s on line %(where)s, %(second)s here. Decide which is right.")
        params = {"first": first.raw, "second": other.raw, "where": first.line}
        making.problems.append(Problem(sentence, params, line=other.line, path=checks.KEY))
    if unread or len(said) > 1:
        making.keys = [Key(making.keys[0].line, "")]


def _is_unread(key: Key) -> bool:
    return key.value is None and key.words is None


def _said(key: Key) -> object:
    return key.value if key.words is None else key.words.blanks


def _read_key(making: Making, key: Key) -> None:
    if brackets.is_choice(making.type):
        read = answers.choice_key(key.raw, making.options)
        if read and read.key[0] not in ("true", "false"):
            key.value, key.rest = read.key, read.rest
    elif making.type is ItemType.TRUE_FALSE:
        key.value = answers.truth_key(key.raw, making.options)
    elif making.type is ItemType.FILL_IN and not _is_letters(key.raw):
        key.words = answers.blank_key(key.raw, count_blanks(making.stem))
    elif making.type is ItemType.ESSAY:
        key.value = (key.raw,)


def _is_letters(raw: str) -> bool:
    """Whether a key in words is one of letters, such as ABD: the heading or the tag of the question is wrong."""
    return bool(re.fullmatch("A?B?C?D?E?F?G?H?", squeezed(raw))) and len(squeezed(raw)) > 1


def _cannot_be_key(making: Making, key: Key) -> None:
    shown = {"key": key.raw[:40]}
    if brackets.is_choice(making.type) and answers.truth_key(key.raw, {}):
        sentence = N_("This is a choice, but its key is %(key)s. Correct the key or the type.")
    elif making.type is ItemType.TRUE_FALSE:
        sentence = N_("This is a true/false question, but its key is %(key)s. Correct the key or the type.")
    elif making.type is ItemType.FILL_IN:
        sentence = N_("This is a fill-in question, but its key is %(key)s. Correct the key or the type.")
    else:
        sentence = N_("The key '%(key)s' is no letter and not the text of exactly one option. Correct it.")
    making.problems.append(Problem(sentence, shown, line=key.line, path=checks.KEY))


def _by_format(making: Making) -> None:
    """A key that only a format shows: Markdown's bold is the author's sign, a word processor's is a hint."""
    bold = [option.letter for option in making.found.options if option.is_bold]
    if len(bold) == 1 and making.type is ItemType.SINGLE:
        line = next(option.line for option in making.found.options if option.is_bold)
        making.keys.append(Key(line, bold[0], (bold[0],)))
        return
    marked = [option.letter for option in making.found.options if option.is_marked]
    if marked and len(marked) < len(making.options):
        line = next(option.line for option in making.found.options if option.is_marked)
        sentence = N_("The key is only shown by format: option %(letters)s is set off. Confirm it and write the key.")
        making.problems.append(Problem(sentence, {"letters": "、".join(marked)}, line=line, path=checks.KEY))


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
