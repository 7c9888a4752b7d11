"""The page that was served last is the one that saves, in whatever order the requests arrive."""

from typing import Any

import pytest
from flask import Flask

from quizapp.attempts.leases import page_lease
from quizapp.attempts.refusals import AttemptRefused, Refusal
from tests.attempts.exam import Exam, hold, make_exam
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


def ask(exam: Exam, clock: MovableClock, page: int) -> int | str:
    """The lease that a page of this number is given, or the reason why not."""
    try:
        return hold(exam.attempt(1), arrived_at=clock.now(), page=page)
    except AttemptRefused as error:
        return error.reason


def serve(exam: Exam, clock: MovableClock, seconds: float = 2) -> int:
    """The number of a page served so many seconds later."""
    clock.advance(seconds=seconds)
    return page_lease(exam.attempt(1))


def test_asking_again_is_answered_as_before(exam: Exam, clock: MovableClock) -> None:
    exam.start()
    page = serve(exam, clock)
    assert [ask(exam, clock, page), ask(exam, clock, page)] == [page, page]
    assert exam.attempt(1).lease == page


def test_a_late_request_of_an_older_page_takes_nothing_away(exam: Exam, clock: MovableClock) -> None:
    exam.start()
    older, newer = serve(exam, clock), serve(exam, clock)
    assert ask(exam, clock, newer) == newer
    assert ask(exam, clock, older) is Refusal.TAKEN_OVER
    assert exam.attempt(1).lease == newer
    newest = serve(exam, clock)  # 在这里继续 serves the page anew
    assert ask(exam, clock, newest) == newest


def test_a_clock_that_was_set_back_shuts_nobody_out(exam: Exam, clock: MovableClock) -> None:
    exam.start()
    before = serve(exam, clock, 600)
    assert ask(exam, clock, before) == before
    after = serve(exam, clock, -300)
    assert after > before
    assert ask(exam, clock, after) == after


def test_no_page_is_of_next_year(exam: Exam, clock: MovableClock) -> None:
    exam.start()
    assert ask(exam, clock, 2**31 - 1) is Refusal.TAKEN_OVER
    assert exam.attempt(1).lease == 0


def test_by_the_page(exam: Exam, any_app: Flask, clock: MovableClock) -> None:
    exam.start()
    zhang = any_app.test_client()
    sign_in_as(zhang, exam.cast.zhang.login)
    clock.advance(seconds=3)
    assert 'data-lease="3000"' in zhang.get("/attempts/1").text
    for _ in range(2):
        assert zhang.put("/attempts/1/lease", json={"lease": 3000}).json["lease"] == 3000
    older = zhang.put("/attempts/1/lease", json={"lease": 2999})
    assert (older.status_code, older.json["error"]) == (409, "taken_over")
    for body in ({}, {"lease": 0}, {"lease": "3000"}, {"lease": 2**31}):
        assert zhang.put("/attempts/1/lease", json=body).status_code == 422
