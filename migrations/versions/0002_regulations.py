"""The register of regulations with their editions and articles, and the items that a newer edition puts in question."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("short_titles", sa.Text(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.CheckConstraint("kind IN ('regulation', 'measures', 'duties')", name=op.f("ck_regulation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation")),
        sa.UniqueConstraint("code", name=op.f("uq_regulation_code")),
        sa.UniqueConstraint("title", name=op.f("uq_regulation_title")),
    )
    op.create_table(
        "regulation_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regulation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("effective", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["regulation_id"], ["regulation.id"], name=op.f("fk_regulation_edition_regulation_id_regulation")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["account.id"], name=op.f("fk_regulation_edition_registered_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation_edition")),
        sa.UniqueConstraint("regulation_id", "name", name=op.f("uq_regulation_edition_regulation_id_name")),
        sa.UniqueConstraint("regulation_id", "number", name=op.f("uq_regulation_edition_regulation_id_number")),
    )
    op.create_table(
        "regulation_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("gist", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("formerly", sa.String(length=64), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["regulation_edition.id"], name=op.f("fk_regulation_article_edition_id_regulation_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation_article")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_regulation_article_edition_id_number")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq_regulation_article_edition_id_position")),
    )
    op.create_table(
        "item_recheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("cited_edition", sa.String(length=64), nullable=False),
        sa.Column("cited_article", sa.String(length=64), nullable=False),
        sa.Column("article", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("corrected_in", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("outcome IN ('confirmed', 'corrected')", name=op.f("ck_item_recheck_outcome")),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_item_recheck_closed")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_item_recheck_closed_by")),
        sa.CheckConstraint("outcome = 'corrected' OR corrected_in IS NULL", name=op.f("ck_item_recheck_corrected_in")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_item_recheck_bank_id_bank")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_item_recheck_closed_by_account")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["regulation_edition.id"], name=op.f("fk_item_recheck_edition_id_regulation_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_recheck")),
        sa.UniqueConstraint(
            "bank_id", "item_id", "edition_id", name=op.f("uq_item_recheck_bank_id_item_id_edition_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("item_recheck")
    op.drop_table("regulation_article")
    op.drop_table("regulation_edition")
    op.drop_table("regulation")
