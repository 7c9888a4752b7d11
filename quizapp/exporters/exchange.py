"""What the exchange formats have in common on the way out: tags for fields they lack, and what none of them holds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizapp.domain.bank import Bank, Citation, Item, ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers.exchange import ANY_ORDER, UNSORTED

BLANKS = re.compile(r"[_＿]{3,}")
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES_LOST = re.compile(r"(?<= ) |(?<=\n) | (?=\n)")


@dataclass(frozen=True)
class Entry:
    """An item a candidate answers, and the case it stands under, if any."""

    item: Item
    case: Item | None = None


def entries(bank: Bank) -> Iterator[Entry]:
    """The items of a bank in order, those of a case one after another."""
    for item in bank.items:
        if item.type is ItemType.CASE:
            yield from (Entry(leaf, item) for leaf in item.items)
        else:
            yield Entry(item)


def tags_for(entry: Entry, bank: Bank) -> list[str]:
    """The fields of our own as tags: `quizapp.importers.exchange.tags_of` reads them again."""
    item = entry.item
    tags = [f"知识点:{item.topic}"] if item.topic else []
    tags.append(f"难度:{item.difficulty}")
    tags += [f"岗位:{post}" for post in item.posts]
    tags += [f"依据:{_cited(each, bank)}" for each in item.citations]
    tags += [f"案例:{entry.case.id}"] if entry.case else []
    return tags + ([f"顺序:{ANY_ORDER}"] if item.any_order else [])


def _cited(citation: Citation, bank: Bank) -> str:
    titles = {regulation.id: regulation.title for regulation in bank.regulations}
    return f"《{titles.get(citation.regulation, citation.regulation)}》（{citation.edition}）{citation.article}"


def category_for(topic: str, bank: Bank) -> str:
    """The Moodle category of a topic; items without one go where Moodle puts them, into the default."""
    name = (topic or f"{UNSORTED}{bank.title}").replace("/", "//")
    return f"$course$/top/{' '.join(name.split())}"


def in_xml(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)


def spaces_kept(text: str) -> str:
    """The text with the spaces that HTML would run together made to stay."""
    return _SPACES_LOST.sub("\xa0", text)


def common_losses(bank: Bank) -> Iterator[Problem]:
    """What no exchange format holds."""
    if bank.regulations:
        yield Problem(N_("The list of regulations is left out; citations are kept as text. Keep the YAML file too."))
    if any(item.type is ItemType.CASE for item in bank.items):
        yield Problem(N_("Cases come apart into questions that each carry the passage. Keep the YAML file too."))
    yield from losses_where(
        bank,
        lambda item: item.numerals_equal,
        lambda name: Problem(
            N_("%(item)s accepts numerals of either kind, which is left out. List both as accepted texts."),
            {"item": name},
        ),
    )


def losses_where(bank: Bank, is_lost: Callable[[Item], bool], say: Callable[[str], Problem]) -> Iterator[Problem]:
    """The sentence for every item that something is lost of, by the item's id."""
    return (say(entry.item.id) for entry in entries(bank) if is_lost(entry.item))
