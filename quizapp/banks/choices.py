"""Keys that a person chose where the file gives none: kept beside the reading, so that they outlast a correction."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quizapp.banks.models import ImportBatch
from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.importers import wire
from quizapp.importers.checks import ANY_NUMBER, KEY, checked
from quizapp.importers.reading import ImportedItem, Reading

Choices = Mapping[str, Mapping[str, Any]]


def mark_of(item: ImportedItem) -> str:
    """What an item is known by while its text is corrected around it: its own words, its number and its passage.

    Under two cases of a file the same words are two questions, with two keys.
    """
    options = (option.letter + option.text for option in item.options)
    words = "\n".join((_type_shown(item), item.number, item.passage, item.stem, *options))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _type_shown(item: ImportedItem) -> ItemType:
    """The type as a person takes it: a table that names no type leaves statements that look like choices."""
    return ItemType.TRUE_FALSE if is_statement(item) else item.type


def is_statement(item: ImportedItem) -> bool:
    """Whether a person may make a true/false question of it: one already, or a choice that has nothing to choose."""
    return item.type is ItemType.TRUE_FALSE or (item.type is ItemType.SINGLE and not item.options)


def possible_keys(item: ImportedItem) -> tuple[str, ...]:
    """What a person may choose from: letters, `TRUE` and `FALSE`; nothing for blanks and essays."""
    if is_statement(item):
        return TRUE, FALSE
    return tuple(dict.fromkeys(option.letter for option in item.options))


def with_key(item: ImportedItem, key: tuple[str, ...]) -> ImportedItem:
    """The item with the key that a person chose. Whoever chose one letter of a multiple choice has confirmed it."""
    if is_statement(item):
        item = _as_true_false(item)
    places = {**item.places, ANY_NUMBER: item.line} if item.type is ItemType.MULTIPLE else item.places
    others = tuple(problem for problem in item.problems if problem.path != KEY)
    # The person has decided between key and rationale, so that the check must not ask again.
    chosen = checked(replace(item, key=tuple(sorted(key)), places=places, problems=others, rationale=""))
    return replace(chosen, rationale=item.rationale)


def _as_true_false(item: ImportedItem) -> ImportedItem:
    """The same as a true/false question, without what was said of it only because it was taken for a choice."""
    if item.type is ItemType.TRUE_FALSE:
        return item
    as_choice = {problem.msgid for problem in checked(replace(item, problems=())).problems}
    others = tuple(problem for problem in item.problems if problem.msgid not in as_choice)
    return replace(item, type=ItemType.TRUE_FALSE, problems=others)


def with_choices(reading: Reading, choices: Choices) -> Reading:
    """The reading with every key that was chosen for an item that still reads the same, and still lacks one.

    What the file states is never overruled: neither for a twin of the item, nor where a correction has added the key.
    """
    if not choices:
        return reading
    items = [(item, choices.get(mark_of(item))) for item in reading.items]
    chosen = tuple(
        with_key(item, tuple(choice["key"])) if choice and not item.is_ready else item for item, choice in items
    )
    return replace(reading, items=chosen)


def reading_of(batch: ImportBatch) -> Reading:
    """What was read in an import, with the keys chosen since."""
    return with_choices(wire.reading(batch.reading or {}), batch.choices)
