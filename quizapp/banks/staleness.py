"""Which items of a bank rest on what a newer edition has changed or dropped, and what else is wrong with citations."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from quizapp.domain.bank import Bank, Item
from quizapp.domain.citations import cited_editions, faults
from quizapp.domain.regulations import STALE, Change, Fault, Register, Registered, changed_by


@dataclass(frozen=True)
class Concerned:
    """One article that an item cites in the edition ``cited_in``, and what became of it."""

    cited_in: str
    change: Change


@dataclass(frozen=True)
class Stale:
    """An item whose key may have become wrong: by which newer edition, and each article concerned."""

    item_id: str
    regulation: Registered
    edition: str
    concerned: tuple[Concerned, ...]

    @property
    def code(self) -> str:
        """What banks call the regulation."""
        return self.regulation.code

    @property
    def cited(self) -> tuple[str, ...]:
        """The numbers of the articles as they are cited."""
        return tuple(dict.fromkeys(each.change.cited for each in self.concerned))

    @property
    def articles(self) -> tuple[str, ...]:
        """Their numbers now, as far as they are still there."""
        return tuple(dict.fromkeys(each.change.article for each in self.concerned if each.change.article))


def stale_items(bank: Bank, register: Register, code: str = "") -> list[Stale]:
    """Every such item of ``bank``, at most once for each newer edition; ``code`` looks at one regulation only."""
    found: dict[tuple[str, str, str], Stale] = {}
    for part in _parts(bank):
        for each in _stale(part, bank, register):
            if not code or each.code == code:
                key = each.item_id, each.code, each.edition
                there = found[key].concerned if key in found else ()
                found[key] = replace(each, concerned=tuple(dict.fromkeys((*there, *each.concerned))))
    return list(found.values())


def _parts(bank: Bank) -> Iterator[Item]:
    for item in bank.items:
        yield item
        yield from item.items


def _stale(item: Item, bank: Bank, register: Register) -> Iterator[Stale]:
    for citation in item.citations:
        regulation = register.cited(citation, bank)
        cited_in = regulation.edition(citation.edition) if regulation else None
        if regulation is None or cited_in is None:
            continue
        order = [edition.id for edition in regulation.editions]
        # Who cites, beside the older edition, one that has the change already asks about it, and has read both.
        latest = max(cited_editions(item, regulation, register, bank), key=order.index)
        changed = (change for change in changed_by(citation, register, bank) if change.kind in STALE)
        bad = [change for change in changed if order.index(change.edition) > order.index(latest)]
        if not bad:
            continue
        newest = max((change.edition for change in bad), key=order.index)
        yield Stale(item.id, regulation, newest, tuple(Concerned(cited_in.id, change) for change in bad))


def items_citing(bank: Bank, register: Register, code: str, edition: str) -> set[str]:
    """The items of ``bank`` that cite that edition of the regulation of that code."""
    regulation = register.find(code)
    meant = regulation.edition(edition) if regulation else None
    if regulation is None or meant is None:
        return set()
    return {
        part.id
        for part in _parts(bank)
        for citation in part.citations
        if register.cited(citation, bank) is regulation and regulation.edition(citation.edition) is meant
    }


def flagged(bank: Bank, register: Register, today: date) -> dict[str, list[Fault]]:
    """Item (a case as a whole) → what is wrong with its citations; items without a fault are left out.

    While nothing at all is registered there is nothing to compare with, and no item is at fault.
    """
    if not register.regulations:
        return {}
    judged = {item.id: faults(item, register, today, bank) for item in bank.items}
    return {item_id: found for item_id, found in judged.items() if found}


def without(bank: Bank, left_out: frozenset[str]) -> Bank:
    """``bank`` without those items, and without the cases that one of them stands under."""
    if not left_out:
        return bank
    kept = (
        item for item in bank.items
        if item.id not in left_out and left_out.isdisjoint(leaf.id for leaf in item.leaves())
    )  # fmt: skip
    return replace(bank, items=tuple(kept))
