"""What a key cell says about its question: letters, numbers, words of options, true or false, texts of blanks."""

import re
from typing import NamedTuple

from quizapp.domain.bank import FALSE, TRUE, ItemType, Option
from quizapp.domain.bank_notation import LETTERS, count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY
from quizapp.importers.notation import fold, is_no_key, parse_key, parse_truth, squeezed

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?|\d{2}:\d{2}:\d{2}")
_PLAIN = re.compile("[A-Z]+")
_NUMBERS = re.compile(r"\d{1,2}(?:\s*[,、;/\s]\s*\d{1,2})*")
_LETTER_AND_TEXT = re.compile(r"[(\[]?([A-Za-z])\s*[.、:)\]\s]\s*(\S.*)", re.DOTALL)
_PARTS = re.compile(r"[,，;；、|｜/\n]+")
_FRACTION = re.compile(r"\d+\s*[/／]\s*\d+")
_ANY_ORDER = re.compile(r"\s*乱序匹配\s*")
_BRACKETED = re.compile(r"(?:[(（][^()（）]+[)）]\s*)+")
_CHOICES = (ItemType.SINGLE, ItemType.MULTIPLE)


class Key(NamedTuple):
    """The kind of question and the key, as `ImportedItem` has them; ``options`` is empty where they were 对 and 错."""

    type: ItemType
    options: tuple[Option, ...] = ()
    key: tuple[str, ...] | None = None
    blanks: tuple[tuple[str, ...], ...] = ()
    any_order: bool = False
    problems: tuple[Problem, ...] = ()


def key_of(text: str, type: ItemType | None, stem: str, options: tuple[Option, ...], truth_key: bool) -> Key:
    """The key that a cell says, for a question of this ``type``; None for the type where the file does not give it.

    ``truth_key`` says that the column is headed 对/错. A text that names no key leaves it None, with a problem that
    has no line yet; a key is never guessed.
    """
    given = "" if not _PLAIN.fullmatch(text) and is_no_key(text) else text
    type = type or _type_by_shape(given, stem, options, truth_key)
    if given and type is not ItemType.ESSAY and _DATE.fullmatch(given):
        message = N_("The key is the date %(key)s: the program has probably changed it. Type the key again, as text.")
        return Key(type, options, problems=(Problem(message, {"key": given}, path=KEY),))
    return _READERS[type](given, type, stem, options)


def truths_of(options: tuple[Option, ...]) -> dict[str, str]:
    """By letter, what the two options 正确 and 错误 of a true/false question say; empty for any other options."""
    if len(options) != 2:
        return {}
    truths = {option.letter: parse_truth(option.text) for option in options}
    if set(truths.values()) == {TRUE, FALSE}:
        return {letter: truth for letter, truth in truths.items() if truth}
    return {}


def _type_by_shape(text: str, stem: str, options: tuple[Option, ...], truth_key: bool) -> ItemType:
    if options:
        if truths_of(options):
            return ItemType.TRUE_FALSE
        letters = _letters(text, options)
        return ItemType.MULTIPLE if letters and len(letters) > 1 else ItemType.SINGLE
    if truth_key or parse_truth(text):
        return ItemType.TRUE_FALSE
    if count_blanks(stem):
        return ItemType.FILL_IN
    return ItemType.ESSAY if text and parse_key(text) is None else ItemType.SINGLE


def _truth(text: str, type: ItemType, _stem: str, options: tuple[Option, ...]) -> Key:
    """True or false; where the two are options, a letter or number means the option, never a place."""
    truths = truths_of(options)
    if options and not truths:
        message = N_("This true/false question has options that are not 正确 and 错误. Check its type.")
        return Key(type, options, problems=(Problem(message, path=KEY),))
    if not text:
        return Key(type)
    if not truths:
        truths = {"A": TRUE, "B": FALSE}
    word = squeezed(text).strip("()[].。").upper()
    numbered = {"1": TRUE, "0": FALSE} if not options else dict(zip("12", truths.values(), strict=True))
    truth = truths.get(word) or numbered.get(word) or parse_truth(text)
    if truth is None:
        return Key(type, problems=(_unknown(text),))
    return Key(type, key=(truth,))


def _choice(text: str, type: ItemType, _stem: str, options: tuple[Option, ...]) -> Key:
    if not text:
        return Key(type, options)
    letters = _letters(text, options)
    return Key(type, options, letters, problems=() if letters else (_unknown(text),))


