"""Banks, tests and extensions against what was recorded when they came about."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from quizapp.attempts.models import Attempt, Extension, ExtensionGrant
from quizapp.banks.models import BankRevision
from quizapp.banks.operations import digest_of_json
from quizapp.db import db
from quizapp.domain.bank_json import bank_to_json
from quizapp.domain.bank_yaml import read_bank
from quizapp.quizzes.models import Quiz
from quizapp.verification.chain import Chain, number_in
from quizapp.verification.findings import Finding, differing

BANK, QUIZ, EXTENSION = "bank_revision", "quiz", "extension"
PLAN_FIELDS = (
    *("bank_revision_id", "unit_id", "spec", "minutes", "grace_seconds", "attempts_allowed", "counted_attempt"),
    *("score_shown", "key_shown", "rationale_shown", "layout", "leaving_recorded", "certificate", "follows"),
)
"""Of the plan on record, as they stand in the row. Fields that a later version added are not in older entries."""


def banks(chain: Chain) -> Iterator[Finding]:
    """The text and the content of every revision, by which papers are scored."""
    recorded = {(number_in(entry.subject), entry.detail["revision"]): entry for entry in chain.acts["bank.uploaded"]}
    revisions = select(BankRevision.id).order_by(BankRevision.id)
    for revision_id in db.session.scalars(revisions).all():
        row = db.session.execute(
            select(BankRevision.bank_id, BankRevision.number, BankRevision.source, BankRevision.content,
                   BankRevision.digest).where(BankRevision.id == revision_id)
        ).one()  # fmt: skip
        entry = recorded.pop((row.bank_id, row.number), None)
        if entry is None:
            yield Finding(BANK, revision_id, "row", "not on record", "on record as bank.uploaded")
            continue
        hashed = hashlib.sha256(row.source.encode()).hexdigest()
        yield from differing(BANK, revision_id, {"digest": row.digest}, {"digest": entry.detail["digest"]})
        yield from differing(BANK, revision_id, {"source": hashed}, {"source": entry.detail["digest"]})
        expected = entry.detail.get("content") or _content_digest(row.source)
        yield from differing(BANK, revision_id, {"content": digest_of_json(row.content)}, {"content": expected})
    for (bank_id, number), entry in recorded.items():
        yield Finding(BANK, f"bank {bank_id}, revision {number}", "row", None, f"entry {entry.number}")


def _content_digest(source: str) -> str:
    """For revisions of a time in which the entry did not say it yet: read the source again."""
    return digest_of_json(bank_to_json(read_bank(source.encode(), "bank.yaml")))


def quizzes(chain: Chain) -> Iterator[Finding]:
    """What was published, and withdrawn, and until when extensions reach."""
    plans = {number_in(entry.subject): entry for entry in chain.acts["quiz.published"]}
    ends = {number_in(entry.subject): entry.note for entry in chain.acts["quiz.withdrawn"]}
    latest = (
        select(func.max(ExtensionGrant.deadline_after))
        .join(Attempt, Attempt.id == ExtensionGrant.attempt_id)
        .where(Attempt.quiz_id == Quiz.id)
        .scalar_subquery()
    )
    reached = func.coalesce(latest, Quiz.closes_at)
    for quiz, extended in db.session.execute(select(Quiz, reached).order_by(Quiz.id)).all():
        entry = plans.pop(quiz.id, None)
        if entry is None:
            yield Finding(QUIZ, quiz.id, "row", "not on record", "on record as quiz.published")
            continue
        yield from differing(QUIZ, quiz.id, _as_stored(quiz), _as_planned(entry.detail))
        yield from differing(QUIZ, quiz.id, {"withdrawn_reason": quiz.withdrawn_reason},
                             {"withdrawn_reason": ends.get(quiz.id)})  # fmt: skip
        found = {"extended_until": quiz.extended_until or quiz.closes_at}
        yield from differing(QUIZ, quiz.id, found, {"extended_until": max(quiz.closes_at, extended)})
    for quiz_id, entry in plans.items():
        yield Finding(QUIZ, quiz_id, "row", None, f"entry {entry.number}")


def _as_stored(quiz: Quiz) -> dict[str, Any]:
    plain = {name: getattr(quiz, name) for name in PLAN_FIELDS}
    audience = sorted(row.unit_id for row in quiz.audience)
    times = {"opens_at": quiz.opens_at, "closes_at": quiz.closes_at}
    return plain | times | {"title": quiz.title, "audience": audience, "pledge": quiz.pledge}


def _as_planned(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan in the form in which the row keeps it."""
    plain = {name: plan[name] for name in PLAN_FIELDS if name in plan}
    times = {name: datetime.fromisoformat(plan[name]) for name in ("opens_at", "closes_at")}
    texts = {name: plan[name].strip() for name in ("title", "pledge") if name in plan}
    return plain | times | texts | {"audience": sorted(set(plan["audience"]))}


def extensions(chain: Chain) -> Iterator[Finding]:
    """Who was given how many minutes, and why."""
    recorded = {entry.detail["extension"]: entry for entry in chain.acts["quiz.extended"]}
    for row in db.session.scalars(select(Extension).order_by(Extension.id)).all():
        entry = recorded.pop(row.id, None)
        if entry is None:
            yield Finding(EXTENSION, row.id, "row", "not on record", "on record as quiz.extended")
            continue
        given = select(ExtensionGrant.attempt_id).where(ExtensionGrant.extension_id == row.id)
        found = {
            "quiz_id": row.quiz_id,
            "minutes": row.minutes,
            "reason": row.reason,
            "attempts": sorted(db.session.scalars(given)),
        }
        expected = {
            "quiz_id": number_in(entry.subject),
            "minutes": entry.detail["minutes"],
            "reason": entry.note,
            "attempts": sorted(entry.detail["attempts"]),
        }
        yield from differing(EXTENSION, row.id, found, expected)
    for extension_id, entry in recorded.items():
        yield Finding(EXTENSION, extension_id, "row", None, f"entry {entry.number}")
