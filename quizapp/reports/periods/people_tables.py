"""The tables of an analysis about people: the tests, posts, units and branches, practice."""

from decimal import Decimal

from flask_babel import gettext as _

from quizapp.domain.branch_summary import Place
from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.practice import practises_much
from quizapp.reports.periods.queries import Depth, PeriodReport, PeriodTest
from quizapp.reports.periods.table import Cell, CellKind, Heading, Line, Measured, Table
from quizapp.reports.periods.wording import (
    LAG_NAMES,
    group_rule,
    kind_of_test,
    month_and_day,
    numbered,
    practice_rule,
)

TEXT, COUNT, RATE = CellKind.TEXT, CellKind.COUNT, CellKind.RATE


def tests_table(found: Findings) -> Table:
    """The tests, the oldest first, with the person-times of all of them last."""
    period = found.period
    headings = [
        Heading(_("Test")), Heading(_("Opened")),
        Heading(_("Eligible"), COUNT), Heading(_("Sat"), COUNT), Heading(_("Excused"), COUNT),
        Heading(_("Absent"), COUNT), Heading(_("Participation %"), RATE), Heading(_("Mean"), CellKind.POINTS),
        Heading(_("Full points"), CellKind.POINTS), Heading(_("Pass rate %"), RATE),
        Heading(_("Excellence rate %"), RATE),
    ]  # fmt: skip
    lines = [Line(_test_cells(number, test)) for number, test in enumerate(period.tests, 1)]
    total = period.turnout
    people: list[Cell] = [total.eligible, total.sat, total.excused, total.absent, total.participation]
    if len(lines) > 1:
        lines.append(Line([_("Together (person-times)"), "", *people, None, None, None, None], is_sum=True))
    notes = [
        _("A person who should sit several tests is counted with each: these are person-times."),
        _("Means and pass rates of different tests are not added up: their difficulty differs."),
    ]
    return Table("tests", _("Tests of the period"), headings, lines, notes, _("No test has ended yet."))


def _test_cells(number: int, test: PeriodTest) -> list[Cell]:
    figures, quiz = test.part.figures, test.quiz
    title = _(", ").join(filter(None, (quiz.title, kind_of_test(quiz))))
    people: list[Cell] = [figures.eligible, figures.sat, figures.excused, figures.absent, figures.participation]
    scores: list[Cell] = [figures.mean, test.report.spec.full_points, figures.pass_rate, figures.excellence_rate]
    return [f"{numbered(number)} {title}", month_and_day(quiz), *people, *scores]


def per_test(period: PeriodReport) -> list[Heading]:
    """A column for each test."""
    return [Heading(numbered(number), CellKind.MEASURED) for number, _test in enumerate(period.tests, 1)]


def posts_table(found: Findings) -> Table:
    """The people of each post over the tests."""
    headings = [
        Heading(_("Post")), Heading(_("Course")), *per_test(found.period),
        Heading(_("Against everybody, newest"), CellKind.GAP),
    ]  # fmt: skip
    lines = []
    for group in found.posts:
        marks: list[Cell] = [
            None if mark is None else Measured(mark.mean, mark.sat, flagged=bool(mark.lags)) for mark in group.marks
        ]
        newest = next((mark for mark in reversed(group.marks) if mark is not None), None)
        lines.append(Line([group.name, _(LAG_NAMES[group.course]), *marks, newest.gap if newest else None]))
    return Table("posts", _("People by post"), headings, lines, group_rule(), _("Nobody has a post in the roster."))


def places_table(found: Findings) -> Table:
    """Participation by unit, and for the committee by branch, in each test."""
    period = found.period
    headings = [Heading(_("Unit and branch")), *per_test(period)]
    lines = []
    for unit, branches in period.places:
        if period.place is not None and unit != period.place and period.place not in branches:
            continue
        lines.append(Line(_place_cells(period, unit, is_unit=True), is_group=period.depth is Depth.COMMITTEE))
        if period.depth is Depth.COMMITTEE:
            lines += [Line(_place_cells(period, branch, is_unit=False)) for branch in branches]
    notes = [
        _("Share of the eligible who sat; beside it how many were eligible."),
        _("Units and branches as they were when each test opened, under their newest names."),
        _("A dash: it did not exist then, or the test was not for it."),
    ]
    return Table("places", _("Participation by unit and branch"), headings, lines, notes)


def _place_cells(period: PeriodReport, place: Place, *, is_unit: bool) -> list[Cell]:
    cells: list[Cell] = [place.name]
    for test in period.tests:
        rows = [part.unit for part in test.part.units] if is_unit else test.part.branches
        figures = next((row.figures for row in rows if row.place.id == place.id), None)
        cells.append(Measured(figures.participation, figures.eligible) if figures and figures.eligible else None)
    return cells


def practice_groups_table(found: Findings) -> Table:
    """The branches that practised much, beside the others in the same tests."""
    headings = [Heading(_("Branches")), *per_test(found.period)]
    lines = []
    for group in found.practise_groups:
        n = group.branches
        name = _("Practised much (%(n)s branches)", n=n) if group.much else _("The other %(n)s branches", n=n)
        cells: list[Cell] = [
            None if earned.share is None else Measured(earned.share, earned.answers) for earned in group.earned
        ]
        lines.append(Line([name, *cells]))
    return Table("practice-groups", _("Practice and results"), headings, lines, practice_rule(),
                 _("Too few branches practised much, or too few did not, to set them side by side."))  # fmt: skip


def practice_table(found: Findings) -> Table:
    """How each branch practised."""
    headings = [
        Heading(_("Branch")), Heading(_("People"), COUNT), Heading(_("Practised"), COUNT),
        Heading(_("Share who practised"), RATE), Heading(_("Items answered"), COUNT), Heading(_("Much")),
    ]  # fmt: skip
    lines = []
    for row, practice in found.practice:
        share = None if practice.practised is None else Decimal(practice.practised) / practice.people
        much = _("yes") if practises_much(practice) else ""
        lines.append(Line([row.place.name, practice.people, practice.practised, share, practice.items, much]))
    notes = [_("Counted by branch only; nobody is named, and fewer than 5 people are not shown.")]
    return Table("practice", _("Practice by branch"), headings, lines, notes, _("No figures for this."))
