"""What the roster's pages list: only ever what the account may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from quizapp.accounts.models import Account, RoleGrant
from quizapp.accounts.operations import normal_login
from quizapp.db import db
from quizapp.roster.models import Membership, Person, UnitKind, UnitPeriod
from quizapp.roster.queries import during, scope_of, tree_at
from quizapp.roster.tree import Node, Tree
from quizapp.web import clock
from quizapp.web.access import Role

READS_ROSTER = (Role.ORGANIZER, Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMITTEE, Role.BRANCH_SECRETARY)
MANAGES_ROSTER = (Role.ORGANIZER, Role.ADMINISTRATOR)
MOST_FOUND = 50


@dataclass(frozen=True)
class Group:
    """A unit with those of its branches that the account may see, and their members today."""

    node: Node
    branches: list[tuple[Node, int]]
    may_open: bool

    @property
    def people(self) -> int:
        """Members of these branches."""
        return sum(count for _branch, count in self.branches)


@dataclass(frozen=True)
class Place:
    """A node as it is today, or as it was when it was closed, in the tree of that moment."""

    node: Node
    tree: Tree
    since: datetime
    closed_at: datetime | None

    @property
    def path(self) -> str:
        """The names above the node, from the top."""
        names, above = [], self.tree.parent(self.node.id)
        while above is not None:
            names.append(above.name)
            above = self.tree.parent(above.id)
        return " / ".join(reversed(names))


@dataclass(frozen=True)
class Leaver:
    """Somebody who belonged to a branch until ``until``; ``now_in`` is their branch today, empty for none."""

    person: Person
    since: datetime
    until: datetime
    now_in: str


def groups_seen_by(account: Account, within: int | None = None) -> list[Group]:
    """The units and branches the account may see, in order; only those under ``within`` where it is given."""
    tree = tree_at(clock.now())
    scope = scope_of(account, *READS_ROSTER, tree=tree)
    counts = _head_counts()
    groups = []
    for node in tree.walk(within):
        below = [child for child in tree.children(node.id) if child.kind is UnitKind.BRANCH and child.id in scope]
        if below or (node.kind is UnitKind.UNIT and node.id in scope):
            groups.append(Group(node, [(branch, counts.get(branch.id, 0)) for branch in below], node.id in scope))
    return groups


def closed_seen_by(account: Account) -> list[Place]:
    """The units and branches that exist no longer, newest first, where the account may see them."""
    still_open = select(UnitPeriod.unit_id).where(UnitPeriod.until.is_(None))
    closed = db.session.execute(
        select(UnitPeriod.unit_id, func.max(UnitPeriod.until).label("at"))
        .where(UnitPeriod.unit_id.not_in(still_open))
        .group_by(UnitPeriod.unit_id)
        .order_by(func.max(UnitPeriod.until).desc())
    )
    places = [_newest_place(row.unit_id) for row in closed]
    return [place for place in places if place is not None and _sees(account, place)]


def place_seen_by(account: Account, unit_id: int, *roles: Role) -> Place:
    """That node, where the account has one of the roles for it (default: may see it); otherwise 404."""
    place = _newest_place(unit_id)
    return place if place is not None and _sees(account, place, *roles) else abort(404)


def people_found(account: Account, words: str) -> list[tuple[Person, Node]]:
    """Members whose name holds ``words`` or whose staff number begins with them, with their branch."""
    now = clock.now()
    tree = tree_at(now)
    rows = db.session.execute(
        select(Person, Membership.branch_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            during(Membership.since, Membership.until, now),
            Membership.branch_id.in_(scope_of(account, *READS_ROSTER, tree=tree)),
            or_(
                Person.name.contains(words, autoescape=True),
                Person.staff_no.startswith(normal_login(words), autoescape=True),
            ),
        )
        .options(joinedload(Person.account))
        .order_by(Person.staff_no)
        .limit(MOST_FOUND)
    )
    return [(person, tree[branch_id]) for person, branch_id in rows]


def members_today(branch_id: int) -> Sequence[Person]:
    """The members of a branch, by staff number."""
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.branch_id == branch_id, during(Membership.since, Membership.until, clock.now()))
        .options(joinedload(Person.account))
        .order_by(Person.staff_no)
    ).all()


def leavers_of(branch_id: int) -> list[Leaver]:
    """Everybody who belonged to the branch and does not any more, newest first."""
    now = clock.now()
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.branch_id == branch_id, Membership.until <= now)
        .order_by(Membership.until.desc(), Membership.id)
    ).all()
    present = db.session.execute(
        select(Membership.person_id, Membership.branch_id).where(
            Membership.person_id.in_([row.person_id for row in rows]),
            during(Membership.since, Membership.until, now),
        )
    )
    tree = tree_at(now)
    names = {row.person_id: tree[row.branch_id].name for row in present if row.branch_id in tree}
    return [
        Leaver(row.person, row.since, row.until, names.get(row.person_id, "")) for row in rows if row.until is not None
    ]


def accounts_listed(*, everybody: bool) -> Sequence[Account]:
    """Every account by login; else those that hold a role, belong to nobody on the roster, or are disabled."""
    holds_role = Account.grants.any(RoleGrant.ended_at.is_(None))
    listed = or_(Person.id.is_(None), holds_role, Account.disabled_at.is_not(None))
    chosen = select(Account).outerjoin(Person, Person.account_id == Account.id).order_by(Account.login)
    return db.session.scalars(chosen if everybody else chosen.where(listed)).all()


def may_give_password(account: Account, person: Person) -> bool:
    """Whether ``account`` may give ``person`` a one-time password, given that it manages the person's branch.

    Whoever holds an office gets theirs from an administrator only: else a password would be a way up.
    """
    if person.account is None:
        return False
    return Role.ADMINISTRATOR in account.roles or person.account.roles == {Role.STAFF}


def person_managed_by(account: Account, person_id: int) -> Person:
    """That member, where the account manages their branch and may give them a password; otherwise 404."""
    person = db.session.get(Person, person_id)
    branch_id = _branch_today(person_id)
    if person is None or branch_id not in scope_of(account, *MANAGES_ROSTER) or not may_give_password(account, person):
        abort(404)
    return person


def scope_managed_by(account: Account) -> frozenset[int] | None:
    """The nodes whose roster the account may change; None for all."""
    return None if Role.ADMINISTRATOR in account.roles else scope_of(account, *MANAGES_ROSTER)


def masked(phone: str) -> str:
    """A telephone number as a list shows it: ``138****1234``."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""


def _branch_today(person_id: int) -> int | None:
    return db.session.scalar(
        select(Membership.branch_id).where(
            Membership.person_id == person_id, during(Membership.since, Membership.until, clock.now())
        )
    )


def _head_counts() -> dict[int, int]:
    rows = db.session.execute(
        select(Membership.branch_id, func.count().label("members"))
        .where(during(Membership.since, Membership.until, clock.now()))
        .group_by(Membership.branch_id)
    )
    return {row.branch_id: row.members for row in rows}


def _newest_place(unit_id: int) -> Place | None:
    """The node in today's tree, or in the last tree that held it."""
    now = clock.now()
    period = db.session.scalars(
        select(UnitPeriod)
        .where(UnitPeriod.unit_id == unit_id, UnitPeriod.since <= now)
        .order_by(UnitPeriod.since.desc())
        .limit(1)
    ).first()
    if period is None:
        return None
    closed_at = period.until if period.until is not None and period.until <= now else None
    tree = tree_at(period.since if closed_at else now)
    return Place(tree[unit_id], tree, period.since, closed_at)


def _sees(account: Account, place: Place, *roles: Role) -> bool:
    return place.node.id in scope_of(account, *(roles or READS_ROSTER), tree=place.tree)
