"""Reading attempts: a candidate's own, and what counts for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flask import abort
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased, joinedload, load_only

from quizapp.accounts.models import Account
from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.banks.models import BankRevision
from quizapp.db import db
from quizapp.domain.paper import PaperSpec
from quizapp.domain.problem import N_, Problem
from quizapp.domain.timing import QuizState
from quizapp.quizzes.models import CountedAttempt, Quiz, ReviewTime
from quizapp.quizzes.queries import candidates, is_candidate, is_over, quizzes_for, spec_of, state_of
from quizapp.roster.models import Person
from quizapp.roster.queries import person_of, tree_at


@dataclass(frozen=True)
class CountedResult:
    """The score that counts for one person. ``answered`` 0: started, but nothing was saved (进入未答)."""

    attempt_id: int
    points: Decimal
    full_points: Decimal
    passed: bool
    excellent: bool
    submitted_at: datetime
    answered: int
    score_id: int


@dataclass(frozen=True)
class Visible:
    """What a candidate may see of a result at this moment."""

    score: bool
    key: bool
    rationale: bool


@dataclass(frozen=True)
class Standing:
    """One quiz as one person sees it: what has been done, and what can be done now."""

    quiz: Quiz
    spec: PaperSpec
    state: QuizState
    running: Attempt | None
    ended: tuple[Attempt, ...]
    result: CountedResult | None
    visible: Visible

    @property
    def attempts_left(self) -> int:
        """How many more times the person may start."""
        return self.quiz.attempts_allowed - len(self.ended) - (self.running is not None)

    @property
    def can_start(self) -> bool:
        """Whether starting a new attempt would be accepted now."""
        is_open = self.state is QuizState.OPEN and self.quiz.withdrawn_at is None
        return is_open and self.running is None and self.attempts_left > 0

    @property
    def is_todo(self) -> bool:
        """Whether something is expected of the person now: to go on, or to sit the test at all."""
        return self.running is not None or (self.can_start and not self.ended)


def own_person(account: Account) -> Person:
    """The member of staff behind the account; 404 for an account that is nobody's."""
    return person_of(account) or abort(404)


def own_attempt(account_id: int, attempt_id: int) -> Attempt:
    """That attempt, where it is the account's own; otherwise 404."""
    attempt = db.session.scalar(
        select(Attempt)
        .join(Person, Attempt.person_id == Person.id)
        .where(Attempt.id == attempt_id, Person.account_id == account_id)
        .options(joinedload(Attempt.quiz, innerjoin=True))  # no page of an attempt does without it
    )
    return attempt if attempt is not None else abort(404)


def own_quiz(account: Account, quiz_id: int) -> tuple[Quiz, Person]:
    """That quiz and the person behind the account, where they are a candidate of it; otherwise 404."""
    quiz, person = db.session.get(Quiz, quiz_id), own_person(account)
    if quiz is None or not is_candidate(quiz, person.id):
        abort(404)
    return quiz, person


def standings(person: Person, now: datetime) -> list[Standing]:
    """Every quiz the person is or was a candidate of, newest opening first."""
    return _standings(quizzes_for(person.id), person, now)


def standing_in(quiz: Quiz, person: Person, now: datetime) -> Standing:
    """Where the person stands in one quiz."""
    return _standings([quiz], person, now)[0]


def _standings(quizzes: Sequence[Quiz], person: Person, now: datetime) -> list[Standing]:
    """Read once for all the quizzes, however many they are."""
    ids = [quiz.id for quiz in quizzes]
    mine = (Attempt.person_id == person.id, Attempt.quiz_id.in_(ids))
    attempts = db.session.scalars(select(Attempt).where(*mine).order_by(Attempt.number)).all()
    results: dict[int, list[CountedResult]] = {}
    for attempt, score in _scored(*mine):
        results.setdefault(attempt.quiz_id, []).append(_result(attempt, score))
    return [
        Standing(
            quiz=quiz,
            spec=spec_of(quiz),
            state=state_of(quiz, now),
            running=next((one for one in attempts if one.quiz_id == quiz.id and one.submitted_at is None), None),
            ended=tuple(one for one in attempts if one.quiz_id == quiz.id and one.submitted_at is not None),
            result=counted(results[quiz.id], quiz.counted_attempt) if quiz.id in results else None,
            visible=visible_at(quiz, now),
        )
        for quiz in quizzes
    ]


def visible_at(quiz: Quiz, now: datetime) -> Visible:
    """What the review policy shows at ``now`` of an attempt that has ended.

    "After close" waits for the grace period too: until then somebody may still be answering the same items.
    """
    over = is_over(quiz, now)

    def shown(policy: str) -> bool:
        return policy == ReviewTime.AT_SUBMISSION or (policy == ReviewTime.AFTER_CLOSE and over)

    return Visible(shown(quiz.score_shown), shown(quiz.key_shown), shown(quiz.rationale_shown))


