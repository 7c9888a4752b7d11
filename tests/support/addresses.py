"""One real address for each rule of the application: what the tests of the whole house walk over."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from quizapp.banks.models import BankRevision
from quizapp.db import Base, db
from quizapp.domain.regulations import Article, Registered, RegisteredEdition
from quizapp.regulations.operations import register_regulation
from quizapp.roster.uploads import keep
from tests.attempts.exam import Exam, make_exam
from tests.practice.sitting import practise
from tests.support.cast import Member
from tests.support.imports import make_import

ROLES = ("anonymous", "staff", "branch_secretary", "committee", "organizer", "auditor", "administrator")
REGULATION = Registered("r", "某条例", editions=(RegisteredEdition("2023", None, (Article("1"), Article("2"))),))
AUTOMATIC = {"HEAD", "OPTIONS"}  # Flask adds them to what a view says
ANSWER = {"answer": ["A"], "marked": False, "version": 0, "operation": str(uuid4())}


@dataclass(frozen=True)
class House:
    """An open test that Zhang has started, and files that two people wait to confirm."""

    app: Flask
    exam: Exam
    attempt_id: int
    bank_id: int
    regulation_id: int
    tokens: dict[int, str]  # account → the roster file it has uploaded
    batch_id: int  # an import that waits to be looked through
    draft_id: int
    answer_id: int  # what Zhang has answered in practice

    def member(self, role: str) -> Member | None:
        """Who stands for a role; nobody for ``anonymous``."""
        cast = self.exam.cast
        return {
            "anonymous": None,
            "staff": cast.zhang,
            "branch_secretary": cast.secretary,
            "committee": cast.committee,
            "organizer": cast.organizer,
            "auditor": cast.auditor,
            "administrator": cast.administrator,
        }[role]

    def url(self, rule: Rule, member: Member | None = None, **values: Any) -> str:
        """The address of a rule for existing things; ``values`` name others."""
        cast = self.exam.cast
        known = {
            "quiz_id": self.exam.quiz_id,
            "attempt_id": self.attempt_id,
            "position": 0,
            "leaving_id": 1,
            "code": "NO-SUCH-CODE",
            "version_asked": "0",
            "bank_id": self.bank_id,
            "batch_id": self.batch_id,
            "draft_id": self.draft_id,
            "answer_id": self.answer_id,
            "item_id": "BANK-s1",
            "regulation_id": self.regulation_id,
            "number": 1,
            "unit_id": cast.branches[0],
            "excusal_id": 1,
            "branch_id": cast.branches[0],
            "person_id": cast.zhang.person_id,
            "token": self.tokens.get(member.account_id, "no-token") if member else "no-token",
            "file_token": self.tokens[cast.organizer.account_id],
            "format": "csv",
            "file_format": "xlsx",
            "filename": "css/bootstrap.min.css" if rule.endpoint == "bootstrap.static" else "css/base.css",
        }
        with self.app.test_request_context():
            chosen = {name: (known | values)[name] for name in rule.arguments}
            return str(self.app.url_for(rule.endpoint, **chosen))

    def rules(self) -> Iterator[tuple[Rule, str]]:
        """Every rule with every method that its view names."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
            for method in sorted((rule.methods or set()) - AUTOMATIC):
                yield rule, method


def make_house(app: Flask) -> House:
    """Fill the empty database of ``app``."""
    exam = make_exam(app)
    with app.app_context():
        tokens = {
            member.account_id: keep(member.account_id, "roster.csv", "工号,姓名\n".encode())
            for member in (exam.cast.organizer, exam.cast.administrator)
        }
        bank_id = db.session.scalars(select(BankRevision.bank_id)).one()
        regulation_id = register_regulation(account_id=exam.cast.administrator.account_id, regulation=REGULATION)
        drafts, answer_id = make_import(exam.cast, bank_id), practise(exam)
        return House(app, exam, exam.start().id, bank_id, regulation_id, tokens, *drafts, answer_id)


def body_of(method: str) -> dict[str, Any]:
    """What to send: an answer by script with PUT, an empty form with POST."""
    return {"PUT": {"json": ANSWER}, "POST": {"data": {}}}.get(method, {})


def fingerprint(app: Flask, without: frozenset[str] = frozenset()) -> str:
    """A hash over every row of every table, those named left out."""
    digest = hashlib.sha256()
    with app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in without:
                continue
            rows = connection.execute(select(table).order_by(*table.primary_key.columns))
            digest.update(f"{table.name}\n{[tuple(row) for row in rows]!r}".encode())
    return digest.hexdigest()
