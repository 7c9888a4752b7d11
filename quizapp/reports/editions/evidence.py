"""Gathering what the figures of a report are computed from, so that it can be frozen.

Parts (`quizapp.domain.evidence`), all in whole numbers, moments in ISO 8601 and UTC::

    test            {"edition": {"number", "frozen_at", "by", "reason"},
                     "quiz": {"id", "title", "opens_at", "closes_at", "attempts_allowed", "counted_attempt"},
                     "spec": as published, "read_at", "record": {"entry", "sha256"}, "branches": how many,
                     "incidents": {"outages": [{"began_at", "ended_at", "closed"}],
                                   "extensions": [{"at", "minutes", "people", "reason"}], "alone": how many}}
    branch/7        {"id", "code", "name", "order", "unit": {"id", "code", "name", "branches": how many},
                     "eligible", "sat", "excused"}
    branch/7/names  {"branch_id", "people": [{"staff_no", "name", "duty", "absence", "reason"}]}: who has no result
    branch/7/scores {"branch_id", "rows": {table: {"columns", "rows"}}, "ease"}: its rows of the tallies, and by how
                     many hundredths of a point its papers were easier (`kept.paper_ease`)
    items           {"rows": …, "bank": the items that anybody had}
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from quizapp.attempts.endings import table_of
from quizapp.banks.queries import bank_of
from quizapp.db import Base
from quizapp.domain.bank_json import bank_to_json
from quizapp.domain.evidence import ITEMS, SALT_BYTES, TEST, Evidence, branch_part, seal
from quizapp.reports.absentees import absentees
from quizapp.reports.editions.frozen import NAMES, SCORES, reading, rows_of
from quizapp.reports.incidents import incidents_of
from quizapp.reports.kept import paper_ease
from quizapp.reports.models import TallyBranch, TallyChoice, TallyItem, TallyTopic
from quizapp.reports.queries import BranchReport

EVIDENCE_TABLES: tuple[type[Base], ...] = (TallyBranch, TallyTopic, TallyItem, TallyChoice)
"""The tallies that reports read. Those with a branch go into its part, the others into that of the items."""

Parts = dict[str, dict[str, Any]]


def gather(report: BranchReport, edition: Mapping[str, Any] | None = None) -> Evidence:
    """The evidence of a whole report as the tables stand now, every part with a salt of its own.

    ``edition`` says which edition it is to be; None where it is only to be compared.
    """
    with reading(report.quiz.id, None):
        parts: Parts = {TEST: {"edition": edition, **_test(report)}, **_branches(report), ITEMS: {"rows": {}}}
        for model in EVIDENCE_TABLES:
            _put_rows(parts, model, report.quiz.id)
        _put_ease(parts, report.quiz.id)
        _put_names(parts, report)
        parts[ITEMS]["bank"] = _asked(report, parts)
    return seal(parts, lambda: secrets.token_hex(SALT_BYTES))


def _test(report: BranchReport) -> dict[str, Any]:
    quiz = report.quiz
    return {
        "quiz": {
            "id": quiz.id,
            "title": quiz.title,
            "opens_at": spell(quiz.opens_at),
            "closes_at": spell(quiz.closes_at),
            "attempts_allowed": quiz.attempts_allowed,
            "counted_attempt": str(quiz.counted_attempt),
        },
        "spec": quiz.spec,
        "read_at": spell(report.read_at),
        "record": {"entry": report.record.number, "sha256": report.record.hash},
        "branches": report.branch_count,
        "incidents": incidents_of(quiz).to_json(),
    }


def spell(moment: datetime) -> str:
    """A moment as evidence has it."""
    return moment.isoformat(timespec="microseconds")


def _branches(report: BranchReport) -> Parts:
    parts: Parts = {}
    for unit in report.summary.units:
        place = unit.unit.place
        above = {"id": place.id, "code": place.code, "name": place.name, "branches": len(unit.branches)}
        for row in unit.branches:
            figures, branch = row.figures, row.place
            parts[branch_part(branch.id)] = {
                "id": branch.id,
                "code": branch.code,
                "name": branch.name,
                "order": len(parts),
                "unit": above,
                "eligible": figures.eligible,
                "sat": figures.sat,
                "excused": figures.excused,
            }
    return parts


def _put_rows(parts: Parts, model: type[Base], quiz_id: int) -> None:
    """The rows in the order of their keys, so that the same tallies are the same evidence."""
    table = table_of(model)
    names = [column.name for column in table.columns if column.name != "quiz_id"]
    keys = [column.name for column in table.primary_key if column.name != "quiz_id"]
    rows = [{name: getattr(row, name) for name in names} for row in rows_of(model, quiz_id)]
    rows.sort(key=lambda row: [str(row[key]) for key in keys])
    by_part: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_part[branch_part(row["branch_id"], SCORES) if "branch_id" in row else ITEMS].append(row)
    columns = [name for name in names if name != "branch_id"]
    for name, its in by_part.items():
        part = parts.setdefault(name, {"branch_id": its[0].get("branch_id"), "rows": {}})
        part["rows"][table.name] = {"columns": columns, "rows": [[row[column] for column in columns] for row in its]}


def _put_ease(parts: Parts, quiz_id: int) -> None:
    for branch_id, ease in sorted(paper_ease(quiz_id).items()):
        parts[branch_part(branch_id, SCORES)]["ease"] = ease


def _put_names(parts: Parts, report: BranchReport) -> None:
    for one in absentees(report.quiz.id, report.summary):
        part = parts.setdefault(branch_part(one.branch_id, NAMES), {"branch_id": one.branch_id, "people": []})
        part["people"].append(
            {"staff_no": one.staff_no, "name": one.name, "duty": one.duty, "absence": one.absence, "reason": one.reason}
        )


def _asked(report: BranchReport, parts: Parts) -> dict[str, Any]:
    """The bank with the items that anybody's counted paper had, and no other."""
    kept = parts[ITEMS]["rows"].get(TallyItem.__tablename__, {"columns": ["item_id"], "rows": []})
    place = kept["columns"].index("item_id")
    asked = {row[place] for row in kept["rows"]}
    bank = bank_to_json(bank_of(report.quiz.bank_revision_id))
    bank["items"] = [item for item in bank["items"] if asked.intersection(_ids(item))]
    return bank


def _ids(item: Mapping[str, Any]) -> Iterable[str]:
    return (item["id"], *(leaf["id"] for leaf in item["items"]))
