"""Publishing a test, and taking it back."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.banks.models import Bank, BankRevision
from quizapp.db import writing
from quizapp.domain.paper import spec_to_json
from quizapp.domain.problem import N_, Problem
from quizapp.quizzes.conditions import normal_code, normal_networks
from quizapp.quizzes.models import Quiz, QuizAudience
from quizapp.quizzes.plan import PlanError, QuizPlan, plan_problems
from quizapp.web import clock

__all__ = ["AlreadyPublished", "PlanError", "QuizPlan", "publish_quiz", "withdraw_quiz"]

LONGEST_REASON = 200
SENT_TWICE_WITHIN = timedelta(minutes=1)


class AlreadyPublished(PlanError):
    """The very same test was published a moment ago: a second click. ``quiz_id`` is that test."""

    def __init__(self, quiz_id: int) -> None:
        super().__init__([Problem(N_("This test has just been published; it was not published a second time."))])
        self.quiz_id = quiz_id


def publish_quiz(*, publisher_id: int, plan: QuizPlan) -> Quiz:
    """Publish ``plan``. Raises PlanError with every problem at once, AlreadyPublished for a second click."""
    with writing("publish") as session:
        # An import is undone while no test rests on its items: neither looks while the other is at it.
        of_revision = select(BankRevision.bank_id).where(BankRevision.id == plan.bank_revision_id).scalar_subquery()
        session.scalars(select(Bank.id).where(Bank.id == of_revision).with_for_update(read=True)).all()
        # The row is locked, so that of two clicks at once the second finds what the first has published.
        publisher = session.get_one(Account, publisher_id, with_for_update=True)
        if problems := plan_problems(plan, publisher):
            raise PlanError(problems)
        if (twin := _just_published(session, publisher_id, plan)) is not None:
            raise AlreadyPublished(twin)
        quiz = quiz_row(publisher_id, plan)
        session.add(quiz)
        session.flush()
        record("quiz.published", f"quiz:{quiz.id}", plan.as_json(), actor=publisher.login)
    return quiz


def withdraw_quiz(*, quiz_id: int, reason: str) -> None:
    """Take a test back: candidates no longer see it. What was answered stays. Raises PlanError."""
    reason = reason.strip()
    with writing() as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        if problem := _withdrawal_problem(quiz, reason):
            raise PlanError([problem])
        quiz.withdrawn_at, quiz.withdrawn_reason = clock.now(), reason
        record("quiz.withdrawn", f"quiz:{quiz.id}", note=reason)


def _withdrawal_problem(quiz: Quiz, reason: str) -> Problem | None:
    if quiz.withdrawn_at is not None:
        return Problem(N_("This test was withdrawn before."))
    if not reason:
        return Problem(N_("Please say why the test is withdrawn."), path="reason")
    if len(reason) > LONGEST_REASON:
        msgid = N_("The reason is too long; the limit is %(limit)s characters.")
        return Problem(msgid, {"limit": LONGEST_REASON}, path="reason")
    return None


def _just_published(session: Session, publisher_id: int, plan: QuizPlan) -> int | None:
    return session.scalar(
        select(Quiz.id)
        .where(
            Quiz.published_by == publisher_id,
            Quiz.title == plan.title.strip(),
            Quiz.bank_revision_id == plan.bank_revision_id,
            Quiz.opens_at == plan.opens_at,
            Quiz.closes_at == plan.closes_at,
            Quiz.withdrawn_at.is_(None),
            Quiz.published_at > clock.now() - SENT_TWICE_WITHIN,
        )
        .order_by(Quiz.id.desc())
        .limit(1)
    )


def quiz_row(publisher_id: int, plan: QuizPlan) -> Quiz:
    """The row of `plan`, with its audience; whoever adds it has checked the plan."""
    return Quiz(
        title=plan.title.strip(),
        bank_revision_id=plan.bank_revision_id,
        unit_id=plan.unit_id,
        spec=spec_to_json(plan.spec),
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        minutes=plan.minutes,
        grace_seconds=plan.grace_seconds,
        attempts_allowed=plan.attempts_allowed,
        counted_attempt=plan.counted_attempt,
        score_shown=plan.score_shown,
        key_shown=plan.key_shown,
        rationale_shown=plan.rationale_shown,
        instructions=plan.instructions.strip(),
        layout=plan.layout,
        pledge=plan.pledge.strip(),
        access_code=normal_code(plan.access_code),
        networks=normal_networks(plan.networks),
        leaving_recorded=plan.leaving_recorded,
        certificate=plan.certificate,
        follows=plan.follows,
        published_by=publisher_id,
        published_at=clock.now(),
        audience=[QuizAudience(unit_id=unit_id) for unit_id in sorted(set(plan.audience))],
    )
