"""Reading the roster, always as of a moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from quizapp.accounts.models import Account
from quizapp.db import UtcMoment, db
from quizapp.roster.difference import Present, PresentNode, PresentPerson
from quizapp.roster.models import Membership, Person, Unit, UnitKind, UnitPeriod
from quizapp.roster.tree import Node, Tree
from quizapp.web import clock
from quizapp.web.access import Role


def tree_at(moment: datetime) -> Tree:
    """The tree as it stood then."""
    return Tree(_node(row) for row in db.session.execute(_PERIODS) if _holds(row, moment))


def last_known_tree() -> Tree:
    """Every node there ever was, each with its newest name and place; a move that is still to come included."""
    nodes = {row.id: _node(row) for row in db.session.execute(_PERIODS.order_by(UnitPeriod.since))}
    return Tree(nodes.values())


_PERIODS = select(
    Unit.id,
    Unit.code,
    Unit.kind,
    UnitPeriod.name,
    UnitPeriod.parent_id,
    UnitPeriod.position,
    UnitPeriod.since,
    UnitPeriod.until,
).join(UnitPeriod, UnitPeriod.unit_id == Unit.id)


def _holds(period: Any, moment: datetime) -> bool:
    """`during`, for a row that has been read."""
    return bool(period.since <= moment and (period.until is None or period.until > moment))


def _node(row: Any) -> Node:
    return Node(row.id, row.code, UnitKind(row.kind), row.name, row.parent_id, row.position)


def during(
    since: InstrumentedAttribute[datetime],
    until: InstrumentedAttribute[datetime | None],
    moment: datetime | ColumnElement[datetime] | InstrumentedAttribute[datetime],
) -> ColumnElement[bool]:
    """Whether a period holds ``moment``: from ``since`` on, up to but not at ``until``."""
    return (since <= moment) & or_(until.is_(None), until > moment)


# Written once: these are asked with every page of a candidate, and to write one costs as much as to ask it.
_PERSON_OF = select(Person).where(Person.account_id == bindparam("account"))
_BRANCH_NAME = (
    select(UnitPeriod.name)
    .join(Membership, Membership.branch_id == UnitPeriod.unit_id)
    .where(
        Membership.person_id == bindparam("person"),
        during(Membership.since, Membership.until, bindparam("moment", type_=UtcMoment)),
        during(UnitPeriod.since, UnitPeriod.until, bindparam("moment", type_=UtcMoment)),
    )
)


def person_of(account: Account) -> Person | None:
    """The member of staff behind an account, if it is one."""
    return db.session.scalar(_PERSON_OF, {"account": account.id})


def branch_at(person_id: int, moment: datetime) -> int | None:
    """The id of the branch the person belonged to then."""
    return db.session.scalar(
        select(Membership.branch_id).where(
            Membership.person_id == person_id, during(Membership.since, Membership.until, moment)
        )
    )


def branch_name_at(person_id: int, moment: datetime) -> str | None:
    """What the branch that the person belonged to then was called; None for nobody's."""
    return db.session.scalar(_BRANCH_NAME, {"person": person_id, "moment": moment})


def branch_ids_under(unit_ids: Iterable[int], tree: Tree) -> frozenset[int]:
    """Every branch at or under the units, in that tree."""
    return frozenset(branch.id for unit_id in unit_ids if unit_id in tree for branch in tree.branches(unit_id))


def scope_of(account: Account, *roles: Role, tree: Tree | None = None) -> frozenset[int]:
    """Every node for which the account has one of the roles, those under a grant included.

    ``tree`` is the tree in which "under" is read: by default the last known place of every node, so that what a
    closed unit leaves behind is still looked after; for a report the tree of the test's opening. Without a grant:
    nothing.
    """
    tree = tree or last_known_tree()
    granted = [grant.unit_id for grant in account.grants if grant.ended_at is None and grant.role in roles]
    if None in granted:  # auditor and administrator: the whole department
        return frozenset(node.id for node in tree.walk())
    return frozenset(node.id for top in granted if top is not None and top in tree for node in tree.walk(top))


def unit_name(unit_id: int) -> str:
    """What a node is called today, or was called last."""
    newest = select(UnitPeriod.name).where(UnitPeriod.unit_id == unit_id).order_by(UnitPeriod.since.desc()).limit(1)
    return db.session.scalar(newest) or ""


def is_on_roster(account: Account) -> bool:
    """Whether a member of staff stands behind the account: its login is then the staff number."""
    return person_of(account) is not None


def branch_name_of(account: Account) -> str:
    """The branch that the person behind an account belongs to today; empty for none."""
    person = person_of(account)
    branch_id = branch_at(person.id, clock.now()) if person else None
    return unit_name(branch_id) if branch_id is not None else ""


def department_name() -> str:
    """What the whole department is called; empty before there is one."""
    top = db.session.scalar(select(Unit.id).where(Unit.kind == UnitKind.DEPARTMENT).order_by(Unit.id).limit(1))
    return unit_name(top) if top is not None else ""


def present_roster(moment: datetime, scope: frozenset[int] | None) -> Present:
    """The roster that a file is compared with: the tree of that moment and everybody with their newest branch."""
    newest: dict[int, tuple[int, bool]] = {}
    periods = select(Membership.person_id, Membership.branch_id, Membership.until).order_by(Membership.since)
    for row in db.session.execute(periods):
        newest[row.person_id] = (row.branch_id, row.until is not None)
    columns = select(Person.id, Person.staff_no, Person.name, Person.duty, Person.post, Person.phone)
    people = tuple(
        PresentPerson(*row, *newest.get(row.id, (None, True)))
        for row in db.session.execute(columns.order_by(Person.staff_no))
    )
    others = select(Account.login).outerjoin(Person, Person.account_id == Account.id).where(Person.id.is_(None))
    nodes = tuple(
        PresentNode(node.id, node.code, node.kind, node.name, node.parent_id) for node in tree_at(moment).walk()
    )
    return Present(nodes, people, frozenset(db.session.scalars(others)), scope)
