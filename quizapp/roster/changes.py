"""The small changes that the roster's operations are made of. Each runs inside its caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from quizapp.accounts.operations import normal_login, open_accounts
from quizapp.accounts.passwords import hash_password
from quizapp.db import db
from quizapp.domain.problem import N_, Problem
from quizapp.roster.models import Membership, Person, Unit, UnitKind, UnitPeriod


class RosterError(Exception):
    """Why the roster cannot be changed so; ``problems`` holds every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text() for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Newcomer:
    """A person who is to be added."""

    staff_no: str
    name: str
    branch_id: int
    duty: str = ""
    post: str = ""
    phone: str = ""


def add_unit(*, code: str, kind: UnitKind, name: str, parent_id: int | None, position: int, since: datetime) -> Unit:
    """Add a node to the tree from ``since`` on, inside the caller's transaction."""
    unit = Unit(code=code, kind=kind)
    db.session.add(unit)
    db.session.flush()
    db.session.add(UnitPeriod(unit_id=unit.id, parent_id=parent_id, name=name, position=position, since=since))
    db.session.flush()
    return unit


def add_person(
    *,
    staff_no: str,
    name: str,
    duty: str = "",
    post: str = "",
    phone: str = "",
    branch_id: int,
    since: datetime,
    password: str | None = None,
) -> Person:
    """Add a person and the account of the same number, inside the caller's transaction."""
    newcomer = Newcomer(staff_no=staff_no, name=name, branch_id=branch_id, duty=duty, post=post, phone=phone)
    [person] = add_people([newcomer], since)
    if password is not None and person.account is not None:
        person.account.password_hash = hash_password(password)
    return person


def add_people(newcomers: Iterable[Newcomer], since: datetime) -> list[Person]:
    """Add many people at once, inside the caller's transaction. Nobody can sign in before a password is set."""
    newcomers = list(newcomers)
    accounts = open_accounts((newcomer.staff_no, newcomer.name) for newcomer in newcomers)
    people = [
        Person(
            staff_no=normal_login(new.staff_no),
            name=new.name,
            duty=new.duty,
            post=new.post,
            phone=new.phone,
            account=account,
        )
        for new, account in zip(newcomers, accounts, strict=True)
    ]
    db.session.add_all(people)
    db.session.flush()
    db.session.add_all(
        Membership(person_id=person.id, branch_id=new.branch_id, since=since)
        for new, person in zip(newcomers, people, strict=True)
    )
    db.session.flush()
    return people


def move_person(person: Person, branch_id: int | None, at: datetime) -> None:
    """Let the person belong to ``branch_id`` from ``at`` on (None: to no branch, they left).

    Inside the caller's transaction. Raises RosterError where a later change was entered already.
    """
    move_people([(person.id, branch_id)], at)


def move_people(moves: Iterable[tuple[int, int | None]], at: datetime) -> None:
    """`move_person` for many at once, as (person id, branch id): few statements, however many people."""
    target = dict(moves)
    memberships = db.session.scalars(
        select(Membership).where(
            or_(Membership.until.is_(None), Membership.until > at), Membership.person_id.in_(target)
        )
    ).all()
    problems = [
        _too_late(row.person.staff_no, row.person.name)
        for row in memberships
        if row.since >= at or row.until is not None
    ]
    if problems:
        raise RosterError(problems)
    for membership in memberships:
        if membership.branch_id == target[membership.person_id]:
            del target[membership.person_id]
        else:
            membership.until = at
    db.session.flush()  # the old periods end before the new ones begin: one is open at a time
    db.session.add_all(
        Membership(person_id=person_id, branch_id=branch_id, since=at)
        for person_id, branch_id in target.items()
        if branch_id is not None
    )
    db.session.flush()


def _too_late(staff_no: str, name: str) -> Problem:
    return Problem(
        N_("%(name)s (%(staff_no)s) already has a change that takes effect at that time or later."),
        {"name": name, "staff_no": staff_no},
    )