def visible_to(attempt: Attempt, now: datetime) -> Visible:
    """What the candidate may see of an ended attempt: no keys while they answer another paper of the same bank."""
    visible = visible_at(attempt.quiz, now)
    if (visible.key or visible.rationale) and _is_answering_from(attempt.quiz.bank_revision.bank_id, attempt.person_id):
        return replace(visible, key=False, rationale=False)
    return visible


def _is_answering_from(bank_id: int, person_id: int) -> bool:
    running = select(Attempt.id).where(Attempt.person_id == person_id, Attempt.submitted_at.is_(None))
    papers = running.join(Quiz, Attempt.quiz_id == Quiz.id).join(BankRevision, Quiz.bank_revision_id == BankRevision.id)
    open_ones = papers.where(BankRevision.bank_id == bank_id, Quiz.withdrawn_at.is_(None))
    return db.session.scalar(open_ones.limit(1)) is not None


def score_of(attempt: Attempt) -> AttemptScore:
    """The newest edition of the score of an attempt that has ended."""
    newest = select(AttemptScore).order_by(AttemptScore.edition.desc()).limit(1)
    return db.session.scalars(newest.where(AttemptScore.attempt_id == attempt.id)).one()


def counted_results(quiz: Quiz, people: Sequence[int] | None = None) -> dict[int, CountedResult]:
    """The result that counts, by person, for everybody who ended an attempt, or for those of ``people`` who did."""
    by_person: dict[int, list[CountedResult]] = {}
    these = () if people is None else (Attempt.person_id.in_(people),)
    for attempt, score in _scored(Attempt.quiz_id == quiz.id, *these):
        by_person.setdefault(attempt.person_id, []).append(_result(attempt, score))
    return {person: counted(results, quiz.counted_attempt) for person, results in by_person.items()}


def counted_result(quiz: Quiz, person_id: int) -> CountedResult | None:
    """The result that counts for one person; None before any attempt has ended."""
    results = [_result(*row) for row in _scored(Attempt.quiz_id == quiz.id, Attempt.person_id == person_id)]
    return counted(results, quiz.counted_attempt) if results else None


def _scored(*which: ColumnElement[bool]) -> list[tuple[Attempt, AttemptScore]]:
    """The attempts of ``which`` that have a score, each with its newest edition, in the order of their numbers."""
    newer = aliased(AttemptScore)
    is_newest = (
        ~select(newer.id)
        .where(newer.attempt_id == AttemptScore.attempt_id, newer.edition > AttemptScore.edition)
        .exists()
    )
    rows = (
        select(Attempt, AttemptScore)
        .join(AttemptScore, AttemptScore.attempt_id == Attempt.id)
        .options(load_only(Attempt.quiz_id, Attempt.person_id, Attempt.submitted_at))
        .where(*which, is_newest)
        .order_by(Attempt.number)
    )
    return [(attempt, score) for attempt, score in db.session.execute(rows)]


def _result(attempt: Attempt, score: AttemptScore) -> CountedResult:
    assert attempt.submitted_at is not None
    return CountedResult(
        attempt_id=attempt.id,
        points=score.points,
        full_points=score.full_points,
        passed=score.passed,
        excellent=score.excellent,
        submitted_at=attempt.submitted_at,
        answered=score.answered,
        score_id=score.id,
    )


def counted(results: Sequence[CountedResult], rule: str) -> CountedResult:
    """Which of one person's results counts; ``results`` in the order of the attempts.

    An attempt in which nothing was answered counts only where there is no other.
    """
    answered = [result for result in results if result.answered] or list(results)
    if rule == CountedAttempt.FIRST:
        return answered[0]
    if rule == CountedAttempt.LAST:
        return answered[-1]
    # A pass comes first: more points can fail where a section has a cut score of its own.
    return max(answered, key=lambda result: (result.passed, result.points, -result.attempt_id))


def branch_names(quiz: Quiz) -> dict[int, str]:
    """What the branch of each candidate was called when the test opened, by person."""
    tree = tree_at(quiz.opens_at)
    return {one.person_id: tree[one.branch_id].name for one in candidates(quiz) if one.branch_id in tree}


def drawn_from(revision_ids: Sequence[int]) -> Problem | None:
    """Why an import that stands in these revisions cannot be undone: somebody has a paper drawn from one."""
    query = select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id).where(Quiz.bank_revision_id.in_(revision_ids))
    if db.session.scalar(query.limit(1)) is None:
        return None
    return Problem(N_("People have already been asked these items. Correct them in a new revision instead."))
