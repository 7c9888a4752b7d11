"""Imports as batches, drafts, and the path of a question; a bank may ask for a second person's review."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('imported', 'edited', 'submitted', 'reviewed', 'returned', 'published', 'withdrawn', "
    "'commented', 'answered')"
)


def upgrade() -> None:
    op.add_column("bank", sa.Column("second_review", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("bank", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    _add_batches()
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_draft_bank_id_bank")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_draft_batch_id_import_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_draft_batch_id_position")),
    )
    op.create_index("ix_draft_bank_id", "draft", ["bank_id"])
    op.create_table(
        "item_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("item_id IS NOT NULL OR draft_id IS NOT NULL", name=op.f("ck_item_step_subject")),
        sa.CheckConstraint(KINDS, name=op.f("ck_item_step_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_item_step_account_id_account")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_item_step_bank_id_bank")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_item_step_draft_id_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_step")),
    )
    op.create_index("ix_item_step_bank_id_item_id", "item_step", ["bank_id", "item_id"])
    op.create_index("ix_item_step_draft_id", "item_step", ["draft_id"])


def _add_batches() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("upload", sa.LargeBinary(), nullable=True),
        sa.Column("keys_name", sa.String(length=200), nullable=False),
        sa.Column("keys_upload", sa.LargeBinary(), nullable=True),
        sa.Column("keys_document", sa.JSON(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reading_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("accepted_at IS NULL OR discarded_at IS NULL", name=op.f("ck_import_batch_ending")),
        sa.CheckConstraint("undone_at IS NULL OR accepted_at IS NOT NULL", name=op.f("ck_import_batch_undone")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_batch_unit_id_unit")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_import_batch_bank_id_bank")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_import_batch_created_by_account")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["bank_revision.id"], name=op.f("fk_import_batch_revision_id_bank_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_bank_id", "import_batch", ["bank_id"])


def downgrade() -> None:
    op.drop_table("item_step")
    op.drop_table("draft")
    op.drop_table("import_batch")
    op.drop_column("bank", "withdrawn_at")
    op.drop_column("bank", "second_review")
