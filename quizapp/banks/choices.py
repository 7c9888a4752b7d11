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
    words = "\n".join(
        (item.type, item.number, item.passage, item.stem, *(option.letter + option.text for option in item.options))
    )
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def possible_keys(item: ImportedItem) -> tuple[str, ...]:
    """What a person may choose from: letters, `TRUE` and `FALSE`; nothing for blanks and essays."""
    if item.type is ItemType.TRUE_FALSE:
        return TRUE, FALSE
    return tuple(dict.fromkeys(option.letter for option in item.options))


def with_key(item: ImportedItem, key: tuple[str, ...]) -> ImportedItem:
    """The item with the key that a person chose. Whoever chose one letter of a multiple choice has confirmed it."""
    places = {**item.places, ANY_NUMBER: item.line} if item.type is ItemType.MULTIPLE else item.places
    others = tuple(problem for problem in item.problems if problem.path != KEY)
    # The person has decided between key and rationale, so that the check must not ask again.
    chosen = checked(replace(item, key=tuple(sorted(key)), places=places, problems=others, rationale=""))
    return replace(chosen, rationale=item.rationale)


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
