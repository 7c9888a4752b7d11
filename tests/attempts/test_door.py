"""What a test asks at its door: pledge, access code and network, on every way to start it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from quizapp.attempts.door import TRIES, WITHIN, Entry
from quizapp.attempts.models import Attempt
from quizapp.attempts.operations import start_attempt
from quizapp.attempts.queries import visible_at
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.db import db, writing
from quizapp.domain.bell import WIDEST
from quizapp.quizzes.operations import withdraw_quiz
from quizapp.roster.models import Membership, Person
from quizapp.web import clock as the_clock
from tests.attempts.exam import Exam, make_exam
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock

INSIDE, OUTSIDE = "10.20.1.2", "10.21.1.2"
CONDITIONS: dict[str, Any] = {"pledge": "我承诺独立作答。", "access_code": "lian2026", "networks": ("10.20.0.0/16",)}
ALL = Entry(pledged=True, code="lian2026", address=INSIDE)


@pytest.fixture
def make(any_app: Flask, clock: MovableClock, any_session: Any) -> Callable[..., Exam]:
    return lambda **changes: make_exam(any_app, **changes)


def began(exam: Exam, entry: Entry, person_id: int | None = None) -> int | Refusal:
    """The attempt, or why there is none."""
    try:
        return start_attempt(quiz=exam.quiz, person_id=person_id or exam.zhang, entry=entry)
    except AttemptRefused as error:
        return error.reason


def attempts() -> int:
    return int(db.session.scalar(select(func.count(Attempt.id))) or 0)


MISSING = {
    "nothing": (Entry(), Refusal.OUTSIDE_NETWORK),
    "network": (Entry(True, "lian2026", OUTSIDE), Refusal.OUTSIDE_NETWORK),
    "no address": (Entry(True, "lian2026", ""), Refusal.OUTSIDE_NETWORK),
    "pledge": (Entry(False, "lian2026", INSIDE), Refusal.NEEDS_PLEDGE),
    "no code": (Entry(True, "", INSIDE), Refusal.WRONG_CODE),
    "wrong code": (Entry(True, "lian2025", INSIDE), Refusal.WRONG_CODE),
}


@pytest.mark.parametrize("name", MISSING)
def test_nobody_starts_without_what_the_test_asks(name: str, make: Callable[..., Exam]) -> None:
    entry, reason = MISSING[name]
    exam = make(**CONDITIONS)
    assert began(exam, entry) is reason
    assert attempts() == 0


def test_who_gives_everything_starts_and_the_pledge_is_kept(make: Callable[..., Exam], clock: MovableClock) -> None:
    exam = make(**CONDITIONS)
    attempt = exam.attempt(int(began(exam, ALL)))
    assert attempt.pledged_at == attempt.started_at == clock.now()


def test_a_test_without_a_pledge_keeps_none(make: Callable[..., Exam]) -> None:
    exam = make()
    assert exam.attempt(int(began(exam, Entry(pledged=True)))).pledged_at is None


def test_going_on_asks_for_the_network_alone(make: Callable[..., Exam]) -> None:
    exam = make(**CONDITIONS)
    first = began(exam, ALL)
    assert began(exam, Entry(address=INSIDE)) == first
    assert began(exam, Entry(True, "lian2026", OUTSIDE)) is Refusal.OUTSIDE_NETWORK


def test_before_the_opening_nobody_learns_whether_a_code_is_right(make: Callable[..., Exam]) -> None:
    opens_at = the_clock.now() + timedelta(hours=1)
    exam = make(**CONDITIONS, opens_at=opens_at)
    for code in ("lian2026", "wrong"):
        assert began(exam, Entry(True, code, INSIDE)) is Refusal.NOT_OPEN


def test_ten_wrong_codes_close_the_door_for_ten_minutes(make: Callable[..., Exam], clock: MovableClock) -> None:
    exam = make(**CONDITIONS)
    for _ in range(TRIES):
        assert began(exam, Entry(True, "guess", INSIDE)) is Refusal.WRONG_CODE
        clock.advance(seconds=1)
    assert began(exam, ALL) is Refusal.WRONG_CODE
    li = exam.cast.li.person_id
    assert isinstance(began(exam, ALL, li), int)  # a colleague is not shut out
    clock.advance(seconds=WITHIN.total_seconds() - TRIES)
    assert isinstance(began(exam, ALL), int)


def test_nine_wrong_codes_and_an_empty_one_do_not(make: Callable[..., Exam]) -> None:
    exam = make(**CONDITIONS)
    for code in ["guess"] * (TRIES - 1) + [""] * 5:
        began(exam, Entry(True, code, INSIDE))
    assert isinstance(began(exam, ALL), int)


def test_after_ten_minutes_the_count_begins_anew(make: Callable[..., Exam], clock: MovableClock) -> None:
    exam = make(**CONDITIONS)
    for _ in range(TRIES - 1):
        began(exam, Entry(True, "guess", INSIDE))
    clock.advance(seconds=WITHIN.total_seconds())
    began(exam, Entry(True, "guess", INSIDE))
    assert isinstance(began(exam, ALL), int)


@pytest.fixture
def zhang(app: Flask, clock: MovableClock, client: FlaskClient) -> Callable[..., Exam]:
    """Publish a test, and let Zhang sign in, who reads English and calls from inside."""

    def act(**changes: Any) -> Exam:
        exam = make_exam(app, **changes)
        sign_in_as(client, exam.cast.zhang.login)
        client.set_cookie("lang", "en")
        client.environ_base["REMOTE_ADDR"] = INSIDE
        return exam

    return act


GIVEN = {"pledged": "1", "code": "lian2026"}


def test_the_page_asks_only_for_what_the_test_wants(zhang: Callable[..., Exam], client: FlaskClient) -> None:
    exam = zhang()
    page = client.get(f"/tests/{exam.quiz_id}").get_data(as_text=True)
    assert 'name="pledged"' not in page
    assert 'name="code"' not in page
    assert "Leaving the test page is not recorded." in page


def test_the_page_shows_the_pledge_and_says_what_is_recorded(zhang: Callable[..., Exam], client: FlaskClient) -> None:
    exam = zhang(**CONDITIONS, leaving_recorded=True)
    page = client.get(f"/tests/{exam.quiz_id}").get_data(as_text=True)
    assert "我承诺独立作答。" in page
    assert 'name="pledged"' in page
    assert 'name="code"' in page
    assert "Leaving the test page is recorded with time, length and likely cause" in page
    assert "lian2026" not in page


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"code": "lian2026"}, "pledge-error", "Please read the pledge and tick the box"),
        ({"pledged": "1", "code": "<b>"}, "code-error", "The access code is wrong."),
        ({"pledged": "1", "code": " "}, "code-error", "Please enter the access code."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_kept(
    given: dict[str, str], field: str, sentence: str, zhang: Callable[..., Exam], client: FlaskClient
) -> None:
    exam = zhang(**CONDITIONS)
    answer = client.post(f"/tests/{exam.quiz_id}/attempts", data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    line = page[page.index(f'id="{field}"') :].split("</p>")[0]
    assert sentence in line
    assert " hidden" not in line
    assert ('value="1" required' in page and "checked" in page) == ("pledged" in given)
    assert f'value="{given["code"]}"'.replace("<b>", "&lt;b&gt;") in page


def test_where_nothing_is_to_be_started_nothing_is_explained(
    zhang: Callable[..., Exam], client: FlaskClient, clock: MovableClock
) -> None:
    exam = zhang(instructions="Alone.")
    address, rules = f"/tests/{exam.quiz_id}", ("Good to know", "Alone.")
    assert all(each in client.get(address).text for each in rules)
    clock.advance(days=3)
    sign_in_as(client, exam.cast.zhang.login)
    page = client.get(address).text
    assert "This test is closed." in page
    assert not [each for each in rules if each in page]


def test_a_withdrawn_test_does_not_call_itself_open(
    app: Flask, zhang: Callable[..., Exam], client: FlaskClient
) -> None:
    exam = zhang()
    address = f"/tests/{exam.quiz_id}"
    assert "Open</span>" in client.get(address).text
    with app.app_context():
        withdraw_quiz(quiz_id=exam.quiz_id, reason="a mistake")
    page = client.get(address).text
    assert "Open</span>" not in page
    assert "Withdrawn</span>" in page
    assert "Reason: a mistake" in page


def test_a_script_is_told_the_reason_and_the_way_on(zhang: Callable[..., Exam], client: FlaskClient) -> None:
    exam = zhang(**CONDITIONS)
    url, script = f"/tests/{exam.quiz_id}/attempts", {"Accept": "application/json"}
    refused = client.post(url, data={"pledged": "1"}, headers=script)
    assert (refused.status_code, refused.json["error"]) == (409, "wrong_code")
    started = client.post(url, data=GIVEN, headers=script)
    assert started.json == {"next": "/attempts/1"}


def test_outside_the_network_there_is_no_button_and_no_paper(zhang: Callable[..., Exam], client: FlaskClient) -> None:
    exam = zhang(**CONDITIONS)
    url = f"/tests/{exam.quiz_id}"
    client.environ_base["REMOTE_ADDR"] = OUTSIDE
    page = client.get(url).get_data(as_text=True)
    assert "not in a network from which the test may be sat" in page
    assert "data-start" not in page
    assert client.post(f"{url}/attempts", data=GIVEN).status_code == 422
    client.environ_base["REMOTE_ADDR"] = f"::ffff:{INSIDE}"
    paper = client.post(f"{url}/attempts", data=GIVEN).location
    assert client.get(paper).status_code == 200
    client.environ_base["REMOTE_ADDR"] = OUTSIDE
    assert client.get(paper).location == url
    assert "data-start" not in client.get(url).get_data(as_text=True)


def test_a_forged_address_does_not_help_without_a_proxy(zhang: Callable[..., Exam], client: FlaskClient) -> None:
    exam = zhang(**CONDITIONS)
    client.environ_base["REMOTE_ADDR"] = OUTSIDE
    forged = client.post(f"/tests/{exam.quiz_id}/attempts", data=GIVEN, headers={"X-Forwarded-For": INSIDE})
    assert forged.status_code == 422


def test_the_door_waits_for_the_opening(zhang: Callable[..., Exam], client: FlaskClient, clock: MovableClock) -> None:
    exam = zhang(opens_at=clock.now() + timedelta(minutes=5))
    url = f"/tests/{exam.quiz_id}"
    page = client.get(url).get_data(as_text=True)
    assert 'data-waiting="yes" data-opens-in="300.0"' in page
    assert client.get(f"{url}/bell").json["opens_in"] == 300
    early = client.post(f"{url}/attempts")
    assert (early.status_code, "This test is not open yet." in early.get_data(as_text=True)) == (422, True)
    clock.advance(minutes=5)
    assert client.get(f"{url}/bell").json["opens_in"] == 0
    assert 'data-waiting="no"' in client.get(url).get_data(as_text=True)
    assert client.post(f"{url}/attempts").status_code == 302


def test_each_page_waits_a_moment_of_its_own(
    zhang: Callable[..., Exam], client: FlaskClient, clock: MovableClock
) -> None:
    exam = zhang(opens_at=clock.now() + timedelta(minutes=5))
    pages = [client.get(f"/tests/{exam.quiz_id}").get_data(as_text=True) for _ in range(5)]
    delays = [float(page.split('data-delay="')[1].split('"')[0]) for page in pages]
    assert all(0 <= each < WIDEST for each in delays)


def test_who_is_let_in_with_the_bell_is_told_of_no_cut(
    zhang: Callable[..., Exam], client: FlaskClient, clock: MovableClock
) -> None:
    now = clock.now()
    exam = zhang(opens_at=now, closes_at=now + timedelta(minutes=30))
    clock.advance(seconds=30)
    assert "The test closes soon." not in client.get(f"/tests/{exam.quiz_id}").get_data(as_text=True)
    clock.advance(seconds=1)
    assert "The test closes soon." in client.get(f"/tests/{exam.quiz_id}").get_data(as_text=True)


def test_nobody_loses_time_to_the_bell(make: Callable[..., Exam], clock: MovableClock) -> None:
    now = clock.now()
    exam = make(closes_at=now + timedelta(minutes=30))
    clock.advance(seconds=10)
    attempt = exam.start()
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)


def test_the_key_waits_for_those_who_came_with_the_bell(make: Callable[..., Exam], clock: MovableClock) -> None:
    now = clock.now()
    exam = make(closes_at=now + timedelta(minutes=30))
    last = now + timedelta(minutes=30, seconds=30) + exam.quiz.grace
    assert not visible_at(exam.quiz, last).key
    assert visible_at(exam.quiz, last + timedelta(seconds=1)).key


def colleagues(exam: Exam, count: int) -> list[int]:
    """So many more people of Zhang's branch."""
    with writing() as session:
        people = [Person(staff_no=f"2{number:05d}", name=f"同事{number}") for number in range(count)]
        session.add_all(people)
        session.flush()
        branch_id, since = exam.cast.branches[0], the_clock.now() - timedelta(days=30)
        session.add_all(Membership(person_id=one.id, branch_id=branch_id, since=since) for one in people)
        return [one.id for one in people]


def test_sixty_start_at_once_with_all_their_minutes(
    make: Callable[..., Exam], any_app: Flask, clock: MovableClock
) -> None:
    now = clock.now()
    exam = make(closes_at=now + timedelta(minutes=30))
    people = colleagues(exam, 60)
    clock.advance(seconds=9)
    db.session.remove()

    def begin(person_id: int) -> int:
        with any_app.app_context():
            try:
                return start_attempt(quiz=exam.quiz, person_id=person_id)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(12) as pool:  # fewer than the pool has connections, as in a server
        started = list(pool.map(begin, [*people, *people]))  # each presses twice
    assert started[:60] == started[60:]
    rows = db.session.execute(select(Attempt.person_id, Attempt.deadline, Attempt.started_at)).all()
    assert sorted(row.person_id for row in rows) == sorted(people)
    assert {row.deadline - row.started_at for row in rows} == {timedelta(minutes=30)}
