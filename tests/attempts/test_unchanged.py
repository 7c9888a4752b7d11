"""The short answer to a pulse holds for as long as it is true, for the browser that was told, and costs nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from quizapp.attempts import unchanged
from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.extensions import grant_extension
from quizapp.attempts.pulse import FASTEST
from quizapp.db import db
from quizapp.quizzes.operations import withdraw_quiz
from quizapp.web import clock as wall
from tests.attempts.exam import Exam, hold, make_exam
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock


class Page:
    """What the open page of an attempt asks, and the tag of the last full answer that it was given."""

    def __init__(self, client: FlaskClient, attempt_id: int) -> None:
        self.client, self.address, self.tag = client, f"/attempts/{attempt_id}/clock", ""

    def ask_in_full(self) -> int:
        """The status; the tag is that of the answer."""
        answer = self.client.get(self.address)
        self.tag = (answer.get_json() or {}).get("tag", "")
        return answer.status_code

    def ask(self) -> int:
        """Whether it still holds: 304 if so."""
        headers = {"If-None-Match": self.tag, "Accept": "application/json"}
        return self.client.get(self.address, headers=headers).status_code


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


@pytest.fixture
def page(any_app: Flask, exam: Exam, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Zhang's, who has been told everything; each question is answered from what is in the database now."""
    monkeypatch.setattr(unchanged, "RENEWED_AFTER", -1)
    client = any_app.test_client()
    sign_in_as(client, exam.cast.zhang.login)
    page = Page(client, exam.start().id)
    assert page.ask_in_full() == 200  # the first answer brings the token's cookie, as the paper does
    assert page.ask_in_full() == 200
    return page


def take_over(exam: Exam, attempt_id: int) -> None:
    attempt = exam.attempt(attempt_id)
    hold(attempt, arrived_at=attempt.started_at, page=attempt.lease + 1)


def extend(exam: Exam, attempt_id: int) -> None:
    by = exam.cast.organizer.account_id
    grant_extension(quiz_id=exam.quiz_id, minutes=6, reason="停电六分钟", granted_by=by, attempt_id=attempt_id)


def submit(exam: Exam, attempt_id: int) -> None:
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=wall.now())


def withdraw(exam: Exam, _attempt_id: int) -> None:
    withdraw_quiz(quiz_id=exam.quiz_id, reason="试题有误，停止测试")


def test_nothing_is_asked_of_the_database_while_it_holds(
    page: Page, any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.ask() == 304
    monkeypatch.setattr(unchanged, "RENEWED_AFTER", 60)
    monkeypatch.setattr(unchanged, "OLDEST", 60)
    asked: list[str] = []
    with any_app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert [page.ask() for _ in range(3)] == [304] * 3
    assert asked == []


def test_the_short_answer_says_nothing_and_is_kept_by_nobody(page: Page) -> None:
    answer = page.client.get(page.address, headers={"If-None-Match": page.tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change", [take_over, extend, submit, withdraw])
def test_a_change_is_told_in_full(page: Page, exam: Exam, change: Callable[[Exam, int], None]) -> None:
    assert page.ask() == 304
    change(exam, int(page.address.split("/")[2]))
    assert page.ask() == 200


def test_the_end_is_told_in_full(page: Page, clock: MovableClock) -> None:
    clock.advance(minutes=30)
    assert page.ask() == 200


def test_another_attempts_tag_is_no_answer(page: Page, exam: Exam) -> None:
    li = exam.start(exam.cast.li.person_id)
    page.address = f"/attempts/{li.id}/clock"
    assert page.ask() == 404


def test_without_the_cookies_that_were_told_it_is_refused(page: Page, any_app: Flask, exam: Exam) -> None:
    other = Page(any_app.test_client(), 0)
    other.address, other.tag = page.address, page.tag
    assert other.ask() == 401
    sign_in_as(other.client, exam.cast.li.login)
    assert other.ask() == 404


@pytest.mark.parametrize("tag", ['"0"', "*", 'W/"0"', "x" * 5000])
def test_any_other_tag_is_answered_in_full(page: Page, tag: str) -> None:
    page.tag = tag
    assert page.ask() == 200


def test_a_database_that_cannot_be_asked_leaves_the_full_answer(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("", {}, cause)

    cause = Exception("disk I/O error")
    cause.sqlite_errorname = "SQLITE_IOERR"  # type: ignore[attr-defined]
    monkeypatch.setattr(unchanged, "all_rows", fail)
    assert page.ask() == 200


def test_a_fault_of_ours_is_written_down_and_keeps_nobody_from_an_answer(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(unchanged, "_AT_WORK", text("SELECT nothing FROM nowhere"))
    assert page.ask() == 200
    assert "nowhere" in caplog.text


def test_only_a_question_is_answered_shortly(page: Page) -> None:
    assert page.client.post(page.address, headers={"If-None-Match": page.tag}).status_code == 405


def test_what_is_known_is_never_too_old(page: Page, exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another thread has been reading for too long, nothing is said on the strength of what was known before."""
    assert FASTEST + unchanged.OLDEST < 2
    assert page.ask() == 304
    monkeypatch.setattr(unchanged._Board, "_read", lambda board: None)
    assert page.ask() == 304
    monkeypatch.setattr(unchanged, "OLDEST", 0)
    assert page.ask() == 200
