"""Keeping how the committee words the official report of a test, from one export to the next."""

from collections.abc import Mapping

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.problem import Problem
from quizapp.reports.editions.models import ReportWording
from quizapp.reports.official.draft import LABELS, draft, wording_problems
from quizapp.reports.official.figures import marks
from quizapp.reports.queries import BranchReport
from quizapp.web import clock

WORDED = "report.worded"


class WordingError(Exception):
    """Something in the texts cannot be used; each problem's path names the passage."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def own_texts(quiz_id: int) -> dict[str, str]:
    """The passages worded by the committee, by name; what is not in it is as drafted."""
    kept = db.session.get(ReportWording, quiz_id)
    return dict(kept.texts) if kept is not None else {}


def reword(report: BranchReport, account: Account, texts: Mapping[str, str]) -> None:
    """Keep these texts; one that is as drafted follows the draft from now on.

    Raises WordingError with every problem.
    """
    values = marks(report)
    given = {name: texts[name].replace("\r\n", "\n").strip() for name in LABELS if name in texts}
    problems = [problem for name, text in given.items() for problem in wording_problems(name, text, values)]
    if problems:
        raise WordingError(problems)
    drafted = {one.name: one.text for one in draft(report)}
    own = {name: text for name, text in given.items() if name in drafted and text != drafted[name]}
    with writing() as session:
        session.merge(ReportWording(quiz_id=report.quiz.id, texts=own, changed_at=clock.now(), changed_by=account.id))
        record(WORDED, f"report:{report.quiz.id}", {"passages": sorted(own)}, actor=account.login)
