"""Excused absences: what recording one changes, what stays on record, and who may do it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.audit.models import AuditEntry
from quizapp.db import db
from quizapp.domain.branch_summary import Figures
from quizapp.domain.excuses import Reason
from quizapp.quizzes.models import Quiz
from quizapp.reports.absentees import Absence, absentees
from quizapp.reports.excusals import operations
from quizapp.reports.excusals.operations import Entry, ExcusalError, record_excusals, withdraw_excusal
from quizapp.reports.excusals.queries import recorded_excusals
from quizapp.reports.queries import report_for_cli
from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, hold, sit
from tests.support.cast import Cast, Member, make_cast, sign_in_as
from tests.support.time import MovableClock

RIGHT = dict(KEYS)


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES)
    clock.advance(hours=1)
    return make_cast(app)


def held(cast: Cast, sitters: Sequence[Sitter], rounds: int | None = None) -> Occasion:
    """A test of the fourth branch, of which nobody of the cast is."""
    occasion = hold(cast.branches[3], cast.organizer.account_id, sitters, rounds=rounds)
    report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    return occasion


def figures(occasion: Occasion) -> Figures:
    return report_for_cli(db.session.get_one(Quiz, occasion.quiz_id)).summary.total


def counts(occasion: Occasion) -> tuple[int, int, int, int]:
    now = figures(occasion)
    return now.eligible, now.sat, now.absent, now.excused


def record(cast: Cast, occasion: Occasion, *entries: Entry) -> int:
    return record_excusals(occasion.quiz_id, entries, cast.organizer.account_id, within=[cast.branches[3]])


def test_an_excused_person_is_no_absentee_and_the_record_says_who_said_so(cast: Cast) -> None:
    occasion = held(cast, [Sitter(cast.branches[3], (RIGHT,)), Sitter(cast.branches[3]), Sitter(cast.branches[3])])
    _sat, ill, _absent = occasion.sitters
    assert counts(occasion) == (3, 1, 2, 0)
    assert record(cast, occasion, Entry(ill, Reason.SICK, "住院", "王书记")) == 1
    assert counts(occasion) == (3, 1, 1, 1)
    assert figures(occasion).participation == Decimal(1) / 3  # the excused are eligible
    report = report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    named = {one.absence: one.reason for one in absentees(occasion.quiz_id, report.summary)}
    assert named == {Absence.EXCUSED: Reason.SICK, Absence.NOT_STARTED: None}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "excusal.recorded")).one()
    assert (entry.actor, entry.note) == (cast.organizer.login, "住院")
    assert entry.detail["said_by"] == "王书记"
    assert entry.detail["reason"] == "sick"


def test_another_reason_withdraws_the_first_and_the_same_changes_nothing(
    any_app: Flask, any_session: object, clock: MovableClock
) -> None:
    clock.set(CLOSES)
    clock.advance(hours=1)
    cast = make_cast(any_app)
    occasion = held(cast, [Sitter(cast.branches[3])])
    [person] = occasion.sitters
    for entry, changed in (
        (Entry(person, Reason.SICK, "", "王书记"), 1),
        (Entry(person, Reason.SICK, "", "王书记"), 0),
        (Entry(person, Reason.BUSINESS, "", "王书记"), 1),
    ):
        assert record(cast, occasion, entry) == changed
    assert counts(occasion) == (1, 0, 0, 1)
    kept = recorded_excusals(occasion.quiz_id, [cast.branches[3]])
    assert [(one.reason, one.withdrawn_at is None) for one in kept] == [(Reason.BUSINESS, True), (Reason.SICK, False)]


def test_taken_back_it_counts_as_absent_again_and_stays_on_record(cast: Cast) -> None:
    occasion = held(cast, [Sitter(cast.branches[3])])
    [person] = occasion.sitters
    record(cast, occasion, Entry(person, Reason.SICK, "", "王书记"))
    [excusal] = recorded_excusals(occasion.quiz_id, [cast.branches[3]])
    for _time in range(2):
        withdraw_excusal(occasion.quiz_id, excusal.id, cast.organizer.account_id, within=[cast.branches[3]])
    assert counts(occasion) == (1, 0, 1, 0)
    [excusal] = recorded_excusals(occasion.quiz_id, [cast.branches[3]])
    assert excusal.withdrawn_by == cast.organizer.name
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.subject == f"excusal:{excusal.id}")).all()
    assert acts == ["excusal.recorded", "excusal.withdrawn"]


def test_whoever_sits_it_later_has_sat_it(cast: Cast) -> None:
    occasion = held(cast, [Sitter(cast.branches[3], ({}, RIGHT))], rounds=1)
    [person] = occasion.sitters
    record(cast, occasion, Entry(person, Reason.SICK, "", "王书记"))
    assert counts(occasion) == (1, 0, 0, 1)
    sit(occasion, 1)
    assert counts(occasion) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (Entry(0, Reason.OTHER, "", "王书记"), "note"),
        (Entry(0, Reason.SICK, "", ""), "said_by"),
        (Entry(0, Reason.SICK, "很" * 201, "王书记"), "note"),
        (Entry(0, Reason.SICK, "", "王" * 81), "said_by"),
    ],
)
def test_what_cannot_be_recorded(cast: Cast, entry: Entry, path: str) -> None:
    occasion = held(cast, [Sitter(cast.branches[3])])
    [person] = occasion.sitters
    with pytest.raises(ExcusalError) as raised:
        record(cast, occasion, Entry(person, entry.reason, entry.note, entry.said_by))
    assert [problem.path for problem in raised.value.problems] == [path]
    assert counts(occasion) == (1, 0, 1, 0)


def test_nobody_of_another_branch_is_excused_and_then_nobody_at_all(cast: Cast) -> None:
    occasion = held(cast, [Sitter(cast.branches[3])])
    [person] = occasion.sitters
    assert cast.wang.person_id is not None
    for outsider in (cast.wang.person_id, 999_999):
        entries = [Entry(person, Reason.SICK, "", "王书记"), Entry(outsider, Reason.SICK, "", "王书记")]
        with pytest.raises(ExcusalError):
            record(cast, occasion, *entries)
    with pytest.raises(ExcusalError):
        record_excusals(occasion.quiz_id, entries[:1], cast.organizer.account_id, within=[cast.branches[0]])
    assert counts(occasion) == (1, 0, 1, 0)


def post(client: FlaskClient, member: Member, occasion: Occasion, branch_id: int, **more: object) -> int:
    sign_in_as(client, member.login)
    form = {"branch": branch_id, "reason": "sick", "note": "", "said_by": "王书记", **more}
    return client.post(f"/reports/{occasion.quiz_id}/excusals", data=form).status_code


def test_who_may_record(cast: Cast, client: FlaskClient) -> None:
    occasion = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[0]), Sitter(cast.branches[3])])
    report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    first, second = occasion.sitters
    for member in (cast.secretary, cast.auditor, cast.zhang):
        assert post(client, member, occasion, cast.branches[0], people=first) == 404
    assert post(client, cast.unit_organizer, occasion, cast.branches[3], people=second) == 404  # of the other unit
    assert post(client, cast.unit_organizer, occasion, cast.branches[0], people=second) == 422  # a person of another
    assert post(client, cast.unit_organizer, occasion, cast.branches[0], people=first) == 302
    assert post(client, cast.committee, occasion, cast.branches[3], people=second) == 302
    assert figures(occasion).excused == 2


def test_the_page_shows_what_was_recorded_and_takes_it_back(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast, [Sitter(cast.branches[3], name="缺席者")])
    [person] = occasion.sitters
    assert post(client, cast.organizer, occasion, cast.branches[3], people=person, reason="other") == 422
    assert post(client, cast.organizer, occasion, cast.branches[3], people=person, note="援藏") == 302
    page = client.get(f"/reports/{occasion.quiz_id}/excusals?branch={cast.branches[3]}").text
    assert "缺席者" in page
    assert "说明人：王书记" in page
    report = client.get(f"/reports/{occasion.quiz_id}").text
    assert "病假" in report
    [excusal] = recorded_excusals(occasion.quiz_id, [cast.branches[3]])
    sign_in_as(client, cast.unit_organizer.login)
    assert client.post(f"/reports/{occasion.quiz_id}/excusals/{excusal.id}/withdrawal").status_code == 404
    sign_in_as(client, cast.organizer.login)
    assert client.post(f"/reports/{occasion.quiz_id}/excusals/{excusal.id}/withdrawal").status_code == 302
    assert counts(occasion) == (1, 0, 1, 0)


def test_of_two_who_record_at_once_the_later_one_sees_the_earlier(
    any_app: Flask, any_session: object, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(CLOSES)
    clock.advance(hours=1)
    cast = make_cast(any_app)
    occasion = held(cast, [Sitter(cast.branches[3])])
    [person], both, found = occasion.sitters, Barrier(2), operations._holding

    def holding(*arguments: Any) -> Any:
        known = found(*arguments)
        with suppress(BrokenBarrierError):
            both.wait(2)
        return known

    monkeypatch.setattr(operations, "_holding", holding)

    def act(said_by: str) -> int:
        with any_app.app_context():
            return record(cast, occasion, Entry(person, Reason.SICK, "", said_by))

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(act, ("王书记", "李书记"))) == [1, 1]
    assert sum(row.withdrawn_at is None for row in recorded_excusals(occasion.quiz_id, [cast.branches[3]])) == 1
