"""Taking a test: leases, extensions, leavings, receipts and certificates; what the door of a test asks for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CAUSES = "cause IN ('screen_lock', 'call', 'other_app', 'other_tab', 'unknown')"
entry = sa.table(
    "audit_entry",
    sa.column("number", sa.Integer),
    *(sa.column(name, sa.String) for name in ("act", "subject")),
    sa.column("detail", sa.JSON),
)
quiz = sa.table(
    "quiz",
    sa.column("id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("layout", "pledge")),
    *(sa.column(name, sa.Boolean) for name in ("leaving_recorded", "certificate")),
    sa.column("networks", sa.JSON),
)
attempt = sa.table("attempt", sa.column("id", sa.Integer), sa.column("fingerprint", sa.String))
PUT_BACK = {
    "quiz.published": (quiz, ("layout", "pledge", "leaving_recorded", "certificate", "networks")),
    "attempt.ended": (attempt, ("fingerprint",)),
}
"""What of an entry's detail stands in columns of this migration."""


def upgrade() -> None:
    # Column by column: a copy of a table, as SQLite needs it for constraints, would break what refers to its rows.
    op.add_column("quiz", sa.Column("layout", sa.String(length=8), nullable=False, server_default="choice"))
    op.add_column("quiz", sa.Column("pledge", sa.Text(), nullable=False, server_default=""))
    op.add_column("quiz", sa.Column("access_code", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("quiz", sa.Column("networks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("quiz", sa.Column("leaving_recorded", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("quiz", sa.Column("certificate", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("quiz", sa.Column("extended_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempt", sa.Column("lease", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempt", sa.Column("pledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempt", sa.Column("fingerprint", sa.String(length=64), nullable=True))
    op.add_column("attempt", sa.Column("verification_code", sa.String(length=16), nullable=True))
    op.create_index("uq_attempt_verification_code", "attempt", ["verification_code"], unique=True)
    _add_extensions()
    _add_leavings()
    _add_wrong_codes()
    _put_back_what_the_record_holds()


def _put_back_what_the_record_holds() -> None:
    """After going down and up again: what was published and sealed in the meantime, as the record says it.

    The columns are new at this moment, so that nothing is hidden by it: `quizapp verify` holds the answers against
    the same record. Extensions are gone with their table; it names the first of them.
    """
    connection = op.get_bind()
    acts = sa.select(entry.c.act, entry.c.subject, entry.c.detail).where(entry.c.act.in_(tuple(PUT_BACK)))
    for act, subject, detail in connection.execute(acts.order_by(entry.c.number)).all():
        table, names = PUT_BACK[act]
        present = {name: _stored(detail[name]) for name in names if name in detail}
        if present:
            key = int(subject.partition(":")[2])
            connection.execute(sa.update(table).where(table.c.id == key).values(present))


def _stored(value: Any) -> Any:
    """A value of the plan as publishing stores it: texts without the blanks around them."""
    return value.strip() if isinstance(value, str) else value


def _add_extensions() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_extension_minutes")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_extension_quiz_id_quiz")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_extension_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["granted_by"], ["account.id"], name=op.f("fk_extension_granted_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_quiz_id"), "extension", ["quiz_id"])
    op.create_table(
        "extension_grant",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("deadline_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_after", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_extension_grant_attempt_id_attempt")),
        sa.ForeignKeyConstraint(
            ["extension_id"], ["extension.id"], name=op.f("fk_extension_grant_extension_id_extension")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "extension_id", name=op.f("pk_extension_grant")),
    )


def _add_leavings() -> None:
    op.create_table(
        "leaving",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("explanation", sa.String(length=500), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_leaving_seconds")),
        sa.CheckConstraint(CAUSES, name=op.f("ck_leaving_cause")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_leaving_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving")),
        sa.UniqueConstraint("attempt_id", "operation", name=op.f("uq_leaving_attempt_id_operation")),
    )


def _add_wrong_codes() -> None:
    op.create_table(
        "wrong_code",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wrong_code_person_id_person")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_wrong_code_quiz_id_quiz")),
        sa.PrimaryKeyConstraint("quiz_id", "person_id", name=op.f("pk_wrong_code")),
    )


def downgrade() -> None:
    """Receipts and the plan stay in the record, from which they come back; extensions, leavings and codes do not."""
    op.drop_table("wrong_code")
    op.drop_table("leaving")
    op.drop_table("extension_grant")
    op.drop_table("extension")
    op.drop_index("uq_attempt_verification_code", "attempt")
    for name in ("verification_code", "fingerprint", "pledged_at", "lease"):
        op.drop_column("attempt", name)
    for name in ("extended_until", "certificate", "leaving_recorded", "networks", "access_code", "pledge", "layout"):
        op.drop_column("quiz", name)
