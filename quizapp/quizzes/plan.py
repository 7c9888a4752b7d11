"""What an organizer wants to publish, and everything that stands in its way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.banks.models import Bank, BankRevision
from quizapp.banks.queries import bank_of
from quizapp.banks.rechecks import usable_bank
from quizapp.db import db
from quizapp.domain.paper import PaperSpec, shortages, spec_problems, spec_to_json
from quizapp.domain.problem import N_, Problem
from quizapp.domain.timing import DEFAULT_GRACE
from quizapp.quizzes.conditions import condition_problems
from quizapp.quizzes.models import CountedAttempt, PageLayout, Quiz, ReviewTime
from quizapp.roster.queries import scope_of
from quizapp.web import clock
from quizapp.web.access import Role

LONGEST_TITLE = 200
LONGEST_INSTRUCTIONS = 5000
LONGEST_GRACE_SECONDS = 300


@dataclass(frozen=True)
class QuizPlan:
    """A test before it is published. Moments are aware; ``audience`` and ``unit_id`` are nodes of the tree.

    ``unit_id`` is the unit whose organizers will run it. Nothing here is checked; `plan_problems` does.
    """

    title: str
    bank_revision_id: int
    unit_id: int
    audience: tuple[int, ...]
    spec: PaperSpec
    opens_at: datetime
    closes_at: datetime
    minutes: int
    grace_seconds: int = int(DEFAULT_GRACE.total_seconds())
    attempts_allowed: int = 1
    counted_attempt: CountedAttempt = CountedAttempt.BEST
    score_shown: ReviewTime = ReviewTime.AT_SUBMISSION
    key_shown: ReviewTime = ReviewTime.AFTER_CLOSE
    rationale_shown: ReviewTime = ReviewTime.AFTER_CLOSE
    instructions: str = ""
    layout: PageLayout = PageLayout.CHOICE
    pledge: str = ""
    access_code: str = ""
    networks: tuple[str, ...] = ()
    leaving_recorded: bool = False
    certificate: bool = False
    follows: int | None = None  # the earlier test that this one repeats

    def as_json(self) -> dict[str, Any]:
        """The whole plan for the record; moments in ISO 8601. Of the access code only whether there is one."""
        return vars(self) | {
            "audience": list(self.audience),
            "access_code": bool(self.access_code.strip()),
            "networks": list(self.networks),
            "spec": spec_to_json(self.spec),
            "opens_at": self.opens_at.isoformat(),
            "closes_at": self.closes_at.isoformat(),
        }


class PlanError(Exception):
    """Why nothing was done: ``problems``, all of them at once; their paths are the names of the plan's fields."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.text() for problem in problems))
        self.problems = problems


def plan_problems(plan: QuizPlan, publisher: Account) -> list[Problem]:
    """Everything that keeps ``publisher`` from publishing ``plan`` now; empty when nothing does."""
    return [
        *_text_problems(plan),
        *_paper_problems(plan, publisher),
        *_time_problems(plan),
        *_attempt_problems(plan),
        *_audience_problems(plan, publisher),
        *condition_problems(plan.pledge, plan.access_code, plan.networks),
        *_follow_up_problems(plan, publisher),
    ]


def has_bank(plan: QuizPlan, publisher: Account) -> bool:
    """Whether the publisher may draw from the plan's bank revision."""
    bank = select(Bank.unit_id).join(BankRevision).where(BankRevision.id == plan.bank_revision_id)
    unit_id = db.session.scalar(bank.where(Bank.withdrawn_at.is_(None)))
    return unit_id in scope_of(publisher, Role.ORGANIZER)


