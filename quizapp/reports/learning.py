"""What a report says beside its results: how branches practised, and what a follow-up shows of an earlier test."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.attempts.models import AttemptScore, ItemScoreRow
from quizapp.attempts.queries import CountedResult, counted_results
from quizapp.banks.models import BankRevision
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.branch_summary import FEWEST_FOR_SCORES
from quizapp.domain.follow_up import Change, FollowUp, Key, Pair, follow_up
from quizapp.domain.scoring import Outcome
from quizapp.practice.figures import BranchPractice, branch_practice
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import candidates
from quizapp.reports.kept import branches_of_people
from quizapp.reports.queries import BranchReport, sight_of
from quizapp.roster.queries import tree_at

AT_ONCE = 500


def practice_lines(report: BranchReport) -> list[tuple[str, BranchPractice]]:
    """How the branches of the report have practised since the test opened, in its order."""
    rows = [row for part in report.summary.units for row in part.branches if row.figures.eligible]
    people = {row.place.id: row.figures.eligible for row in rows}
    branches_of = partial(branches_of_people, report.quiz.id)
    found = branch_practice(people, branches_of, report.quiz.opens_at, report.read_at)
    return [(row.place.name, found[row.place.id]) for row in rows]


@dataclass(frozen=True)
class Comparison:
    """A test beside the one it follows. ``withheld``: too few people for this reader, so that nothing is said.

    ``topics`` and ``branches`` carry their names; a branch with too few people has no figures.
    """

    earlier: Quiz
    total: Change
    topics: list[tuple[str, Change]]
    branches: list[tuple[str, Change | None]]
    withheld: bool


def earlier_test(quiz: Quiz) -> Quiz | None:
    """The test that this one follows, where there is one that was not withdrawn."""
    earlier = db.session.get(Quiz, quiz.follows) if quiz.follows is not None else None
    return earlier if earlier is not None and earlier.withdrawn_at is None else None


def comparison(report: BranchReport, account: Account) -> Comparison | None:
    """What those who sat both tests learned and forgot, as far as the account may see; None before the end."""
    earlier = earlier_test(report.quiz)
    if earlier is None or not report.settled:
        return None
    names = {row.place.id: row.place.name for part in report.summary.units for row in part.branches}
    found = _compare(report.quiz, earlier, names)
    few = {branch_id for branch_id, change in found.branches.items() if change.people < FEWEST_FOR_SCORES}
    secretary = sight_of(report.quiz, account, tree_at(report.quiz.opens_at)).as_secretary
    return Comparison(
        earlier=earlier,
        total=found.total,
        topics=sorted(found.topics.items()),
        branches=[
            (name, None if branch_id in few else found.branches[branch_id])
            for branch_id, name in names.items()
            if branch_id in found.branches
        ],
        # As in the report: what is hidden of a branch must not come back by subtracting the others from the whole.
        withheld=bool(few & secretary) or found.total.people < FEWEST_FOR_SCORES,
    )


def _compare(quiz: Quiz, earlier: Quiz, seen: Collection[int]) -> FollowUp:
    """Both tests' counted attempts, of the people whom the report is about."""
    before, after = _sat(earlier), _sat(quiz)
    sat_both = before.keys() & after.keys()
    both = [each for each in candidates(quiz) if each.branch_id in seen and each.person_id in sat_both]
    answers_before = _answers(earlier, [before[each.person_id].attempt_id for each in both])
    answers_after = _answers(quiz, [after[each.person_id].attempt_id for each in both])
    pairs = (
        Pair(
            each.branch_id,
            answers_before.get(before[each.person_id].attempt_id, {}),
            answers_after.get(after[each.person_id].attempt_id, {}),
        )
        for each in both
    )
    return follow_up(pairs, _topics(earlier) | _topics(quiz))


def _sat(quiz: Quiz) -> dict[int, CountedResult]:
    return {person_id: result for person_id, result in counted_results(quiz).items() if result.answered}


def _answers(quiz: Quiz, attempts: list[int]) -> dict[int, dict[Key, bool]]:
    """Attempt → item → whether it was fully right, by the newest edition of its score."""
    bank_id, found = _bank_id(quiz), dict[int, dict[Key, bool]]()
    for start in range(0, len(attempts), AT_ONCE):
        rows = db.session.execute(
            select(AttemptScore.attempt_id, ItemScoreRow.item_id, ItemScoreRow.outcome)
            .join(ItemScoreRow, ItemScoreRow.score_id == AttemptScore.id)
            .where(AttemptScore.attempt_id.in_(attempts[start : start + AT_ONCE]))
            .order_by(AttemptScore.edition)  # a later edition stands over an earlier one
        )
        for attempt_id, item_id, outcome in rows:
            found.setdefault(attempt_id, {})[bank_id, item_id] = outcome == Outcome.RIGHT
    return found


def _topics(quiz: Quiz) -> dict[Key, str]:
    bank_id, bank = _bank_id(quiz), bank_of(quiz.bank_revision_id)
    return {(bank_id, leaf.id): leaf.topic for item in bank.items for leaf in item.leaves()}


def _bank_id(quiz: Quiz) -> int:
    return db.session.get_one(BankRevision, quiz.bank_revision_id).bank_id
