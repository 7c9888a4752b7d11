"""What the items of a period's tests rest on: regulations, entries of the own lists, and the posts that items name.

An item that cites two entries, or names two posts, is counted with each; with one regulation it is counted once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from quizapp.attempts.endings import table_of
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.articles import article_numbers
from quizapp.domain.bank import Bank, Item
from quizapp.domain.period_analysis import Earned, Trend
from quizapp.domain.regulations import Article, Kind, Register, Registered
from quizapp.regulations.queries import register
from quizapp.reports.editions.frozen import rows_of
from quizapp.reports.models import TallyBranchItem, TallyItem
from quizapp.reports.periods.queries import PeriodTest
from quizapp.reports.periods.subjects import Sums, trends_of
from quizapp.reports.sums import in_pieces

Names = Callable[[Item, Bank], Iterable[str]]
"""The subjects of an item."""


@dataclass(frozen=True)
class Measure:
    """An entry of an own list: how its items went (None: no item cites it), and which of its posts lag."""

    regulation: Registered
    article: Article
    trend: Trend | None
    lagging: tuple[str, ...]


@dataclass(frozen=True)
class ItemSubjects:
    """What the items of these tests rest on; ``whole`` is what was earned of the whole papers of each."""

    tests: Sequence[PeriodTest]
    whole: Sequence[Earned]

    @cached_property
    def register(self) -> Register:
        """Everything that is registered."""
        return register()

    @cached_property
    def _items(self) -> list[Sums]:
        return [_item_sums(test) for test in self.tests]

    def regulations(self) -> list[Trend]:
        """Each regulation (法规) by its title, whichever edition an item cites."""
        kind = Kind.REGULATION
        return self._trends(lambda item, bank: {one.title for one, _article in self._cited(item, bank, kind)})

    def entries(self, regulation: Registered) -> dict[str, Trend]:
        """The entries of an own list that items cite, by their numbers."""
        trends = self._trends(
            lambda item, bank: {
                number
                for one, article in self._cited(item, bank, regulation.kind)
                if one is regulation
                for number in article_numbers(article)
            }
        )
        return {trend.name: trend for trend in trends}

    def measures(self, lagging: Collection[str], day: date) -> Iterator[Measure]:
        """The entries of the lists of measures in force on that day that items cite, or of which a post lags."""
        for regulation in self.register.regulations:
            edition = regulation.in_force(day)
            if regulation.kind is not Kind.MEASURES or edition is None:
                continue
            cited = self.entries(regulation)
            for article in edition.articles:
                behind = tuple(post for post in article.posts if post in lagging)
                if article.number in cited or behind:
                    yield Measure(regulation, article, cited.get(article.number), behind)

    def posts(self) -> list[Trend]:
        """Each post that items name, by the answers of everybody, whatever their post."""
        return self._trends(lambda item, _bank: set(item.posts))

    def _cited(self, item: Item, bank: Bank, kind: Kind) -> Iterator[tuple[Registered, str]]:
        for citation in item.citations:
            found = self.register.cited(citation, bank)
            if found is not None and found.kind is kind:
                yield found, citation.article

    def _trends(self, names: Names) -> list[Trend]:
        sums = [_by_name(test, items, names) for test, items in zip(self.tests, self._items, strict=True)]
        return trends_of(sums, self.whole)


def _item_sums(test: PeriodTest) -> Sums:
    """Each item; nothing where the reader may not see all scores of the test."""
    found: dict[str, Earned] = defaultdict(Earned)
    if test.scores_shown:
        rows = rows_of(TallyItem, test.quiz.id) if test.is_whole else _of_branches(test)
        for row in rows:
            found[row.item_id] += Earned(int(row.responses), int(row.points), row.full_points * int(row.responses))
    return found


def _of_branches(test: PeriodTest) -> Iterator[Any]:
    """The sums of some branches: as they stand now, also of a test that is frozen, since no copy carries so many."""
    table = table_of(TallyBranchItem)
    sums = (func.sum(table.c[name]).label(name) for name in ("responses", "points"))
    query = select(table.c.item_id, table.c.full_points, *sums).where(table.c.quiz_id == test.quiz.id)
    for piece in in_pieces(test.part.branch_ids, 5000):
        yield from db.session.execute(
            query.where(table.c.branch_id.in_(piece)).group_by(table.c.item_id, table.c.full_points)
        )


def _by_name(test: PeriodTest, sums: Sums, names: Names) -> Sums:
    """The sums of the items, put together by the subjects of each."""
    bank = bank_of(test.quiz.bank_revision_id)
    found: dict[str, Earned] = defaultdict(Earned)
    for item_id, earned in sums.items():
        for name in names(bank.item(item_id), bank):
            found[name] += earned
    return found
