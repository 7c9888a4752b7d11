"""The one reading of a test's results by branch. Page, CSV, XLSX, JSON and the command line all stand on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import abort
from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.attempts.closing import SETTLING
from quizapp.attempts.models import Attempt
from quizapp.attempts.queries import CountedResult, counted_results
from quizapp.audit.operations import Head, head
from quizapp.db import db
from quizapp.domain.branch_summary import FEWEST_FOR_SCORES, Figures, Outline, Place, Sitting, Summary, roll_up
from quizapp.domain.paper import PaperSpec
from quizapp.domain.problem import N_
from quizapp.domain.timing import is_late
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import Candidate, candidates, spec_of
from quizapp.roster.models import Person, UnitKind
from quizapp.roster.queries import branch_ids_under, scope_of, tree_at
from quizapp.roster.tree import Node, Tree
from quizapp.web import clock
from quizapp.web.access import Role

SEES_SCORES = (Role.COMMITTEE, Role.ORGANIZER, Role.AUDITOR)
READS_REPORTS = (*SEES_SCORES, Role.BRANCH_SECRETARY)


class Absence(StrEnum):
    """In which way an eligible person has no result."""

    NOT_STARTED = "not_started"
    NOTHING_SAVED = "nothing_saved"
    UNDER_WAY = "under_way"  # only until the report is settled


ABSENCE_NAMES = {
    Absence.NOT_STARTED: N_("Not started"),
    Absence.NOTHING_SAVED: N_("Started, answered nothing"),
    Absence.UNDER_WAY: N_("Answering now"),
}


@dataclass(frozen=True)
class Absentee:
    """An eligible person without a result (缺考), in the branch of the test's opening."""

    staff_no: str
    name: str
    duty: str
    branch_id: int
    absence: Absence


@dataclass(frozen=True)
class BranchReport:
    """A test's results by branch, as far as one account may see them.

    ``whole`` says that every branch of the test is in it; otherwise all totals are totals of a part. ``absentees``
    stand in the order of the branches, then of the staff numbers. ``settled``: nobody can be answering any more, so the
    figures no longer change of themselves. ``record`` is the head of the record that binds the results: kept on paper,
    it shows later whether they were changed.
    """

    quiz: Quiz
    spec: PaperSpec
    settled: bool
    read_at: datetime
    summary: Summary
    absentees: tuple[Absentee, ...]
    whole: bool
    record: Head

    @property
    def branch_count(self) -> int:
        """How many branches are in it."""
        return sum(len(part.branches) for part in self.summary.units)

    def absentees_of(self, branch_id: int) -> list[Absentee]:
        """Those of one branch."""
        return [absentee for absentee in self.absentees if absentee.branch_id == branch_id]


@dataclass(frozen=True)
class Sight:
    """Which branches a reader sees, and of which of them only as their secretary."""

    seen: frozenset[int]
    as_secretary: frozenset[int] = frozenset()


def quizzes_reported_to(account: Account) -> list[Quiz]:
    """The tests that have opened and of which the account may see a branch, newest first; no withdrawn ones."""
    quizzes = db.session.scalars(
        select(Quiz)
        .where(Quiz.withdrawn_at.is_(None), Quiz.opens_at <= clock.now())
        .order_by(Quiz.opens_at.desc(), Quiz.id.desc())
    )
    return [quiz for quiz in quizzes if sight_of(quiz, account, tree_at(quiz.opens_at)).seen]


def quiz_reported_to(account: Account, quiz_id: int) -> Quiz:
    """That test, where `quizzes_reported_to` would list it; otherwise 404."""
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None or quiz.withdrawn_at is not None or quiz.opens_at > clock.now():
        abort(404)
    return quiz if sight_of(quiz, account, tree_at(quiz.opens_at)).seen else abort(404)


def branch_report(quiz: Quiz, account: Account) -> BranchReport:
    """The report of ``quiz`` as ``account`` may see it; without any branch where it may see none."""
    tree = tree_at(quiz.opens_at)
    return _report(quiz, tree, sight_of(quiz, account, tree))


def report_for_cli(quiz: Quiz) -> BranchReport:
    """The whole report, for whoever holds the machine."""
    tree = tree_at(quiz.opens_at)
    return _report(quiz, tree, Sight(_branches(quiz, tree)))


