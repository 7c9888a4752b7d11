"""What a roster file would change: pure, from the file's rows and the roster as it stands."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from quizapp.domain.problem import N_, Problem
from quizapp.roster.models import UnitKind
from quizapp.roster.table import RosterRow, place, plain, read_table

__all__ = ["Present", "PresentPerson", "RosterDifference", "RosterRow", "difference", "place", "read_table"]

DETAILS = ("name", "duty", "post", "phone")
DETAIL_NAMES = {"name": N_("Name"), "duty": N_("Duty"), "post": N_("Post"), "phone": N_("Phone")}


@dataclass(frozen=True)
class PresentNode:
    """A node of today's tree."""

    id: int
    code: str
    kind: UnitKind
    name: str
    parent_id: int | None


@dataclass(frozen=True)
class PresentPerson:
    """A person with their branch; with the last one they belonged to where they have left."""

    id: int
    staff_no: str
    name: str
    duty: str
    post: str
    phone: str
    branch_id: int | None
    has_left: bool


@dataclass(frozen=True)
class Present:
    """The roster as it stands. ``scope``: the nodes that the person at work may change; None means all."""

    nodes: tuple[PresentNode, ...]
    people: tuple[PresentPerson, ...]
    other_logins: frozenset[str] = frozenset()  # accounts that belong to no person
    scope: frozenset[int] | None = None

    def may_change(self, unit_id: int | None) -> bool:
        """Whether that node is within the scope."""
        return self.scope is None or unit_id in self.scope


@dataclass(frozen=True)
class Target:
    """The branch a row puts its person in; without an id it is to be made, under a unit that may be new too."""

    unit: str
    branch: str
    code: str = ""
    unit_id: int | None = None
    branch_id: int | None = None


@dataclass(frozen=True)
class Arrival:
    """Somebody who joins: a new person, or with ``person`` one who had left and is back."""

    row: RosterRow
    target: Target
    person: PresentPerson | None = None


@dataclass(frozen=True)
class Move:
    """Somebody who goes from one branch to another."""

    person: PresentPerson
    target: Target


@dataclass(frozen=True)
class Change:
    """New details of somebody: (field, old, new)."""

    person: PresentPerson
    details: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Namesake:
    """A new number under a name that somebody else has: a second person, or a mistyped number?"""

    name: str
    number: str
    other_number: str
    line: int


@dataclass
class RosterDifference:
    """Everything the file would change. ``missing``: people of the file's units who do not stand in it."""

    new: list[Arrival] = field(default_factory=list)
    back: list[Arrival] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    missing: list[PresentPerson] = field(default_factory=list)
    namesakes: list[Namesake] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    new_branches: list[Target] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change, missing people aside."""
        return not (self.new or self.back or self.moved or self.changed or self.new_units or self.new_branches)

    @property
    def digest(self) -> str:
        """Differs whenever what would change differs."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def difference(rows: Iterable[RosterRow], present: Present) -> RosterDifference:
    """Compare the rows with the roster. With ``problems`` nothing of it may be carried out."""
    rows = list(rows)
    named = {row.staff_no for row in rows}
    tree = _Places(present)
    found = RosterDifference()
    people = {person.staff_no: person for person in present.people}
    for row in rows:
        target = tree.target(row, found)
        person = people.get(row.staff_no)
        if target is None or not _may_place(row, person, target, present, found):
            continue
        _compare(row, person, target, found)
    found.missing = [person for person in _members_of(tree.covered, present) if person.staff_no not in named]
    found.namesakes = list(_namesakes(found.new, present.people))
    return found


