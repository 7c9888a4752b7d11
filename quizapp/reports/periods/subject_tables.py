"""The tables of an analysis about what was asked: topics, regulations, measures of the own lists, posts of items."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from quizapp.domain.period_analysis import Course, Mark, Trend
from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.people_tables import per_test
from quizapp.reports.periods.queries import Depth
from quizapp.reports.periods.table import Cell, CellKind, Heading, Line, Measured, Table
from quizapp.reports.periods.wording import (
    COURSE_NAMES,
    weak_rule,
)

TEXT, COUNT, RATE = CellKind.TEXT, CellKind.COUNT, CellKind.RATE


def topics_table(found: Findings) -> Table:
    """Topics over the tests; for the leaders those to be looked at, and those that got better."""
    return _trends_table(found, "topics", _("Topics over the tests"), _("Topic"), found.topics)


def _trends_table(found: Findings, name: str, title: str, subject: str, trends: Sequence[Trend]) -> Table:
    brief = found.period.depth is Depth.LEADERS
    shown = [trend for trend in trends if not brief or trend.course not in (Course.SOUND, Course.UNKNOWN)]
    headings = [
        Heading(subject), Heading(_("Course")), Heading(_("Weak in")), *per_test(found.period),
        Heading(_("Against the whole papers, newest"), CellKind.GAP),
    ]  # fmt: skip
    left_out = len(trends) - len(shown)
    notes = [weak_rule()]
    if left_out:
        notes.append(_("Left out, since they were not weak in any test or too few answered: %(n)s.", n=left_out))
    lines = [Line([*_trend_cells(trend)]) for trend in shown]
    return Table(name, title, headings, lines, notes, _("Nothing was weak.") if trends else _("No figures for this."))


def _trend_cells(trend: Trend) -> Iterator[Cell]:
    yield trend.name
    yield _(COURSE_NAMES[trend.course])
    yield (
        _("%(weak)s of %(tests)s tests", weak=trend.times_weak, tests=trend.times_judged)
        if trend.times_judged
        else None
    )
    yield from map(_measured, trend.marks)
    yield trend.newest.gap if trend.newest else None


def _measured(mark: Mark | None) -> Measured | None:
    return None if mark is None else Measured(mark.share, mark.earned.answers, flagged=bool(mark.weak))


def regulations_table(found: Findings) -> Table:
    """Regulations over the tests, as `topics_table`."""
    return _trends_table(found, "regulations", _("Regulations over the tests"), _("Regulation"), found.regulations)


def item_posts_table(found: Findings) -> Table:
    """The posts that items name, over the tests: by the answers of everybody."""
    return _trends_table(found, "item-posts", _("Items by post"), _("Post"), found.item_posts)


def measures_table(found: Findings) -> Table:
    """The entries of the own lists of measures that items cite, or whose posts lag."""
    headings = [
        Heading(_("Measure")), Heading(_("Posts")), Heading(_("Course")), *per_test(found.period),
        Heading(_("Posts of it that lag")),
    ]  # fmt: skip
    lines = []
    for measure in found.measures:
        marks = measure.trend.marks if measure.trend else [None] * len(found.period.tests)
        course = _(COURSE_NAMES[measure.trend.course]) if measure.trend else _("no item cites it")
        posts, lag = (_(", ").join(names) for names in (measure.article.posts, measure.lagging))
        name = f"{measure.regulation.name_of(measure.article.number)} {measure.article.gist}".strip()
        lines.append(Line([name, posts, course, *map(_measured, marks), lag]))
    notes = [
        weak_rule(),
        _("Listed are the measures that items cite, and those with a post whose people lag behind."),
    ]
    empty = _("No item of these tests cites a measure of a registered list, and no post of a measure lags behind.")
    return Table("measures", _("Measures against integrity risks"), headings, lines, notes, empty)
