"""What the charts of a report show: plain values for `macros/charts.html`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from quizapp.domain.branch_summary import Count, Figures, Level, Row
from quizapp.domain.item_analysis import TopicFigures, weakest_first
from quizapp.domain.paper import PaperSpec
from quizapp.domain.score_bins import Bin, score_bins
from quizapp.reports.editions.frozen import rows_of
from quizapp.reports.models import TallyTopic
from quizapp.reports.queries import BranchReport
from quizapp.web import clock
from quizapp.web.wording import percent, points

FEWEST_IN_HEAT_MAP = 10
"""Of fewer people who sat the test a row says nothing about a topic."""
MOST_TOPICS = 10
"""So many columns the heat map has at most: the weakest topics."""

Chart = dict[str, Any]


def distribution(count: Count, spec: PaperSpec) -> Chart | None:
    """The scores of those who sat the test, for ``histogram``; None where nobody did."""
    if not count.sat:
        return None
    bins = score_bins(count.scores, spec.full_points, spec.cut_score)
    below = sum(people for score, people in count.scores.items() if score < spec.cut_score)
    lines = [(_("Cut score %(n)s", n=points(spec.cut_score)), spec.cut_score)]
    if spec.excellent_score is not None:
        lines.append((_("Excellent %(n)s", n=points(spec.excellent_score)), spec.excellent_score))
    drawn: list[Chart] = [
        {"label": _label(one), "value": one.people, "low": one.high <= spec.cut_score, "full": _range(one, bins[-1])}
        for one in bins
    ]
    fullest = max(drawn, key=lambda one: one["value"])
    return {
        "bins": drawn,
        "marks": [{"label": label, "at": _place(bins, at)} for label, at in lines],
        "below": below,
        "desc": _("Most people, %(n)s, reached %(range)s points.", n=fullest["value"], range=fullest["full"]),
    }


def _label(one: Bin) -> str:
    return f"＜{points(one.high)}" if one.low is None else points(one.low)


def _range(one: Bin, last: Bin) -> str:
    if one.low is None:
        return str(_("under %(n)s", n=points(one.high)))
    if one is last:
        return f"{points(one.low)}–{points(one.high)}"
    return str(_("%(low)s to under %(high)s", low=points(one.low), high=points(one.high)))


def _place(bins: Sequence[Bin], score: Decimal) -> float:
    """Where a score stands across the histogram, from 0 to 1."""
    first, last = bins[0], bins[-1]
    start = first.high if first.low is None else first.low
    width = last.high - (last.low or Decimal(0))
    return float((max(score - start, Decimal(0)) / width + (first.low is None)) / len(bins))


def topics_by_branch(quiz_id: int, branch_ids: Collection[int]) -> dict[int, dict[str, TopicFigures]]:
    """What the people of each of these branches earned, by topic; items without a topic are left out."""
    wanted, found = frozenset(branch_ids), dict[int, dict[str, TopicFigures]]()
    for row in rows_of(TallyTopic, quiz_id):
        if row.branch_id in wanted and row.topic and row.responses:
            figures = TopicFigures(row.topic, row.responses, row.right, row.points, row.full_points)
            found.setdefault(row.branch_id, {})[row.topic] = figures
    return found


def added(groups: Collection[Mapping[str, TopicFigures]]) -> dict[str, TopicFigures]:
    """The topics of several branches as one."""
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for group in groups:
        for topic, one in group.items():
            values = (one.responses, one.right, one.points, one.full_points)
            found[topic] = [before + value for before, value in zip(found[topic], values, strict=True)]
    return {topic: TopicFigures(topic, *values) for topic, values in found.items()}


@dataclass(frozen=True)
class HeatMap:
    """Topics by unit, or by branch where only one unit is seen. ``left_out`` topics were better than those shown."""

    by_branch: bool
    columns: list[str]
    rows: list[Chart]
    left_out: int = 0


def heat_map(report: BranchReport) -> HeatMap | None:
    """What each unit earned of each topic; None where there is no topic, or the reader may not see all the scores."""
    parts = report.summary.units
    by_branch = len(parts) == 1
    lines = [(row, [row]) for row in parts[0].branches] if by_branch else [(p.unit, p.branches) for p in parts]
    seen = [row.place.id for part in parts for row in part.branches]
    earned = {} if report.summary.total.withheld else topics_by_branch(report.quiz.id, seen)
    topics = weakest_first(added(list(earned.values())))
    if not topics or len(lines) < 2:
        return None
    columns = [one.topic for one in topics[:MOST_TOPICS]]
    rows = [_heat_row(report, head, [earned.get(row.place.id, {}) for row in rows], columns) for head, rows in lines]
    return HeatMap(by_branch, columns, rows, len(topics) - len(columns))


def _heat_row(report: BranchReport, head: Row, groups: list[Mapping[str, TopicFigures]], columns: list[str]) -> Chart:
    row: Chart = {"label": head.place.name, "n": head.figures.sat}
    if head.level is Level.BRANCH:
        row["url"] = url_for("reports.one_branch", quiz_id=report.quiz.id, branch_id=head.place.id)
    else:
        row["url"] = url_for("reports.quiz", quiz_id=report.quiz.id, unit=head.place.id, _anchor="figures")
    if head.figures.sat < FEWEST_IN_HEAT_MAP:
        return row | {"note": _("Fewer than %(n)s sat it: not shown", n=FEWEST_IN_HEAT_MAP)}
    topics = added(groups)
    return row | {"cells": [topics[topic].facility if topic in topics else None for topic in columns]}


@dataclass(frozen=True)
class Occasion:
    """A test with the figures of one group of people; None where the reader may not see them or there are none."""

    report: BranchReport
    figures: Figures | None


@dataclass(frozen=True)
class Trend:
    """One figure over several tests, for the macro ``trend``."""

    id: str
    title: str
    points: list[Chart]
    low: float
    high: float
    heading: str = field(default="%")


def trends(occasions: Sequence[Occasion]) -> list[Trend]:
    """Participation, mean share of the points and pass rate over tests, the oldest first; none of a single test."""
    if sum(one.figures is not None for one in occasions) < 2:
        return []
    kinds: tuple[tuple[str, str, Callable[[Figures, PaperSpec], Decimal | None]], ...] = (
        ("participation", _("Participation"), lambda figures, spec: figures.participation),
        ("mean", _("Mean, of the full points"), lambda figures, spec: _over(figures.mean, spec.full_points)),
        ("pass", _("Pass rate"), lambda figures, spec: figures.pass_rate),
    )
    found = []
    for name, title, figure in kinds:
        values = [None if one.figures is None else figure(one.figures, one.report.spec) for one in occasions]
        known = [value for value in values if value is not None]
        if len(known) > 1:
            drawn = [_point(one, value) for one, value in zip(occasions, values, strict=True)]
            found.append(Trend(f"y-{name}", title, drawn, *_scale(known)))
    return found


def _over(value: Decimal | None, whole: Decimal) -> Decimal | None:
    return None if value is None else value / whole


def _point(one: Occasion, value: Decimal | None) -> Chart:
    opened = clock.local(one.report.quiz.opens_at)
    return {"label": format_date(opened, "y-MM"), "full": one.report.quiz.title, "value": value, "text": percent(value)}


def _scale(values: Sequence[Decimal]) -> tuple[float, float]:
    """Round ends that hold every value and leave a change its true size: at least 20 per cent apart."""
    tenth = Decimal("0.1")
    high = min(Decimal(1), (max(values) / tenth).to_integral_value(ROUND_CEILING) * tenth)
    low = min((min(values) / tenth).to_integral_value(ROUND_FLOOR) * tenth, high - 2 * tenth)
    return float(max(low, Decimal(0))), float(max(high, 2 * tenth))
