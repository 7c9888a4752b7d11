"""Changing the roster: units, people, and who belongs where from when. History is added to, never rewritten."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.problem import N_, Problem
from quizapp.roster.changes import (
    Newcomer,
    RosterError,
    add_people,
    add_person,
    add_unit,
    move_people,
    move_person,
)
from quizapp.roster.difference import PresentPerson, RosterDifference, Target, difference, read_table
from quizapp.roster.models import Membership, Person, Unit, UnitKind, UnitPeriod
from quizapp.roster.queries import present_roster
from quizapp.roster.table import RosterRow, plain
from quizapp.web import clock

__all__ = [
    "CHANGED_SINCE",
    "ImportPlan",
    "Newcomer",
    "RosterError",
    "add_people",
    "add_person",
    "add_unit",
    "close_unit",
    "found_department",
    "import_roster",
    "move_people",
    "move_person",
    "preview_import",
    "rename_unit",
]

CHANGED_SINCE = Problem(N_("The roster has changed since the preview. Please look at it again."))


@dataclass(frozen=True)
class ImportPlan:
    """A file that was read and compared with the roster, and that nobody has confirmed yet."""

    file_name: str
    rows: tuple[RosterRow, ...]
    difference: RosterDifference
    scope: frozenset[int] | None  # the nodes that the person at work may change; None: all
    problems: tuple[Problem, ...]  # with any, the plan is refused

    @property
    def digest(self) -> str:
        """What the person saw when they confirmed."""
        return self.difference.digest


def found_department(name: str, code: str = "D") -> Unit:
    """Name the department, the first thing a new installation needs. Raises RosterError where it has a name."""
    with writing():
        if db.session.scalar(select(Unit.id).where(Unit.kind == UnitKind.DEPARTMENT)) is not None:
            raise RosterError([Problem(N_("The department has been named already."))])
        unit = add_unit(code=code, kind=UnitKind.DEPARTMENT, name=name, parent_id=None, position=1, since=clock.now())
        record("roster.department_named", f"unit:{unit.id}", {"name": name})
    return unit


def rename_unit(unit_id: int, name: str, at: datetime | None = None) -> None:
    """Let a node be called ``name`` from ``at`` (default: now) on. Raises RosterError where a sibling is called so."""
    with writing():
        at = at or clock.now()
        period = _open_period(unit_id, at)
        siblings = select(UnitPeriod.name).where(
            UnitPeriod.until.is_(None), UnitPeriod.parent_id == period.parent_id, UnitPeriod.unit_id != unit_id
        )
        if plain(name) in map(plain, db.session.scalars(siblings)):
            raise RosterError([Problem(N_("“%(name)s” exists already."), {"name": name})])
        if name == period.name:
            return
        period.until = at
        db.session.flush()
        db.session.add(
            UnitPeriod(unit_id=unit_id, parent_id=period.parent_id, name=name, position=period.position, since=at)
        )
        record("roster.unit_renamed", f"unit:{unit_id}", {"from": period.name, "to": name})


def close_unit(unit_id: int, at: datetime | None = None) -> None:
    """Let a node exist no longer from ``at`` (default: now) on. Raises RosterError while somebody belongs to it."""
    with writing():
        at = at or clock.now()
        period = _open_period(unit_id, at)
        after = (Membership.until.is_(None)) | (Membership.until > at)
        if db.session.scalar(select(Membership.id).where(Membership.branch_id == unit_id, after).limit(1)) is not None:
            raise RosterError([Problem(N_("“%(name)s” still has members. Move them first."), {"name": period.name})])
        below = select(UnitPeriod.id).where(UnitPeriod.parent_id == unit_id, UnitPeriod.until.is_(None)).limit(1)
        if db.session.scalar(below) is not None or period.parent_id is None:
            raise RosterError([Problem(N_("“%(name)s” still has branches under it."), {"name": period.name})])
        period.until = at
        record("roster.unit_closed", f"unit:{unit_id}", {"name": period.name})


def _open_period(unit_id: int, at: datetime) -> UnitPeriod:
    period = db.session.scalar(select(UnitPeriod).where(UnitPeriod.unit_id == unit_id, UnitPeriod.until.is_(None)))
    if period is None or period.since >= at:
        raise RosterError([Problem(N_("The unit was closed or changed in the meantime."))])
    return period


def preview_import(file_name: str, data: bytes, scope: frozenset[int] | None = None) -> ImportPlan:
    """Read a roster file (XLSX or CSV) and say what it would change. Changes nothing.

    ``scope`` holds the nodes that may be changed; rows beyond them are problems. None: everything.
    """
    rows, problems = read_table(file_name, data)
    present = present_roster(clock.now(), scope)
    if not any(node.kind is UnitKind.DEPARTMENT for node in present.nodes):
        problems = [Problem(N_("There is no department yet; it must be named first.")), *problems]
    found = difference(rows, present) if not problems else RosterDifference()
    return ImportPlan(file_name, tuple(rows), found, scope, (*problems, *found.problems))


def import_roster(plan: ImportPlan, effective: datetime | None = None, *, missing_left: bool = False) -> None:
    """Carry the plan out from ``effective`` (default: now) on, all of it or nothing.

    ``missing_left``: people of the file's units who do not stand in it have left. Raises RosterError with the plan's
    problems, for a moment in the past, and where the roster is no longer the one that the plan was made from.
    """
    if plan.problems:
        raise RosterError(list(plan.problems))
    with writing("import"):
        now = clock.now()
        at = effective or now
        _refuse_past(at, now)
        present = present_roster(max(at, now), plan.scope)
        found = difference(plan.rows, present)
        if found.digest != plan.digest:
            raise RosterError([CHANGED_SINCE])
        leavers = found.missing if missing_left else []
        _carry_out(found, leavers, at)
        record("roster.imported", "roster", _summary(plan, found, len(leavers), at))


def _refuse_past(at: datetime, now: datetime) -> None:
    """Tests that are over count people where they belonged then; only an empty roster may begin in the past."""
    if at < now and db.session.scalar(select(Membership.id).limit(1)) is not None:
        raise RosterError([Problem(N_("The roster cannot change in the past. Choose a later time or leave it empty."))])


def _carry_out(found: RosterDifference, leavers: list[PresentPerson], at: datetime) -> None:
    made = _make_units(found, at)

    def branch_of(target: Target) -> int:
        return target.branch_id if target.branch_id is not None else made[target]

    moves: dict[int, int | None] = {move.person.id: branch_of(move.target) for move in found.moved}
    moves |= {back.person.id: branch_of(back.target) for back in found.back if back.person is not None}
    moves |= {person.id: None for person in leavers}
    move_people(moves.items(), at)
    add_people((_newcomer(arrival.row, branch_of(arrival.target)) for arrival in found.new), at)
    people = db.session.scalars(
        select(Person)
        .where(Person.id.in_([change.person.id for change in found.changed]))
        .options(joinedload(Person.account))
    )
    details = {change.person.id: change.details for change in found.changed}
    for person in people:
        for name, _old, value in details[person.id]:
            setattr(person, name, value)
        if person.account is not None:
            person.account.name = person.name


def _newcomer(row: RosterRow, branch_id: int) -> Newcomer:
    return Newcomer(row.staff_no, row.name, branch_id, row.duty or "", row.post or "", row.phone or "")


def _make_units(found: RosterDifference, at: datetime) -> dict[Target, int]:
    """Add the units and branches that the file names first; the branches' ids."""
    if not found.new_branches:
        return {}
    top = db.session.scalar(select(Unit.id).where(Unit.kind == UnitKind.DEPARTMENT))
    positions = count((db.session.scalar(select(func.max(UnitPeriod.position))) or 0) + 1)
    codes = set(db.session.scalars(select(Unit.code))) | {target.code for target in found.new_branches}
    units: dict[str, int] = {}
    for name in found.new_units:
        kind = UnitKind.UNIT
        unit = add_unit(
            code=_free_code("U", codes), kind=kind, name=name, parent_id=top, position=next(positions), since=at
        )
        units[plain(name)] = unit.id
    made = {}
    for target in found.new_branches:
        parent_id = target.unit_id if target.unit_id is not None else units[plain(target.unit)]
        code = target.code or _free_code("B", codes)
        kind = UnitKind.BRANCH
        branch = add_unit(
            code=code, kind=kind, name=target.branch, parent_id=parent_id, position=next(positions), since=at
        )
        made[target] = branch.id
    return made


def _free_code(letter: str, codes: set[str]) -> str:
    code = next(code for number in count(1) if (code := f"{letter}{number:03}") not in codes)
    codes.add(code)
    return code


def _summary(plan: ImportPlan, found: RosterDifference, left: int, at: datetime) -> dict[str, object]:
    return {
        "file": plan.file_name,
        "difference": plan.digest,
        "from": at.isoformat(),
        "new": len(found.new),
        "back": len(found.back),
        "moved": len(found.moved),
        "changed": len(found.changed),
        "left": left,
        "new_units": len(found.new_units),
        "new_branches": len(found.new_branches),
        "unchanged": found.unchanged,
    }
