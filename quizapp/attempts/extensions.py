"""More minutes: for one candidate, or for everybody at work, with a reason that all of them are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.attempts.models import Attempt, Extension, ExtensionGrant, ItemResponse, Outage
from quizapp.attempts.queries import branch_names
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.problem import N_, Problem
from quizapp.domain.timing import is_late, seconds_left
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import SENT_TWICE_WITHIN
from quizapp.quizzes.plan import PlanError
from quizapp.roster.models import Person
from quizapp.web import clock

MOST_MINUTES = 240
LONGEST_REASON = 200


@dataclass(frozen=True)
class AtWork:
    """A running attempt as the organizer sees it; ``answered`` counts items with a saved answer or mark."""

    attempt_id: int
    name: str
    staff_no: str
    branch: str
    answered: int
    items: int
    seconds_left: int
    extra_minutes: int


def grant_extension(
    *,
    quiz_id: int,
    minutes: int,
    reason: str,
    granted_by: int,
    attempt_id: int | None = None,
    outage_id: int | None = None,
) -> list[int]:
    """Give ``minutes`` more to one running attempt, or to all of the quiz; the ids of those that have them now.

    The deadline may then lie after the window closes, and keys that are shown "after close" wait for it. An attempt
    whose grace is over has ended and is not brought back. ``outage_id`` is the outage that is given back: then only
    those who were at work when it began have it, and once. Raises PlanError with every problem.
    """
    reason = reason.strip()
    if problems := _problems(minutes, reason):
        raise PlanError(problems)
    with writing("extend") as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        now = clock.now()
        running = _running(session, quiz, now, attempt_id)
        if outage_id is not None:
            running = _interrupted(session, quiz_id, outage_id, running)
        if not running:
            sentence = N_("This attempt has ended.") if attempt_id else N_("Nobody is at work in this test now.")
            raise PlanError([Problem(sentence)])
        what = {"quiz_id": quiz_id, "attempt_id": attempt_id, "outage_id": outage_id, "minutes": minutes}
        extension = Extension(reason=reason, granted_by=granted_by, granted_at=now, **what)
        _refuse_twice(session, extension)
        session.add(extension)
        session.flush()
        _move_deadlines(session, quiz, extension, running)
        _record(session, extension, running)
        return [attempt.id for attempt in running]


def at_work(quiz: Quiz) -> list[AtWork]:
    """Who is answering now, those with the least time left first."""
    answered = (
        select(func.count()).select_from(ItemResponse).where(ItemResponse.attempt_id == Attempt.id).scalar_subquery()
    )
    extra = (
        select(func.coalesce(func.sum(Extension.minutes), 0))
        .join(ExtensionGrant, ExtensionGrant.extension_id == Extension.id)
        .where(ExtensionGrant.attempt_id == Attempt.id)
        .scalar_subquery()
    )
    now, branches = clock.now(), branch_names(quiz)
    rows = db.session.execute(
        select(Attempt.id, Attempt.deadline, Person.id, Person.name, Person.staff_no, answered, extra)
        .join(Person, Attempt.person_id == Person.id)
        .where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_(None))
        .order_by(Attempt.deadline, Person.staff_no)
    )
    items = sum(section["count"] for section in quiz.spec["sections"])
    return [
        AtWork(key, name, number, branches.get(person, ""), saved, items, seconds_left(deadline, now), minutes)
        for key, deadline, person, name, number, saved, minutes in rows
        if not is_late(now, deadline, quiz.grace)
    ]


def extensions_of(quiz: Quiz) -> list[tuple[Extension, str, int]]:
    """What was given in this quiz, newest first: the extension, the name of who gave it, and to how many."""
    given = select(func.count()).where(ExtensionGrant.extension_id == Extension.id).scalar_subquery()
    rows = db.session.execute(
        select(Extension, Account.name, given)
        .join(Account, Extension.granted_by == Account.id)
        .where(Extension.quiz_id == quiz.id)
        .order_by(Extension.id.desc())
    )
    return [(extension, name, count) for extension, name, count in rows]


def _record(session: Session, extension: Extension, running: list[Attempt]) -> None:
    detail = {
        "extension": extension.id,
        "minutes": extension.minutes,
        "attempts": [attempt.id for attempt in running],
    }
    if extension.outage_id is not None:
        detail["outage"] = extension.outage_id
    by = session.get_one(Account, extension.granted_by).login
    record("quiz.extended", f"quiz:{extension.quiz_id}", detail, note=extension.reason, actor=by)


def _refuse_twice(session: Session, new: Extension) -> None:
    """A second click gives nothing. The quiz is locked, so that of two at once the later finds the earlier."""
    same = select(Extension.id).where(
        Extension.quiz_id == new.quiz_id,
        Extension.attempt_id.is_not_distinct_from(new.attempt_id),
        Extension.minutes == new.minutes,
        Extension.reason == new.reason,
        Extension.granted_by == new.granted_by,
        Extension.granted_at > new.granted_at - SENT_TWICE_WITHIN,
    )
    if session.scalar(same.limit(1)) is not None:
        raise PlanError([Problem(N_("The same time was given a moment ago; it was not given a second time."))])


def _problems(minutes: int, reason: str) -> list[Problem]:
    problems = []
    if not 1 <= minutes <= MOST_MINUTES:
        msgid = N_("Please give between 1 and %(limit)s minutes.")
        problems.append(Problem(msgid, {"limit": MOST_MINUTES}, path="minutes"))
    if not reason:
        problems.append(Problem(N_("Please say why; the candidates and the report are told."), path="reason"))
    elif len(reason) > LONGEST_REASON:
        msgid = N_("The reason is too long; the limit is %(limit)s characters.")
        problems.append(Problem(msgid, {"limit": LONGEST_REASON}, path="reason"))
    return problems


def _running(session: Session, quiz: Quiz, now: datetime, attempt_id: int | None) -> list[Attempt]:
    """The attempts that take answers now, locked in the order of their ids: two extensions at once do not cross."""
    query = select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_(None)).order_by(Attempt.id)
    if attempt_id is not None:
        query = query.where(Attempt.id == attempt_id)
    rows = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return [attempt for attempt in rows if not is_late(now, attempt.deadline, quiz.grace)]


def _interrupted(session: Session, quiz_id: int, outage_id: int, running: list[Attempt]) -> list[Attempt]:
    """Those of them that were at work when the outage began; the quiz is locked, so that nobody gives it twice."""
    outage = session.get(Outage, outage_id)
    twice = session.scalar(select(Extension.id).where(Extension.quiz_id == quiz_id, Extension.outage_id == outage_id))
    if outage is None or twice is not None:
        raise PlanError([Problem(N_("This outage has been given back before."))])
    return [attempt for attempt in running if attempt.started_at <= outage.began_at]


def _move_deadlines(session: Session, quiz: Quiz, extension: Extension, running: list[Attempt]) -> None:
    more = timedelta(minutes=extension.minutes)
    for attempt in running:
        before, after = attempt.deadline, attempt.deadline + more
        session.add(
            ExtensionGrant(
                attempt_id=attempt.id, extension_id=extension.id, deadline_before=before, deadline_after=after
            )
        )
        attempt.deadline = after
    latest = max(attempt.deadline for attempt in running)
    if latest > max(quiz.closes_at, quiz.extended_until or quiz.closes_at):
        session.execute(update(Quiz).where(Quiz.id == quiz.id).values(extended_until=latest))
