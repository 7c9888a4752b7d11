"""The type of a question: what its tag or heading says, else what its options, keys and blanks show."""

import re

from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import fold, parse_key, parse_truth
from quizapp.importers.text import answers, brackets
from quizapp.importers.text.making import Making

_ASKS_ESSAY = re.compile(r"简述|论述|谈谈|试述|简要|说明|阐述|请(?:写|结合|列|谈)|如何|怎样|为什么|哪些|什么|[?]")


def type_of(making: Making, words_in_brackets: bool) -> ItemType | None:
    """The type; None where the text is a statement that asks nothing."""
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
