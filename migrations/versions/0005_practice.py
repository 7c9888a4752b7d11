"""Practice: cards, answers and taken-in attempts of a person; what a bank allows; tests that follow another."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

entry = sa.table(
    "audit_entry",
    *(sa.column(name, sa.String) for name in ("act", "subject")),
    sa.column("detail", sa.JSON),
)
quiz = sa.table("quiz", *(sa.column(name, sa.Integer) for name in ("id", "follows")))


def upgrade() -> None:
    op.add_column("bank", sa.Column("practice_use", sa.String(length=16), nullable=False, server_default="wrong_only"))
    # No foreign key: SQLite cannot take such a column out again, and a test is never deleted.
    op.add_column("quiz", sa.Column("follows", sa.Integer(), nullable=True))
    op.create_table(
        "practice_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("times_wrong", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("due_on >= reviewed_on", name=op.f("ck_practice_card_due_on")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_card_person_id_person")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_practice_card_bank_id_bank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_card")),
        sa.UniqueConstraint("person_id", "bank_id", "item_id", name=op.f("uq_practice_card_person_id_bank_id_item_id")),
    )
    op.create_index(op.f("ix_practice_card_person_id_due_on"), "practice_card", ["person_id", "due_on"])
    _put_back_what_tests_follow()
    _add_answers()


def _put_back_what_tests_follow() -> None:
    """After going down and up again: the column is new at this moment, and the record says what stood in it."""
    connection = op.get_bind()
    published = sa.select(entry.c.subject, entry.c.detail).where(entry.c.act == "quiz.published")
    for subject, detail in connection.execute(published).all():
        if detail.get("follows") is not None:
            key = int(subject.partition(":")[2])
            connection.execute(sa.update(quiz).where(quiz.c.id == key).values(follows=detail["follows"]))


def _add_answers() -> None:
    op.create_table(
        "practice_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("letters", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 4", name=op.f("ck_practice_answer_grade")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_answer_person_id_person")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["bank_revision.id"], name=op.f("fk_practice_answer_revision_id_bank_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answer")),
        sa.UniqueConstraint("person_id", "operation", name=op.f("uq_practice_answer_person_id_operation")),
    )
    op.create_index(op.f("ix_practice_answer_person_id_answered_on"), "practice_answer", ["person_id", "answered_on"])
    op.create_index(op.f("ix_practice_answer_answered_at"), "practice_answer", ["answered_at"])
    op.create_table(
        "practice_intake",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_practice_intake_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_practice_intake")),
    )


def downgrade() -> None:
    op.drop_table("practice_intake")
    op.drop_table("practice_answer")
    op.drop_table("practice_card")
    op.drop_column("quiz", "follows")
    op.drop_column("bank", "practice_use")
