"""Citations inside running text: 《纪律处分条例》第三十九条, 招标投标法（2017）第24条."""

import re
import unicodedata
from datetime import date

from quizapp.domain.articles import ARTICLE, NUMERAL
from quizapp.domain.bank import Bank, Citation, Item
from quizapp.domain.regulations import Fault, FaultKind, Register, Registered, judge
from quizapp.domain.titles import ORNAMENT, spellings

YEAR = re.compile(r"((?:19|20)\d{2})\s*(?:年|修订|修正|版|\))")
FAR = 40
"""An article belongs to a title that stands at most so many signs before it."""


def find_citation(text: str, register: Register, today: date) -> Citation | None:
    """The first citation that ``text`` names, by the longest title or short title that stands in it.

    The edition is the one whose year stands beside the title, else the one in force on that day. None where no
    registered title is named with an article (for a list: with a number).
    """
    folded = ORNAMENT.sub("", unicodedata.normalize("NFKC", text))
    found = _longest_title(folded, register)
    if found is None:
        return None
    regulation, end = found
    after = folded[end:]
    articles = _articles(after, regulation)
    if not articles:
        return None
    year = YEAR.search(after[: after.find(articles[0])])
    edition = regulation.edition(year[1]) if year else regulation.in_force(today)
    edition_id = edition.id if edition else year[1] if year else ""
    return Citation(regulation.code, edition_id, "、".join(articles))


def faults(item: Item, register: Register, today: date, bank: Bank | None = None) -> list[Fault]:
    """What is wrong with the citations of an item and of the items under it on that day.

    An item that asks what has changed cites both editions; that the older one is superseded is its point, no fault.
    """
    return [
        fault
        for part in (item, *item.items)
        for cited in part.citations
        for fault in judge(cited, register, today, bank)
        if fault.kind is not FaultKind.SUPERSEDED or not _cites_present(part, cited, register, today, bank)
    ]


def cited_editions(item: Item, regulation: Registered, register: Register, bank: Bank | None = None) -> set[str]:
    """The ids of the registered editions of a regulation that an item cites."""
    own = [regulation.edition(each.edition) for each in item.citations if register.cited(each, bank) is regulation]
    return {edition.id for edition in own if edition}


def _cites_present(item: Item, cited: Citation, register: Register, today: date, bank: Bank | None) -> bool:
    """Whether the item cites, beside this edition, the one of the same regulation that is in force."""
    regulation = register.cited(cited, bank)
    present = regulation.in_force(today) if regulation else None
    return bool(regulation and present and present.id in cited_editions(item, regulation, register, bank))


def _longest_title(folded: str, register: Register) -> tuple[Registered, int] | None:
    """The regulation named first, and where its title ends; of titles at one place the longest."""
    places = [
        (place, -len(title), at)
        for at, regulation in enumerate(register.regulations)
        for title in spellings((regulation.title, *regulation.short_titles))
        if (place := folded.find(title)) >= 0
    ]
    if not places:
        return None
    # 纪律处分条例 also stands inside 中国共产党纪律处分条例: what ends at the same place is one mention.
    place, length, at = min(places, key=lambda each: (each[0], each[1]))
    return register.regulations[at], place - length


def _articles(after: str, regulation: Registered) -> list[str]:
    """The articles named right behind a title: 第三十九条、第四十条."""
    found: list[str] = []
    end = 0
    for match in ARTICLE.finditer(after):
        if match.start() - end > (FAR if not found else 6):
            break
        found.append(match[0])
        end = match.end()
    if found or regulation.kind == "regulation":
        return found
    entry = re.match(rf"[\s,，:：]*(?:第|No\.?|措施|编号)?\s*({NUMERAL}|[A-Z]+-?\d+)\s*(?:项|号|条)?", after)
    return [entry[1]] if entry else []
