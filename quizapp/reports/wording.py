"""The sentences and labels that page and files share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.branch_summary import Figures, Place
from quizapp.quizzes.models import COUNTED_ATTEMPT_NAMES, CountedAttempt
from quizapp.reports.incidents import incident_lines
from quizapp.reports.moments import full_moment
from quizapp.reports.queries import BranchReport
from quizapp.web.wording import NOTHING, one_decimal, percent, points


@dataclass(frozen=True)
class LabelledRow:
    """A row as files show it; ``unit`` or ``branch`` are empty where the row speaks of more than one."""

    level: str
    unit: str
    branch: str
    code: str
    figures: Figures
    is_branch: bool


def summary_rows(report: BranchReport) -> Iterator[LabelledRow]:
    """Each unit with its branches after it, and the total last."""
    for part in report.summary.units:
        unit = part.unit.place
        level = _("Unit") if part.whole else _("Unit (the branches you may see)")
        yield LabelledRow(level, unit.name, "", unit.code, part.unit.figures, False)
        for row in part.branches:
            yield LabelledRow(_("Branch"), unit.name, row.place.name, row.place.code, row.figures, True)
    yield LabelledRow(total_label(report), "", "", "", report.summary.total, False)


def total_label(report: BranchReport) -> str:
    """What the last row is the total of."""
    return str(_("Total") if report.whole else _("Total of the branches you may see"))


def unit_of(report: BranchReport) -> dict[int, tuple[Place, Place]]:
    """Id of each branch -> its unit and itself."""
    return {row.place.id: (part.unit.place, row.place) for part in report.summary.units for row in part.branches}


def tiles(report: BranchReport) -> list[dict[str, str]]:
    """`figure_tiles` of the whole."""
    return figure_tiles(report.summary.total, ngettext("%(num)s branch", "%(num)s branches", report.branch_count))


def figure_tiles(figures: Figures, among: str = "") -> list[dict[str, str]]:
    """For the macro ``stat_tiles``, six of them; each rate with the numbers it divides, the eligible with ``among``."""
    middle = "" if figures.median is None else _("Median %(median)s", median=one_decimal(figures.median))
    return [
        _tile(_("Eligible"), f"{figures.eligible:,}", _("people"), among),
        _tile(_("Sat"), f"{figures.sat:,}", _("people"), absent_line(figures)),
        _rate_tile(_("Participation"), figures.participation, figures.sat, figures.eligible),
        _tile(_("Mean"), one_decimal(figures.mean), "" if figures.mean is None else _("points"), middle),
        _rate_tile(_("Pass rate"), figures.pass_rate, figures.passed, figures.sat),
        _rate_tile(_("Excellence rate"), figures.excellence_rate, figures.excellent, figures.sat),
    ]


def absent_line(figures: Figures) -> str:
    """How many are absent, and how many of the eligible are excused where any are."""
    absent = f"{figures.absent:,}"
    if figures.excused:
        return str(_("%(n)s absent, %(excused)s excused", n=absent, excused=f"{figures.excused:,}"))
    return str(_("%(n)s absent", n=absent))


def _rate_tile(label: str, rate: Decimal | None, part: int | None, whole: int) -> dict[str, str]:
    if rate is None:
        return _tile(label, NOTHING, "", "")
    return _tile(label, percent(rate), "%", _("%(part)s of %(whole)s", part=f"{part:,}", whole=f"{whole:,}"))


def _tile(label: str, value: str, unit: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "note": note}


def notes(report: BranchReport) -> list[str]:
    """How the figures are counted, one sentence each: what a reader must know before comparing them."""
    lines = [
        _("Participation = sat ÷ eligible. Pass rate = passed ÷ sat. Excellence rate = excellent ÷ sat."),
        _("Mean and median are of those who sat; absentees are not counted as zero."),
        _("People are counted in the branch they belonged to when the test opened."),
        _("Whoever started and answered nothing counts as absent."),
        _("Excused: did not sit, and the reason is on record; eligible, but not counted as absent."),
        _pass_rule(report),
        _attempt_rule(report),
    ]
    if any(row.figures.withheld for part in report.summary.units for row in (part.unit, *part.branches)):
        lines.append(
            _("The secretary of a branch sees scores after the test has closed, where at least five people sat it.")
        )
    return [*lines, *edition_lines(report), *incident_lines(report.quiz), record_line(report)]


def edition_lines(report: BranchReport) -> list[str]:
    """Which edition of the report it is, with its fingerprint; nothing while the figures are not frozen."""
    edition = report.edition
    if edition is None:
        return []
    frozen = {"n": edition.number, "moment": full_moment(edition.frozen_at), "name": edition.by}
    lines = [_("Edition %(n)s, frozen on %(moment)s by %(name)s.", **frozen)]
    if edition.reason:
        lines.append(_("Why there is a new edition: %(reason)s", reason=edition.reason))
    return [*lines, _("Fingerprint %(short)s (SHA-256 %(whole)s)", short=edition.short, whole=edition.fingerprint)]


def record_line(report: BranchReport) -> str:
    """The head of the record, to be kept and compared later with ``quizapp verify --head``."""
    line: str = _("Record: entry %(n)s, SHA-256 %(hash)s", n=report.record.number, hash=report.record.hash)
    return line


def _pass_rule(report: BranchReport) -> str:
    spec = report.spec
    rule: str = _("Full points %(full)s, cut score %(cut)s.", full=points(spec.full_points), cut=points(spec.cut_score))
    sections = [section for section in spec.sections if section.cut_score is not None]
    if sections:
        named = _(", ").join(f"{section.title} {points(section.cut_score)}" for section in sections)
        rule += _(" These sections have a cut score of their own: %(sections)s.", sections=named)
    if spec.excellent_score is not None:
        rule += _(" Excellent from %(excellent)s.", excellent=points(spec.excellent_score))
    return rule


def _attempt_rule(report: BranchReport) -> str:
    quiz = report.quiz
    if quiz.attempts_allowed == 1:
        return str(_("Each person has one attempt."))
    which = _(COUNTED_ATTEMPT_NAMES[CountedAttempt(quiz.counted_attempt)])
    return str(_("Each person may have %(n)s attempts. What counts: %(which)s.", n=quiz.attempts_allowed, which=which))


def file_name(report: BranchReport, format: str, what: str = "") -> str:
    """A name for the downloaded file that every file system takes; ``what`` it is, by default a report."""
    title = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", report.quiz.title).strip(" ._")[:80]
    what = what or _("Report by branch")  # Babel finds no call inside an f-string
    return f"{title or report.quiz.id} - {what}.{format}"