def _letters(text: str, options: tuple[Option, ...]) -> tuple[str, ...] | None:
    """The letters a key means; True and false stay what they are, for they contradict the options."""
    if _PLAIN.fullmatch(text):
        return tuple(sorted(text))
    if _NUMBERS.fullmatch(fold(text).strip()):
        return _numbered(text, options)
    found = parse_key(text, [option.letter for option in options])
    if found:
        return found
    if letter := _by_text(text, options):
        return (letter,)
    parts = [part for part in _PARTS.split(text) if part.strip()]
    letters = [_by_text(part, options) or _letter_alone(part) for part in parts]
    return tuple(sorted(letters)) if letters and all(letters) else None


def _numbered(text: str, options: tuple[Option, ...]) -> tuple[str, ...] | None:
    """A key of numbers counts the options from 1; unless they are numbers too and say something else."""
    numbers = [int(number) for number in re.findall(r"\d+", fold(text))]
    letters = tuple(sorted(LETTERS[number - 1] for number in numbers if 0 < number <= len(options)))
    said = tuple(sorted(filter(None, (_by_text(str(number), options) for number in numbers))))
    if len(letters) != len(numbers):
        return said if len(said) == len(numbers) else None
    return letters if not said or said == letters else None


def _letter_alone(text: str) -> str:
    word = squeezed(text).strip("()[].").upper()
    return word if len(word) == 1 and word in LETTERS else ""


def _by_text(text: str, options: tuple[Option, ...]) -> str:
    """The letter of the one option with these words, with or without its letter before them; else empty."""
    words = _words(text)
    same = [option.letter for option in options if _words(option.text) == words]
    if len(same) == 1:
        return same[0]
    found = _LETTER_AND_TEXT.fullmatch(fold(text).strip())
    if found and not same:
        letter, words = found.group(1).upper(), _words(found.group(2))
        if any(option.letter == letter and _words(option.text) == words for option in options):
            return letter
    return ""


def _words(text: str) -> str:
    return squeezed(text).strip(".。,;、").lower()


def _fill_in(text: str, type: ItemType, stem: str, options: tuple[Option, ...]) -> Key:
    if not text:
        return Key(type, options)
    any_order = bool(_ANY_ORDER.match(text))
    text = _ANY_ORDER.sub("", text, count=1) if any_order else text
    blanks = tuple(filter(None, (_alternatives(part, "|" in fold(text)) for part in _parts(text, count_blanks(stem)))))
    return Key(type, options, () if blanks else None, blanks, any_order)


def _parts(text: str, blanks: int) -> list[str]:
    """The texts of the blanks: at the first separator that gives as many as the stem has; a single one is whole."""
    if _BRACKETED.fullmatch(text):
        return re.findall(r"[(（]([^()（）]+)[)）]", text)
    for signs in ("|｜", "\n", ";；", "、", "，,"):
        parts = [part.strip() for part in re.split(f"[{signs}]", text)]
        if len(parts) > 1 and (len(parts) == blanks or signs == "|｜"):
            return parts
    return [part.strip() for part in re.split("[;；\n]", text)] if blanks > 1 else [text]


def _alternatives(text: str, semicolon: bool) -> tuple[str, ...]:
    """The texts that one blank accepts. 1/3 is a fraction; ``semicolon`` separates only beside blanks cut at ``|``."""
    if _FRACTION.fullmatch(text):
        return (text,)
    parts = re.split(r"[/／;；]|或" if semicolon else r"[/／]|或", text)
    if not all(part.strip() for part in parts):
        parts = [text]
    return tuple(part.strip() for part in parts if part.strip())


def _essay(text: str, type: ItemType, _stem: str, options: tuple[Option, ...]) -> Key:
    return Key(type, options, (text,) if text else None)


def _unknown(text: str) -> Problem:
    message = N_("The key “%(key)s” is none of the options. Give the letters of the right options.")
    return Problem(message, {"key": text if len(text) <= 30 else text[:30] + "…"}, path=KEY)


_READERS = {
    ItemType.SINGLE: _choice,
    ItemType.MULTIPLE: _choice,
    ItemType.TRUE_FALSE: _truth,
    ItemType.FILL_IN: _fill_in,
    ItemType.ESSAY: _essay,
}
