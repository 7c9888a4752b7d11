"""A frozen report keeps its figures whatever happens, and a new edition says what changed."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role
from quizapp.audit.models import AuditEntry
from quizapp.db import db, writing
from quizapp.domain.evidence import EvidenceError, branch_part, evidence_from_text, seal
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.changes import change_line
from quizapp.reports.editions.frozen import frozen_of
from quizapp.reports.editions.models import ReportEdition
from quizapp.reports.editions.operations import FROZEN, FreezeError, freeze
from quizapp.roster.models import UnitPeriod
from quizapp.verification.chain import Chain
from quizapp.verification.reports import editions
from quizapp.web.access import Role
from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, hold, sit
from tests.reports.readers import csv_lines, document, fetch, page_table
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

SOME = {"t1": "A", "t2": "B", "t3": "A"}
ALL = dict(KEYS)


@pytest.fixture
def cast(app: Flask, db_session: object, client: FlaskClient, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=2))
    cast = make_cast(app)
    sign_in_as(client, cast.committee.login)
    return cast


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    """Two sat, one is absent who sits later; the same may then be counted again."""
    branch = cast.branches[3]
    sitters = [Sitter(branch, (SOME,)), Sitter(branch, (SOME, ALL)), Sitter(branch, ({}, ALL), name="孙七")]
    return hold(cast.department, cast.organizer.account_id, sitters, rounds=1)


def freeze_it(cast: Cast, occasion: Occasion, reason: str = "", seen: int = 0) -> int:
    quiz, account = db.session.get_one(Quiz, occasion.quiz_id), db.session.get_one(Account, cast.committee.account_id)
    return freeze(quiz, account, reason, seen)


def files(client: FlaskClient, quiz_id: int) -> list[object]:
    return [page_table(client, quiz_id), csv_lines(fetch(client, quiz_id, ".csv")), document(client, quiz_id)]


def test_a_frozen_report_says_the_same_whatever_happens(cast: Cast, client: FlaskClient, occasion: Occasion) -> None:
    assert freeze_it(cast, occasion) == 1
    before = files(client, occasion.quiz_id)
    sit(occasion, 1)
    with writing() as session:
        session.execute(update(UnitPeriod).where(UnitPeriod.unit_id == cast.branches[3]).values(name="改名的支部"))
    assert files(client, occasion.quiz_id) == before
    assert page_table(client, occasion.quiz_id)["监督二科党支部"][:3] == ["3", "2", "1"]


def test_a_new_edition_says_what_changed(cast: Cast, client: FlaskClient, occasion: Occasion) -> None:
    freeze_it(cast, occasion)
    sit(occasion, 1)
    page = client.get(f"/reports/{occasion.quiz_id}/editions").text
    assert "监督二科党支部：实考 2 → 3" in page
    assert freeze_it(cast, occasion, "孙七补考", seen=1) == 2
    assert page_table(client, occasion.quiz_id)["监督二科党支部"][:3] == ["3", "3", "0"]
    frozen = frozen_of(occasion.quiz_id)
    assert frozen is not None
    with client.application.test_request_context():
        lines = [change_line(change) for change in frozen.edition.changes]
    assert lines[0] == "监督二科党支部：实考 2 → 3"
    assert any("孙七" in line and "不在缺考名单" in line for line in lines)
    first = frozen_of(occasion.quiz_id, 1)
    assert first is not None
    assert first.counts()[cast.branches[3]].sat == 2  # an edition stays as it was
    assert "孙七补考" in client.get(f"/reports/{occasion.quiz_id}/editions").text


@pytest.mark.parametrize(("reason", "seen"), [("再来一次", 1), ("", 1), ("再来一次", 0)])
def test_no_new_edition_of_the_same_or_without_a_reason(cast: Cast, occasion: Occasion, reason: str, seen: int) -> None:
    freeze_it(cast, occasion)
    if not (reason and seen):
        sit(occasion, 1)
    with pytest.raises(FreezeError):
        freeze_it(cast, occasion, reason, seen)


def test_an_open_test_is_not_frozen(cast: Cast, client: FlaskClient, occasion: Occasion, clock: MovableClock) -> None:
    clock.set(CLOSES - timedelta(hours=1))
    response = client.post(f"/reports/{occasion.quiz_id}/editions", data={"seen": "0"})
    assert response.status_code == 422
    assert "仍可能有人在作答" in response.text
    assert frozen_of(occasion.quiz_id) is None


def test_freezing_by_the_page_is_on_record(cast: Cast, client: FlaskClient, occasion: Occasion) -> None:
    page = client.get(f"/reports/{occasion.quiz_id}/editions").text
    assert "封存报告" in page
    assert client.post(f"/reports/{occasion.quiz_id}/editions", data={"seen": "0"}).status_code == 302
    frozen = frozen_of(occasion.quiz_id)
    assert frozen is not None
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == FROZEN)).one()
    assert (entry.subject, entry.actor) == (f"report:{occasion.quiz_id}", cast.committee.login)
    assert entry.detail == {"edition": 1, "fingerprint": frozen.edition.fingerprint, "changes": 0}
    assert frozen.edition.short in client.get(f"/reports/{occasion.quiz_id}/editions").text
    assert frozen.edition.fingerprint in fetch(client, occasion.quiz_id).decode()


@pytest.mark.parametrize("login", ["SEC1", "AUDIT", "ORG1"])
def test_who_does_not_see_all_or_only_audits_freezes_nothing(
    cast: Cast, client: FlaskClient, occasion: Occasion, login: str
) -> None:
    sign_in_as(client, login)
    assert client.post(f"/reports/{occasion.quiz_id}/editions", data={"seen": "0"}).status_code == 404


def test_evidence_that_was_touched_is_refused(cast: Cast, occasion: Occasion) -> None:
    freeze_it(cast, occasion)
    row = db.session.get_one(ReportEdition, (occasion.quiz_id, 1))
    branch = branch_part(cast.branches[3])
    assert evidence_from_text(row.evidence, row.fingerprint).is_whole
    found = json.loads(row.evidence)
    found["parts"][branch]["sat"] = 3
    with pytest.raises(EvidenceError) as caught:
        evidence_from_text(json.dumps(found), row.fingerprint)
    assert caught.value.part == branch
    del found["parts"][branch]
    copy = evidence_from_text(json.dumps(found), row.fingerprint)  # a copy for whoever may not see this branch
    assert copy.fingerprint == row.fingerprint
    assert not copy.is_whole


def test_an_office_for_a_part_freezes_no_whole(cast: Cast, client: FlaskClient, occasion: Occasion) -> None:
    """The auditor sees all of it, and is of the committee of one unit."""
    with writing() as session:
        grant_role(session.get_one(Account, cast.auditor.account_id), Role.COMMITTEE, cast.units[0])
    sign_in_as(client, cast.auditor.login)
    assert client.post(f"/reports/{occasion.quiz_id}/editions", data={"seen": "0"}).status_code == 404
    assert client.post(f"/reports/{occasion.quiz_id}/wording", data={"closing": "完"}).status_code == 404
    assert "封存报告" not in client.get(f"/reports/{occasion.quiz_id}/editions").text


def test_an_edition_of_another_report_is_refused(cast: Cast, occasion: Occasion) -> None:
    freeze_it(cast, occasion)
    other = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[3], (ALL,))])
    with writing() as session:
        session.execute(update(ReportEdition).values(quiz_id=other.quiz_id))
    with pytest.raises(EvidenceError):
        frozen_of(other.quiz_id)


def other_evidence(row: ReportEdition) -> None:
    """As somebody with all of the code could."""
    parts = {name: dict(part) for name, part in evidence_from_text(row.evidence, row.fingerprint).parts.items()}
    parts["test"]["branches"] = 9
    forged = seal(parts, lambda: "0" * 32)
    row.evidence, row.fingerprint = forged.text(), forged.fingerprint


def other_fingerprint_kept(row: ReportEdition) -> None:
    row.evidence = row.evidence.replace('"sat":2', '"sat":3')


def other_reason(row: ReportEdition) -> None:
    row.reason = "改过"


@pytest.mark.parametrize(
    ("change", "what"),
    [(other_evidence, "fingerprint"), (other_fingerprint_kept, "evidence"), (other_reason, "reason"), (None, "row")],
)
def test_an_edition_changed_behind_the_back_is_named(
    cast: Cast, occasion: Occasion, change: Callable[[ReportEdition], None] | None, what: str
) -> None:
    freeze_it(cast, occasion)
    assert verify_editions() == []
    with writing() as session:
        row = session.get_one(ReportEdition, (occasion.quiz_id, 1))
        session.delete(row) if change is None else change(row)
    assert verify_editions()[:1] == [what]


def test_an_edition_that_nobody_froze_is_named(cast: Cast, occasion: Occasion) -> None:
    freeze_it(cast, occasion)
    with writing() as session:
        row = session.get_one(ReportEdition, (occasion.quiz_id, 1))
        columns = {column.name: getattr(row, column.name) for column in ReportEdition.__table__.columns}
        session.add(ReportEdition(**{**columns, "number": 2}))
    assert verify_editions() == ["row"]


def verify_editions() -> list[str]:
    """What is found wrong with editions, in the one order of `quizapp verify`."""
    db.session.rollback()
    chain = Chain()
    assert not list(chain.follow())
    return [finding.what for finding in editions(chain)]
