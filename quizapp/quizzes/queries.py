"""Reading quizzes: which there are for whom, and who must sit them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import Select, select

from quizapp.accounts.models import Account
from quizapp.banks.models import BankRevision
from quizapp.db import db
from quizapp.domain.paper import PaperSpec, spec_from_json
from quizapp.domain.timing import QuizState, quiz_state
from quizapp.quizzes.models import Quiz
from quizapp.roster.models import Membership
from quizapp.roster.queries import branch_at, branch_ids_under, during, scope_of, tree_at
from quizapp.web.access import Role

RUNS_QUIZZES = (Role.ORGANIZER, Role.AUDITOR)


@dataclass(frozen=True)
class Candidate:
    """That a person should sit a quiz, and the branch the result counts for."""

    person_id: int
    branch_id: int


def spec_of(quiz: Quiz) -> PaperSpec:
    """The paper specification as it was published."""
    return spec_from_json(quiz.spec)


def state_of(quiz: Quiz, now: datetime) -> QuizState:
    """Scheduled, open or closed at ``now``."""
    return quiz_state(quiz.opens_at, quiz.closes_at, now)


def branches_of(quiz: Quiz) -> frozenset[int]:
    """The branches the quiz is for, in the tree as it stood when the quiz opened."""
    return branch_ids_under([row.unit_id for row in quiz.audience], tree_at(quiz.opens_at))


def candidates(quiz: Quiz) -> list[Candidate]:
    """Everybody eligible (应考): the members of the quiz's branches at the moment it opened.

    Derived from the roster's history, which is never rewritten; before the opening it is a forecast.
    """
    rows = db.session.execute(
        select(Membership.person_id, Membership.branch_id).where(
            Membership.branch_id.in_(branches_of(quiz)),
            during(Membership.since, Membership.until, quiz.opens_at),
        )
    )
    return [Candidate(row.person_id, row.branch_id) for row in rows]


def is_candidate(quiz: Quiz, person_id: int) -> bool:
    """Whether this person is eligible."""
    return branch_at(person_id, quiz.opens_at) in branches_of(quiz)


def quizzes_for(person_id: int) -> list[Quiz]:
    """Every quiz this person is or was eligible for, newest opening first; withdrawn ones left out."""
    quizzes = db.session.scalars(select(Quiz).where(Quiz.withdrawn_at.is_(None)).order_by(Quiz.opens_at.desc()))
    return [quiz for quiz in quizzes if is_candidate(quiz, person_id)]


def quizzes_run_by(account: Account) -> Sequence[Quiz]:
    """The quizzes of the units the account organizes (an auditor reads all), newest opening first."""
    return db.session.scalars(_run_by(account).order_by(Quiz.opens_at.desc(), Quiz.id.desc())).all()


def quiz_run_by(account: Account, quiz_id: int) -> Quiz:
    """That quiz, where the account may run or audit it; otherwise 404."""
    quiz = db.session.scalar(_run_by(account).where(Quiz.id == quiz_id))
    return quiz if quiz is not None else abort(404)


def _run_by(account: Account) -> Select[tuple[Quiz]]:
    return select(Quiz).where(Quiz.unit_id.in_(scope_of(account, *RUNS_QUIZZES)))


def quizzes_of_revision(revision: BankRevision) -> Sequence[Quiz]:
    """The quizzes that draw from a bank revision."""
    return db.session.scalars(select(Quiz).where(Quiz.bank_revision_id == revision.id)).all()


def audience_names(quiz: Quiz) -> list[str]:
    """The units and branches the quiz is for, as they were called when it opened."""
    tree = tree_at(quiz.opens_at)
    return [tree[row.unit_id].name for row in quiz.audience if row.unit_id in tree]

