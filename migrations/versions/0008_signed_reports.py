"""What the committee signs: excused absences, frozen reports and their wording."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_excusals()
    _create_editions()
    _create_branch_items()


def downgrade() -> None:
    op.drop_table("tally_branch_item")
    op.drop_table("report_wording")
    op.drop_table("report_edition")
    op.drop_table("excusal")


def _create_excusals() -> None:
    op.create_table(
        "excusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_excusal_withdrawn")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_excusal_quiz_id_quiz")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_excusal_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_excusal_recorded_by_account")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_excusal_withdrawn_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excusal")),
    )
    in_force = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_excusal_in_force",
        "excusal",
        ["quiz_id", "person_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )


def _create_editions() -> None:
    op.create_table(
        "report_edition",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_report_edition_number")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_report_edition_quiz_id_quiz")),
        sa.ForeignKeyConstraint(["frozen_by"], ["account.id"], name=op.f("fk_report_edition_frozen_by_account")),
        sa.PrimaryKeyConstraint("quiz_id", "number", name=op.f("pk_report_edition")),
    )
    op.create_table(
        "report_wording",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_report_wording_quiz_id_quiz")),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_report_wording_changed_by_account")),
        sa.PrimaryKeyConstraint("quiz_id", name=op.f("pk_report_wording")),
    )


TALLIES = ("tally_choice", "tally_item", "tally_topic", "tally_branch", "tally_person", "tally")


def _create_branch_items() -> None:
    """Sums by branch and item. What was tallied before lacks them, so the server counts every test again."""
    op.create_table(
        "tally_branch_item",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("full_points", sa.Integer(), nullable=False),
        sa.Column("paper_points", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_tally_branch_item_quiz_id_quiz")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_tally_branch_item_branch_id_unit")),
        sa.PrimaryKeyConstraint(
            "quiz_id", "branch_id", "item_id", "full_points", "paper_points", name=op.f("pk_tally_branch_item")
        ),
    )
    for name in TALLIES:
        op.execute(sa.text(f"DELETE FROM {name}"))
