"""The one reading of a test's results by branch. Page, CSV, XLSX, JSON and the command line all stand on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.attempts.closing import SETTLING
from quizapp.audit.operations import Head, head
from quizapp.banks.queries import READS_BANKS, bank_id_of
from quizapp.db import db
from quizapp.domain.branch_summary import FEWEST_FOR_SCORES, Figures, Outline, Place, Summary, roll_up
from quizapp.domain.paper import PaperSpec
from quizapp.domain.timing import is_late
from quizapp.practice.permits import may_be_asked
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import is_over, spec_of
from quizapp.reports.editions.frozen import Edition, Frozen, frozen_of, reading
from quizapp.reports.kept import branch_counts
from quizapp.reports.source import Source
from quizapp.reports.tallies import left_to_count, refresh
from quizapp.roster.models import UnitKind
from quizapp.roster.queries import branch_ids_under, person_of, scope_of, tree_at
from quizapp.roster.tree import Node, Tree
from quizapp.web import clock
from quizapp.web.access import Role

SEES_SCORES = (Role.COMMITTEE, Role.ORGANIZER, Role.AUDITOR)
READS_REPORTS = (*SEES_SCORES, Role.BRANCH_SECRETARY)


@dataclass(frozen=True)
class BranchReport:
    """A test's results by branch, as far as one account may see them.

    ``whole`` says that every branch of the test is in it; otherwise all totals are totals of a part. ``settled``:
    nobody can be answering any more, so the figures no longer change of themselves. ``record`` is the head of the
    record that binds the results: kept on paper, it shows later whether they were changed. ``waiting`` people's
    results are not in the figures, since they wait to be counted (`quizapp.reports.tallies`). ``sees_everything``:
    the reader sees every branch with its scores. ``over``: nobody can be asked an item of this test any more.
    ``asked``: another test may still ask the reader items of this bank, which they may not read for their office.
    ``source``: what it was read from. ``frozen``: the edition that it is read from in place of the tallies.
    """

    quiz: Quiz
    spec: PaperSpec
    settled: bool
    summary: Summary
    whole: bool
    record: Head
    waiting: int
    sees_everything: bool
    over: bool
    asked: bool
    source: Source
    frozen: Frozen | None = None

    @property
    def edition(self) -> Edition | None:
        """Which edition it is; None while the figures are not frozen."""
        return None if self.frozen is None else self.frozen.edition

    @property
    def read_at(self) -> datetime:
        """As of when the figures are."""
        return self.source.as_of if self.frozen is None else self.frozen.read_at

    @property
    def items_shown(self) -> bool:
        """Whether the reader may see the single items, with their keys."""
        return self.sees_everything and self.over and not self.asked

    @property
    def branch_count(self) -> int:
        """How many branches are in it."""
        return sum(len(part.branches) for part in self.summary.units)


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


def branch_report(
    quiz: Quiz, account: Account, source: Source | None = None, *, asked: bool | None = None
) -> BranchReport:
    """The report of ``quiz`` as ``account`` may see it; without any branch where it may see none.

    ``source``: what the present session reads from; by default the database itself. ``asked``: `may_still_be_asked`,
    where it was looked up before a copy was read, which may not know of a test that has just been published.
    """
    tree = tree_at(quiz.opens_at)
    asked = may_still_be_asked(quiz, account) if asked is None else asked
    return _report(quiz, tree, sight_of(quiz, account, tree), source or Source(clock.now()), asked=asked)


def may_still_be_asked(quiz: Quiz, account: Account) -> bool:
    """Whether another test may put items of this one to the reader, who then sees no keys of them."""
    person = None if account.roles.intersection(READS_BANKS) else person_of(account)
    return person is not None and may_be_asked(person.id, bank_id_of(quiz.bank_revision_id), clock.now())


def report_for_cli(quiz: Quiz) -> BranchReport:
    """The whole report, for whoever holds the machine. Everybody is counted before it is read."""
    refresh(quiz)
    return whole_report(quiz)


def whole_report(quiz: Quiz) -> BranchReport:
    """The whole report, of what is counted by now."""
    tree = tree_at(quiz.opens_at)
    return _report(quiz, tree, Sight(_branches(quiz, tree)), Source(clock.now()))


def _branches(quiz: Quiz, tree: Tree) -> frozenset[int]:
    return branch_ids_under([row.unit_id for row in quiz.audience], tree)


def sight_of(quiz: Quiz, account: Account, tree: Tree) -> Sight:
    """What the account sees of a test; ``tree`` as it stood when the test opened."""
    with_scores = scope_of(account, *SEES_SCORES, tree=tree)
    as_secretary = scope_of(account, Role.BRANCH_SECRETARY, tree=tree) - with_scores
    branches = _branches(quiz, tree)
    return Sight(branches & (with_scores | as_secretary), branches & as_secretary)


def _report(quiz: Quiz, tree: Tree, sight: Sight, source: Source, *, asked: bool = False) -> BranchReport:
    frozen = frozen_of(quiz.id)
    spec, read_at = spec_of(quiz), source.as_of  # what a copy cannot know yet is not settled
    settled = frozen is not None or is_late(read_at, quiz.closes_at, quiz.grace + SETTLING)

    def hides(branch_id: int, figures: Figures) -> bool:
        # A secretary who may not see single scores must not find them by subtracting: not in a very small group,
        # and not from how the figures of an open test change with each submission.
        return branch_id in sight.as_secretary and (not settled or figures.sat < FEWEST_FOR_SCORES)

    every_branch = _branches(quiz, tree) if frozen is None else frozenset(frozen.places)
    seen = sight.seen & every_branch
    whole = seen == every_branch
    with reading(quiz.id, frozen):  # looked up once
        summary = roll_up(
            outlines(tree, seen, every_branch) if frozen is None else frozen.outlines(seen),
            branch_counts(quiz.id, seen),
            excellence=spec.excellent_score is not None,
            hides=hides,
        )
    return BranchReport(
        quiz=quiz,
        spec=spec,
        settled=settled,
        summary=summary,
        whole=whole,
        record=head() if frozen is None else frozen.record,
        waiting=left_to_count(quiz.id) if frozen is None else 0,
        sees_everything=whole and not sight.as_secretary,
        over=settled and is_over(quiz, read_at),
        asked=asked,
        source=source,
        frozen=frozen,
    )


def outlines(tree: Tree, seen: Collection[int], every_branch: Collection[int]) -> list[Outline]:
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
