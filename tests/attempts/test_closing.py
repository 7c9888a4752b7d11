"""The clock ends many attempts at once, each once, on time, and never those that are not due."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from quizapp.attempts import closing
from quizapp.attempts.closing import SETTLING, close_due, close_if_due
from quizapp.attempts.extensions import grant_extension
from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.attempts.operations import start_attempt
from quizapp.attempts.outages import GAP, interruptions_of, note_heartbeat
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.audit.models import AuditEntry
from quizapp.db import db, writing
from quizapp.quizzes.plan import PlanError
from quizapp.serving import BEAT_SECONDS, TICK_SECONDS, _Tick
from quizapp.verification import verify
from quizapp.web.heartbeat import last_beat
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_operations import save, together
from tests.support.time import MovableClock

PROMISED = timedelta(seconds=10)
"""After the grace, an attempt that nobody submits is closed and scored within this."""


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    closing._failed.clear()
    return make_exam(any_app)


def test_waiting_and_turns_leave_most_of_the_promised_time_for_the_work() -> None:
    assert SETTLING + timedelta(seconds=TICK_SECONDS) <= PROMISED / 2


def start_all(exam: Exam) -> list[int]:
    return [exam.start(member.person_id).id for member in (exam.cast.zhang, exam.cast.li, exam.cast.wang)]


def test_two_tickers_end_each_attempt_once(any_app: Flask, exam: Exam, clock: MovableClock) -> None:
    ids = start_all(exam)
    save(exam, ids[1], 0, ["A"])
    clock.advance(hours=1)
    assert sum(together(any_app, 6, close_due)) == 3
    scores = db.session.execute(select(AttemptScore.attempt_id, AttemptScore.edition)).all()
    assert sorted(map(tuple, scores)) == [(attempt_id, 1) for attempt_id in ids]
    entries = db.session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "attempt.ended")).all()
    assert sorted(entries) == [f"attempt:{attempt_id}" for attempt_id in ids]
    assert {exam.attempt(attempt_id).submitted_at for attempt_id in ids} == {exam.attempt(ids[0]).deadline}
    assert verify().finding is None


def test_one_poisoned_attempt_keeps_no_other_open(
    exam: Exam, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    ids = start_all(exam)
    with writing() as session:
        session.execute(update(Attempt).where(Attempt.id == ids[1]).values(paper={"format": 1}))
    clock.advance(hours=1)
    with caplog.at_level(logging.ERROR):
        assert [close_due(), close_due()] == [2, 0]
    assert len([line for line in caplog.records if f"attempt {ids[1]} could not" in line.getMessage()]) == 1
    clock.advance(minutes=2)
    with writing() as session:
        session.execute(update(Attempt).where(Attempt.id == ids[1]).values(paper=exam.attempt(ids[0]).paper))
    assert close_due() == 1  # tried again by itself


def test_an_extension_given_in_the_last_moment_holds(
    exam: Exam, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was due when the list was read is looked at again under the lock."""
    attempt = exam.start()
    attempt_id, grace = attempt.id, exam.quiz.grace
    clock.set(attempt.deadline + grace)
    grant_extension(quiz_id=exam.quiz_id, minutes=5, reason="停电", granted_by=exam.cast.organizer.account_id)
    clock.advance(minutes=1)
    monkeypatch.setattr(closing, "_due", lambda _now: [attempt_id])
    assert close_due() == 0
    assert exam.attempt(attempt_id).submitted_at is None


def test_whoever_looks_at_an_attempt_ends_it_as_the_clock_would(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    clock.advance(hours=1)
    close_if_due(exam.attempt(attempt_id))
    ended = exam.attempt(attempt_id)
    assert (ended.submitted_at, ended.ended_by) == (ended.deadline, "clock")
    [actor] = db.session.scalars(select(AuditEntry.actor).where(AuditEntry.act == "attempt.ended"))
    assert actor == "system"


# outages


def test_a_gap_while_somebody_was_at_work_is_an_outage_and_can_be_given_back_once(
    any_app: Flask, exam: Exam, clock: MovableClock
) -> None:
    zhang = exam.start().id
    clock.advance(minutes=20)
    wang = exam.start(exam.cast.wang.person_id).id
    down = clock.now()
    assert note_heartbeat() is False
    clock.advance(minutes=12, seconds=5)
    li = exam.start(exam.cast.li.person_id).id  # the pages were back before the clock
    assert sorted(together(any_app, 3, note_heartbeat)) == [False, False, True]
    assert close_due() == 1
    [outage] = interruptions_of(exam.quiz)
    assert (outage.began_at, outage.ended_at, outage.minutes) == (down, clock.now(), 13)
    assert (outage.at_work, outage.closed, outage.given) == (1, 1, None)
    before = {attempt_id: exam.attempt(attempt_id).deadline for attempt_id in (zhang, wang, li)}
    give = {"quiz_id": exam.quiz_id, "minutes": 13, "reason": "停电", "outage_id": outage.outage_id}
    given = grant_extension(**give, granted_by=exam.cast.organizer.account_id)  # type: ignore[arg-type]
    assert given == [wang]  # Li had not begun, and Zhang's attempt is not brought back
    assert exam.attempt(wang).deadline == before[wang] + timedelta(minutes=13)
    assert exam.attempt(li).deadline == before[li]
    with pytest.raises(PlanError, match="given back before"):
        grant_extension(**give, granted_by=exam.cast.organizer.account_id)  # type: ignore[arg-type]
    assert interruptions_of(exam.quiz)[0].given == 13
    assert verify().finding is None


def test_a_short_silence_or_one_while_nobody_was_at_work_is_none(exam: Exam, clock: MovableClock) -> None:
    note_heartbeat()
    clock.advance(minutes=30)
    assert note_heartbeat() is False
    exam.start()
    clock.set(clock.now() + GAP)
    assert note_heartbeat() is False
    assert interruptions_of(exam.quiz) == []


def test_a_clock_that_was_put_back_reopens_nothing(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    clock.set(exam.quiz.closes_at + timedelta(minutes=5))
    note_heartbeat()
    assert close_due() == 1
    newest = clock.now()
    clock.advance(hours=-3)
    note_heartbeat()
    assert last_beat(db.session()) == newest
    with pytest.raises(AttemptRefused) as refused:
        start_attempt(quiz=exam.quiz, person_id=exam.cast.li.person_id or 0)
    assert refused.value.reason is Refusal.CLOSED
    with pytest.raises(AttemptRefused) as refused:
        save(exam, attempt_id, 0, ["A"])
    assert refused.value.reason is Refusal.LATE


def test_a_turn_of_the_ticker_beats_and_closes(
    app: Flask, clock: MovableClock, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = make_exam(app)
    attempt_id = exam.start().id
    clock.advance(hours=1)
    ticker = _Tick()
    ticker.tick()
    assert exam.attempt(attempt_id).submitted_at is not None
    assert last_beat(db.session()) == clock.now()
    clock.advance(seconds=BEAT_SECONDS)
    ticker.tick()  # by the real clock no time has passed: no second write
    assert last_beat(db.session()) == clock.now() - timedelta(seconds=BEAT_SECONDS)
    assert db.session.scalar(select(func.count()).select_from(AttemptScore)) == 1
