"""How Alembic reaches the database: through the connection that `quizapp.schema` hands over."""

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator

from quizapp.db import Base


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Write the plain column type: a migration must not change when a type of ours does."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
