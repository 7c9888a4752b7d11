"""What changed between two versions of a bank, in the terms of a person who keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from quizapp.domain.bank import Bank, Item


@dataclass(frozen=True)
class KeyChange:
    """An item whose key changed; both keys as `key_text` shows them."""

    id: str
    old: str
    new: str


@dataclass(frozen=True)
class BankDifference:
    """Ids by what happened to them, each tuple in the order of the new bank (``removed``: of the old one).

    An id may stand in several of the ``…_changed`` tuples. A case counts as an item of its own here, apart from the
    items under it. ``about_changed`` says whether title, description or regulations differ.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    keys_changed: tuple[KeyChange, ...] = ()
    stems_changed: tuple[str, ...] = ()
    options_changed: tuple[str, ...] = ()
    others_changed: tuple[str, ...] = ()
    """Rationale, reference answer, citation, topic, difficulty, posts, type, or what counts as equal in a blank."""
    about_changed: bool = False

    def __bool__(self) -> bool:
        """Whether anything changed. The order of items does not count: papers are drawn from a set."""
        return self != BankDifference()


def bank_difference(old: Bank, new: Bank) -> BankDifference:
    """How ``new`` differs from ``old``; items are matched by id."""
    before = {item.id: item for item in _every_item(old)}
    after = {item.id: item for item in _every_item(new)}
    both = [(before[name], item) for name, item in after.items() if name in before]
    return BankDifference(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        keys_changed=tuple(KeyChange(b.id, key_text(a), key_text(b)) for a, b in both if _key(a) != _key(b)),
        stems_changed=tuple(b.id for a, b in both if a.stem != b.stem),
        options_changed=tuple(b.id for a, b in both if a.options != b.options),
        others_changed=tuple(b.id for a, b in both if _the_rest(a) != _the_rest(b)),
        about_changed=_about(old) != _about(new),
    )


def key_text(item: Item) -> str:
    """The key in one line: ``ABD``, ``true``, or the accepted texts of each blank (``一年 / 1年; 党组``)."""
    if item.blanks:
        return "; ".join(" / ".join(accepted) for accepted in item.blanks)
    return "".join(item.key)


def _every_item(bank: Bank) -> Iterator[Item]:
    for item in bank.items:
        yield item
        yield from item.items


def _key(item: Item) -> object:
    return item.key, item.blanks


def _the_rest(item: Item) -> object:
    return replace(item, stem="", options=(), key=(), blanks=(), items=()), [inner.id for inner in item.items]


def _about(bank: Bank) -> object:
    return bank.title, bank.description, bank.regulations
