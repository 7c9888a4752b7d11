"""What a report says of the single items: their figures, put in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import abort

from quizapp.banks.queries import bank_of
from quizapp.domain.bank import Bank
from quizapp.domain.item_analysis import ItemFigures
from quizapp.domain.problem import N_
from quizapp.reports.kept import all_item_figures
from quizapp.reports.queries import BranchReport

PAGE = 40


class Order(StrEnum):
    """How the items are put in order."""

    FLAGGED = "flagged"
    HARDEST = "hardest"
    LEAST_TELLING = "least_telling"
    BANK = "bank"


ORDER_NAMES = {
    Order.FLAGGED: N_("To look at first"),
    Order.HARDEST: N_("Hardest first"),
    Order.LEAST_TELLING: N_("Lowest discrimination first"),
    Order.BANK: N_("As in the bank"),
}
_RANKS: dict[Order, Callable[[ItemFigures], tuple[float, ...]]] = {
    Order.FLAGGED: lambda one: (-len(one.flags), _or(one.discrimination, 2)),
    Order.HARDEST: lambda one: (_or(one.facility, 2),),
    Order.LEAST_TELLING: lambda one: (_or(one.discrimination, 2),),
    Order.BANK: lambda one: (),
}


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


@dataclass(frozen=True)
class ItemPage:
    """Some of the items of a test, in order; ``flagged`` of all ``count`` are to be looked at."""

    bank: Bank
    order: Order
    lines: Sequence[ItemFigures]
    first: int  # number of the first line
    page: int
    pages: int
    count: int
    flagged: int


def item_lines(report: BranchReport) -> list[ItemFigures]:
    """The items in the bank's order; 404 where the reader may never see them.

    None before the test is over, nor while another one may ask the reader the same.
    """
    if not report.sees_everything:
        abort(404)
    if not report.items_shown:
        return []
    frozen = report.frozen
    bank = bank_of(report.quiz.bank_revision_id) if frozen is None else frozen.bank()
    return all_item_figures(report.quiz.id, bank)


def item_page(report: BranchReport, order: Order, page: int) -> ItemPage:
    """One page of them; 404 as in `item_lines`, and for a page that there is not."""
    every = item_lines(report)
    pages = max(1, -(-len(every) // PAGE))
    if not 1 <= page <= pages:
        abort(404)
    start = (page - 1) * PAGE
    return ItemPage(
        bank=bank_of(report.quiz.bank_revision_id),
        order=order,
        lines=sorted(every, key=_RANKS[order])[start : start + PAGE],
        first=start + 1,
        page=page,
        pages=pages,
        count=len(every),
        flagged=sum(bool(one.flags) for one in every),
    )
