"""What a report says of one branch."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort
from flask_babel import gettext as _

from quizapp.accounts.models import Account
from quizapp.domain.branch_summary import Count, Figures, Level, Row, Summary, UnitPart, summarise
from quizapp.domain.item_analysis import weakest_first
from quizapp.reports.absentees import Absentee, absentees
from quizapp.reports.dashboard.charting import Chart, Occasion, Trend, added, distribution, topics_by_branch, trends
from quizapp.reports.dashboard.earlier import tests_before
from quizapp.reports.kept import branch_counts
from quizapp.reports.queries import BranchReport
from quizapp.reports.restated import counts_in_structure_of, may_restate
from quizapp.reports.wording import figure_tiles
from quizapp.web.wording import one_decimal, percent


@dataclass(frozen=True)
class BranchPage:
    """One branch with its unit. ``topics``: bars, the weakest first, each with what everybody in the report earned."""

    part: UnitPart
    row: Row
    tiles: list[dict[str, str]]
    scores: Chart | None
    topics: list[Chart]
    trends: list[Trend]
    names: list[Absentee]


def branch_page(report: BranchReport, branch_id: int, account: Account) -> BranchPage:
    """That branch; 404 where it is not in the report."""
    found = [(part, row) for part in report.summary.units for row in part.branches if row.place.id == branch_id]
    part, row = found[0] if found else abort(404)
    withheld = row.figures.withheld
    count = branch_counts(report.quiz.id, [branch_id]).get(branch_id, Count())
    alone = UnitPart(Row(part.unit.place, Level.UNIT, row.figures), (row,), whole=False)
    return BranchPage(
        part=part,
        row=row,
        tiles=_tiles(report, row.figures),
        scores=None if withheld else distribution(count, report.spec),
        topics=[] if withheld else _topics(report, branch_id),
        trends=trends(_occasions(report, row, account)),
        names=list(absentees(report.quiz.id, Summary(row.figures, (alone,)))),
    )


def _tiles(report: BranchReport, figures: Figures) -> list[dict[str, str]]:
    """The figures of the branch, each rate and mean beside that of everybody in the report."""
    total = report.summary.total
    beside = ["", "", percent(total.participation), one_decimal(total.mean), percent(total.pass_rate)]
    beside.append(percent(total.excellence_rate))
    said = ["" if not value else among_all(report, value) for value in beside]
    tiles = figure_tiles(figures)
    return [tile | {"delta": delta} for tile, delta in zip(tiles, said, strict=True)]


def among_all(report: BranchReport, value: str) -> str:
    """A figure of everybody in the report, as it stands beside that of a branch."""
    said = _("All branches %(n)s", n=value) if report.whole else _("The branches you may see %(n)s", n=value)
    return str(said)


def _topics(report: BranchReport, branch_id: int) -> list[Chart]:
    seen = [row.place.id for part in report.summary.units for row in part.branches]
    earned = topics_by_branch(report.quiz.id, seen)
    everybody = {} if report.summary.total.withheld else added(list(earned.values()))
    bars = list[Chart]()
    for one in weakest_first(earned.get(branch_id, {})):
        beside = among_all(report, f"{percent(everybody[one.topic].facility)}%") if one.topic in everybody else ""
        bars.append({"label": one.topic, "text": f"{percent(one.facility)}%", "value": one.facility, "note": beside})
    return bars


def _occasions(report: BranchReport, row: Row, account: Account) -> Sequence[Occasion]:
    """The branch in the tests of a year, the oldest first, each in the structure of this report."""
    before = [Occasion(earlier, _figures(earlier, report, row, account)) for earlier in tests_before(report, account)]
    return [*reversed(before), Occasion(report, row.figures)]


def _figures(earlier: BranchReport, report: BranchReport, row: Row, account: Account) -> Figures | None:
    """The branch in an earlier test; where it holds people whose results the account may not see, nothing."""
    branch_id = row.place.id
    if not may_restate(earlier, account):
        rows = (line for part in earlier.summary.units for line in part.branches)
        return next((line.figures for line in rows if line.place.id == branch_id and line.figures.eligible), None)
    seen = [line.place.id for part in earlier.summary.units for line in part.branches]
    counts, unseen = counts_in_structure_of(earlier.quiz, seen, report.quiz.opens_at)
    if branch_id in unseen or not counts.get(branch_id, Count()).eligible:
        return None
    return summarise(counts[branch_id], excellence=earlier.spec.excellent_score is not None)
