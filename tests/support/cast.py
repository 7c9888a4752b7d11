"""A small known department and its people, for every test that needs somebody to act."""

import functools
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from quizapp.accounts.models import Account, SignIn
from quizapp.accounts.operations import grant_role, open_account
from quizapp.accounts.queries import account_named
from quizapp.db import writing
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import add_person, add_unit
from quizapp.web import clock
from quizapp.web.access import Role
from quizapp.web.security import SIGNED_IN_FOR
from tests.support.prepared import prepared

PASSWORD = "right-horse-1"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
DEPARTMENT = "示范省住房和城乡建设厅"
UNITS = (("U1", "机关"), ("U2", "建设工程质量监督总站"))
BRANCHES = (("B1", "办公室党支部"), ("B2", "人事处党支部"), ("B3", "监督一科党支部"), ("B4", "监督二科党支部"))


@dataclass(frozen=True)
class Member:
    """Somebody who can sign in; ``person_id`` is None for those who only hold an office."""

    login: str
    name: str
    account_id: int
    person_id: int | None = None


@dataclass(frozen=True)
class Cast:
    """The department: ids of its nodes, and who acts in it. Only Zhang, Li and Wang belong to a branch."""

    department: int
    units: tuple[int, ...]  # two: U1, U2
    branches: tuple[int, ...]  # four: B1 and B2 under U1, B3 and B4 under U2
    administrator: Member
    auditor: Member
    organizer: Member  # for the whole department
    unit_organizer: Member  # for U1
    committee: Member  # for the whole department
    secretary: Member  # of B1
    zhang: Member  # B1
    li: Member  # B1
    wang: Member  # B3


def make_cast(app: Flask) -> Cast:
    """Write the department into the database of ``app``; everybody's password is `PASSWORD`."""
    return prepared(app, "cast", lambda: _write_cast(app), at_any_time=True)


def _write_cast(app: Flask) -> Cast:
    with app.app_context(), writing():
        department, units, branches = _make_tree()
        return Cast(
            department=department,
            units=units,
            branches=branches,
            administrator=_office("ADMIN", "系统管理员", Role.ADMINISTRATOR, None),
            auditor=_office("AUDIT", "审计员", Role.AUDITOR, None),
            organizer=_office("ORG", "陈组织", Role.ORGANIZER, department),
            unit_organizer=_office("ORG1", "周组织", Role.ORGANIZER, units[0]),
            committee=_office("COMM", "赵书记", Role.COMMITTEE, department),
            secretary=_office("SEC1", "钱支书", Role.BRANCH_SECRETARY, branches[0]),
            zhang=_staff("100001", "张三", branches[0], phone="13800001234"),
            li=_staff("100002", "李四", branches[0]),
            wang=_staff("100003", "王五", branches[2], post="招标采购"),
        )


def sign_in_as(client: FlaskClient, login: str) -> None:
    """Let ``client`` be signed in as ``login`` from now on, by a sign-in of its own, without the form."""
    token = secrets.token_urlsafe(16)
    with client.application.app_context(), writing() as session:
        account = account_named(login)
        assert account is not None, f"nobody is called {login}"
        now = clock.now()
        session.add(
            SignIn(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                account_id=account.id,
                created_at=now,
                expires_at=now + SIGNED_IN_FOR,
            )
        )
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"], cookie["_fresh"] = token, True
        cookie.permanent = True


def sign_in_page(page: Any, login: str) -> None:
    """Sign in in the browser of ``page`` by what the form would send; the page stays where it is."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.request.get("/sign-in").text())
    assert token is not None
    form = {"csrf_token": token[1], "login": login, "password": PASSWORD}
    answer = page.request.post("/sign-in", form=form, max_redirects=0)
    assert answer.status == 302, answer.text()


def sign_in_by_form(page: Any, login: str) -> None:
    """Sign in as a person does, which leads to the page for that person (see the fixtures ``phone``, ``desktop``)."""
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _make_tree() -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    top = _node("D", UnitKind.DEPARTMENT, DEPARTMENT, None, 1)
    units = tuple(_node(code, UnitKind.UNIT, name, top, at) for at, (code, name) in enumerate(UNITS, 1))
    branches = tuple(
        _node(code, UnitKind.BRANCH, name, units[at // 2], at + 1) for at, (code, name) in enumerate(BRANCHES)
    )
    return top, units, branches


def _node(code: str, kind: UnitKind, name: str, parent_id: int | None, position: int) -> int:
    return add_unit(code=code, kind=kind, name=name, parent_id=parent_id, position=position, since=SINCE).id


def _office(login: str, name: str, role: Role, unit_id: int | None) -> Member:
    account = open_account(login=login, name=name)
    grant_role(account, role, unit_id)
    return _member(account)


def _staff(staff_no: str, name: str, branch_id: int, **details: str) -> Member:
    person = add_person(staff_no=staff_no, name=name, branch_id=branch_id, since=SINCE, **details)
    assert person.account is not None
    return _member(person.account, person.id)


def _member(account: Account, person_id: int | None = None) -> Member:
    account.password_hash = _hash()
    return Member(account.login, account.name, account.id, person_id)


@functools.cache
def _hash() -> str:
    """A hash says itself what it costs to check it: this one a thousandth of `quizapp.accounts.passwords`."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
