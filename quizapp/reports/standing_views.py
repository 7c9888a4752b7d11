"""The page that shows how branches stand: what can be told apart, and what cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizapp.domain.branch_summary import Level
from quizapp.domain.standing import GROUP_NAMES, LEAST_PEOPLE, Group, Line, Measure
from quizapp.reports.queries import READS_REPORTS
from quizapp.reports.standing import FIGURE_NAMES, DepartmentStanding, Figure, Member, standing_of
from quizapp.reports.views import report_to_reader, reports
from quizapp.web.access import allow
from quizapp.web.wording import one_decimal, percent

_STEPS = (1, 2, 5, 10, 20, 25)
_MOST_TICKS = 5
_SEEN = 0.05
"""What is rounded to one decimal differs from here on."""


@dataclass(frozen=True)
class Axis:
    """The part of the scale that a picture shows, from 0 to ``full`` at most, and where it is marked."""

    low: float
    high: float
    ticks: Sequence[float]

    def place(self, value: float) -> str:
        """Where a value stands, in per cent of the width."""
        return f"{100 * (value - self.low) / (self.high - self.low):.2f}%"


@dataclass(frozen=True)
class Table:
    """One figure of everybody, as the page shows it: per cent for rates, points for means."""

    figure: Figure
    measure: Measure
    axis: Axis
    groups: Mapping[Group, Sequence[tuple[Member, Line]]]
    adjusts: bool  # whether evening out the papers moved any figure that is shown

    @property
    def is_rate(self) -> bool:
        """Whether the figure is a share of people."""
        return self.figure is not Figure.MEAN

    @property
    def is_drawn(self) -> bool:
        """Whether an estimate is shown. Who took part is known and not estimated."""
        return self.figure is not Figure.PARTICIPATION

    def text(self, value: float | None) -> str:
        """A figure with one decimal."""
        return percent(value) if self.is_rate else one_decimal(value)


@reports.get("/reports/<int:quiz_id>/standing")
@allow(*READS_REPORTS)
def standing(quiz_id: int) -> ResponseReturnValue:
    """``of``: which figure; ``level``: branches or units. What is unknown, or not for the reader, is the first one."""
    level = Level.UNIT if request.args.get("level") == "units" else Level.BRANCH
    with report_to_reader(quiz_id) as report:
        found = standing_of(report, level)
        asked = request.args.get("of", "")
        figure = Figure(asked) if asked in found.measures else next(iter(found.measures))
        return render_template(
            "reports/standing.html",
            report=report,
            level=level,
            table=table_of(found, figure, float(report.spec.full_points)),
            figures={each: label for each, label in FIGURE_NAMES.items() if each in found.measures},
            group_names=GROUP_NAMES,
            least=LEAST_PEOPLE,
        )


def table_of(found: DepartmentStanding, figure: Figure, full_points: float) -> Table:
    """The members of each group in the order of the organisation: within a group there is no other."""
    measure = found.measures[figure]
    lines = measure.lines
    adjusts = any(abs((line.adjusted or 0) - (line.value or 0)) >= _SEEN for line in lines.values())
    return Table(
        figure,
        measure,
        axis_of(measure, full_points if figure is Figure.MEAN else 1.0),
        {group: [(found.members[id], lines[id]) for id in measure.ids_of(group)] for group in GROUP_NAMES},
        adjusts and figure is Figure.MEAN,
    )


def axis_of(measure: Measure, full: float) -> Axis:
    """A scale in round numbers that holds every interval and figure, and the whole."""
    seen = [measure.whole or 0.0]
    for line in measure.lines.values():
        if line.value is not None and line.adjusted is not None:
            seen += [line.value, line.adjusted]
        if line.interval is not None:
            seen += [line.interval.low, line.interval.high]
    part = full / 100  # the steps are hundredths of the full scale
    low, high = floor(min(seen) / part), ceil(max(seen) / part)
    step = next((step for step in _STEPS if (high - low) / step <= _MOST_TICKS), _STEPS[-1])
    low, high = low // step * step, -(-high // step) * step
    if low == high:
        low, high = (low, high + step) if high < 100 else (low - step, high)
    return Axis(low * part, high * part, [tick * part for tick in range(low, high + 1, step)])
