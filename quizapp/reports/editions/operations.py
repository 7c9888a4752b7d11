"""Freezing the report of a test for good, and making another edition after a correction."""

from sqlalchemy import func, select

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.problem import N_, Problem
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.changes import Change, changes
from quizapp.reports.editions.evidence import gather, spell
from quizapp.reports.editions.frozen import Frozen, frozen_of, reading
from quizapp.reports.editions.models import ReportEdition
from quizapp.reports.models import Tally
from quizapp.reports.queries import BranchReport, whole_report
from quizapp.reports.tallies import refresh, version_of
from quizapp.roster.queries import scope_of, tree_at
from quizapp.web import clock
from quizapp.web.access import Role

FREEZES = (Role.COMMITTEE, Role.ORGANIZER)
"""Who may freeze a report whose every branch they see, and word what goes upward."""
FROZEN = "report.frozen"
LONGEST_REASON = 200


class FreezeError(Exception):
    """The report cannot be frozen now; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.msgid)
        self.problem = problem


def freezes(report: BranchReport, account: Account) -> bool:
    """Whether the account may freeze this report: who sees all of it, and holds one of those offices for all of it."""
    if not (report.sees_everything and account.roles & set(FREEZES)):
        return False
    branches = {row.place.id for part in report.summary.units for row in part.branches}
    return branches <= scope_of(account, *FREEZES, tree=tree_at(report.quiz.opens_at))


def hindrance(report: BranchReport) -> Problem | None:
    """Why the report, read from the tables, cannot be frozen now; None where it can."""
    if not (report.settled and report.over):
        return Problem(N_("Somebody can still be answering; a report is frozen when the test is over."))
    if report.waiting:
        return Problem(N_("Some results are not counted yet. Please try again in a minute."))
    return None


def freeze(quiz: Quiz, account: Account, reason: str = "", seen: int = 0) -> int:
    """Make the next edition of the report of the whole test; its number.

    ``seen`` is the number of the newest edition that the caller knows: of two at once the later fails. Raises
    FreezeError where the test is not over, where nothing has changed since, or without a reason for another edition.
    """
    reason = reason.strip()
    last = frozen_of(quiz.id)
    _refuse(last, reason, seen)
    refresh(quiz)
    version = version_of(quiz.id)
    report = live_report(quiz)
    if (problem := hindrance(report)) is not None:
        raise FreezeError(problem)
    number, now = seen + 1, clock.now()
    evidence = gather(report, {"number": number, "frozen_at": spell(now), "by": account.name, "reason": reason})
    differs = [] if last is None else changes(last.evidence, evidence)
    if last is not None and not differs:
        raise FreezeError(Problem(N_("Nothing has changed since the newest edition.")))
    with writing() as session:
        # Held until the end: of two who freeze at once the later sees what the earlier did.
        present = session.scalar(select(Tally.version).where(Tally.quiz_id == quiz.id).with_for_update())
        taken = session.scalar(select(func.max(ReportEdition.number)).where(ReportEdition.quiz_id == quiz.id)) or 0
        if taken != seen or present != version:
            raise FreezeError(Problem(N_("Something has changed meanwhile. Please look at it again.")))
        session.add(
            ReportEdition(
                quiz_id=quiz.id,
                number=number,
                evidence=evidence.text(),
                fingerprint=evidence.fingerprint,
                frozen_at=now,
                frozen_by=account.id,
                reason=reason,
                changes=differs,
            )
        )
        detail = {"edition": number, "fingerprint": evidence.fingerprint, "changes": len(differs)}
        record(FROZEN, f"report:{quiz.id}", detail, note=reason, actor=account.login)
    return number


def _refuse(last: Frozen | None, reason: str, seen: int) -> None:
    if (0 if last is None else last.edition.number) != seen:
        raise FreezeError(Problem(N_("Something has changed meanwhile. Please look at it again.")))
    if last is not None and not reason:
        raise FreezeError(Problem(N_("Please say why there is a new edition; every copy states it."), path="reason"))
    if len(reason) > LONGEST_REASON:
        msgid = N_("The reason is too long; the limit is %(limit)s characters.")
        raise FreezeError(Problem(msgid, {"limit": LONGEST_REASON}, path="reason"))


def live_report(quiz: Quiz) -> BranchReport:
    """The whole report as the tables stand now, be it frozen or not."""
    with reading(quiz.id, None):
        return whole_report(quiz)


def changes_since(last: Frozen, report: BranchReport) -> list[Change]:
    """What a new edition would change; ``report`` as `live_report` reads it."""
    return changes(last.evidence, gather(report))


def editions_of(quiz_id: int) -> list[Frozen]:
    """Every edition, the newest first."""
    query = select(ReportEdition.number).where(ReportEdition.quiz_id == quiz_id)
    numbers = db.session.scalars(query.order_by(ReportEdition.number.desc())).all()
    found = (frozen_of(quiz_id, number) for number in numbers)
    return [frozen for frozen in found if frozen is not None]
