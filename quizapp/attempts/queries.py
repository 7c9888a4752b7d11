"""Reading attempts: a candidate's own, and what counts for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, undefer

from quizapp.accounts.models import Account
from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.banks.models import BankRevision
from quizapp.banks.queries import bank_id_of
from quizapp.db import db
from quizapp.domain.paper import PaperSpec
from quizapp.domain.problem import N_, Problem
from quizapp.domain.timing import QuizState
from quizapp.quizzes.models import CountedAttempt, Quiz, ReviewTime
from quizapp.quizzes.queries import candidates, is_over, quiz_for, quizzes_for, spec_of, state_of
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


# Written once: these are asked with every page of a candidate, and to write one costs as much as to ask it.
_OWN_ATTEMPT = (
    select(Attempt)
    .join(Attempt.person)
    .where(Attempt.id == bindparam("attempt"), Person.account_id == bindparam("account"))
    # No page of an attempt does without these, and none needs whom the test is for.
    .options(
        joinedload(Attempt.quiz, innerjoin=True).lazyload(Quiz.audience),
        contains_eager(Attempt.person),
        undefer(Attempt.paper),
    )
)


def own_attempt(account_id: int, attempt_id: int) -> Attempt:
    """That attempt, where it is the account's own; otherwise 404."""
    attempt = db.session.scalar(_OWN_ATTEMPT, {"attempt": attempt_id, "account": account_id})
    return attempt if attempt is not None else abort(404)


def own_quiz(account: Account, quiz_id: int) -> tuple[Quiz, Person]:
    """That quiz and the person behind the account, where they are a candidate of it; otherwise 404."""
    person = own_person(account)
    quiz = quiz_for(person.id, quiz_id)
    return (quiz, person) if quiz is not None else abort(404)


_newer = aliased(AttemptScore)
_IS_NEWEST = (
    ~select(_newer.id)
    .where(_newer.attempt_id == AttemptScore.attempt_id, _newer.edition > AttemptScore.edition)
    .correlate(AttemptScore)
    .exists()
)
_RESULT: tuple[Any, ...] = (
    Attempt.id,
    AttemptScore.points,
    AttemptScore.full_points,
    AttemptScore.passed,
    AttemptScore.excellent,
    Attempt.submitted_at,
    AttemptScore.answered,
    AttemptScore.id,
)
"""The fields of a `CountedResult`, in its order."""
_SCORED = (
    select(Attempt.person_id, *_RESULT)
    .join(AttemptScore, AttemptScore.attempt_id == Attempt.id)
    .where(_IS_NEWEST)
    .order_by(Attempt.number)
)
_MINE = (
    select(Attempt, *_RESULT)
    .outerjoin(AttemptScore, (AttemptScore.attempt_id == Attempt.id) & _IS_NEWEST)
    .where(Attempt.person_id == bindparam("person"), Attempt.quiz_id.in_(bindparam("quizzes", expanding=True)))
    .order_by(Attempt.number)
)


def standings(person: Person, now: datetime) -> list[Standing]:
    """Every quiz the person is or was a candidate of, newest opening first."""
    return _standings(quizzes_for(person.id), person, now)


def standing_in(quiz: Quiz, person: Person, now: datetime) -> Standing:
    """Where the person stands in one quiz."""
    return _standings([quiz], person, now)[0]


def _standings(quizzes: Sequence[Quiz], person: Person, now: datetime) -> list[Standing]:
    """Read once for all the quizzes, however many they are."""
    attempts: dict[int, list[Attempt]] = {quiz.id: [] for quiz in quizzes}
    results: dict[int, list[CountedResult]] = {quiz.id: [] for quiz in quizzes}
    for attempt, *result in db.session.execute(_MINE, {"person": person.id, "quizzes": list(attempts)}):
        attempts[attempt.quiz_id].append(attempt)
        if result[-1] is not None:  # it has a score
            results[attempt.quiz_id].append(CountedResult(*result))
    return [
        Standing(
            quiz=quiz,
            spec=spec_of(quiz),
            state=state_of(quiz, now),
            running=next((one for one in attempts[quiz.id] if one.submitted_at is None), None),
            ended=tuple(one for one in attempts[quiz.id] if one.submitted_at is not None),
            result=counted(results[quiz.id], quiz.counted_attempt) if results[quiz.id] else None,
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
    if (visible.key or visible.rationale) and _is_answering_from(
        bank_id_of(attempt.quiz.bank_revision_id), attempt.person_id
    ):
        return replace(visible, key=False, rationale=False)
    return visible


_ANSWERING_FROM = (
    select(Attempt.id)
    .join(Quiz, Attempt.quiz_id == Quiz.id)
    .join(BankRevision, Quiz.bank_revision_id == BankRevision.id)
    .where(
        Attempt.person_id == bindparam("person"),
        Attempt.submitted_at.is_(None),
        Quiz.withdrawn_at.is_(None),
        BankRevision.bank_id == bindparam("bank"),
    )
    .limit(1)
)
_NEWEST_SCORE = (
    select(AttemptScore)
    .where(AttemptScore.attempt_id == bindparam("attempt"))
    .order_by(AttemptScore.edition.desc())
    .limit(1)
)


def _is_answering_from(bank_id: int, person_id: int) -> bool:
    return db.session.scalar(_ANSWERING_FROM, {"bank": bank_id, "person": person_id}) is not None


def score_of(attempt: Attempt) -> AttemptScore:
    """The newest edition of the score of an attempt that has ended."""
    return db.session.scalars(_NEWEST_SCORE, {"attempt": attempt.id}).one()


def counted_results(quiz: Quiz, people: Sequence[int] | None = None) -> dict[int, CountedResult]:
    """The result that counts, by person, for everybody who ended an attempt, or for those of ``people`` who did."""
    by_person: dict[int, list[CountedResult]] = {}
    these = () if people is None else (Attempt.person_id.in_(people),)
    for person_id, *result in db.session.execute(_SCORED.where(Attempt.quiz_id == quiz.id, *these)):
        by_person.setdefault(person_id, []).append(CountedResult(*result))
    return {person: counted(results, quiz.counted_attempt) for person, results in by_person.items()}


def counted_result(quiz: Quiz, person_id: int) -> CountedResult | None:
    """The result that counts for one person; None before any attempt has ended."""
    return counted_results(quiz, [person_id]).get(person_id)


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