class _Places:
    """Finds the unit and the branch that a row names, and remembers which are new and which the file covers."""

    def __init__(self, present: Present) -> None:
        self._present = present
        self._units = {plain(node.name): node for node in present.nodes if node.kind is not UnitKind.BRANCH}
        self._branches = {
            (node.parent_id, plain(node.name)): node for node in present.nodes if node.kind is UnitKind.BRANCH
        }
        self._codes = {node.code: node for node in present.nodes}
        self._new: dict[tuple[str, str], Target] = {}
        self._new_codes: set[str] = set()
        self._may_found = any(
            node.kind is UnitKind.DEPARTMENT and present.may_change(node.id) for node in present.nodes
        )
        self.covered: set[int] = set()

    def target(self, row: RosterRow, found: RosterDifference) -> Target | None:
        """The row's branch; None where the row names one that cannot be, with a problem."""
        unit = self._units.get(plain(row.unit))
        if unit is None and not self._may_found:
            message = N_("There is no unit “%(unit)s” among those you may change.")
            found.problems.append(row.problem("unit", message, unit=row.unit))
            return None
        if unit is not None and not self._may_touch(unit):
            message = N_("“%(unit)s” is not among the units you may change.")
            found.problems.append(row.problem("unit", message, unit=unit.name))
            return None
        if unit is not None:
            self.covered.add(unit.id)
        branch = self._branches.get((unit.id, plain(row.branch))) if unit is not None else None
        if row.branch_code and not self._code_fits(row, branch, found):
            return None
        if branch is None:
            return self._new_target(row, unit, found)
        return Target(unit.name if unit else "", branch.name, branch.code, branch.parent_id, branch.id)

    def _may_touch(self, unit: PresentNode) -> bool:
        below = (node.id for node in self._present.nodes if node.parent_id == unit.id)
        return self._present.may_change(unit.id) or any(map(self._present.may_change, below))

    def _code_fits(self, row: RosterRow, branch: PresentNode | None, found: RosterDifference) -> bool:
        """Whether the code in the file is the branch's own, or free for a branch that is new."""
        known = self._codes.get(row.branch_code or "")
        if known is branch is not None or (known is None and branch is None):
            return True
        message = N_("%(code)s is the code of “%(known)s”, not of “%(branch)s”. Rename the branch on its page first.")
        if known is None:
            message = N_("“%(branch)s” has another code than %(code)s.")
        names = {"code": row.branch_code, "known": known.name if known else "", "branch": row.branch}
        found.problems.append(row.problem("branch_code", message, **names))
        return False

    def _new_target(self, row: RosterRow, unit: PresentNode | None, found: RosterDifference) -> Target | None:
        key = (plain(row.unit), plain(row.branch))
        if key in self._new:
            return self._new[key]
        if unit is not None and not self._present.may_change(unit.id):
            message = N_("There is no branch “%(branch)s” among those you may change.")
            found.problems.append(row.problem("branch", message, branch=row.branch))
            return None
        if row.branch_code and row.branch_code in self._new_codes:
            message = N_("Two branches have the code %(code)s.")
            found.problems.append(row.problem("branch_code", message, code=row.branch_code))
            return None
        if unit is None and key[0] not in {plain(name) for name in found.new_units}:
            found.new_units.append(row.unit)
        self._new_codes.add(row.branch_code or "")
        unit_name = unit.name if unit else row.unit
        self._new[key] = Target(unit_name, row.branch, row.branch_code or "", unit.id if unit else None)
        found.new_branches.append(self._new[key])
        return self._new[key]


def _may_place(
    row: RosterRow, person: PresentPerson | None, target: Target, present: Present, found: RosterDifference
) -> bool:
    """Whether the row's person may be put there by the person at work; a problem where not."""
    if target.branch_id is not None and not present.may_change(target.branch_id):
        message = N_("There is no branch “%(branch)s” among those you may change.")
        found.problems.append(row.problem("branch", message, branch=row.branch))
    elif person is None and row.staff_no in present.other_logins:
        message = N_("%(number)s is the sign-in name of another account.")
        found.problems.append(row.problem("staff_no", message, number=row.staff_no))
    elif person is not None and person.branch_id is not None and not present.may_change(person.branch_id):
        message = N_("%(number)s belongs to a branch you may not change; ask the organizer of the department.")
        found.problems.append(row.problem("staff_no", message, number=row.staff_no))
    else:
        return True
    return False


def _compare(row: RosterRow, person: PresentPerson | None, target: Target, found: RosterDifference) -> None:
    if person is None:
        found.new.append(Arrival(row, target))
        return
    values = {name: getattr(row, name) for name in DETAILS}
    details = tuple(
        (name, getattr(person, name), value)
        for name, value in values.items()
        if value is not None and value != getattr(person, name)
    )
    if details:
        found.changed.append(Change(person, details))
    if person.has_left:
        found.back.append(Arrival(row, target, person))
    elif person.branch_id != target.branch_id:
        found.moved.append(Move(person, target))
    elif not details:
        found.unchanged += 1


def _members_of(units: set[int], present: Present) -> Iterator[PresentPerson]:
    branches = {node.id for node in present.nodes if node.parent_id in units and node.kind is UnitKind.BRANCH}
    for person in present.people:
        if not person.has_left and person.branch_id in branches and present.may_change(person.branch_id):
            yield person


def _namesakes(new: Iterable[Arrival], people: Iterable[PresentPerson]) -> Iterator[Namesake]:
    numbers = defaultdict(list)
    for person in people:
        numbers[person.name].append(person.staff_no)
    for arrival in new:
        row = arrival.row
        for other in numbers[row.name]:
            yield Namesake(row.name, row.staff_no, other, row.line)
        numbers[row.name].append(row.staff_no)
