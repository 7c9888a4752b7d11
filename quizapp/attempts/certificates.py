"""The certificate of a pass (合格证明), and what a stranger who holds its code may learn.

A code is given to every attempt that ends in a test with certificates, so that having one says nothing. It is random
and long enough that verification needs no counter of its own: a thousand tries a second find one of five thousand codes
in some thousand years. The answer is the same for a code that never was, one that is not to be seen yet, and one of an
attempt that never passed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.attempts.queries import counted_result, score_of, visible_at
from quizapp.db import db
from quizapp.quizzes.models import Quiz, ReviewTime
from quizapp.roster.queries import branch_at, department_name, unit_name

GROUP = 4


@dataclass(frozen=True)
class Certificate:
    """What is written on it. ``code`` is grouped for reading; ``issued_at`` is when the score could first be seen."""

    attempt: Attempt
    score: AttemptScore
    organization: str
    branch: str
    code: str
    issued_at: datetime


class Standing(StrEnum):
    """What verification says of a certificate that once was."""

    VALID = "valid"
    WITHDRAWN = "withdrawn"  # the result was corrected, or the test taken back


@dataclass(frozen=True)
class Verified:
    """What anybody with the code may read."""

    standing: Standing
    name: str  # masked
    title: str
    organization: str
    date: datetime


def certificate_of(attempt: Attempt, now: datetime) -> Certificate | None:
    """The certificate of an attempt that has ended; None where there is none, or it is not to be seen yet."""
    if not _is_due(attempt, now) or not _stands(attempt):
        return None
    branch_id = branch_at(attempt.person_id, attempt.quiz.opens_at)
    return Certificate(
        attempt=attempt,
        score=score_of(attempt),
        organization=department_name(),
        branch=unit_name(branch_id) if branch_id is not None else "",
        code=grouped(attempt.verification_code or ""),
        issued_at=_issued_at(attempt),
    )


def verified(code: str, now: datetime) -> Verified | None:
    """What stands behind ``code``, however it was typed; None where nothing does."""
    attempt = db.session.scalar(select(Attempt).where(Attempt.verification_code == plain(code)))
    if attempt is None or not _is_due(attempt, now):
        return None
    stands = _stands(attempt)
    if not stands and not _passed_once(attempt):
        return None
    return Verified(
        standing=Standing.VALID if stands else Standing.WITHDRAWN,
        name=masked(attempt.person.name),
        title=attempt.quiz.title,
        organization=department_name(),
        date=attempt.submitted_at or attempt.deadline,
    )


def plain(code: str) -> str:
    """A code as it is stored: capitals and figures, without what people put between the groups."""
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())


def grouped(code: str, size: int = GROUP) -> str:
    """In groups, as people read it aloud: ``7F3A 91C2 5E08``."""
    return " ".join(code[at : at + size] for at in range(0, len(code), size))


def masked(name: str) -> str:
    """A name that its bearer recognises and a stranger does not: ``张*三``, ``张*``, ``欧**华``."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def _is_due(attempt: Attempt, now: datetime) -> bool:
    """Whether the test gives certificates and the candidate may see the score that stands on it."""
    quiz = attempt.quiz
    has_code = quiz.certificate and bool(attempt.verification_code)
    return has_code and attempt.submitted_at is not None and visible_at(quiz, now).score


def _stands(attempt: Attempt) -> bool:
    """Whether the test stands, and both this attempt and the one that counts are passed by their newest scores."""
    if attempt.quiz.withdrawn_at is not None or not score_of(attempt).passed:
        return False
    result = counted_result(attempt.quiz, attempt.person_id)
    return result is not None and result.passed


def _passed_once(attempt: Attempt) -> bool:
    return any(score.passed for score in attempt.scores)


def _issued_at(attempt: Attempt) -> datetime:
    quiz: Quiz = attempt.quiz
    ended = attempt.submitted_at or attempt.deadline
    return ended if quiz.score_shown == ReviewTime.AT_SUBMISSION else max(ended, quiz.closes_at)
