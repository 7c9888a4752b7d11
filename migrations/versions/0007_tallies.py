"""Sums by branch, topic and item, so that reports need not read every answer."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("tally_choice", "tally_item", "tally_topic", "tally_branch", "tally_person", "tally")


def upgrade() -> None:
    """The tables are empty: the server counts what there is, a test at a time."""
    _create("tally", ["quiz_id"], sa.Column("version", sa.Integer(), nullable=False), _count("entry"))
    _create(
        "tally_person",
        ["quiz_id", "person_id"],
        _count("branch_id"),
        sa.Column("score_id", sa.Integer(), nullable=True),
        sa.Column("sat", sa.Boolean(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        *(_refers("tally_person", column, other) for column, other in PERSON_REFERS.items()),
    )
    for name, sqlite, postgresql in (("stale", "stale = 1", "stale"), ("absent", "sat = 0", "NOT sat")):
        op.create_index(
            f"ix_tally_person_{name}",
            "tally_person",
            ["quiz_id", "branch_id", "person_id"],
            sqlite_where=sa.text(sqlite),
            postgresql_where=sa.text(postgresql),
        )
    _create(
        "tally_branch",
        ["quiz_id", "branch_id"],
        *map(_count, ("eligible", "passed", "excellent")),
        sa.Column("scores", sa.JSON(), nullable=False),
        _refers("tally_branch", "branch_id", "unit"),
    )
    _create(
        "tally_topic",
        ["quiz_id", "branch_id", "topic"],
        *map(_count, ("responses", "right")),
        *map(_sum, ("points", "full_points")),
        _refers("tally_topic", "branch_id", "unit"),
    )
    _create(
        "tally_item",
        ["quiz_id", "item_id", "full_points", "paper_points"],
        *map(_count, ("responses", "answered", "right")),
        *map(_sum, ("points", "squares", "rest", "rest_squares", "products")),
    )
    _create("tally_choice", ["quiz_id", "item_id", "answer"], _count("times"), _sum("rest"))


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


PERSON_REFERS = {"person_id": "person", "branch_id": "unit", "score_id": "attempt_score"}
KEYS = {"item_id": sa.String(length=64), "topic": sa.Text(), "answer": sa.Text()}


def _create(name: str, keys: list[str], *more: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        name,
        *(sa.Column(key, KEYS.get(key, sa.Integer()), nullable=False) for key in keys),
        *(one for one in more if isinstance(one, sa.Column)),
        _refers(name, "quiz_id", "quiz"),
        *(one for one in more if isinstance(one, sa.Constraint)),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
    )


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _sum(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
