"""What a question bank holds: frozen values, in the words of IMS QTI."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ItemType(StrEnum):
    """The kinds of item. A `CASE` is a passage with items of the other kinds under it.

    An `ESSAY` needs a person to mark it: banks keep it, no paper draws it.
    """

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    FILL_IN = "fill_in"
    CASE = "case"
    ESSAY = "essay"


TRUE, FALSE = "true", "false"
"""The option letters of a true/false item, in banks, papers and answers alike."""
MOST_BLANKS = 26
"""The most blanks of a fill-in item; no item has more options than that either."""


@dataclass(frozen=True)
class Edition:
    """One edition of a regulation. ``articles`` is the number of its last article, where known."""

    id: str
    effective: date | None = None
    superseded_by: str | None = None
    articles: int | None = None


@dataclass(frozen=True)
class Regulation:
    """A regulation that items rest on, with every edition that the bank cites."""

    id: str
    title: str
    issuer: str = ""
    editions: tuple[Edition, ...] = ()


@dataclass(frozen=True)
class Citation:
    """What a key rests on: a regulation and an edition of the same bank, and the article in its own words (第八条)."""

    regulation: str
    edition: str
    article: str


@dataclass(frozen=True)
class Option:
    """One choice. ``letter`` is its name in the bank; what a candidate sees depends on the paper's order.

    A ``fixed`` option keeps its place when options are shuffled (以上都是, A和B).
    """

    letter: str
    text: str
    fixed: bool = False


@dataclass(frozen=True)
class Item:
    """One scorable question, or a case with ``items`` under it.

    ``key`` by type: `SINGLE` one letter; `MULTIPLE` the letters, sorted; `TRUE_FALSE` ``("true",)`` or
    ``("false",)``; `FILL_IN` and `CASE` empty. ``blanks`` (fill-in only) holds the accepted texts of each blank.
    ``options`` is empty for `TRUE_FALSE`, `FILL_IN`, `ESSAY` and `CASE`. For a case ``stem`` is the passage.
    ``reference`` is the model answer of an essay.
    """

    id: str
    type: ItemType
    stem: str
    options: tuple[Option, ...] = ()
    key: tuple[str, ...] = ()
    blanks: tuple[tuple[str, ...], ...] = ()
    any_order: bool = False
    reference: str = ""
    numerals_equal: bool = False
    rationale: str = ""
    topic: str = ""
    difficulty: int = 3
    citations: tuple[Citation, ...] = ()
    posts: tuple[str, ...] = ()
    items: tuple["Item", ...] = ()

    def leaves(self) -> tuple["Item", ...]:
        """The items a candidate answers: those under a case, else the item itself."""
        return self.items or (self,)


@dataclass(frozen=True)
class Bank:
    """A titled collection of items. Ids are unique over items and the items under cases."""

    title: str
    items: tuple[Item, ...]
    description: str = ""
    regulations: tuple[Regulation, ...] = ()
    _by_id: dict[str, Item] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.items:
            self._by_id[item.id] = item
            self._by_id.update((leaf.id, leaf) for leaf in item.items)

    def item(self, item_id: str) -> Item:
        """The item of that id, also one under a case. Raises KeyError."""
        return self._by_id[item_id]

    def topics(self) -> tuple[str, ...]:
        """Every topic in use, in the order of first appearance."""
        return tuple(dict.fromkeys(item.topic for item in self.items if item.topic))
