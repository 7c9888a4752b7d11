"""Reading quizzes: which there are for whom, and who must sit them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import Flask, abort, current_app
from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import lazyload

from quizapp.accounts.models import Account
from quizapp.banks.queries import bank_of
from quizapp.banks.rechecks import left_out_of
from quizapp.banks.staleness import without
from quizapp.db import db
from quizapp.domain.paper import DrawPool, PaperSpec, prepare, spec_from_json
from quizapp.domain.problem import N_, Problem
from quizapp.domain.timing import QuizState, is_late, latest_deadline, quiz_state
from quizapp.quizzes.models import Quiz, QuizAudience
from quizapp.roster.models import Membership, Unit, UnitKind, UnitPeriod
from quizapp.roster.queries import branch_ids_under, during, scope_of, tree_at
from quizapp.roster.tree import Node
from quizapp.web import clock
from quizapp.web.access import Role

POOLS = "quizapp_pools"
POOLS_IN_MEMORY = 32
RUNS_QUIZZES = (Role.ORGANIZER, Role.AUDITOR)


@dataclass(frozen=True)
class Candidate:
    """That a person should sit a quiz, and the branch the result counts for."""

    person_id: int
    branch_id: int


def spec_of(quiz: Quiz) -> PaperSpec:
    """The paper specification as it was published."""
    return spec_from_json(quiz.spec)


def init_app(app: Flask) -> None:
    """Give ``app`` its memory of draw pools; each application speaks to a database of its own."""
    app.extensions[POOLS] = lru_cache(maxsize=POOLS_IN_MEMORY)(_prepare)


@dataclass(frozen=True)
class PoolState:
    """What papers of a quiz are drawn from now. ``waiting`` items wait for a recheck or were corrected since.

    ``are_out`` is False where no paper could be drawn without them, so that they are drawn all the same.
    """

    pool: DrawPool
    waiting: int
    are_out: bool


def pool_of(quiz: Quiz) -> DrawPool:
    """What papers of the quiz are drawn from, kept in the process: only a recheck changes it."""
    return pool_state(quiz).pool


def pool_state(quiz: Quiz) -> PoolState:
    """The pool of the quiz, and what is left out of it at this moment (docs/decisions/0007-rechecks-and-draws.md)."""
    state: PoolState = current_app.extensions[POOLS](quiz.id, left_out_of(quiz.bank_revision_id))
    return state


def _prepare(quiz_id: int, left_out: frozenset[str]) -> PoolState:
    quiz = db.session.get_one(Quiz, quiz_id)
    bank, spec = bank_of(quiz.bank_revision_id), spec_of(quiz)
    remaining = without(bank, left_out)
    pool = prepare(remaining, spec)
    waiting = len(bank.items) - len(remaining.items)
    if waiting and pool.shortages():
        return PoolState(prepare(bank, spec), waiting, are_out=False)
    return PoolState(pool, waiting, are_out=True)


def state_of(quiz: Quiz, now: datetime) -> QuizState:
    """Scheduled, open or closed at ``now``."""
    return quiz_state(quiz.opens_at, quiz.closes_at, now)


def is_over(quiz: Quiz, now: datetime) -> bool:
    """Whether by ``now`` nobody can be answering any more: those of the bell, extensions and the grace period counted.

    Until then nobody may learn from this test, by a result or in practice, what somebody else is still asked.
    """
    last = latest_deadline(quiz.opens_at, quiz.closes_at, quiz.minutes)
    return is_late(now, max(last, quiz.extended_until or last), quiz.grace)


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


def _invited(*which: ColumnElement[bool]) -> Select[int]:
    """The ids of the quizzes of ``which`` that ``:person`` is a candidate of: `candidates`, asked from the other side.

    The person's branch when the quiz opened, whatever was above it then, and whether the quiz is for one of these.
    """
    branch = (
        select(Quiz.id.label("quiz_id"), Quiz.opens_at, UnitPeriod.unit_id, UnitPeriod.parent_id)
        .join_from(Quiz, Membership, during(Membership.since, Membership.until, Quiz.opens_at))
        .join(Unit, (Unit.id == Membership.branch_id) & (Unit.kind == UnitKind.BRANCH))
        .join(UnitPeriod, UnitPeriod.unit_id == Unit.id)
        .where(
            Membership.person_id == bindparam("person"),
            during(UnitPeriod.since, UnitPeriod.until, Quiz.opens_at),
            *which,
        )
        .cte("above", recursive=True)
    )
    parent = (
        select(branch.c.quiz_id, branch.c.opens_at, UnitPeriod.unit_id, UnitPeriod.parent_id)
        .join_from(branch, UnitPeriod, UnitPeriod.unit_id == branch.c.parent_id)
        .where(during(UnitPeriod.since, UnitPeriod.until, branch.c.opens_at))
    )
    above = branch.union(parent)
    is_meant = (QuizAudience.quiz_id == above.c.quiz_id) & (QuizAudience.unit_id == above.c.unit_id)
    return select(above.c.quiz_id).join(QuizAudience, is_meant)


# Written once: these are asked with every page of a candidate, and to write one costs as much as to ask it.
_PUBLISHED = Quiz.withdrawn_at.is_(None)
_QUIZZES_FOR = (
    select(Quiz)
    .where(Quiz.id.in_(_invited(_PUBLISHED)))
    .order_by(Quiz.opens_at.desc(), Quiz.id.desc())
    .options(lazyload(Quiz.audience))
)
_QUIZ_FOR = select(Quiz).where(Quiz.id.in_(_invited(Quiz.id == bindparam("quiz")))).options(lazyload(Quiz.audience))
_INVITED_TO = _invited(Quiz.id.in_(bindparam("quizzes", expanding=True)))


def quiz_for(person_id: int, quiz_id: int) -> Quiz | None:
    """That quiz, where this person is eligible, be it withdrawn or not; otherwise None."""
    return db.session.scalar(_QUIZ_FOR, {"person": person_id, "quiz": quiz_id})


def quizzes_for(person_id: int) -> list[Quiz]:
    """Every quiz this person is or was eligible for, newest opening first; withdrawn ones left out."""
    return list(db.session.scalars(_QUIZZES_FOR, {"person": person_id}))


def for_person(quizzes: Sequence[Quiz], person_id: int) -> list[Quiz]:
    """Those of the quizzes that this person is eligible for (`quiz_for`), read once however many they are."""
    values = {"person": person_id, "quizzes": [quiz.id for quiz in quizzes]}
    invited = set(db.session.scalars(_INVITED_TO, values))
    return [quiz for quiz in quizzes if quiz.id in invited]


def quizzes_run_by(account: Account) -> Sequence[Quiz]:
    """The quizzes of the units the account organizes (an auditor reads all), newest opening first."""
    return db.session.scalars(_run_by(account).order_by(Quiz.opens_at.desc(), Quiz.id.desc())).all()


def quiz_run_by(account: Account, quiz_id: int) -> Quiz:
    """That quiz, where the account may run or audit it; otherwise 404."""
    quiz = db.session.scalar(_run_by(account).where(Quiz.id == quiz_id))
    return quiz if quiz is not None else abort(404)


def sees(account: Account, quiz: Quiz) -> bool:
    """Whether `quiz_run_by` finds the quiz for the account."""
    return quiz.unit_id in scope_of(account, *RUNS_QUIZZES)


def runs(account: Account, quiz: Quiz) -> bool:
    """Whether the account may change something about a quiz that it sees; an auditor only reads."""
    return quiz.unit_id in scope_of(account, Role.ORGANIZER)


def _run_by(account: Account) -> Select[Quiz]:
    return select(Quiz).where(Quiz.unit_id.in_(scope_of(account, *RUNS_QUIZZES)))


def audience_names(quiz: Quiz) -> list[str]:
    """The units and branches the quiz is for, as they were called when it opened."""
    tree = tree_at(quiz.opens_at)
    return [tree[row.unit_id].name for row in quiz.audience if row.unit_id in tree]


def members_by_branch(moment: datetime) -> dict[int, int]:
    """How many people each branch has at ``moment``; branches without any are left out."""
    rows = db.session.execute(
        select(Membership.branch_id, func.count().label("people"))
        .where(during(Membership.since, Membership.until, moment))
        .group_by(Membership.branch_id)
    )
    return {row.branch_id: row.people for row in rows}


def forecast(audience: Iterable[int], opens_at: datetime) -> int:
    """How many people would be candidates of a test for these nodes, as the roster stands."""
    members = members_by_branch(opens_at)
    return sum(members.get(branch_id, 0) for branch_id in branch_ids_under(audience, tree_at(opens_at)))


@dataclass(frozen=True)
class AudienceGroup:
    """A unit that a test can be for as a whole, or by some of its ``branches``, with its number of people now.

    ``unit`` is None for branches whose unit the organizer does not organize for.
    """

    unit: Node | None
    people: int
    branches: tuple[tuple[Node, int], ...]


def audience_groups(account: Account) -> list[AudienceGroup]:
    """Whom an organizer may publish a test for, in the organisation's order, the department first."""
    now = clock.now()
    tree, members = tree_at(now), members_by_branch(now)
    scope = scope_of(account, Role.ORGANIZER, tree=tree)
    groups, placed = [], set()
    for node in tree.walk():
        if node.id not in scope or node.kind is UnitKind.BRANCH:
            continue
        branches = [child for child in tree.children(node.id) if child.kind is UnitKind.BRANCH]
        placed |= {branch.id for branch in branches}
        people = sum(members.get(branch.id, 0) for branch in tree.branches(node.id))
        groups.append(AudienceGroup(node, people, tuple((branch, members.get(branch.id, 0)) for branch in branches)))
    alone = [(node, members.get(node.id, 0)) for node in tree.branches() if node.id in scope - placed]
    return groups + ([AudienceGroup(None, sum(people for _, people in alone), tuple(alone))] if alone else [])


def tests_set_from(revision_ids: Sequence[int]) -> Problem | None:
    """Why an import that stands in these revisions cannot be undone: a test that is not withdrawn is set from one."""
    query = select(Quiz.title).where(Quiz.bank_revision_id.in_(revision_ids), Quiz.withdrawn_at.is_(None)).limit(1)
    title = db.session.scalar(query)
    if title is None:
        return None
    sentence = N_("The test '%(title)s' uses these items. Withdraw it first, or correct the items in a new revision.")
    return Problem(sentence, {"title": title})
