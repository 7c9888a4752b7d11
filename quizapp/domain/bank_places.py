"""Where the items of a bank file stand, and which keys were written for them: what a `Bank` no longer knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from quizapp.domain.bank_reading import value_node
from quizapp.domain.bank_source import Mapping, Node, Scalar, Sequence, read_tree


@dataclass(frozen=True)
class Place:
    """Where an item's id stands (from 1), and the keys given for it: its own and those of the case it stands under."""

    line: int
    column: int
    keys: frozenset[str]


def places_in(text: str | bytes) -> dict[str, Place]:
    """The place of each item by its id, of a file that `quizapp.domain.bank_yaml.read_bank` has read without a problem.

    Raises BankError like that one for what is no YAML.
    """
    return dict(_places(read_tree(text), frozenset()))


def _places(parent: Node, inherited: frozenset[str]) -> Iterator[tuple[str, Place]]:
    items = value_node(parent, "items")
    for item in items.entries if isinstance(items, Sequence) else ():
        name = value_node(item, "id")
        if not isinstance(item, Mapping) or not isinstance(name, Scalar):
            continue
        keys = inherited | {key.text for key, _ in item.pairs if isinstance(key, Scalar)}
        yield name.text.strip(), Place(name.line, name.column, keys)
        yield from _places(item, keys)
