"""The clock of the machine is moved while somebody sits a test."""

from datetime import timedelta

import pytest
from flask import Flask

from quizapp.attempts.closing import SETTLING, close_due
from quizapp.attempts.refusals import Refusal
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_operations import refusal, save
from tests.support.time import MovableClock

HOUR = timedelta(hours=1)


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: object) -> Exam:
    return make_exam(any_app)


def test_put_forward_and_back_before_anybody_noticed_nothing_is_different(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    deadline, began = exam.attempt(attempt_id).deadline, clock.now()
    clock.set(began + HOUR)
    assert refusal(lambda: save(exam, attempt_id, 0, ["A"], arrived_at=clock.now())) is Refusal.LATE
    clock.set(began)
    assert save(exam, attempt_id, 0, ["A"], arrived_at=clock.now()).version == 1
    assert exam.attempt(attempt_id).deadline == deadline


def test_put_forward_an_attempt_ends_as_of_its_deadline_and_stays_ended(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, 0, ["A"])
    deadline, began = exam.attempt(attempt_id).deadline, clock.now()
    clock.set(began + HOUR)
    assert close_due() == 1
    clock.set(began)
    ended = exam.attempt(attempt_id)
    assert (ended.submitted_at, ended.ended_by, len(ended.scores)) == (deadline, "clock", 1)
    assert refusal(lambda: save(exam, attempt_id, 1, ["A"], arrived_at=clock.now())) is Refusal.LATE
    assert close_due() == 0


def test_put_back_nothing_is_accepted_once_the_clock_is_right_again(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    attempt = exam.attempt(attempt_id)
    over = attempt.deadline + attempt.quiz.grace + SETTLING + timedelta(seconds=1)
    clock.set(over - HOUR)
    assert close_due() == 0
    clock.set(over)
    assert refusal(lambda: save(exam, attempt_id, 0, ["A"], arrived_at=clock.now())) is Refusal.LATE
    assert close_due() == 1
    assert exam.attempt(attempt_id).submitted_at == attempt.deadline
