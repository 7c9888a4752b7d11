"""The page of a branch for its secretary, and the card that leads to it from the home page."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from quizapp.domain.excuses import REASON_NAMES
from quizapp.quizzes.queries import state_of
from quizapp.reports.absentees import Absence
from quizapp.reports.branch_page import branch_at_work, earlier_of, group_text, open_tests_of_secretary, own_branches
from quizapp.reports.queries import READS_REPORTS
from quizapp.reports.views import report_to_reader, reports
from quizapp.web import clock
from quizapp.web.access import allow


@reports.get("/reports/<int:quiz_id>/branch")
@allow(*READS_REPORTS)
def branch(quiz_id: int) -> ResponseReturnValue:
    """Who of a branch has done the test and who has not; ``branch`` chooses where there are several."""
    with report_to_reader(quiz_id) as report:
        places = own_branches(report, current_user)
        chosen = request.args.get("branch", places[0].id if places else 0, type=int)
        found = branch_at_work(report, chosen)
        if found is None:
            abort(404)
        return render_template(
            "reports/branch_page.html",
            report=report,
            state=state_of(report.quiz, clock.now()),
            found=found,
            own_branches=places,
            text=group_text(report.quiz, found),
            earlier=earlier_of(report.quiz, chosen, current_user),
            Absence=Absence,
            reason_names=REASON_NAMES,
        )


def home_card() -> Markup:
    """For the secretary of a branch: the tests that are open, with the way to who has done them."""
    quizzes = open_tests_of_secretary(current_user)
    return Markup(render_template("reports/_home_card.html", quizzes=quizzes)) if quizzes else Markup()
