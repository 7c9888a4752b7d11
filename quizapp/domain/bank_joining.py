"""Several banks as one: a paper is drawn from one bank, and a test may be about more than one of them."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from quizapp.domain.bank import Bank, Edition, Regulation
from quizapp.domain.bank_source import BankError
from quizapp.domain.problem import N_, Problem


def join_banks(title: str, banks: Mapping[str, Bank]) -> Bank:
    """The items of all ``banks`` (by the names to call them by) in their order, and every regulation they cite.

    Raises BankError with every id that two of them give to different things: an item, a regulation, an edition.
    """
    problems = [*_items_twice(banks), *_regulations_at_odds(banks)]
    if problems:
        raise BankError(problems, title)
    laws = sorted((law for bank in banks.values() for law in bank.regulations), key=lambda law: law.id)
    return Bank(
        title=title,
        items=tuple(item for bank in banks.values() for item in bank.items),
        regulations=tuple(_one(tuple(same)) for _id, same in groupby(laws, key=lambda law: law.id)),
    )


def _items_twice(banks: Mapping[str, Bank]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, bank in banks.items():
        for item in bank.items:
            for each in (item, *item.items):
                if each.id in first:
                    msgid = N_("The item “%(id)s” stands in %(first)s and in %(name)s. Give one of them another id.")
                    yield Problem(msgid, {"id": each.id, "first": first[each.id], "name": name})
                first.setdefault(each.id, name)


def _regulations_at_odds(banks: Mapping[str, Bank]) -> Iterator[Problem]:
    first: dict[tuple[str, str], tuple[str, object]] = {}
    for name, bank in banks.items():
        for law in bank.regulations:
            parts: list[tuple[str, object]] = [
                ("", (law.title, law.issuer)),
                *((each.id, each) for each in law.editions),
            ]
            for edition, said in parts:
                before, meant = first.setdefault((law.id, edition), (name, said))
                if meant != said:
                    msgid = N_("What %(id)s is, %(first)s and %(name)s say differently. Make them say the same.")
                    named = f"{law.id} {edition}".rstrip()
                    yield Problem(msgid, {"id": named, "first": before, "name": name})


def _one(same: tuple[Regulation, ...]) -> Regulation:
    editions: dict[str, Edition] = {edition.id: edition for law in same for edition in law.editions}
    return Regulation(same[0].id, same[0].title, same[0].issuer, tuple(editions[name] for name in sorted(editions)))
