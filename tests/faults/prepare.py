"""A department, its people and a bank, made through the application; and the tests that are published while it runs."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from quizapp import create_app, schema
from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role, open_account
from quizapp.accounts.passwords import hash_password
from quizapp.banks.operations import add_bank
from quizapp.db import db, writing
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import MultipleRule, PaperSpec, Section
from quizapp.quizzes.operations import QuizPlan, publish_quiz
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import add_person, add_unit
from quizapp.web.access import Role
from tests.faults.client import PASSWORD
from tests.support.databases import settings_for

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
ORGANIZER = "ORG"
SHAPE = ("single",) * 3 + ("multiple",) * 4 + ("true_false",) * 2 + ("fill_in",) + ("case_true_false", "case_single")
"""What stands at each place of every paper."""
GRACE = 2  # seconds
BLANKS = (["十二", "12"], ["党组"])


@dataclass(frozen=True)
class Department:
    """Its database, who organizes, who takes tests, and the revision that they are drawn from."""

    app: Flask
    top: int
    organizer: int
    logins: tuple[str, ...]
    revision: int


def found(url: str, folder: Path, people: int) -> Department:
    """Migrate the database at ``url`` and put a department into it; everybody's password is `PASSWORD`."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        schema.upgrade()
        with writing():
            top, branches = _tree()
            hashed = hash_password(PASSWORD)
            organizer = open_account(login=ORGANIZER, name="陈组织")
            organizer.password_hash = hashed
            grant_role(organizer, Role.ORGANIZER, top)
            logins = tuple(_person(number, branches, hashed) for number in range(people))
            organizer_id = organizer.id
        bank = add_bank(uploader_id=organizer_id, unit_id=top, file_name="bank.yaml", source=bank_yaml(7).encode())
        revision = bank.id
        db.session.remove()
        db.engine.dispose()
    return Department(app, top, organizer_id, logins, revision)


def publish(department: Department, number: int, seconds: float) -> tuple[int, float]:
    """Publish a test that has long been open and closes in so many seconds; its id, and when it closes (Unix time)."""
    now = datetime.now(UTC)
    closes = now + timedelta(seconds=seconds)
    plan = QuizPlan(
        title=f"第{number}场廉政知识测试",
        bank_revision_id=department.revision,
        unit_id=department.top,
        audience=(department.top,),
        spec=specification(list(MultipleRule)[number % len(MultipleRule)]),
        opens_at=now - timedelta(minutes=30),
        closes_at=closes,
        minutes=1,
        grace_seconds=GRACE,
    )
    with department.app.app_context():
        try:
            quiz = publish_quiz(publisher_id=department.organizer, plan=plan)
            return quiz.id, closes.timestamp()
        finally:
            db.session.remove()
            db.engine.dispose()


def specification(rule: MultipleRule) -> PaperSpec:
    """The paper of `SHAPE`, under one of the rules for incomplete answers."""
    sections = (
        Section("单选题", ItemType.SINGLE, 3, Decimal(5)),
        Section("多选题", ItemType.MULTIPLE, 4, Decimal(10), cut_score=Decimal(5)),
        Section("判断题", ItemType.TRUE_FALSE, 2, Decimal(5)),
        Section("填空题", ItemType.FILL_IN, 1, Decimal(15)),
        Section("案例题", ItemType.CASE, 1, Decimal(20)),
    )
    return PaperSpec(sections=sections, cut_score=Decimal(30), excellent_score=Decimal(50), multiple_rule=rule)


def bank_yaml(seed: int) -> str:
    """A bank three times as large as a paper."""
    rng = random.Random(seed)
    options = dict(zip("ABCDE", "甲乙丙丁戊", strict=True))
    four = {letter: options[letter] for letter in "ABCD"}
    items: list[dict[str, object]] = []
    for n in range(9):
        items.append({"id": f"s{n}", "type": "single", "stem": f"单选{n}", "options": four, "key": rng.choice("ABCD")})
    for n in range(12):
        key = "".join(sorted(rng.sample("ABCDE", 3 if n % 3 else 2)))
        items.append({"id": f"m{n}", "type": "multiple", "stem": f"多选{n}", "options": options, "key": key})
    for n in range(6):
        items.append({"id": f"t{n}", "type": "true_false", "stem": f"判断{n}", "key": rng.choice(["正确", "错误"])})
    for n in range(3):
        stem = f"第{n}题：期间为____个月，由____决定。"
        items.append({"id": f"f{n}", "type": "fill_in", "stem": stem, "key": list(BLANKS), "numerals_equal": True})
    for n in range(3):
        leaves = [
            {"id": f"c{n}-1", "type": "true_false", "stem": "案例判断", "key": rng.choice(["正确", "错误"])},
            {"id": f"c{n}-2", "type": "single", "stem": "案例单选", "options": four, "key": rng.choice("ABCD")},
        ]
        items.append({"id": f"c{n}", "type": "case", "passage": f"案例{n}。", "items": leaves})
    return json.dumps({"title": "检验题库", "items": items}, ensure_ascii=False)  # which is YAML too


def _tree() -> tuple[int, list[int]]:
    top = _node("D", UnitKind.DEPARTMENT, "示范省住房和城乡建设厅", None, 1)
    units = [_node(f"U{n}", UnitKind.UNIT, f"单位{n}", top, n) for n in (1, 2)]
    return top, [_node(f"B{n}", UnitKind.BRANCH, f"党支部{n}", units[n % 2], n) for n in range(1, 6)]


def _node(code: str, kind: UnitKind, name: str, parent: int | None, position: int) -> int:
    return add_unit(code=code, kind=kind, name=name, parent_id=parent, position=position, since=SINCE).id


def _person(number: int, branches: Sequence[int], hashed: str) -> str:
    login = f"{100001 + number}"
    add_person(staff_no=login, name=f"人员{number}", branch_id=branches[number % len(branches)], since=SINCE)
    account = db.session.scalar(select(Account).where(Account.login == login))
    assert account is not None
    account.password_hash = hashed
    return login
