"""Leaving the page is kept as a record, told at once, explained at leisure, and changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from quizapp.attempts import leaving
from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.leaving import Seen, leavings_of, record_leaving
from quizapp.attempts.models import Attempt, AttemptScore, Leaving
from quizapp.attempts.saving import Change
from quizapp.audit.models import AuditEntry
from quizapp.db import db
from tests.attempts.exam import Exam, hold, make_exam, save_all
from tests.support.cast import Member, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app, leaving_recorded=True)


def see(attempt: Attempt, clock: MovableClock, **changes: Any) -> Leaving | None:
    """What a page saw: hidden a minute ago for 48 seconds."""
    values = {"operation": "operation-1", "ago": 60.0, "seconds": 48.4, "cause": "call"} | changes
    return record_leaving(attempt=attempt, seen=Seen(**values), arrived_at=clock.now())


def test_kept_once_with_time_duration_and_cause(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=5)
    first, again = see(attempt, clock), see(attempt, clock)
    assert first is not None
    assert again is not None
    assert first.id == again.id
    [kept] = leavings_of(attempt)
    assert (kept.left_at, kept.seconds, kept.cause) == (clock.now() - timedelta(seconds=60), 48, "call")


def test_nothing_is_kept_where_the_test_does_not_record_it(any_app: Flask, clock: MovableClock) -> None:
    with any_app.app_context():
        exam = make_exam(any_app)
        attempt = exam.start()
        clock.advance(minutes=5)
        assert see(attempt, clock) is None
        assert not leavings_of(attempt)


@pytest.mark.parametrize("changes", [{"seconds": 2.9}, {"seconds": 0}, {"ago": 2.0, "seconds": 1000}])
def test_a_moment_is_no_leaving(exam: Exam, clock: MovableClock, changes: dict[str, float]) -> None:
    attempt = exam.start()
    clock.advance(minutes=5)
    assert see(attempt, clock, **changes) is None


def test_a_wrong_clock_of_the_device_cannot_reach_beyond_the_attempt(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=2)
    kept = see(attempt, clock, ago=86_400.0, seconds=86_400.0)
    assert kept is not None
    assert (kept.left_at, kept.seconds) == (attempt.started_at, 120)


def test_a_record_may_arrive_after_the_end_but_not_be_about_it(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=5)
    submit_attempt(attempt=attempt, arrived_at=clock.now())
    clock.advance(minutes=10)
    ended = exam.attempt(attempt.id)
    assert see(ended, clock, operation="late-but-true", ago=12 * 60.0) is not None
    assert see(ended, clock, operation="after-the-end", ago=9 * 60.0) is None


def test_the_time_after_the_end_does_not_count(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=30, hours=20)  # put away five seconds before the deadline, looked at a day later
    kept = see(attempt, clock, ago=20 * 3600 + 5.0, seconds=20 * 3600 + 5.0)
    assert kept is not None
    assert kept.seconds == 5


def save(exam: Exam, attempt: Attempt, clock: MovableClock, position: int) -> None:
    one = Change(position, ("true",), True, 0, f"operation-{position}")
    save_all(exam.attempt(attempt.id), [one], arrived_at=clock.now(), lease=None)


def test_while_saves_arrived_nobody_was_away(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    for position in range(5):  # at the computer, a save each minute, while the phone lies there
        clock.advance(minutes=1)
        save(exam, attempt, clock, position)
    clock.advance(seconds=30)
    kept = see(exam.attempt(attempt.id), clock, ago=330.0, seconds=330.0)
    assert kept is not None
    assert (kept.left_at, kept.seconds) == (attempt.started_at + timedelta(minutes=5), 30)


def test_saves_on_their_way_prove_nothing(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=5)
    save(exam, attempt, clock, 0)  # five seconds after it was hidden
    clock.advance(seconds=55)
    save(exam, attempt, clock, 1)  # back in sight, but the report comes later than the answer
    clock.advance(seconds=5)
    kept = see(exam.attempt(attempt.id), clock, ago=65.0, seconds=61.0)
    assert kept is not None
    assert kept.seconds == 61


def test_a_page_that_another_took_over_from_reports_nothing(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    phone = hold(attempt, arrived_at=clock.now(), page=1)
    clock.advance(minutes=5)
    assert see(exam.attempt(attempt.id), clock, lease=phone) is not None
    hold(exam.attempt(attempt.id), arrived_at=clock.now(), page=2)
    assert see(exam.attempt(attempt.id), clock, lease=phone, operation="operation-2") is None


def test_only_so_many_records_of_an_attempt(exam: Exam, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "MOST_OF_AN_ATTEMPT", 5)
    attempt = exam.start()
    clock.advance(minutes=5)
    for number in range(7):
        see(attempt, clock, operation=f"operation-{number}")
    assert db.session.scalar(select(func.count()).select_from(Leaving)) == 5


def test_score_and_end_are_untouched(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=5)
    for number in range(20):
        see(attempt, clock, operation=f"operation-{number}", seconds=300, ago=300.0)
    attempt = exam.attempt(attempt.id)
    assert attempt.submitted_at is None
    assert attempt.deadline == attempt.started_at + timedelta(minutes=30)
    assert not db.session.scalars(select(AttemptScore)).all()


# ---------- by the pages ----------

BODY = {"operation": "operation-1", "left_seconds_ago": 60, "seconds": 48.4, "cause": "call"}


def as_(app: Flask, member: Member) -> FlaskClient:
    client = app.test_client()
    sign_in_as(client, member.login)
    return client


def explain(client: FlaskClient, attempt_id: int, leaving_id: int, text: str, **options: Any) -> Any:
    address = f"/attempts/{attempt_id}/leavings/{leaving_id}/explanation"
    return client.post(address, data={"explanation": text}, **options)


def test_page_reports_and_candidate_explains(exam: Exam, any_app: Flask, clock: MovableClock) -> None:
    attempt, zhang = exam.start(), as_(any_app, exam.cast.zhang)
    clock.advance(minutes=5)
    reply = zhang.post(f"/attempts/{attempt.id}/leavings", json=BODY)
    assert reply.status_code == 200
    assert reply.json["seconds"] == 48
    leaving_id = reply.json["id"]
    said = explain(zhang, attempt.id, leaving_id, "接孩子老师的电话", headers={"Accept": "application/json"})
    assert said.json["explanation"] == "接孩子老师的电话"
    submit_attempt(attempt=exam.attempt(attempt.id), arrived_at=clock.now())
    page = zhang.get(f"/attempts/{attempt.id}/result").text
    assert "接孩子老师的电话" in page
    assert "可能是来电" in page
    assert "不影响成绩" in page
    assert explain(zhang, attempt.id, leaving_id, "值班电话").location.endswith("#leavings")
    db.session.rollback()
    assert [kept.explanation for kept in leavings_of(attempt)] == ["值班电话"]
    notes = db.session.scalars(select(AuditEntry.note).where(AuditEntry.act == "leaving.explained")).all()
    assert notes == ["接孩子老师的电话", "值班电话"]


@pytest.mark.parametrize(
    "change",
    [
        {"cause": "cheating"},
        {"seconds": -1},
        {"seconds": "NaN"},
        {"left_seconds_ago": 1e12},
        {"operation": "x"},
        {"score": 0},
    ],
)
def test_report_of_another_shape_is_refused(
    exam: Exam, any_app: Flask, clock: MovableClock, change: dict[str, Any]
) -> None:
    attempt, zhang = exam.start(), as_(any_app, exam.cast.zhang)
    clock.advance(minutes=5)
    assert zhang.post(f"/attempts/{attempt.id}/leavings", json=BODY | change).status_code == 422
    assert not leavings_of(attempt)


def test_records_are_nobody_elses(exam: Exam, any_app: Flask, clock: MovableClock) -> None:
    attempt, other = exam.start(), exam.start(exam.cast.li.person_id)
    clock.advance(minutes=5)
    kept = see(attempt, clock)
    assert kept is not None
    li = as_(any_app, exam.cast.li)
    assert li.post(f"/attempts/{attempt.id}/leavings", json=BODY).status_code == 404
    assert explain(li, attempt.id, kept.id, "不是我").status_code == 404
    assert explain(li, other.id, kept.id, "不是我").status_code == 404
    db.session.rollback()
    assert [row.explanation for row in leavings_of(attempt)] == [""]


def test_organizer_reads_them_as_records(exam: Exam, any_app: Flask, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.advance(minutes=5)
    kept = see(attempt, clock)
    assert kept is not None
    explain(as_(any_app, exam.cast.zhang), attempt.id, kept.id, "值班电话")
    for office in (exam.cast.organizer, exam.cast.auditor):
        page = as_(any_app, office).get(f"/quizzes/{exam.quiz_id}/leavings").text
        assert "这里是记录，不是结论" in page
        for fact in ("张三", "48 秒", "可能是来电", "值班电话", "办公室党支部"):
            assert fact in page
        assert "违规" not in page
    assert as_(any_app, exam.cast.unit_organizer).get(f"/quizzes/{exam.quiz_id}/leavings").status_code == 404


def test_page_of_the_test_carries_the_script_only_where_it_is_recorded(
    exam: Exam, any_app: Flask, clock: MovableClock
) -> None:
    attempt, zhang = exam.start(), as_(any_app, exam.cast.zhang)
    for address in (f"/attempts/{attempt.id}", f"/attempts/{attempt.id}/submission"):
        assert "leaving.js" in zhang.get(address).text
    exam.quiz.leaving_recorded = False
    db.session.commit()
    for address in (f"/attempts/{attempt.id}", f"/attempts/{attempt.id}/submission"):
        assert "leaving" not in zhang.get(address).text
