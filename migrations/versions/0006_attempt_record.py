"""An entry of the record for each ended attempt, the server's heartbeat, and outages that can be given back."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

attempt = sa.table(
    "attempt",
    *(sa.column(name, sa.Integer) for name in ("id", "quiz_id", "person_id", "number")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("started_at", "deadline", "submitted_at")),
    sa.column("paper", sa.JSON),
    sa.column("ended_by", sa.String),
    sa.column("fingerprint", sa.String),
)
response = sa.table(
    "item_response",
    *(sa.column(name, sa.Integer) for name in ("attempt_id", "position")),
    sa.column("answer", sa.JSON),
)
score = sa.table(
    "attempt_score",
    *(sa.column(name, sa.Integer) for name in ("attempt_id", "edition", "points", "full_points")),
    *(sa.column(name, sa.Boolean) for name in ("passed", "excellent")),
)
entry = sa.table(
    "audit_entry",
    sa.column("number", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.String) for name in ("actor", "act", "subject", "note", "previous_hash", "hash")),
    sa.column("detail", sa.JSON),
)


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("part IN ('clock', 'web')", name=op.f("ck_heartbeat_part")),
        sa.PrimaryKeyConstraint("node", "part", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ended_at > began_at", name=op.f("ck_outage_ended_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        sa.UniqueConstraint("began_at", name=op.f("uq_outage_began_at")),
    )
    # No foreign key: SQLite cannot take such a column out again, and an outage is never deleted.
    op.add_column("extension", sa.Column("outage_id", sa.Integer(), nullable=True))
    op.create_index(op.f("uq_extension_quiz_id_outage_id"), "extension", ["quiz_id", "outage_id"], unique=True)
    _record_what_has_ended()


def downgrade() -> None:
    """The entries stay: a record is never shortened. Going up again adds none for what has one."""
    op.drop_index(op.f("uq_extension_quiz_id_outage_id"), "extension")
    op.drop_column("extension", "outage_id")
    op.drop_table("outage")
    op.drop_table("heartbeat")


def _record_what_has_ended() -> None:
    """Bind how every attempt has ended so far, as `quizapp.attempts.endings` does from now on.

    What was changed before this moment cannot be found out any more; what is changed after it will be.
    """
    connection = op.get_bind()
    recorded = set(connection.scalars(sa.select(entry.c.subject).where(entry.c.act == "attempt.ended")))
    last = connection.execute(
        sa.select(entry.c.number, entry.c.hash).order_by(entry.c.number.desc()).limit(1)
    ).one_or_none()
    number, before, now = (last.number, last.hash, datetime.now(UTC)) if last else (0, "0" * 64, datetime.now(UTC))
    rows = []
    for subject, detail in _endings(connection, recorded):
        number += 1
        body = [number, _spelt(now), "system", "attempt.ended", subject, detail, ""]
        hashed = hashlib.sha256((before + _canonical(body)).encode()).hexdigest()
        rows.append(
            {
                **{"number": number, "at": now, "actor": "system", "act": "attempt.ended", "subject": subject},
                **{"detail": detail, "note": "", "previous_hash": before, "hash": hashed},
            }
        )
        before = hashed
    if rows:
        connection.execute(sa.insert(entry), rows)


def _endings(connection: sa.Connection, recorded: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Subject and detail for each ended attempt without an entry; makes the fingerprints that are missing."""
    ended = connection.execute(
        sa.select(attempt, score.c.points, score.c.full_points, score.c.passed, score.c.excellent)
        .join(score, (score.c.attempt_id == attempt.c.id) & (score.c.edition == 1))
        .where(attempt.c.submitted_at.is_not(None))
        .order_by(attempt.c.submitted_at, attempt.c.id)
    ).all()
    for row in ended:
        if f"attempt:{row.id}" in recorded:
            continue
        sealed = row.fingerprint
        if sealed is None:
            sealed = _fingerprint(connection, row)
            connection.execute(sa.update(attempt).where(attempt.c.id == row.id).values(fingerprint=sealed))
        yield (
            f"attempt:{row.id}",
            {
                "quiz": row.quiz_id,
                "person": row.person_id,
                "number": row.number,
                "started_at": _spelt(row.started_at),
                "deadline": _spelt(row.deadline),
                "submitted_at": _spelt(row.submitted_at),
                "ended_by": row.ended_by,
                "fingerprint": sealed,
                "points": _points(row.points),
                "full_points": _points(row.full_points),
                "passed": row.passed,
                "excellent": row.excellent,
            },
        )


def _fingerprint(connection: sa.Connection, row: Any) -> str:
    answers = connection.execute(
        sa.select(response.c.position, response.c.answer)
        .where(response.c.attempt_id == row.id)
        .order_by(response.c.position)
    )
    body = {
        "quiz": row.quiz_id,
        "person": row.person_id,
        "number": row.number,
        "paper": row.paper,
        "started_at": _spelt(row.started_at),
        "submitted_at": _spelt(row.submitted_at),
        "ended_by": row.ended_by,
        "answers": [[position, list(answer)] for position, answer in answers],
    }
    return hashlib.sha256(_canonical(body).encode()).hexdigest()


def _canonical(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _points(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _spelt(moment: datetime) -> str:
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")
