"""Which articles of regulations were known least: what their items earned together."""

from collections import defaultdict
from decimal import Decimal

from flask_babel import gettext as _

from quizapp.banks.queries import bank_of
from quizapp.domain.bank import Bank
from quizapp.domain.item_analysis import FEWEST_TO_JUDGE
from quizapp.reports.dashboard.charting import Chart
from quizapp.reports.editions.frozen import rows_of
from quizapp.reports.models import TallyItem
from quizapp.reports.queries import BranchReport
from quizapp.web.wording import percent

SHOWN = 5


def weak_articles(report: BranchReport) -> list[tuple[tuple[str, str], int, Decimal]]:
    """Title and article, how often it was asked, and which share of the points was earned: the least first.

    Only for who sees everybody's results: the items are counted over the whole test. An item that cites several
    articles counts for each of them; what was asked fewer than `FEWEST_TO_JUDGE` times is left out.
    """
    if not report.sees_everything:
        return []
    bank = bank_of(report.quiz.bank_revision_id)
    cited = _cited(bank)
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows_of(TallyItem, report.quiz.id):
        for name in cited.get(row.item_id, ()):
            sums = (row.responses, row.points, row.full_points * row.responses)
            found[name] = [before + value for before, value in zip(found[name], sums, strict=True)]
    shares = [(name, n, Decimal(got) / full) for name, (n, got, full) in found.items() if full and n >= FEWEST_TO_JUDGE]
    return sorted(shares, key=lambda one: (one[2], one[0]))


def _cited(bank: Bank) -> dict[str, set[tuple[str, str]]]:
    """Item → the articles that it rests on, by title and article."""
    titles = {regulation.id: regulation.title.strip("《》") for regulation in bank.regulations}
    return {
        leaf.id: {(titles.get(one.regulation, one.regulation), one.article) for one in leaf.citations}
        for item in bank.items
        for leaf in item.leaves()
    }


def weak_bars(report: BranchReport) -> list[Chart]:
    """The weakest few, for the macro ``bars``."""
    return [
        {
            "label": title,
            "kept": article,
            "text": f"{percent(share)}%",
            "value": share,
            "note": _("asked %(n)s times", n=f"{n:,}"),
        }
        for (title, article), n, share in weak_articles(report)[:SHOWN]
    ]
