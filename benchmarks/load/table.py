"""The rows as a table that a person can read, and as JSON that a program can."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.load.rows import Row

COLUMNS = (
    ("step", "step"),
    ("database", "database"),
    ("clients", "clients"),
    ("per_second", "per s"),
    ("p50_ms", "p50 ms"),
    ("p95_ms", "p95 ms"),
    ("p99_ms", "p99 ms"),
    ("errors", "errors"),
    ("server_cpu_ms", "server ms"),
    ("database_cpu_ms", "PG ms"),
    ("ratio", "ratio"),
    ("against", "of"),
    ("slowest", "slowest"),
    ("waited_ms", "waited ms"),
    ("driver_busiest", "driver"),
)
FIGURES = (
    ("step", "figure"),
    ("value", "value"),
    ("unit", ""),
    ("target", "target"),
    ("ratio", "ratio"),
    ("met", "met"),
    ("note", ""),
)
VALUES = (("step", "small things"), ("database", "database"), ("value", "value"), ("unit", ""), ("note", ""))


def write(rows: Sequence[Row], path: Path) -> None:
    """All rows, one on a line, so that two runs can be compared line by line."""
    lines = ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read(path: Path) -> list[Row]:
    """What `write` has written."""
    return [Row(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def text(rows: Sequence[Row]) -> str:
    """Three tables: what was timed, what was weighed, and the figures with their targets."""
    figures = [row for row in rows if row.step.startswith("figure: ")]
    values = [row for row in rows if row.value is not None and row not in figures]
    steps = [row for row in rows if row not in figures and row not in values and row.step != "machine"]
    machine = [row.note or "" for row in rows if row.step == "machine"]
    notes = [f"{row.step}, {row.database}, {row.clients} clients: {row.note}" for row in steps if row.note]
    parts = [machine, _table(steps, COLUMNS), notes, _table(values, VALUES), _table(figures, FIGURES)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _table(rows: Sequence[Row], columns: Sequence[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    cells = [[title for _field, title in columns]]
    cells += [[_cell(getattr(row, field)).removeprefix("figure: ") for field, _title in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return list(_lines(cells, widths))


def _lines(cells: Iterable[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for line in cells:
        fitted = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(line, widths, strict=True)
        ]
        yield "  ".join(fitted).rstrip()


def _is_number(cell: str) -> bool:
    return cell.replace(".", "").replace(",", "").replace("-", "").isdecimal()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
    return str(value)
