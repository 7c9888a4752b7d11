"""What the keys of a question say, and whether all say the same: else none is taken."""

import re

from quizapp.domain.bank import ItemType
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import squeezed
from quizapp.importers.text import answers, brackets
from quizapp.importers.text.making import Key, Making


def read_keys(making: Making) -> None:
    """Read each key by the type of the question; where they disagree, or one says nothing, none is left."""
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
