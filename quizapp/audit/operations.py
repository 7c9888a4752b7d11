"""Writing the record. An act and its entry stand or fall together: the caller's transaction holds both."""

import hashlib
import json
from datetime import datetime
from typing import Any

from flask import has_request_context
from flask_login import current_user
from sqlalchemy import select, text

from quizapp.audit.models import AuditEntry
from quizapp.db import db
from quizapp.web import clock

SYSTEM = "system"
FIRST_HASH = "0" * 64
CHAIN_LOCK = 0x7175697A  # any number that nothing else in this database locks


def record(act: str, subject: str, detail: dict[str, Any] | None = None, note: str = "", actor: str = "") -> None:
    """Append one entry inside the transaction of the act itself. Takes the chain's lock until that commits."""
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = db.session.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=clock.now(),
        actor=actor or _present_actor(),
        act=act,
        subject=subject,
        detail=detail or {},
        note=note,
        previous_hash=last.hash if last else FIRST_HASH,
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    db.session.flush()


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the previous hash and the entry in canonical JSON, in hexadecimal."""
    body = [entry.number, _spell(entry.at), entry.actor, entry.act, entry.subject, entry.detail, entry.note]
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((entry.previous_hash + canonical).encode()).hexdigest()


def _spell(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _present_actor() -> str:
    if has_request_context() and current_user and current_user.is_authenticated:
        return str(current_user.login)
    return SYSTEM
