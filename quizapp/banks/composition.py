"""What a bank is made of, in figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizapp.domain.bank import Bank, Item, ItemType

DIFFICULTIES = range(1, 6)


@dataclass(frozen=True)
class Composition:
    """How many items a candidate could answer, by type, topic and difficulty; ``cases`` counts the passages.

    Topics stand in the order of first appearance; items without one are counted under ``""``, which comes last.
    """

    items: int
    cases: int
    by_type: dict[ItemType, int]
    by_topic: dict[str, int]
    by_difficulty: dict[int, int]


def composition(bank: Bank) -> Composition:
    """The figures of ``bank``."""
    leaves = [leaf for item in bank.items for leaf in item.leaves()]
    types = Counter(leaf.type for leaf in leaves)
    difficulties = Counter(leaf.difficulty for leaf in leaves)
    topics = Counter(leaf.topic for leaf in leaves)
    return Composition(
        items=len(leaves),
        cases=sum(item.type is ItemType.CASE for item in bank.items),
        by_type={kind: types[kind] for kind in ItemType if types[kind]},
        by_topic={topic: topics[topic] for topic in sorted(topics, key=lambda topic: not topic)},
        by_difficulty={level: difficulties[level] for level in DIFFICULTIES},
    )


def matching(items: Iterable[Item], *, kind: str = "", topic: str = "", words: str = "") -> list[tuple[int, Item]]:
    """The items that fit every filter given, each with its number in the bank. A case fits through any of its items."""
    return [
        (number, item)
        for number, item in enumerate(items, start=1)
        if (not kind or kind in {part.type for part in _parts(item)})
        and (not topic or topic in {part.topic for part in _parts(item)})
        and (not words or words.casefold() in _text(item))
    ]


def _parts(item: Item) -> Sequence[Item]:
    return (item, *item.items)


def _text(item: Item) -> str:
    texts = [text for part in _parts(item) for text in (part.id, part.stem, *(option.text for option in part.options))]
    return "\n".join(texts).casefold()