def _branches(quiz: Quiz, tree: Tree) -> frozenset[int]:
    return branch_ids_under([row.unit_id for row in quiz.audience], tree)


def sight_of(quiz: Quiz, account: Account, tree: Tree) -> Sight:
    """What the account sees of a test; ``tree`` as it stood when the test opened."""
    with_scores = scope_of(account, *SEES_SCORES, tree=tree)
    as_secretary = scope_of(account, Role.BRANCH_SECRETARY, tree=tree) - with_scores
    branches = _branches(quiz, tree)
    return Sight(branches & (with_scores | as_secretary), branches & as_secretary)


def _report(quiz: Quiz, tree: Tree, sight: Sight) -> BranchReport:
    spec, read_at = spec_of(quiz), clock.now()
    settled = is_late(read_at, quiz.closes_at, quiz.grace + SETTLING)
    people = [candidate for candidate in candidates(quiz) if candidate.branch_id in sight.seen]
    results = counted_results(quiz)

    def hides(branch_id: int, figures: Figures) -> bool:
        # A secretary who may not see single scores must not find them by subtracting: not in a very small group,
        # and not from how the figures of an open test change with each submission.
        return branch_id in sight.as_secretary and (not settled or figures.sat < FEWEST_FOR_SCORES)

    sittings = [_sitting(person, results) for person in people]
    every_branch = _branches(quiz, tree)
    return BranchReport(
        quiz=quiz,
        spec=spec,
        settled=settled,
        read_at=read_at,
        summary=roll_up(
            _outlines(tree, sight.seen, every_branch),
            sittings,
            excellence=spec.excellent_score is not None,
            hides=hides,
        ),
        absentees=_absentees(quiz, tree, sittings, results),
        whole=sight.seen == every_branch,
        record=head(),
    )


def _sitting(person: Candidate, results: Mapping[int, CountedResult]) -> Sitting:
    result = results.get(person.person_id)
    if result is None:
        return Sitting(person.person_id, person.branch_id)
    return Sitting(person.person_id, person.branch_id, result.points, result.passed, result.excellent, result.answered)


def _outlines(tree: Tree, seen: frozenset[int], every_branch: frozenset[int]) -> list[Outline]:
    """The seen branches under their units, in the organisation's order."""
    members: dict[Node, list[Node]] = {}
    for branch in tree.branches():
        if branch.id in every_branch:
            members.setdefault(_unit_over(tree, branch), []).append(branch)
    outlines = []
    for unit, branches in members.items():
        kept = tuple(_place(branch) for branch in branches if branch.id in seen)
        if kept:
            outlines.append(Outline(_place(unit), kept, whole=len(kept) == len(branches)))
    return outlines


def _unit_over(tree: Tree, branch: Node) -> Node:
    """The unit right under the department; a branch that hangs elsewhere stands under its parent, or itself."""
    above = parent = tree.parent(branch.id)
    while above is not None and above.kind is not UnitKind.DEPARTMENT:
        parent, above = above, tree.parent(above.id)
    return parent or branch


def _place(node: Node) -> Place:
    return Place(node.id, node.code, node.name)


def _absentees(
    quiz: Quiz, tree: Tree, sittings: Iterable[Sitting], results: Mapping[int, CountedResult]
) -> tuple[Absentee, ...]:
    absent = {sitting.person_id: sitting.branch_id for sitting in sittings if not sitting.sat}
    under_way = set(
        db.session.scalars(select(Attempt.person_id).where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_(None)))
    )

    def absence(person_id: int) -> Absence:
        if person_id in under_way:
            return Absence.UNDER_WAY
        return Absence.NOTHING_SAVED if person_id in results else Absence.NOT_STARTED

    people = db.session.execute(
        select(Person.id, Person.staff_no, Person.name, Person.duty).where(Person.id.in_(absent))
    )
    place = {branch.id: number for number, branch in enumerate(tree.branches())}
    found = [Absentee(row.staff_no, row.name, row.duty, absent[row.id], absence(row.id)) for row in people]
    return tuple(sorted(found, key=lambda one: (place[one.branch_id], one.staff_no)))
