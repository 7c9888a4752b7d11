"""Which measures and posts the banks cover: how many items cite an entry of a list, or name a post."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizapp.domain.articles import article_numbers
from quizapp.domain.bank import Bank, Item
from quizapp.domain.regulations import Article, Register, Registered, RegisteredEdition


@dataclass(frozen=True)
class Covered:
    """One entry of a list, with the number of items that cite it."""

    article: Article
    items: int


@dataclass(frozen=True)
class PostCovered:
    """One post: items that name it, its entries in the list, and how many of those an item cites."""

    name: str
    items: int
    entries: int
    cited: int


def coverage_of(
    regulation: Registered, edition: RegisteredEdition, banks: Iterable[Bank], register: Register
) -> list[Covered]:
    """Every entry of an edition in its order, whichever edition an item cites."""
    counts = Counter(
        number
        for bank in banks
        for item in _leaves(bank)
        for number in {
            number
            for citation in item.citations
            if register.cited(citation, bank) is regulation
            for number in article_numbers(citation.article)
        }
    )
    return [Covered(article, counts[article.number]) for article in edition.articles]


def posts_covered(edition: RegisteredEdition, rows: Sequence[Covered], banks: Iterable[Bank]) -> list[PostCovered]:
    """Every post that the list or an item names, in the order of the list."""
    counts = Counter(post for bank in banks for item in _leaves(bank) for post in set(item.posts))
    names = dict.fromkeys(post for article in edition.articles for post in article.posts) | dict.fromkeys(counts)
    return [
        PostCovered(
            name,
            counts[name],
            sum(name in row.article.posts for row in rows),
            sum(name in row.article.posts and row.items > 0 for row in rows),
        )
        for name in names
    ]


def _leaves(bank: Bank) -> list[Item]:
    return [leaf for item in bank.items for leaf in item.leaves()]
