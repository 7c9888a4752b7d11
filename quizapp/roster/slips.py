"""First passwords for many: a slip of paper for everybody who has not chosen one of their own yet."""

import csv
import io
import itertools
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from quizapp.accounts.models import Account
from quizapp.accounts.operations import keep_first_passwords
from quizapp.accounts.passwords import hash_passwords, one_time_password
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.roster.listings import may_give_password
from quizapp.roster.models import Membership, Person
from quizapp.roster.queries import branch_ids_under, during
from quizapp.roster.tree import Tree
from quizapp.web import clock

MOST_SLIPS = 500  # of one request: more would keep both cores busy for too long
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Waiting:
    """A member who has never chosen a password."""

    person: Person
    account_id: int
    branch_id: int


@dataclass(frozen=True)
class Slip:
    """What is handed to one person."""

    unit: str
    branch: str
    staff_no: str
    name: str
    password: str


def waiting_under(tree: Tree, unit_id: int, account: Account | None = None) -> list[Waiting]:
    """The members today of the branches at or under a node who have never chosen a password, branch by branch.

    ``account``: only those to whom it may give one, see `may_give_password`; None for the command line: all.
    """
    order = {branch.id: at for at, branch in enumerate(tree.branches(unit_id))}
    rows = db.session.execute(
        select(Person, Membership.branch_id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Account, Account.id == Person.account_id)
        .where(
            Membership.branch_id.in_(branch_ids_under([unit_id], tree)),
            during(Membership.since, Membership.until, clock.now()),
            or_(Account.password_hash.is_(None), Account.password_is_temporary),
            Account.disabled_at.is_(None),
        )
        .options(joinedload(Person.account))
        .order_by(Person.staff_no)
    )
    found = [
        Waiting(person, person.account_id, branch_id)
        for person, branch_id in rows
        if person.account_id is not None and (account is None or may_give_password(account, person))
    ]
    return sorted(found, key=lambda waiting: order[waiting.branch_id])


def make_slips(tree: Tree, unit_id: int, waiting: Collection[Waiting]) -> list[Slip]:
    """Give them one-time passwords, all or none; whoever chooses their own meanwhile keeps it and gets no slip.

    ``unit_id`` is the node that the slips were asked for. The passwords are returned this once and kept nowhere.
    """
    people = [
        (item.account_id, item.branch_id, item.person.staff_no, item.person.name, one_time_password())
        for item in waiting
    ]  # the rows themselves are read again in the transaction
    hashes = hash_passwords(password for *_rest, password in people)
    with writing():
        given = keep_first_passwords({person[0]: kept for person, kept in zip(people, hashes, strict=True)})
        record("roster.slips_made", f"unit:{unit_id}", {"people": len(given)})
    return [
        Slip(_name_above(tree, branch_id), tree[branch_id].name, staff_no, name, password)
        for account_id, branch_id, staff_no, name, password in people
        if account_id in given
    ]


def by_branch(slips: Collection[Slip]) -> list[tuple[str, list[Slip]]]:
    """The slips of each branch under its name, in the order they were made."""
    groups = itertools.groupby(slips, key=lambda slip: (slip.unit, slip.branch))
    return [(branch, list(group)) for (_unit, branch), group in groups]


def slips_csv(slips: Collection[Slip]) -> bytes:
    """The slips as a table for mail merge, in UTF-8 with the mark that Excel needs."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(("单位", "党支部", "工号", "姓名", "一次性密码"))
    for slip in slips:
        cells = (slip.unit, slip.branch, slip.staff_no, slip.name, slip.password)
        table.writerow(f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells)
    return text.getvalue().encode("utf-8-sig")


def _name_above(tree: Tree, branch_id: int) -> str:
    above = tree.parent(branch_id)
    return above.name if above is not None else ""
