"""Reading a test that is frozen: every figure comes from the evidence of its newest edition, whatever happened since.

Whoever reads what figures are made of asks `rows_of` or `frozen_of`, never the tables alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from quizapp.attempts.endings import table_of
from quizapp.audit.operations import Head
from quizapp.db import Base, db
from quizapp.domain.bank import Bank
from quizapp.domain.bank_json import bank_from_json
from quizapp.domain.branch_summary import Count, Outline, Place
from quizapp.domain.evidence import ITEMS, TEST, Evidence, EvidenceError, Part, branch_part, evidence_from_text, grouped
from quizapp.reports.editions.models import ReportEdition

EDITIONS_IN_MEMORY = 8
NAMES, SCORES = "names", "scores"
"""What of a branch is a part of its own: who has no result, and what was scored."""


@dataclass(frozen=True)
class Edition:
    """Which edition of a report it is, and why. ``by`` is the name of who froze it."""

    quiz_id: int
    number: int
    fingerprint: str
    frozen_at: datetime
    by: str
    reason: str
    changes: Sequence[Mapping[str, Any]]

    @property
    def short(self) -> str:
        """The beginning of the fingerprint, as people compare it."""
        return grouped(self.fingerprint)


@dataclass(frozen=True)
class Frozen:
    """An edition with its evidence; from a copy, with some parts of it."""

    edition: Edition
    evidence: Evidence

    @property
    def test(self) -> Part:
        """What is said of the test itself."""
        return self.evidence.parts[TEST]

    @property
    def read_at(self) -> datetime:
        """As of when its figures are."""
        return datetime.fromisoformat(self.test["read_at"])

    @property
    def record(self) -> Head:
        """The head of the record when they were read."""
        return Head(self.test["record"]["entry"], self.test["record"]["sha256"])

    @cached_property
    def places(self) -> dict[int, Part]:
        """The branches that it has something of, in the organisation's order."""
        places = (part for part in self.evidence.parts.values() if "order" in part)
        return {part["id"]: part for part in sorted(places, key=lambda part: int(part["order"]))}

    def outlines(self, branch_ids: Collection[int]) -> list[Outline]:
        """Those of the branches under their units."""
        units: dict[int, list[Part]] = {}
        for branch_id, part in self.places.items():
            if branch_id in branch_ids:
                units.setdefault(part["unit"]["id"], []).append(part)
        wholes = [(parts[0]["unit"], tuple(map(_place, parts))) for parts in units.values()]
        return [Outline(_place(unit), places, whole=len(places) == unit["branches"]) for unit, places in wholes]

    def counts(self) -> dict[int, Count]:
        """The people of each branch in which anybody is eligible. Who only is known to have sat it scores nothing."""
        scores = {row.branch_id: row for row in self.rows("tally_branch")}
        return {id: _count(part, scores.get(id)) for id, part in self.places.items() if part["eligible"]}

    def bank(self) -> Bank:
        """The items that anybody had. Raises KeyError where the edition is a copy without them."""
        return bank_from_json(self.evidence.parts[ITEMS]["bank"])

    def ease(self) -> dict[int, int]:
        """By how many hundredths of a point the papers of each branch were easier, as far as it has scores of it."""
        return {part["branch_id"]: part["ease"] for part in self.evidence.parts.values() if "ease" in part}

    def names(self, branch_ids: Collection[int]) -> list[tuple[int, Part]]:
        """Who has no result, with the branch; without those of which it has no names."""
        parts = (self.evidence.parts.get(branch_part(branch_id, NAMES), {}) for branch_id in branch_ids)
        return [(part["branch_id"], person) for part in parts for person in part.get("people", ())]

    def rows(self, table: str) -> list[SimpleNamespace]:
        """The rows of that tally table, as far as it has them, with the columns as attributes."""
        return _rows(self.evidence, table)


def _place(part: Part) -> Place:
    return Place(part["id"], part["code"], part["name"])


def _count(part: Part, scores: Any) -> Count:
    if scores is None:
        return Count(part["eligible"], scores={Decimal(0): part["sat"]} if part["sat"] else {}, excused=part["excused"])
    reached = {Decimal(key) / 100: people for key, people in scores.scores.items()}
    return Count(part["eligible"], scores.passed, scores.excellent, reached, part["excused"])


def _rows(evidence: Evidence, table: str) -> list[SimpleNamespace]:
    found = []
    for part in evidence.parts.values():
        kept = part.get("rows", {}).get(table)
        if kept:
            more = {"branch_id": part["branch_id"]} if "branch_id" in part else {}
            found += [SimpleNamespace(**more, **dict(zip(kept["columns"], row, strict=True))) for row in kept["rows"]]
    return found


_told: ContextVar[Mapping[int, Frozen | None]] = ContextVar("frozen")


@contextmanager
def reading(quiz_id: int, frozen: Frozen | None) -> Iterator[None]:
    """In this block the test is read from that edition; None: from the tables, be it frozen or not."""
    token = _told.set({**_told.get({}), quiz_id: frozen})
    try:
        yield
    finally:
        _told.reset(token)


def frozen_of(quiz_id: int, number: int | None = None) -> Frozen | None:
    """The newest edition of the test's report, or that ``number``; None where there is none."""
    told = _told.get({})
    if quiz_id in told and number is None:
        return told[quiz_id]
    query = (
        select(ReportEdition.number, ReportEdition.fingerprint, ReportEdition.changes)
        .where(ReportEdition.quiz_id == quiz_id)
        .order_by(ReportEdition.number.desc())
        .limit(1)
    )
    row = db.session.execute(query if number is None else query.where(ReportEdition.number == number)).first()
    if row is None:
        return None
    evidence = _evidence(quiz_id, row.number, row.fingerprint)
    edition = edition_in(evidence, row.changes)
    if (edition.quiz_id, edition.number) != (quiz_id, row.number):
        raise EvidenceError(TEST)  # whole, but of another report
    return Frozen(edition, evidence)


def edition_in(evidence: Evidence, changes: Sequence[Mapping[str, Any]] = ()) -> Edition:
    """Which edition it says that it is: who is called otherwise since has frozen it under the old name."""
    test = evidence.parts[TEST]
    said = test["edition"]
    return Edition(
        quiz_id=test["quiz"]["id"],
        number=said["number"],
        fingerprint=evidence.fingerprint,
        frozen_at=datetime.fromisoformat(said["frozen_at"]),
        by=said["by"],
        reason=said["reason"],
        changes=changes,
    )


# The text under a fingerprint never changes: what is in memory holds for every process and every database.
@lru_cache(maxsize=EDITIONS_IN_MEMORY)
def _evidence(quiz_id: int, number: int, fingerprint: str) -> Evidence:
    """Raises EvidenceError where what the database has is not what was frozen."""
    text = db.session.scalar(
        select(ReportEdition.evidence).where(ReportEdition.quiz_id == quiz_id, ReportEdition.number == number)
    )
    return evidence_from_text(text or "", fingerprint)


def rows_of(model: type[Base], quiz_id: int) -> Sequence[Any]:
    """Every row of a tally table about one test, with its columns as attributes: as frozen, or as they stand now."""
    frozen = frozen_of(quiz_id)
    table = table_of(model)
    if frozen is not None:
        return frozen.rows(table.name)
    columns = [column for column in table.columns if column.name != "quiz_id"]
    return db.session.execute(select(*columns).where(table.c.quiz_id == quiz_id)).all()
