"""More minutes for one or for all, while the test runs: on SQLite and on PostgreSQL."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.attempts.closing import close_due, submit_attempt
from quizapp.attempts.extensions import at_work, extensions_of, grant_extension
from quizapp.attempts.models import ExtensionGrant
from quizapp.attempts.queries import visible_at
from quizapp.audit.models import AuditEntry
from quizapp.db import db
from quizapp.quizzes.plan import PlanError
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_operations import together
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


def give(exam: Exam, minutes: int = 6, reason: str = "停电六分钟", attempt_id: int | None = None) -> list[int]:
    by = exam.cast.organizer.account_id
    return grant_extension(quiz_id=exam.quiz_id, minutes=minutes, reason=reason, granted_by=by, attempt_id=attempt_id)


def test_one_candidate_gets_more_and_nobody_else(exam: Exam) -> None:
    zhang, li = exam.start(), exam.start(exam.cast.li.person_id)
    before = {zhang.id: zhang.deadline, li.id: li.deadline}
    assert give(exam, attempt_id=zhang.id) == [zhang.id]
    assert exam.attempt(zhang.id).deadline == before[zhang.id] + timedelta(minutes=6)
    assert exam.attempt(li.id).deadline == before[li.id]
    pulse = exam.pulse(zhang.id)
    assert pulse.seconds_left == 36 * 60
    assert pulse.extension is not None
    assert (pulse.extension["minutes"], pulse.extension["reason"]) == (6, "停电六分钟")
    assert exam.pulse(li.id).extension is None


def test_an_outage_is_given_back_to_all_who_are_at_work(exam: Exam, clock: MovableClock) -> None:
    done = exam.start(exam.cast.wang.person_id)
    submit_attempt(attempt=done, arrived_at=clock.now())
    running = [exam.start().id, exam.start(exam.cast.li.person_id).id]
    assert give(exam) == running
    assert give(exam, minutes=2, reason="又断了") == running
    assert [(one.extra_minutes, one.seconds_left) for one in at_work(exam.quiz)] == [(8, 38 * 60)] * 2
    assert [(extension.minutes, count) for extension, _who, count in extensions_of(exam.quiz)] == [(2, 2), (6, 2)]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "quiz.extended")).all()
    assert [entry.note for entry in entries] == ["停电六分钟", "又断了"]


def test_the_clock_ends_the_attempt_at_the_new_deadline(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    give(exam)
    clock.advance(minutes=31)
    assert close_due() == 0
    clock.advance(minutes=6)
    assert close_due() == 1
    ended = exam.attempt(attempt_id)
    assert ended.submitted_at == ended.deadline


def test_keys_wait_for_time_given_beyond_the_window(exam: Exam, clock: MovableClock) -> None:
    clock.set(exam.quiz.closes_at - timedelta(minutes=10))
    attempt_id = exam.start().id
    assert not visible_at(exam.quiz, exam.quiz.closes_at).key
    give(exam)
    last = exam.attempt(attempt_id).deadline
    assert last == exam.quiz.closes_at + timedelta(minutes=6)
    assert not visible_at(exam.quiz, last + exam.quiz.grace).key
    assert visible_at(exam.quiz, last + exam.quiz.grace + timedelta(seconds=1)).key


def test_an_attempt_that_has_ended_is_not_brought_back(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    clock.set(attempt.deadline + exam.quiz.grace + timedelta(seconds=1))
    for attempt_id in (attempt.id, None, 999):
        with pytest.raises(PlanError):
            give(exam, attempt_id=attempt_id)
    assert db.session.scalars(select(ExtensionGrant)).all() == []


@pytest.mark.parametrize(
    ("minutes", "reason", "path"),
    [(0, "停电", "minutes"), (241, "停电", "minutes"), (5, "  ", "reason"), (5, "长" * 201, "reason")],
)
def test_minutes_and_reason_are_checked(exam: Exam, minutes: int, reason: str, path: str) -> None:
    exam.start()
    with pytest.raises(PlanError) as refused:
        give(exam, minutes, reason)
    assert [problem.path for problem in refused.value.problems] == [path]


def test_of_clicks_at_once_each_reason_counts_once(any_app: Flask, exam: Exam) -> None:
    attempt = exam.start()
    exam.start(exam.cast.li.person_id)
    before = attempt.deadline
    reasons = iter(["停电", "断网", "停电", "断网", "停电", "断网"])
    given = together(any_app, 6, lambda: _given(exam, next(reasons)))
    assert sorted(map(str, given)) == ["given", "given", "twice", "twice", "twice", "twice"]
    assert exam.attempt(attempt.id).deadline == before + timedelta(minutes=2)


def _given(exam: Exam, reason: str) -> str:
    try:
        give(exam, minutes=1, reason=reason)
    except PlanError:
        return "twice"
    return "given"


def test_the_same_may_be_given_again_later(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    before = attempt.deadline
    give(exam)
    clock.advance(minutes=2)
    give(exam)
    assert exam.attempt(attempt.id).deadline == before + timedelta(minutes=12)


def test_the_page_gives_to_one_and_to_all(
    app: Flask, client: FlaskClient, clock: MovableClock, db_session: Any
) -> None:
    exam = make_exam(app)
    attempt = exam.start()
    exam.start(exam.cast.li.person_id)
    address = f"/quizzes/{exam.quiz_id}/extensions"
    sign_in_as(client, exam.cast.organizer.login)
    assert exam.cast.zhang.name in client.get(address).text
    assert f'name="attempt" value="{attempt.id}"' in client.get(f"{address}?attempt={attempt.id}").text
    [act] = re.findall(rf'<a class="([^"]*)"\s+href="[^"]*attempt={attempt.id}#give"', client.get(address).text)
    assert "btn" in act.split()
    wrong = client.post(address, data={"minutes": "x", "reason": ""})
    assert (wrong.status_code, "请填写整数" in wrong.text) == (422, True)
    assert client.post(address, data={"minutes": "5", "reason": ""}).status_code == 422
    one = {"minutes": "５", "reason": "设备故障", "attempt": str(attempt.id)}
    assert "1 人" in client.post(address, data=one, follow_redirects=True).text
    assert "2 人" in client.post(address, data={"minutes": "6", "reason": "停电"}, follow_redirects=True).text
    assert client.post(address, data={"minutes": "6", "reason": "停电", "attempt": "9" * 30}).status_code == 422
    assert [one.extra_minutes for one in at_work(exam.quiz)] == [6, 11]
    sign_in_as(client, exam.cast.unit_organizer.login)
    assert client.get(address).status_code == 404
    assert client.post(address, data=one).status_code == 404
    sign_in_as(client, exam.cast.auditor.login)
    assert "设备故障" in client.get(address).text
