"""What a candidate takes home: that, when and what they submitted, so that any later change can be shown."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from quizapp.attempts.models import Attempt
from quizapp.domain.scoring import Answer, is_blank


@dataclass(frozen=True)
class Receipt:
    """Proof of a submission. ``fingerprint`` is `fingerprint` of what was submitted; empty before receipts existed."""

    number: str
    submitted_at: datetime
    answered: int
    items: int
    fingerprint: str

    def as_json(self) -> dict[str, Any]:
        """For the page's script; the moment in ISO 8601."""
        return vars(self) | {"submitted_at": self.submitted_at.isoformat()}


def receipt_of(attempt: Attempt, answers: Mapping[int, Answer]) -> Receipt:
    """The receipt of an attempt that has ended with these answers, by position."""
    assert attempt.submitted_at is not None
    return Receipt(
        number=receipt_number(attempt),
        submitted_at=attempt.submitted_at,
        answered=sum(not is_blank(answer) for answer in answers.values()),
        items=len(attempt.paper["items"]),
        fingerprint=attempt.fingerprint or "",
    )


def receipt_number(attempt: Attempt) -> str:
    """The test and the attempt in figures, as it is said on the telephone: ``0012-0003456``."""
    return f"{attempt.quiz_id:04d}-{attempt.id:07d}"


def fingerprint(attempt: Attempt, responses: Mapping[int, Answer], submitted_at: datetime, ended_by: str) -> str:
    """SHA-256, in hexadecimal, over what was submitted in canonical JSON (sorted keys, no spaces, UTF-8).

    Who, which attempt, the paper as drawn, every answer in the letters of the bank, when and by whom it ended: one of
    these changed afterwards gives another fingerprint than the one on the candidate's receipt.
    """
    body = {
        "quiz": attempt.quiz_id,
        "person": attempt.person_id,
        "number": attempt.number,
        "paper": attempt.paper,
        "started_at": spelt(attempt.started_at),
        "submitted_at": spelt(submitted_at),
        "ended_by": ended_by,
        "answers": [[position, list(responses[position])] for position in sorted(responses)],
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def spelt(moment: datetime) -> str:
    """A moment as receipts and the record hold it: ISO 8601 in UTC, with microseconds, on every database."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
