"""The tests before one, as far as they are to be laid beside it: the same audience, within a year, and over."""

from datetime import timedelta

from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.db import db
from quizapp.quizzes.models import Quiz
from quizapp.reports.queries import BranchReport, branch_report
from quizapp.reports.tallies import version_of

A_YEAR = timedelta(days=366)
MOST = 7
"""With the test itself as many as can be labelled on the width of a phone."""


def tests_before(report: BranchReport, account: Account) -> list[BranchReport]:
    """What the account may see of them, the newest first.

    A test is left out while it is under way or people of it wait to be counted: what is compared must hold still.
    """
    audience = {row.unit_id for row in report.quiz.audience}
    opened = (Quiz.opens_at >= report.quiz.opens_at - A_YEAR) & (Quiz.opens_at < report.quiz.opens_at)
    before = select(Quiz).where(opened, Quiz.withdrawn_at.is_(None))
    found = list[BranchReport]()
    for quiz in db.session.scalars(before.order_by(Quiz.opens_at.desc(), Quiz.id.desc())):
        if {row.unit_id for row in quiz.audience} == audience and version_of(quiz.id) and len(found) < MOST:
            earlier = branch_report(quiz, account, report.source, asked=False)
            if earlier.settled and not earlier.waiting and earlier.summary.total.eligible:
                found.append(earlier)
    return found


def previous_of(report: BranchReport, before: list[BranchReport]) -> BranchReport | None:
    """The one it is compared with: the test that it follows, else the newest; None where scores are kept back."""
    followed = [earlier for earlier in before if earlier.quiz.id == report.quiz.follows]
    earlier = next(iter(followed or before), None)
    return None if earlier is None or earlier.summary.total.withheld or report.summary.total.withheld else earlier
