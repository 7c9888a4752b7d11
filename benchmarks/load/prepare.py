"""A department of some thousand people, all of them signed in, and the tests that they take."""

import json
import random
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert, select, update

from quizapp import create_app, schema
from quizapp.accounts.models import Account, SignIn
from quizapp.accounts.operations import grant_role, open_account, open_accounts, token_hash
from quizapp.accounts.passwords import hash_password
from quizapp.banks.operations import add_bank
from quizapp.db import db, writing
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section
from quizapp.quizzes.operations import QuizPlan, publish_quiz
from quizapp.roster.models import Membership, Person, UnitKind
from quizapp.roster.operations import add_unit
from quizapp.web.access import Role
from quizapp.web.security import SIGNED_IN_FOR
from tests.faults.client import PASSWORD
from tests.faults.prepare import ORGANIZER, SINCE
from tests.support.databases import settings_for

BRANCHES = 100
LONG = 50
SHORT = 20
"""Items of a paper: of the one whose pages are measured, and of the one that is sat as a whole."""
SHARES = ((ItemType.SINGLE, 0.4), (ItemType.MULTIPLE, 0.3), (ItemType.TRUE_FALSE, 0.3))
SIGNS = "廉洁自律准则纪律处分条例党员领导干部应当带头遵守廉政规定不得利用职权谋取私利公务接待差旅会议培训经费管理"


@dataclass(frozen=True)
class Test:
    """A published test: its id, and the kind of each item of its papers, in their order."""

    quiz: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    """What the driver is told: the header for forms, and of each person the login and a cookie of a sign-in."""

    token: str
    people: tuple[tuple[str, str], ...]

    def write(self, path: Path) -> None:
        """Keep it for the processes of the driver."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


class Department:
    """A migrated database with people and a bank; tests are added as they are needed."""

    def __init__(self, url: str, folder: Path, people: int) -> None:
        self.app = create_app(settings_for(url, folder))
        self._number = 0
        with self.app.app_context():
            schema.upgrade()
            with writing():
                self._top, self._organizer, accounts = _populate(people)
                tokens = _sign_in(accounts)
            bank = add_bank(
                uploader_id=self._organizer, unit_id=self._top, file_name="bank.yaml", source=bank_yaml().encode()
            )
            self._revision = bank.id
            _let_go()
        self.prepared = _cookies(self.app, tokens)

    def publish(self, items: int, attempts: int = 1) -> Test:
        """A test that is open for the next hours, with so many items and attempts for each person."""
        self._number += 1
        now = datetime.now(UTC)
        plan = QuizPlan(
            title=f"第{self._number}场廉政知识测试",
            bank_revision_id=self._revision,
            unit_id=self._top,
            audience=(self._top,),
            spec=specification(items),
            opens_at=now - timedelta(minutes=30),
            closes_at=now + timedelta(hours=8),
            minutes=240,
            attempts_allowed=attempts,
        )
        with self.app.app_context():
            quiz = publish_quiz(publisher_id=self._organizer, plan=plan)
            test = Test(quiz.id, kinds(items))
            _let_go()
        return test


def specification(items: int) -> PaperSpec:
    """A paper of single, multiple and true-false items, two points each."""
    sections = tuple(
        Section(kind.value, kind, round(items * share), Decimal(2), cut_score=None) for kind, share in SHARES
    )
    return PaperSpec(sections=sections, cut_score=Decimal(items), excellent_score=Decimal(items * 3 // 2))


def kinds(items: int) -> tuple[str, ...]:
    """What stands at each place of every such paper."""
    return tuple(kind.value for kind, share in SHARES for _item in range(round(items * share)))


def bank_yaml(seed: int = 7) -> str:
    """A bank three times as large as the long paper, its wording as long as that of real items."""
    dice = random.Random(seed)
    items: list[dict[str, object]] = []
    for kind, share in SHARES:
        for n in range(3 * round(LONG * share)):
            item: dict[str, object] = {
                "id": f"{kind.value}-{n}",
                "type": kind.value,
                "stem": _text(dice, 45) + f"（{n}）",
            }
            if kind is ItemType.TRUE_FALSE:
                item["key"] = dice.choice(["正确", "错误"])
            else:
                item["options"] = {letter: f"{letter}{_text(dice, 14)}" for letter in "ABCD"}
                item["key"] = (
                    dice.choice("ABCD") if kind is ItemType.SINGLE else "".join(sorted(dice.sample("ABCD", 2)))
                )
            items.append(item)
    return json.dumps({"title": "测速题库", "items": items}, ensure_ascii=False)  # which is YAML too


def _text(dice: random.Random, signs: int) -> str:
    return "".join(dice.choices(SIGNS, k=signs))


def _populate(people: int) -> tuple[int, int, list[int]]:
    """A department with a hundred branches; its node, its organizer, and the accounts of its people."""
    top = add_unit(code="D", kind=UnitKind.DEPARTMENT, name="示范厅", parent_id=None, position=0, since=SINCE).id
    branches = [
        add_unit(code=f"B{n}", kind=UnitKind.BRANCH, name=f"党支部{n}", parent_id=top, position=n, since=SINCE).id
        for n in range(BRANCHES)
    ]
    hashed = hash_password(PASSWORD)  # one for all: each of its own would take minutes of the processor
    organizer = open_account(login=ORGANIZER, name="陈组织")
    organizer.password_hash = hashed
    grant_role(organizer, Role.ORGANIZER, top)
    logins = [f"{100001 + n}" for n in range(people)]
    accounts = [account.id for account in open_accounts((login, f"人员{login}") for login in logins)]
    db.session.execute(update(Account).where(Account.id.in_(accounts)).values(password_hash=hashed))
    _enrol(accounts, logins, branches)
    return top, organizer.id, accounts


def _enrol(accounts: list[int], logins: list[str], branches: list[int]) -> None:
    persons = [Person(staff_no=login, name=f"人员{login}", account_id=account)
               for account, login in zip(accounts, logins, strict=True)]  # fmt: skip
    db.session.add_all(persons)
    db.session.flush()
    db.session.execute(
        insert(Membership),
        [{"person_id": person.id, "branch_id": branches[number % len(branches)], "since": SINCE}
         for number, person in enumerate(persons)],
    )  # fmt: skip


def _sign_in(accounts: list[int]) -> list[tuple[str, str]]:
    """A sign-in for each account: login and token."""
    now = datetime.now(UTC)
    names = dict(db.session.execute(select(Account.id, Account.login).where(Account.id.in_(accounts))).all())
    tokens = [(names[account], secrets.token_urlsafe(32)) for account in accounts]
    db.session.execute(
        insert(SignIn),
        [{"token_hash": token_hash(token), "account_id": account, "created_at": now, "expires_at": now + SIGNED_IN_FOR}
         for account, (_login, token) in zip(accounts, tokens, strict=True)],
    )  # fmt: skip
    return tokens


def _cookies(app: Flask, tokens: list[tuple[str, str]]) -> Prepared:
    """The cookies that the server would have given for these sign-ins, and one token for all their forms."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with app.test_request_context():
        form_token = generate_csrf()
        shared = {"csrf_token": session["csrf_token"], "_fresh": True, "_permanent": True}
    name = app.config["SESSION_COOKIE_NAME"]
    people = ((login, f"{name}={signer.dumps(shared | {'_user_id': token})}") for login, token in tokens)
    return Prepared(form_token, tuple(people))


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()