def _text_problems(plan: QuizPlan) -> Iterator[Problem]:
    if not plan.title.strip():
        yield Problem(N_("Please give the test a name."), path="title")
    elif len(plan.title) > LONGEST_TITLE:
        yield Problem(N_("The name is too long; the limit is %(limit)s characters."), {"limit": LONGEST_TITLE},
                      path="title")  # fmt: skip
    if len(plan.instructions) > LONGEST_INSTRUCTIONS:
        msgid = N_("The instructions are too long; the limit is %(limit)s characters.")
        yield Problem(msgid, {"limit": LONGEST_INSTRUCTIONS}, path="instructions")


def _paper_problems(plan: QuizPlan, publisher: Account) -> list[Problem]:
    problems = spec_problems(plan.spec)
    if not has_bank(plan, publisher):
        # The same words for a bank that does not exist: nobody learns here what others keep.
        return [Problem(N_("Please choose a bank of your own units."), path="bank_revision_id"), *problems]
    # What a section wants of the bank can be told once its type, its count and its filter make sense.
    if any(problem.path.endswith((".count", ".difficulties", ".type")) for problem in problems):
        return problems
    return problems + _shortages(plan)


def _shortages(plan: QuizPlan) -> list[Problem]:
    """What the bank lacks for the paper without the items that wait for a recheck, which new papers leave out."""
    usable = usable_bank(plan.bank_revision_id)
    lacking = shortages(usable, plan.spec)
    whole = bank_of(plan.bank_revision_id)
    waiting = len(whole.items) - len(usable.items)
    if not lacking or not waiting or shortages(whole, plan.spec) == lacking:
        return lacking
    msgid = N_(
        "%(n)s items of this bank wait for a recheck and are not counted. Recheck them on the page of the bank, "
        "or ask for fewer items."
    )
    return [*lacking, Problem(msgid, {"n": waiting}, path="sections")]


def _time_problems(plan: QuizPlan) -> Iterator[Problem]:
    in_order = plan.closes_at > plan.opens_at
    if not in_order:
        yield Problem(N_("The test must close after it opens."), path="closes_at")
    elif plan.closes_at <= clock.now():
        yield Problem(N_("The test would be closed already. Please choose a later closing time."), path="closes_at")
    if plan.minutes <= 0:
        yield Problem(N_("The time limit must be at least one minute."), path="minutes")
    elif in_order and timedelta(minutes=plan.minutes) > plan.closes_at - plan.opens_at:
        msgid = N_("The time limit is longer than the test is open. Shorten it, or close the test later.")
        yield Problem(msgid, path="minutes")
    if not 0 <= plan.grace_seconds <= LONGEST_GRACE_SECONDS:
        msgid = N_("The grace period must lie between 0 and %(limit)s seconds.")
        yield Problem(msgid, {"limit": LONGEST_GRACE_SECONDS}, path="grace_seconds")


def _attempt_problems(plan: QuizPlan) -> Iterator[Problem]:
    if plan.attempts_allowed < 1:
        yield Problem(N_("Everybody needs at least one attempt."), path="attempts_allowed")


def _audience_problems(plan: QuizPlan, publisher: Account) -> Iterator[Problem]:
    scope = scope_of(publisher, Role.ORGANIZER)
    if plan.unit_id not in scope:
        yield Problem(N_("Please choose one of your own units to run the test."), path="unit_id")
    if not plan.audience:
        yield Problem(N_("Please choose whom the test is for."), path="audience")
    elif not scope.issuperset(plan.audience):
        yield Problem(N_("The test can only be for units and branches you organize tests for."), path="audience")


def _follow_up_problems(plan: QuizPlan, publisher: Account) -> Iterator[Problem]:
    """The same words for a test that does not exist: nobody learns here what others run."""
    if plan.follows is None:
        return
    earlier = db.session.get(Quiz, plan.follows)
    is_own = earlier is not None and earlier.unit_id in scope_of(publisher, Role.ORGANIZER)
    if earlier is None or not is_own or earlier.withdrawn_at is not None or earlier.opens_at >= plan.opens_at:
        yield Problem(N_("Please choose an earlier test of your own units."), path="follows")
