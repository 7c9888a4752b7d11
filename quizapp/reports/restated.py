"""A report in the department's structure of another day: what became of its branches, and what they add up to then."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from quizapp.accounts.models import Account
from quizapp.attempts.endings import table_of
from quizapp.attempts.models import AttemptScore
from quizapp.db import db
from quizapp.domain.branch_summary import Count, Outline, Place, Summary, roll_up, together
from quizapp.domain.reorganisation import Move, Restated, Restating, restate, restated
from quizapp.quizzes.models import Quiz
from quizapp.reports.excusals.models import Excusal
from quizapp.reports.excusals.queries import EXCUSED
from quizapp.reports.kept import branch_counts
from quizapp.reports.models import TallyPerson
from quizapp.reports.queries import BranchReport, outlines, sight_of
from quizapp.reports.sums import in_pieces
from quizapp.roster.models import Membership, Person
from quizapp.roster.queries import during, tree_at
from quizapp.roster.tree import Tree

NAMED_AT_MOST = 300
"""So many people who changed are named; of more only the number is said."""

_score = table_of(AttemptScore)


@dataclass(frozen=True)
class BranchChange:
    """What became of a branch: what it was called and belonged to, and the same of now.

    ``gone``: it exists no longer. ``went``: the branches in which some of its people count now, with how many.
    """

    name: str
    unit: str
    name_now: str
    unit_now: str
    gone: bool
    went: list[tuple[str, int]]


@dataclass(frozen=True)
class Transfer:
    """That a person went another way than their branch. ``counted``: the branch in which the report has them."""

    staff_no: str
    name: str
    source: str
    target: str
    counted: str


@dataclass(frozen=True)
class InStructure:
    """The figures in the structure of ``moment``, and all that changed between the test's opening and then.

    ``transfers`` are all ``moved`` people, or none where those are too many to name. ``undivided``: branches that could
    not be divided (`quizapp.domain.reorganisation.restated`).
    """

    moment: datetime
    summary: Summary
    changes: list[BranchChange]
    transfers: list[Transfer]
    moved: int
    undivided: list[str]


def may_restate(report: BranchReport, account: Account) -> bool:
    """Whether the account sees the scores of all its branches: in another structure small groups would come apart."""
    return not sight_of(report.quiz, account, tree_at(report.quiz.opens_at)).as_secretary


def in_structure_of(report: BranchReport, moment: datetime) -> InStructure:
    """The report in the structure of that day."""
    then, now = tree_at(report.quiz.opens_at), tree_at(moment)
    moves = moves_until(report.quiz, moment)
    restating = restate(moves, _branches(then), _branches(now))
    seen = {row.place.id: (part.unit.place, row.place) for part in report.summary.units for row in part.branches}
    result = _restated(report.quiz, seen, restating)
    counts = {id: count for id, count in result.counts.items() if id in now or count.eligible}
    named = [replace(unit, whole=report.whole) for unit in outlines(now, counts, counts)]
    named += _gone(counts, now, seen)
    summary = roll_up(named, counts, excellence=report.spec.excellent_score is not None)
    names = {row.place.id: (row.place.name, part.unit.place.name) for part in summary.units for row in part.branches}
    apart = _apart([move for move in moves if move.source in seen], restating)
    return InStructure(
        moment=moment,
        summary=summary,
        changes=_changes(seen, names, restating),
        transfers=_transfers(apart, {**_names(now), **_names(then)}) if len(apart) <= NAMED_AT_MOST else [],
        moved=len(apart),
        undivided=[seen[branch_id][1].name for branch_id in result.undivided],
    )


def counts_in_structure_of(quiz: Quiz, seen: Collection[int], moment: datetime) -> tuple[dict[int, Count], set[int]]:
    """The people of an earlier test by the branches of ``moment``, and the branches that also hold people of branches
    which are not ``seen``.
    """
    then = _branches(tree_at(quiz.opens_at))
    restating = restate(moves_until(quiz, moment), then, _branches(tree_at(moment)))
    unseen = {target for source, to in restating.routes.items() if source not in seen for target in to}
    return dict(_restated(quiz, seen, restating).counts), unseen


def moves_until(quiz: Quiz, moment: datetime) -> list[Move]:
    """Everybody of the test who belongs at ``moment`` to another branch than when it opened, or to none."""
    held = during(Membership.since, Membership.until, moment)
    rows = (
        select(TallyPerson.person_id, TallyPerson.branch_id, Membership.branch_id)
        .outerjoin(Membership, and_(Membership.person_id == TallyPerson.person_id, held))
        .where(
            TallyPerson.quiz_id == quiz.id,
            or_(Membership.branch_id.is_(None), Membership.branch_id != TallyPerson.branch_id),
        )
        .order_by(TallyPerson.person_id)
    )
    return [Move(*row) for row in db.session.execute(rows)]


def _branches(tree: Tree) -> frozenset[int]:
    return frozenset(node.id for node in tree.branches())


def _names(tree: Tree) -> dict[int, str]:
    return {node.id: node.name for node in tree.branches()}


def _restated(quiz: Quiz, seen: Collection[int], restating: Restating) -> Restated:
    scattered = [move for move in restating.scattered if move.source in seen]
    added = _counts_of([move.person for move in scattered], quiz)
    pieces: dict[int, dict[int, list[Count]]] = defaultdict(lambda: defaultdict(list))
    for move in scattered:
        if move.target is not None:
            pieces[move.source][move.target].append(added[move.person])
    whole = {source: {to: together(ones) for to, ones in found.items()} for source, found in pieces.items()}
    every = dict.fromkeys(seen, Count()) | branch_counts(quiz.id, seen)  # a branch without people has a row too
    return restated(every, whole, restating.heirs)


def _counts_of(people: Collection[int], quiz: Quiz) -> dict[int, Count]:
    """What each of these people adds to a count."""
    found = dict.fromkeys(people, Count(eligible=1))
    for piece in in_pieces(people):
        rows = (
            select(TallyPerson.person_id, TallyPerson.sat, _score.c.points, _score.c.passed, _score.c.excellent,
                   Excusal.id)
            .outerjoin(_score, _score.c.id == TallyPerson.score_id)
            .outerjoin(Excusal, EXCUSED)
            .where(TallyPerson.quiz_id == quiz.id, TallyPerson.person_id.in_(piece))
        )  # fmt: skip
        for person_id, sat, points, passed, excellent, excuse in db.session.execute(rows):
            found[person_id] = (
                Count(1, int(passed), int(excellent), {points: 1}) if sat else Count(1, excused=int(excuse is not None))
            )
    return found


def _gone(counts: Iterable[int], now: Tree, seen: Mapping[int, tuple[Place, Place]]) -> list[Outline]:
    """The branches that are gone with all their people, under a heading of their own."""
    places = tuple(seen[branch_id][1] for branch_id in counts if branch_id not in now)
    return [Outline(Place(0, "", _("No longer in the structure")), places)] if places else []


def _changes(
    seen: Mapping[int, tuple[Place, Place]], names: Mapping[int, tuple[str, str]], restating: Restating
) -> list[BranchChange]:
    found = []
    for branch_id, (unit, branch) in seen.items():
        gone = branch_id in restating.heirs or branch_id not in names
        name_now, unit_now = ("", "") if gone else names[branch_id]
        routes = restating.routes.get(branch_id, {})
        went = [(names[to][0], people) for to, people in sorted(routes.items(), key=lambda one: -one[1]) if to in names]
        if gone or went or (name_now, unit_now) != (branch.name, unit.name):
            found.append(BranchChange(branch.name, unit.name, name_now, unit_now, gone, went))
    return found


def _apart(moves: Iterable[Move], restating: Restating) -> list[tuple[Move, int]]:
    """The moves of those who did not go with their branch, each with the branch in which the person counts."""
    homes = {home.person: home.target for home in restating.homes}
    counted = ((move, homes.get(move.person) or move.source) for move in moves)
    return [(move, home) for move, home in counted if home != restating.heirs.get(move.source)]


def _transfers(apart: Iterable[tuple[Move, int]], names: Mapping[int, str]) -> list[Transfer]:
    moves = {move.person: (move, home) for move, home in apart}
    found = []
    for piece in in_pieces(moves):
        rows = select(Person.id, Person.staff_no, Person.name).where(Person.id.in_(piece))
        for person_id, staff_no, name in db.session.execute(rows):
            move, home = moves[person_id]
            target = names.get(move.target, "") if move.target is not None else ""
            found.append(Transfer(staff_no, name, names[move.source], target, names[home]))
    return sorted(found, key=lambda one: (one.source, one.staff_no))
