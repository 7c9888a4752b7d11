"""The record from its first entry to its last: numbers without a gap, each hash over the one before."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from quizapp.attempts.endings import ENDED
from quizapp.audit.models import AuditEntry
from quizapp.audit.operations import EMPTY, Head, entry_hash
from quizapp.banks.operations import digest_of_json
from quizapp.db import db
from quizapp.verification.findings import Finding

TABLE = "audit_entry"
AT_ONCE = 500
LOWEST = -(2**31)
KEPT = frozenset({"bank.uploaded", "quiz.published", "quiz.withdrawn", "quiz.extended", "report.frozen"})
"""Acts that are few and are needed whole; of the many ended attempts only a digest stays in memory."""


@dataclass(frozen=True)
class Entry:
    """What an act on record says."""

    number: int
    subject: str
    detail: dict[str, Any]
    note: str


@dataclass(frozen=True)
class Mark:
    """How an attempt ended, by the entry of that number: the digest of what it says."""

    number: int
    quiz_id: int
    digest: str


@dataclass
class Chain:
    """What the record says, after `follow` has been through it."""

    head: Head = EMPTY
    acts: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[int, Mark] = field(default_factory=dict)

    def follow(self, kept: Head | None = None) -> Iterator[Finding]:
        """Everything that is wrong with the chain; ``kept`` is a head that was written down elsewhere."""
        for row in _entries():
            yield from self._link(row)
            if kept is not None and row.number == kept.number and row.hash != kept.hash:
                yield Finding(TABLE, row.number, "hash", row.hash, kept.hash)
            self.head = Head(row.number, row.hash)
            yield from self._take(row)
        if kept is not None and kept.number > self.head.number:
            yield Finding(TABLE, self.head.number + 1, "number", None, self.head.number + 1)

    def _link(self, row: Any) -> Iterator[Finding]:
        if row.number != self.head.number + 1:
            yield Finding(TABLE, self.head.number + 1, "number", None, self.head.number + 1)
        elif row.previous_hash != self.head.hash:
            yield Finding(TABLE, row.number, "previous_hash", row.previous_hash, self.head.hash)
        elif (expected := entry_hash(row)) != row.hash:
            yield Finding(TABLE, row.number, "hash", row.hash, expected)

    def _take(self, row: Any) -> Iterator[Finding]:
        if row.act in KEPT:
            self.acts[row.act].append(Entry(row.number, row.subject, row.detail, row.note))
        if row.act != ENDED:
            return
        attempt_id = number_in(row.subject)
        if attempt_id in self.ended:
            yield Finding(TABLE, row.number, row.subject, f"{ENDED} again", self.ended[attempt_id].number)
        self.ended[attempt_id] = Mark(row.number, row.detail["quiz"], digest_of_json(row.detail))


def _entries() -> Iterator[Any]:
    """Every entry in the order of the numbers, some at a time."""
    columns = [getattr(AuditEntry, column.key) for column in AuditEntry.__table__.columns]
    query, last = select(*columns).order_by(AuditEntry.number).limit(AT_ONCE), LOWEST
    while rows := db.session.execute(query.where(AuditEntry.number > last)).all():
        yield from rows
        last = rows[-1].number


def number_in(subject: str) -> int:
    """3 of ``quiz:3``."""
    return int(subject.partition(":")[2])


def kept_head(text: str) -> Head:
    """The head in a file that was kept: the last line that holds a number and a hash. Raises ValueError."""
    for line in reversed(text.splitlines()):
        words = line.split()
        if len(words) == 2 and words[0].isdecimal() and len(words[1]) == len(EMPTY.hash):
            return Head(int(words[0]), words[1].lower())
    raise ValueError("no line with a number and a hash")
