"""Citations in what was imported: those its author names, and those a rationale names by the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from quizapp.domain.bank import Bank, Citation, Edition, Item, Regulation
from quizapp.domain.citations import find_citation
from quizapp.domain.problem import N_, Problem
from quizapp.domain.regulations import Register, judge
from quizapp.domain.titles import same_title
from quizapp.exporters.imported import bank_items
from quizapp.importers.reading import ImportedItem

LONGEST_QUOTED = 80


def citations_in(
    items: Iterable[ImportedItem], register: Register, today: date, *, also_rationales: bool
) -> list[Citation | None]:
    """What each item rests on, where the register knows the regulation."""
    return [_found(item, register, today, also_rationales=also_rationales) for item in items]


@dataclass(frozen=True)
class Cited:
    """What items rest on, by their number: what is wrong with it, and which name it in their rationale alone."""

    faults: Mapping[int, Sequence[Problem]]
    by_the_way: frozenset[int]

    def suggestions(self, items: Iterable[ImportedItem]) -> int:
        """How many ready items name in their rationale, and nowhere else, what they rest on."""
        return sum(item.is_ready and number in self.by_the_way for number, item in enumerate(items, start=1))


def cited_in(items: Iterable[ImportedItem], register: Register, today: date) -> Cited:
    """What they cite, held against the register; while nothing at all is registered there is nothing to say.

    Faults are superseded and unknown editions, articles that are not there, and what an author names in so many words
    and the register does not know.
    """
    faults, by_the_way = {}, set()
    for number, item in enumerate(items if register.regulations else (), start=1):
        citation = _found(item, register, today, also_rationales=True)
        if citation is not None and not item.cited:
            by_the_way.add(number)
        if problems := _faults(item, citation, register, today):
            faults[number] = problems
    return Cited(faults, frozenset(by_the_way))


def _faults(item: ImportedItem, citation: Citation | None, register: Register, today: date) -> list[Problem]:
    line = item.line_of("cited" if item.cited else "rationale")
    if citation is not None:
        return [replace(fault.problem, line=line) for fault in judge(citation, register, today)]
    if not item.cited:
        return []
    message = N_(
        "The register knows no article that is called “%(cited)s”; it stays in the rationale as words. Register the "
        "regulation, or name it by its title and article."
    )
    return [Problem(message, {"cited": item.cited[:LONGEST_QUOTED]}, line=line)]


def added(
    bank: Bank,
    items: Sequence[ImportedItem],
    ids: Sequence[str],
    citations: Sequence[Citation | None],
    register: Register,
) -> Bank:
    """The bank with the items behind its own, each with its citation, and with the regulations that these name.

    What an author names and the register does not know stays as words in the rationale.
    """
    known = {regulation.id: regulation for regulation in bank.regulations}
    own = [_in_bank(known, citation, register) for citation in citations]
    kept = [item if citation else _in_words(item) for item, citation in zip(items, own, strict=True)]
    by_id = dict(zip(ids, own, strict=True))

    def with_citation(item: Item) -> Item:
        citation = by_id.get(item.id)
        inner = tuple(map(with_citation, item.items))
        return replace(item, items=inner, citations=(citation,) if citation else item.citations)

    new = tuple(map(with_citation, bank_items(kept, ids)))
    return replace(bank, items=(*bank.items, *new), regulations=tuple(known.values()))


def _in_bank(known: dict[str, Regulation], citation: Citation | None, register: Register) -> Citation | None:
    """The citation by the bank's own name for the regulation; ``known`` gains what it does not list yet."""
    registered = register.find(citation.regulation) if citation else None
    if citation is None or registered is None:
        return None
    names = registered.title, *registered.short_titles
    new = Regulation(registered.code, registered.title, registered.issuer)
    regulation = next((each for each in known.values() if same_title(each.title, names)), known.get(new.id, new))
    if all(edition.id != citation.edition for edition in regulation.editions):
        held = registered.edition(citation.edition)
        edition = Edition(citation.edition, held.effective if held else None)
        regulation = replace(regulation, editions=(*regulation.editions, edition))
    known[regulation.id] = regulation
    return replace(citation, regulation=regulation.id)


def _in_words(item: ImportedItem) -> ImportedItem:
    if not item.cited or item.cited in item.rationale:
        return item
    return replace(item, rationale="\n".join(filter(None, (item.rationale, f"依据：{item.cited}"))))


def _found(item: ImportedItem, register: Register, today: date, *, also_rationales: bool) -> Citation | None:
    text = item.cited or (item.rationale if also_rationales else "")
    citation = find_citation(text, register, today) if text else None
    return citation if citation and citation.edition else None
