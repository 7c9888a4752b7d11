"""I7: what leaves the house, as CSV, XLSX and JSON, equals a count over persons, attempts and scores."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import openpyxl

from tests.faults.raw import Row

if TYPE_CHECKING:
    from tests.faults.checker import Run

FORMATS = ("csv", "xlsx", "json")
COUNTS = ("eligible", "sat", "absent", "excused", "passed", "excellent")
ORDER = ("eligible", "sat", "absent", "excused", "participation", "mean", "median", "passed", "pass_rate", "excellent",
         "excellence_rate")  # fmt: skip
NOTHING = "–"
Figures = dict[str, Any]


def wrong_figures(run: "Run") -> Iterable[str]:
    """Every figure of every export that was fetched."""
    branches = _branches(run)
    for quiz in run.quizzes:
        if not (run.exports / f"{quiz}.json").exists():
            continue
        expected = {code: _fold(rows) for code, rows in _groups(run, quiz, branches).items()}
        yield from _json(quiz, json.loads((run.exports / f"{quiz}.json").read_text("utf-8")), expected)
        shown, sheet = _csv(run.exports / f"{quiz}.csv"), _xlsx(run.exports / f"{quiz}.xlsx", _names(run))
        for code, figures in expected.items():
            if shown.get(code) != _shown(figures):
                yield f"test {quiz}, csv, {code or 'total'}: {shown.get(code)}, counted {_shown(figures)}"
            if sheet.get(code) != _numbers(figures):
                yield f"test {quiz}, xlsx, {code or 'total'}: {sheet.get(code)}, counted {_numbers(figures)}"


def _branches(run: "Run") -> dict[int, tuple[str, str]]:
    """Code of each branch, and of the unit over it."""
    codes = {row["id"]: row["code"] for row in run.tables["unit"]}
    return {
        row["unit_id"]: (codes[row["unit_id"]], codes.get(row["parent_id"], "")) for row in run.tables["unit_period"]
    }


def _groups(run: "Run", quiz: int, branches: dict[int, tuple[str, str]]) -> dict[str, list[Row | None]]:
    """The result of every eligible person, None for none, by branch, by unit, and (under "") in all."""
    scores = run.tables.by_attempt("attempt_score")
    results = {
        attempt["person_id"]: scores[attempt["id"]][-1]
        for attempt in run.attempts.values()
        if attempt["quiz_id"] == quiz and scores[attempt["id"]]
    }
    groups: dict[str, list[Row | None]] = defaultdict(list)
    for member in run.tables["membership"]:
        for code in (*branches[member["branch_id"]], ""):
            groups[code].append(results.get(member["person_id"]))
    return groups


def _fold(people: Sequence[Row | None]) -> Figures:
    sat = [row for row in people if row is not None and row["answered"]]
    n, points = len(sat), [Fraction(row["points"], 100) for row in sat]
    passed, excellent = sum(bool(row["passed"]) for row in sat), sum(bool(row["excellent"]) for row in sat)
    return {
        "eligible": len(people),
        "sat": n,
        "absent": len(people) - n,
        "excused": 0,  # nobody is, in these runs
        "participation": Fraction(n, len(people)),
        "mean": sum(points, Fraction(0)) / n if n else None,
        "median": median(points) if n else None,
        "passed": passed,
        "pass_rate": Fraction(passed, n) if n else None,
        "excellent": excellent,
        "excellence_rate": Fraction(excellent, n) if n else None,
    }


def _json(quiz: int, document: Row, expected: dict[str, Figures]) -> Iterator[str]:
    told = {"": document["total"]}
    for unit in document["units"]:
        told |= {row["code"]: row["figures"] for row in (unit, *unit["branches"])}
    if told.keys() != expected.keys():
        yield f"test {quiz}, json: rows {sorted(told)}, counted {sorted(expected)}"
    for code, figures in expected.items():
        for name, value in figures.items():
            said = told.get(code, {}).get(name)
            if said != (value if value is None or name in COUNTS else float(value)):
                yield f"test {quiz}, json, {code or 'total'}: {name} is {said}, counted {value}"


def _shown(figures: Figures) -> list[str]:
    """A row as people read it: rates in per cent and points with one decimal, half up; a dash for nothing."""
    return [_text(name, figures[name]) for name in ORDER]


def _text(name: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if name in COUNTS:
        return str(value)
    scale = 1 if name in ("mean", "median") else 100
    tenths = int(Fraction(value) * scale * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def _numbers(figures: Figures) -> list[float | str]:
    return [NOTHING if figures[name] is None else round(float(figures[name]), 9) for name in ORDER]


def _names(run: "Run") -> dict[str, str]:
    """Codes of units and branches by their names."""
    codes = {row["id"]: row["code"] for row in run.tables["unit"]}
    return {row["name"]: codes[row["unit_id"]] for row in run.tables["unit_period"] if row["parent_id"]}


def _csv(path: Path) -> dict[str, list[str]]:
    """The figures of each row by its code; the total has none."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1:]
    return {row[3]: row[4:] for row in rows if len(row) > len(ORDER)}  # below them stand notes of fewer cells


def _xlsx(path: Path, codes: dict[str, str]) -> dict[str, list[float | str]]:
    """The same of the first sheet, which names places: the branch in the second column, or else the unit."""
    found: dict[str, list[float | str]] = {}
    for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True):
        if isinstance(row[2], int | float):
            code = codes.get(str(row[1])) or codes.get(str(row[0]), "")
            found[code] = [
                round(float(cell), 9) if isinstance(cell, int | float) else str(cell)
                for cell in row[2 : 2 + len(ORDER)]
            ]
    return found
