"""The page of one report, and the page of one branch in it."""

from collections import defaultdict
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from quizapp.domain.branch_summary import together
from quizapp.domain.excuses import REASON_NAMES
from quizapp.domain.standing import Group
from quizapp.quizzes.queries import sees
from quizapp.reports.absentees import ABSENCE_NAMES, Absentee, absentees
from quizapp.reports.choice import Choice, choice_in, chosen_rows, levels_shown
from quizapp.reports.columns import COLUMNS
from quizapp.reports.dashboard.charting import Occasion, distribution, heat_map, trends
from quizapp.reports.dashboard.earlier import previous_of, tests_before
from quizapp.reports.dashboard.glance import concerns, glance_tiles
from quizapp.reports.dashboard.one_branch import branch_page
from quizapp.reports.dashboard.weak import weak_bars
from quizapp.reports.exports import FORMATS
from quizapp.reports.kept import branch_counts, topics_of
from quizapp.reports.learning import comparison, earlier_test, practice_lines
from quizapp.reports.queries import READS_REPORTS, BranchReport
from quizapp.reports.restated import in_structure_of, may_restate
from quizapp.reports.standing import Figure, standing_of
from quizapp.reports.views import report_to_reader, reports
from quizapp.reports.wording import absent_line, notes, total_label
from quizapp.web import clock
from quizapp.web.access import allow, may

NAMES_AT_ONCE = 300
"""So many absentees are named on the page of themselves; of more, those of one unit at a time."""


@reports.get("/reports/<int:quiz_id>")
@allow(*READS_REPORTS)
def quiz(quiz_id: int) -> ResponseReturnValue:
    """One report. The address chooses the rows of its table (`choice_in`), in whose structure they stand (404 where
    the reader may not see that), whose absentees are unfolded, and whether everything is, for printing.
    """
    printing = "print" in request.args
    unfolded = request.args.get("absent", 0, type=int)
    with report_to_reader(quiz_id) as report:
        return render_template(
            "reports/quiz.html",
            report=report,
            sees_quiz=may("quizzes.quiz") and sees(current_user, report.quiz),
            printing=printing,
            notes=notes(report),
            names=_names(report, None if printing else unfolded),
            unfolded=unfolded,
            absence_names=ABSENCE_NAMES,
            reason_names=REASON_NAMES,
            absent_line=absent_line,
            formats=FORMATS,
            practice=practice_lines(report),
            earlier=earlier_test(report.quiz),
            comparison=comparison(report, current_user) if "compare" in request.args else None,
            **_pictures(report),
            **_table(report, choice_in({"show": "all"} | request.args if printing else request.args)),
        )


@reports.get("/reports/<int:quiz_id>/branches/<int:branch_id>")
@allow(*READS_REPORTS)
def one_branch(quiz_id: int, branch_id: int) -> ResponseReturnValue:
    """One branch; 404 where it is not in the test, or the reader may not see it."""
    with report_to_reader(quiz_id) as report:
        page = branch_page(report, branch_id, current_user)
        return render_template(
            "reports/one_branch.html",
            report=report,
            page=page,
            absence_names=ABSENCE_NAMES,
            reason_names=REASON_NAMES,
            printing="print" in request.args,
        )


def _pictures(report: BranchReport) -> dict[str, Any]:
    """The department at a glance, and the charts."""
    before = tests_before(report, current_user)
    previous = previous_of(report, before)
    topics = topics_of(report.quiz, report.summary)
    seen = [row.place.id for part in report.summary.units for row in part.branches]
    everybody = together(branch_counts(report.quiz.id, seen).values())
    withheld = report.summary.total.withheld
    return {
        "tiles": glance_tiles(report, previous),
        "previous": previous,
        "topics": topics,
        "concerns": concerns(report, topics, _below(report)),
        "scores": None if withheld else distribution(everybody, report.spec),
        "heat": heat_map(report),
        "weak": weak_bars(report),
        "trends": trends([Occasion(one, one.summary.total) for one in (*reversed(before), report)]),
    }


def _below(report: BranchReport) -> int:
    """How many branches are clearly below the whole; 0 where the reader may not see all the scores."""
    measure = standing_of(report).measures.get(Figure.MEAN)
    return 0 if measure is None else len(measure.ids_of(Group.BELOW))


def _table(report: BranchReport, choice: Choice) -> dict[str, Any]:
    """The table of the figures, in the structure that was asked for."""
    restatable = may_restate(report, current_user)
    if choice.today and not restatable:
        abort(404)
    structure = in_structure_of(report, clock.now()) if choice.today else None
    summary = report.summary if structure is None else structure.summary
    return {
        "columns": COLUMNS,
        "rows": chosen_rows(summary, choice),
        "choice": choice,
        "show": levels_shown(summary, choice),
        "structure": structure,
        "restatable": restatable,
        "shown_summary": summary,
        "total_label": total_label(report),
    }


def _names(report: BranchReport, unit_id: int | None) -> dict[int, list[Absentee]]:
    """The absentees to be named, by branch: all where there are few or ``unit_id`` is None, else those of the unit."""
    units = None if unit_id is None or report.summary.total.missing <= NAMES_AT_ONCE else {unit_id}
    found: dict[int, list[Absentee]] = defaultdict(list)
    for absentee in absentees(report.quiz.id, report.summary, units):
        found[absentee.branch_id].append(absentee)
    return found
