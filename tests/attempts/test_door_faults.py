"""What the door says of several things that are missing: all of it at once."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.attempts.door import Entry
from quizapp.attempts.operations import start_attempt
from quizapp.attempts.refusals import AttemptRefused, Refusal
from tests.attempts.exam import Exam, make_exam
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    """A test that asks for a pledge and for a code."""
    return make_exam(any_app, pledge="我承诺独立作答。", access_code="lian2026")


def test_both_fields_say_what_they_want(exam: Exam, any_app: Flask) -> None:
    client: FlaskClient = any_app.test_client()
    sign_in_as(client, exam.cast.zhang.login)
    url, given = f"/tests/{exam.quiz_id}/attempts", {"code": "lian2025"}
    answer = client.post(url, data=given)
    page = answer.text
    lines = {name: page[page.index(f'id="{name}-error"') :].split("</p>")[0] for name in ("pledge", "code")}
    assert answer.status_code == 422
    assert "请先阅读诚信承诺" in lines["pledge"]
    assert "考试口令不对" in lines["code"]
    assert not [line for line in lines.values() if " hidden" in line]
    assert (page.count('aria-invalid="true"'), page.count(" autofocus")) == (2, 1)
    told = client.post(url, data=given, headers={"Accept": "application/json"}).json
    assert (told["error"], list(told["faults"])) == ("needs_pledge", ["needs_pledge", "wrong_code"])


def test_guesses_without_the_pledge_count_as_well(exam: Exam) -> None:
    def refused(entry: Entry) -> tuple[Refusal, ...]:
        with pytest.raises(AttemptRefused) as error:
            start_attempt(quiz=exam.quiz, person_id=exam.zhang, entry=entry)
        return error.value.reasons

    for _ in range(10):
        assert refused(Entry(pledged=False, code="guess")) == (Refusal.NEEDS_PLEDGE, Refusal.WRONG_CODE)
    assert refused(Entry(pledged=True, code="lian2026")) == (Refusal.WRONG_CODE,)
