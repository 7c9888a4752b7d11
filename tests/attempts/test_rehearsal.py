"""The rehearsal: the pages of a real test for anybody, and nothing of it in the database."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from quizapp.attempts.rehearsal import LONGEST_TEXT, MINUTES, bank, paper
from quizapp.db import db
from quizapp.domain.bank import ItemType
from tests.attempts.exam import Exam, make_exam
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def exam(app: Flask, clock: MovableClock) -> Exam:
    """Somebody who can sign in."""
    return make_exam(app)


@pytest.fixture
def visitor(client: FlaskClient, clock: MovableClock) -> FlaskClient:
    """Somebody who has not signed in and has started the rehearsal, reading English."""
    client.set_cookie("lang", "en")
    assert client.post("/rehearsal").location == "/rehearsal/paper"
    return client


def change(position: int, *answer: str, version: int = 0, **more: Any) -> dict[str, Any]:
    return {"position": position, "answer": list(answer), "marked": False, "version": version,
            "operation": f"operation-{position}-{version}"} | more  # fmt: skip


def put(client: FlaskClient, *changes: dict[str, Any]) -> Any:
    return client.put("/rehearsal/responses", json={"lease": 0, "responses": list(changes)})


def test_every_type_is_there() -> None:
    types = {item.type for item in bank().items}
    assert types == {ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.FILL_IN, ItemType.CASE}
    assert len(paper().items) == 5


def test_the_page_of_a_test_without_signing_in(visitor: FlaskClient) -> None:
    page = visitor.get("/rehearsal/paper").get_data(as_text=True)
    assert page.count("data-item=") == 5
    assert 'data-lease-url=""' in page
    assert 'data-person=""' in page
    assert 'data-seconds="120"' in page


def test_saves_are_answered_as_those_of_a_test(visitor: FlaskClient) -> None:
    first = put(visitor, change(0, "C"), change(3, "24"), change(1, "Z")).json
    assert [one.get("version", one.get("error")) for one in first["results"]] == [1, 1, "not_an_answer"]
    assert first["seconds_left"] == 120
    again = put(visitor, change(0, "C")).json["results"]
    assert again[0]["version"] == 1
    [stale] = put(visitor, change(0, "A")).json["results"]
    kept = {"answer": ["C"], "marked": False, "version": 1, "operation": ""}
    assert stale == {"position": 0, "error": "stale", "kept": kept}
    assert put(visitor, change(0, "A", version=1)).json["results"][0]["version"] == 2
    page = visitor.get("/rehearsal/paper").get_data(as_text=True)
    assert 'value="A" checked' in page
    assert 'value="24"' in page


def test_what_is_no_save_is_refused(visitor: FlaskClient) -> None:
    assert visitor.put("/rehearsal/responses", json={"lease": 3, "responses": [change(0, "A")]}).status_code == 422
    assert [one["error"] for one in put(visitor, change(99, "A"), change(5, "A")).json["results"]] == [
        "not_an_answer"
    ] * 2


def test_the_cookie_stays_small(visitor: FlaskClient) -> None:
    put(visitor, *[change(position, "A") for position in range(3)], change(3, "长" * 150), change(4, "B", marked=True))
    cookie = visitor.get_cookie("quizapp")
    assert cookie is not None
    assert len(cookie.value) < 2000
    page = visitor.get("/rehearsal/paper").get_data(as_text=True)
    assert "长" * LONGEST_TEXT in page
    assert "长" * (LONGEST_TEXT + 1) not in page


def test_plain_forms_do_it_too(visitor: FlaskClient) -> None:
    fields = {"a0": "C", "v0": "0", "a1": ["A", "B"], "v1": "0", "a3.0": "24", "v3": "0"}
    assert visitor.post("/rehearsal/responses", data=fields).location == "/rehearsal/paper"
    last = visitor.post("/rehearsal/responses", data=fields | {"v0": "1", "v1": "1", "v3": "1", "then": "submission"})
    assert last.location == "/rehearsal/submission"
    assert "2 items are not answered yet" in visitor.get("/rehearsal/submission").get_data(as_text=True)
    assert visitor.post("/rehearsal/submission").location == "/rehearsal/result"
    page = visitor.get("/rehearsal/result").get_data(as_text=True)
    assert "3 of 5 answers arrived." in page
    assert "The page does not work by itself here" in page


def test_a_script_is_noticed(visitor: FlaskClient) -> None:
    put(visitor, change(0, "C"))
    ended = visitor.post("/rehearsal/submission", headers={"Accept": "application/json"})
    assert ended.json == {"next": "/rehearsal/result"}
    page = visitor.get("/rehearsal/result").get_data(as_text=True)
    assert "1 of 5 answers arrived." in page
    assert "Each answer is sent as you give it" in page


def test_without_an_answer_it_says_what_to_do(visitor: FlaskClient) -> None:
    visitor.post("/rehearsal/submission", headers={"Accept": "application/json"})
    page = visitor.get("/rehearsal/result").get_data(as_text=True)
    assert "No answer has arrived" in page
    assert "The page does not work by itself here" not in page


def test_it_ends_by_itself(visitor: FlaskClient, clock: MovableClock) -> None:
    clock.advance(minutes=MINUTES, seconds=10)
    assert put(visitor, change(0, "A")).status_code == 200
    assert visitor.get("/rehearsal/clock").json["over"] is False
    clock.advance(seconds=1)
    late = put(visitor, change(0, "B", version=1))
    assert (late.status_code, late.json["error"]) == (409, "late")
    assert visitor.post("/rehearsal/responses", data={"a0": "B", "v0": "1"}).location == "/rehearsal/result"
    assert visitor.get("/rehearsal/paper").location == "/rehearsal/result"
    assert visitor.get("/rehearsal/clock").json["over"] is True


def test_it_can_be_sat_again(visitor: FlaskClient) -> None:
    put(visitor, change(0, "C"))
    visitor.post("/rehearsal/submission")
    visitor.post("/rehearsal")
    assert 'value="C" checked' not in visitor.get("/rehearsal/paper").get_data(as_text=True)


@pytest.mark.parametrize("address", ["paper", "submission", "result"])
def test_whoever_has_not_started_is_led_to_the_door(address: str, client: FlaskClient) -> None:
    assert client.get(f"/rehearsal/{address}").location == "/rehearsal"
    assert client.get("/rehearsal/clock").json["over"] is True


def test_the_way_there_is_shown_before_signing_in(client: FlaskClient) -> None:
    assert 'href="/rehearsal"' in client.get("/sign-in").get_data(as_text=True)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", see)
    yield seen
    event.remove(engine, "before_cursor_execute", see)


def test_the_database_hears_nothing_of_it(statements: list[str], visitor: FlaskClient) -> None:
    put(visitor, change(0, "C"))
    for address in ("paper", "clock", "submission"):
        visitor.get(f"/rehearsal/{address}")
    visitor.post("/rehearsal/submission")
    visitor.get("/rehearsal/result")
    assert not [each for each in statements if not each.lstrip().upper().startswith("SELECT")]


def test_its_end_leads_to_the_sign_in_or_to_the_own_tests(visitor: FlaskClient, exam: Exam) -> None:
    def way_on() -> str:
        visitor.post("/rehearsal")
        visitor.post("/rehearsal/submission")
        return visitor.get("/rehearsal/result").text.partition('<a class="btn btn-primary" href="')[2].split("</a>")[0]

    assert way_on() == '/sign-in">Go to sign in'
    sign_in_as(visitor, exam.cast.zhang.login)
    assert way_on() == '/">My tests'
