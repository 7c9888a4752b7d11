"""What the secretary of a branch needs: who has done it, who has not yet, and a text for the group. No scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext as _
from sqlalchemy import exists, select

from quizapp.accounts.models import Account
from quizapp.db import db
from quizapp.domain.branch_summary import Count, Figures, Place, summarise
from quizapp.domain.timing import QuizState
from quizapp.quizzes.invitations import invitation
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import state_of
from quizapp.reports.absentees import Absence
from quizapp.reports.kept import branch_counts
from quizapp.reports.models import TallyBranch
from quizapp.reports.queries import BranchReport, sight_of
from quizapp.reports.turnout import Turnout, turnout
from quizapp.roster.queries import tree_at
from quizapp.web import clock
from quizapp.web.access import Role
from quizapp.web.wording import moment

EARLIER_SHOWN = 5


@dataclass(frozen=True)
class BranchAtWork:
    """The people of one branch in one test, by what they have done."""

    unit: Place
    branch: Place
    people: tuple[Turnout, ...]

    @property
    def done(self) -> list[Turnout]:
        """Who has sat it."""
        return [one for one in self.people if one.sat]

    @property
    def excused(self) -> list[Turnout]:
        """Who need not."""
        return self.of(Absence.EXCUSED)

    @property
    def missing(self) -> list[Turnout]:
        """Who still has to: has not started, or has saved nothing."""
        return [*self.of(Absence.NOT_STARTED), *self.of(Absence.NOTHING_SAVED)]

    def of(self, absence: Absence) -> list[Turnout]:
        """Who has no result in that way."""
        return [one for one in self.people if one.absence is absence]


def branch_at_work(report: BranchReport, branch_id: int) -> BranchAtWork | None:
    """The people of that branch, as they stand now; None where the report has no such branch."""
    for part in report.summary.units:
        for row in part.branches:
            if row.place.id == branch_id:
                people = turnout(report.quiz.id, [branch_id]).get(branch_id, [])
                return BranchAtWork(part.unit.place, row.place, tuple(people))
    return None


def own_branches(report: BranchReport, account: Account) -> list[Place]:
    """The branches of the report, those whose secretary the account is before the others."""
    mine = sight_of(report.quiz, account, tree_at(report.quiz.opens_at)).as_secretary
    places = [row.place for part in report.summary.units for row in part.branches]
    return sorted(places, key=lambda place: place.id not in mine)


def group_text(quiz: Quiz, found: BranchAtWork) -> str:
    """What the secretary pastes into the group of the branch: names and times, never a score."""
    if state_of(quiz, clock.now()) is not QuizState.OPEN:
        return _text_after(quiz, found)
    if not found.missing:
        return str(_("Comrades: everybody of our branch has done “%(title)s”. Thank you.", title=quiz.title))
    lines = [
        _("Comrades: “%(title)s” closes on %(closes)s. It takes %(minutes)s minutes and can be done on a phone; "
          "answers are not lost when the network fails.",
          title=quiz.title, closes=moment(quiz.closes_at), minutes=quiz.minutes),
        _("Not done yet, please find the time: %(names)s.", names=_names(found.missing)),
        _("The test: %(address)s", address=invitation(quiz)),
        _("Tell me if anything stands in your way."),
    ]  # fmt: skip
    return "\n".join(map(str, lines))


def _text_after(quiz: Quiz, found: BranchAtWork) -> str:
    lines = [
        _("Comrades: “%(title)s” is over. Of our branch %(sat)s of %(eligible)s people have sat it.",
          title=quiz.title, sat=len(found.done), eligible=len(found.people)),
    ]  # fmt: skip
    if found.missing:
        lines.append(_("Please tell me why you could not: %(names)s.", names=_names(found.missing)))
    return "\n".join(map(str, lines))


def _names(people: Sequence[Turnout]) -> str:
    return str(_(", ").join(one.name for one in people))


def earlier_of(quiz: Quiz, branch_id: int, account: Account) -> list[tuple[Quiz, Figures]]:
    """The tests before this one in which the branch had people, newest first: how many sat each.

    Only those of which the account may see the branch: it may have belonged to another unit then.
    """
    sat_by = exists().where(TallyBranch.quiz_id == Quiz.id, TallyBranch.branch_id == branch_id)
    before = select(Quiz).where(Quiz.opens_at < quiz.opens_at, Quiz.withdrawn_at.is_(None), sat_by)
    every = db.session.scalars(before.order_by(Quiz.opens_at.desc(), Quiz.id.desc())).all()
    seen = (one for one in every if branch_id in sight_of(one, account, tree_at(one.opens_at)).seen)
    newest = list(islice(seen, EARLIER_SHOWN))
    counts = [(one, branch_counts(one.id, [branch_id]).get(branch_id, Count())) for one in newest]
    return [(one, summarise(count).without_scores()) for one, count in counts]


def open_tests_of_secretary(account: Account) -> list[Quiz]:
    """The tests that are open now and that people of the account's own branches are to sit."""
    if Role.BRANCH_SECRETARY not in account.roles:
        return []
    now = clock.now()
    is_open = Quiz.withdrawn_at.is_(None) & (Quiz.opens_at <= now) & (Quiz.closes_at > now)
    quizzes = db.session.scalars(select(Quiz).where(is_open).order_by(Quiz.closes_at, Quiz.id)).all()
    return [quiz for quiz in quizzes if sight_of(quiz, account, tree_at(quiz.opens_at)).as_secretary]
