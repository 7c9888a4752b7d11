"""The link to a test: what the sign-in page tells whoever follows it, and what it keeps from everybody else."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import Exam, make_exam
from tests.support.cast import PASSWORD, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(app: Flask, clock: MovableClock) -> Exam:
    """A test called 小测试, open for two days from 9:00 on 10 March."""
    return make_exam(app)


def link_sent(app: Flask, exam: Exam) -> str:
    """Path and query of the link as the organizer's page gives it to be copied."""
    client = app.test_client()
    sign_in_as(client, exam.cast.organizer.login)
    found = re.search(r"http://localhost(/tests/\d+[^\s<]*)", client.get(f"/quizzes/{exam.quiz_id}").text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def destination(client: FlaskClient, link: str) -> str:
    """What the sign-in page says of where the link leads, without the tags."""
    answer = client.get(link, follow_redirects=True)
    assert answer.request.path == "/sign-in"
    found = re.search(r"<section[^>]*data-destination>(.*?)</section>", answer.text, re.S)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def test_the_link_that_was_sent_names_its_test(app: Flask, client: FlaskClient, exam: Exam) -> None:
    said = destination(client, link_sent(app, exam))
    for fact in ("小测试", "3 月 10 日（周二）09:00", "3 月 12 日（周四）09:00", "开放中"):
        assert fact in said


def test_a_wrong_password_does_not_lose_it_and_the_right_one_leads_there(
    app: Flask, client: FlaskClient, exam: Exam
) -> None:
    link = link_sent(app, exam)
    door = client.get(link).location
    login = exam.cast.zhang.login
    assert "小测试" in client.post(door, data={"login": login, "password": "wrong-horse-1"}).text
    answer = client.post(door, data={"login": login, "password": PASSWORD})
    assert answer.location == link
    assert "小测试" in client.get(link).text


@pytest.mark.parametrize("tail", ["", "?k=", "?k=0123456789abcdef", "?k=ÿ"])
def test_a_guessed_address_does_not_say_what_there_is(client: FlaskClient, exam: Exam, tail: str) -> None:
    said = destination(client, f"/tests/{exam.quiz_id}{tail}")
    assert "小测试" not in said
    assert "链接" in said
    assert said == destination(client, f"/tests/{exam.quiz_id + 98765}{tail}")  # there is no such test


def test_the_mark_of_one_test_does_not_name_another(app: Flask, client: FlaskClient, exam: Exam) -> None:
    mark = link_sent(app, exam).partition("?")[2]
    assert "小测试" not in destination(client, f"/tests/{exam.quiz_id + 1}?{mark}")


def test_a_withdrawn_test_is_not_named(app: Flask, client: FlaskClient, exam: Exam) -> None:
    link = link_sent(app, exam)
    with app.app_context():
        withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    assert "小测试" not in destination(client, link)


def test_whoever_is_late_reads_so_before_signing_in(
    app: Flask, client: FlaskClient, exam: Exam, clock: MovableClock
) -> None:
    link = link_sent(app, exam)
    clock.advance(days=3)
    assert "已于" in destination(client, link)


def test_other_pages_have_nothing_to_say(client: FlaskClient, exam: Exam) -> None:
    assert destination(client, "/me") == ""
    for target in ("/nowhere", "//example.com/tests/1", "http://[", "javascript:alert(1)"):
        assert "data-destination" not in client.get("/sign-in", query_string={"next": target}).text


def test_the_mark_opens_nothing(app: Flask, client: FlaskClient, exam: Exam) -> None:
    sign_in_as(client, exam.cast.organizer.login)  # not on the roster, so no candidate
    assert client.get(link_sent(app, exam)).status_code == 404
