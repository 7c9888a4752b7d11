"""The workbook's charts, each beside the table that it is drawn from: Excel's own, to be copied onward."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from quizapp.domain.branch_summary import FEWEST_FOR_SCORES, together
from quizapp.domain.item_analysis import TopicFigures
from quizapp.domain.score_bins import Bin, score_bins
from quizapp.reports.kept import branch_counts
from quizapp.reports.queries import BranchReport
from quizapp.web.wording import points

BAR = "#7A2E2A"
LEAST_ROWS, MOST_ROWS = 18, 44
"""A chart is at least and at most so many rows high."""
ROWS_ON_A_PAGE = 44
MOST_BARS = 40


@dataclass(frozen=True)
class Drawn:
    """A table of names and numbers, and its chart. ``across``: lying bars. ``number_format`` as Excel has it."""

    title: str
    head: str
    rows: Sequence[tuple[str, float]]
    number_format: str
    across: bool

    @property
    def height(self) -> int:
        """Rows that the chart takes."""
        return min(MOST_ROWS, max(LEAST_ROWS, len(self.rows) + 6 if self.across else 0))

    @property
    def alt(self) -> str:
        """What the chart says, for who does not see it."""
        return str(_("Chart: %(title)s. Its numbers stand in the table beside it.", title=self.title))


def drawn_of(report: BranchReport, topics: Sequence[TopicFigures]) -> list[Drawn]:
    """What there is to draw of a report; nothing that a reader may not see, or that has too few people."""
    found = []
    units = [part.unit for part in report.summary.units if part.unit.figures.eligible]
    if 2 <= len(units) <= MOST_BARS:
        rows = [(row.place.name, float(row.figures.participation or 0)) for row in units]
        found.append(Drawn(_("Participation by unit"), _("Participation %"), rows, "0.0%", True))
    total = report.summary.total
    if not total.withheld and total.sat >= FEWEST_FOR_SCORES:
        rows = [(_bin_name(one), float(one.people)) for one in _bins(report)]
        found.append(Drawn(_("Distribution of scores"), _("People"), rows, "#,##0", False))
    if 2 <= len(topics) <= MOST_BARS:
        rows = [(one.topic, float(one.facility or 0)) for one in topics]
        found.append(Drawn(_("Facility by topic"), _("Facility %"), rows, "0.0%", True))
    return found


def _bins(report: BranchReport) -> list[Bin]:
    ids = {row.place.id for part in report.summary.units for row in part.branches}
    scores = together(branch_counts(report.quiz.id, ids).values()).scores
    return score_bins(scores, report.spec.full_points, report.spec.cut_score)


def _bin_name(one: Bin) -> str:
    if one.low is None:
        return str(_("below %(high)s", high=points(one.high)))
    return f"{points(one.low)}–{points(one.high)}"


def write_charts(book: Any, sheet: Any, charts: Sequence[Drawn], first: int, styles: dict[Any, Any]) -> None:
    """The tables below each other in the first two columns, each with its chart on the right."""
    row, page = first, 0
    breaks = []
    for chart in charts:
        if row + chart.height - page > ROWS_ON_A_PAGE:  # else a chart would be cut in two where the page ends
            breaks.append(row)
            page = row
        sheet.write_string(row, 0, chart.title, styles["title"])
        sheet.write_string(row, 1, chart.head, styles["title"])
        number = book.add_format({"bottom": 1, "bottom_color": "#A8A296", "num_format": chart.number_format})
        for offset, (name, value) in enumerate(chart.rows, 1):
            sheet.write_string(row + offset, 0, name, styles["text"])
            sheet.write_number(row + offset, 1, value, number)
        _insert(book, sheet, chart, row)
        row += max(len(chart.rows), chart.height) + 3
    sheet.set_h_pagebreaks(breaks)


def _insert(book: Any, sheet: Any, chart: Drawn, row: int) -> None:
    made = book.add_chart({"type": "bar" if chart.across else "column"})
    first, last = row + 1, row + len(chart.rows)
    made.add_series(
        {
            "name": chart.title,
            "categories": [sheet.get_name(), first, 0, last, 0],
            "values": [sheet.get_name(), first, 1, last, 1],
            "fill": {"color": BAR},
            "gap": 60,
            "data_labels": {"value": True, "num_format": chart.number_format},
        }
    )
    made.set_title({"name": chart.title, "name_font": {"size": 12, "bold": True}, "overlay": False})
    made.set_legend({"none": True})
    values = {"min": 0, "num_format": chart.number_format, "major_gridlines": {"visible": False}, "visible": False}
    if chart.across:
        made.set_x_axis(values)
        made.set_y_axis({"reverse": True})
    else:
        made.set_y_axis(values)
    made.set_size({"width": 760, "height": chart.height * 20})
    sheet.insert_chart(row, 3, made, {"description": chart.alt, "object_position": 2})
