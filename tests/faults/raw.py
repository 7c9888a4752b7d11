"""The tables as they stand, read with the database's own driver and none of the application's code."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]
TABLES = (
    "quiz",
    "quiz_audience",
    "attempt",
    "item_response",
    "attempt_score",
    "item_score",
    "extension",
    "extension_grant",
    "audit_entry",
    "bank_revision",
    "person",
    "membership",
    "unit",
    "unit_period",
    "account",
)
JSON_COLUMNS = ("spec", "paper", "answer", "section_points", "detail", "content")


@dataclass
class Tables:
    """Every row, by table; JSON read, moments aware in UTC. ``damage`` is what the database says of itself (I0)."""

    rows: dict[str, list[Row]]
    damage: list[str] = field(default_factory=list)

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows[table]

    def by_attempt(self, table: str) -> dict[int, list[Row]]:
        """The rows of a table that belong to attempts."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            found[row["attempt_id"]].append(row)
        return found


def of_sqlite(path: Path) -> Tables:
    """Read a file that no server has open."""
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        damage += [f"foreign key: {tuple(row)}" for row in connection.execute("PRAGMA foreign_key_check")]
        rows = {table: list(_plain(connection.execute(f"SELECT * FROM {table}"))) for table in TABLES}
    connection.close()
    return Tables(rows, damage)


def of_postgres(address: str) -> Tables:
    """Read a database as it is now."""
    with psycopg.connect(address, row_factory=dict_row) as connection:
        damage = [f"prepared: {row}" for row in connection.execute("SELECT gid FROM pg_prepared_xacts")]
        rows = {table: list(_plain(connection.execute(f"SELECT * FROM {table}".encode()))) for table in TABLES}
    return Tables(rows, damage)


def _plain(rows: Iterable[Any]) -> Iterator[Row]:
    for row in rows:
        yield {name: _value(name, row[name]) for name in row.keys()}  # noqa: SIM118 (a row is no dict)


def _value(name: str, value: Any) -> Any:
    if name in JSON_COLUMNS and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str) and (name.endswith(("_at", "deadline", "_until")) or name in MOMENTS):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


MOMENTS = ("at", "since", "until", "deadline_before", "deadline_after")
