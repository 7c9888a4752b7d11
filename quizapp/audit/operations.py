"""Writing the record. An act and its entry stand or fall together: the caller's transaction holds both."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import has_request_context
from sqlalchemy import insert, select, text

from quizapp.audit.models import AuditEntry
from quizapp.db import db
from quizapp.web import clock
from quizapp.web.access import caller

SYSTEM = "system"
FIRST_HASH = "0" * 64
CHAIN_LOCK = 0x7175697A  # any number that nothing else in this database locks


@dataclass(frozen=True)
class Head:
    """The newest entry. Kept elsewhere, it shows later whether the record up to it is still the same."""

    number: int
    hash: str

    def __str__(self) -> str:
        """One line, as ``quizapp verify`` prints it and reads it again."""
        return f"{self.number} {self.hash}"


EMPTY = Head(0, FIRST_HASH)


@dataclass(frozen=True)
class Act:
    """What happened to which thing, before it has its place in the chain."""

    act: str
    subject: str
    detail: dict[str, Any]
    note: str = ""
    actor: str = ""


class Hashable(Protocol):
    """What `entry_hash` needs of an entry: a row, or one about to be written."""

    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Any
    note: str
    previous_hash: str


def record(act: str, subject: str, detail: dict[str, Any] | None = None, note: str = "", actor: str = "") -> None:
    """Append one entry inside the transaction of the act itself. Takes the chain's lock until that commits."""
    record_all([Act(act, subject, detail or {}, note, actor)])


def record_all(acts: Sequence[Act]) -> None:
    """Append an entry for each, in that order. Best called last in a transaction: whoever records waits for its end."""
    if not acts:
        return
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last, now, rows = head(), clock.now(), []
    for act in acts:
        entry = AuditEntry(
            number=last.number + 1,
            at=now,
            actor=act.actor or _present_actor(),
            act=act.act,
            subject=act.subject,
            detail=act.detail,
            note=act.note,
            previous_hash=last.hash,
        )
        entry.hash = entry_hash(entry)
        last = Head(entry.number, entry.hash)
        rows.append({column.name: getattr(entry, column.name) for column in AuditEntry.__table__.columns})
    db.session.execute(insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]


# Written once: everybody who records waits for who records now.
_NEWEST = select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)


def head() -> Head:
    """The newest entry as this transaction sees it."""
    last = db.session.execute(_NEWEST).first()
    return Head(last.number, last.hash) if last else EMPTY


def entry_hash(entry: Hashable) -> str:
    """SHA-256 over the previous hash and the entry in canonical JSON, in hexadecimal."""
    body = [entry.number, _spell(entry.at), entry.actor, entry.act, entry.subject, entry.detail, entry.note]
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((entry.previous_hash + canonical).encode()).hexdigest()


def _spell(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _present_actor() -> str:
    who = caller() if has_request_context() else None
    return who.login if who is not None else SYSTEM
