"""The department at a glance: its figures beside those of the test before, and what needs attention."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _

from quizapp.domain.branch_summary import Count, Figures, Row, together
from quizapp.domain.clear_difference import means_differ, rates_differ
from quizapp.domain.item_analysis import TopicFigures
from quizapp.reports.kept import branch_counts
from quizapp.reports.queries import BranchReport
from quizapp.reports.wording import tiles
from quizapp.web.wording import one_decimal, percent

NAMED = 3
"""So many branches are named of those that need attention; the table shows the others."""


def glance_tiles(report: BranchReport, previous: BranchReport | None) -> list[dict[str, str]]:
    """`tiles`, each with how far it is from the previous test: ``delta``, empty where there is nothing to say."""
    said = [""] * 6 if previous is None else _deltas(report, previous)
    return [tile | {"delta": delta} for tile, delta in zip(tiles(report), said, strict=True)]


def _deltas(report: BranchReport, previous: BranchReport) -> list[str]:
    """In the order of `tiles`; participation is a count of everybody and no sample, so that every change of it is."""
    now, then = report.summary.total, previous.summary.total
    return [
        _more_people(now.eligible - then.eligible),
        "",
        _apart(now.participation, then.participation, clear=True),
        _mean_delta(report, previous),
        _apart(now.pass_rate, then.pass_rate, clear=_clear(now, then, now.passed, then.passed)),
        _apart(now.excellence_rate, then.excellence_rate, clear=_clear(now, then, now.excellent, then.excellent)),
    ]


def _clear(now: Figures, then: Figures, part: int | None, part_then: int | None) -> bool:
    return part is not None and part_then is not None and rates_differ(part, now.sat, part_then, then.sat)


def _mean_delta(report: BranchReport, previous: BranchReport) -> str:
    now, then = report.summary.total.mean, previous.summary.total.mean
    full, full_then = report.spec.full_points, previous.spec.full_points
    if now is None or then is None:
        return ""
    clear = means_differ(_count(report).scores, full, _count(previous).scores, full_then)
    if full != full_then:
        return _apart(now / full, then / full_then, clear=clear)
    return _worded(Decimal(one_decimal(now)) - Decimal(one_decimal(then)), _("points"), clear=clear)


def _count(report: BranchReport) -> Count:
    """Everybody in the report."""
    seen = [row.place.id for part in report.summary.units for row in part.branches]
    return together(branch_counts(report.quiz.id, seen).values())


def _apart(now: Decimal | None, then: Decimal | None, *, clear: bool) -> str:
    if now is None or then is None:
        return ""
    return _worded(Decimal(percent(now)) - Decimal(percent(then)), _("percentage points"), clear=clear)


def _worded(change: Decimal, unit: str, *, clear: bool) -> str:
    """``change`` between the figures as they are written, so that whoever subtracts finds the same."""
    if not change:
        return str(_("as last time"))
    how = {"n": abs(change), "unit": unit}
    said = _("%(n)s %(unit)s up on last time", **how) if change > 0 else _("%(n)s %(unit)s down on last time", **how)
    return str(said if clear else _("%(change)s, no clear difference", change=said))


def _more_people(change: int) -> str:
    if not change:
        return str(_("as last time"))
    n = f"{abs(change):,}"
    return str(_("%(n)s more than last time", n=n) if change > 0 else _("%(n)s fewer than last time", n=n))


@dataclass(frozen=True)
class Concern:
    """Something that needs attention: a figure, what it is of, in a few words what is behind it, and where to look."""

    figure: str
    what: str
    detail: str
    url: str


def concerns(report: BranchReport, topics: list[TopicFigures], below: int) -> list[Concern]:
    """What a reader should look at, the most pressing first; empty where nothing stands out.

    ``topics``: the weakest first; ``below``: how many branches are clearly below the whole. Branches are named where
    something is to be done for people, and not for their scores: many did not pass where many are.
    """
    total, page = report.summary.total, url_for("reports.quiz", quiz_id=report.quiz.id)
    rows = [row for part in report.summary.units for row in part.branches]
    found = []
    if total.absent:
        most = _most((row, row.figures.absent) for row in rows)
        found.append(Concern(f"{total.absent:,}", _("absent"), most, f"{page}#h-absent"))
    if total.passed is not None and total.sat > total.passed:
        failed = total.sat - total.passed
        share = _("%(rate)s %% of those who sat", rate=percent(Decimal(failed) / total.sat))
        found.append(Concern(f"{failed:,}", _("did not pass"), share, f"{page}#h-scores"))
    if below:
        said = _("more than chance explains")
        url = url_for("reports.standing", quiz_id=report.quiz.id)
        found.append(Concern(str(below), _("branches clearly below the whole"), said, url))
    weakest = next((one for one in topics if one.facility is not None), None)
    if weakest is not None and len(topics) > 1:
        found.append(Concern(f"{percent(weakest.facility)}%", _("weakest topic"), weakest.topic, f"{page}#h-topics"))
    return found


def _most(rows: Iterable[tuple[Row, int]]) -> str:
    """The names of those with most, each with how many."""
    first = sorted(((row, n) for row, n in rows if n), key=lambda pair: -pair[1])[:NAMED]
    named = _(", ").join(_("%(name)s %(n)s", name=row.place.name, n=n) for row, n in first)
    return str(_("most of all in %(branches)s", branches=named)) if len(first) > 1 else str(named)
