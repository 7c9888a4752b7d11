"""The usual save goes the short way, and the short way lets nothing through that the long one would refuse."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from quizapp.accounts.models import Account, SignIn
from quizapp.attempts import save_one, views
from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.db import Busy, db, write_row, writing
from quizapp.web import clock as wall
from quizapp.web.signatures import Recent, RememberingProtection
from tests.attempts.exam import Exam, hold, make_exam
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock


class Page:
    """The open page of an attempt, which holds it."""

    def __init__(self, client: FlaskClient, exam: Exam, attempt_id: int) -> None:
        self.client, self.exam, self.attempt_id = client, exam, attempt_id
        self.lease = self.take()
        self.save(9999)  # is refused; from then on the page is known to be genuine

    def take(self) -> int:
        """Another page takes over; its lease."""
        attempt = self.exam.attempt(self.attempt_id)
        return hold(attempt, arrived_at=wall.now(), page=attempt.lease + 1)

    def save(self, position: int, *answer: str, version: int = 0, **changes: Any) -> tuple[int, Any]:
        """The status and what is told of the item, or of the page where it is refused."""
        one = {"position": position, "answer": list(answer), "marked": False, "version": version}
        one["operation"] = f"operation-{position}-{version}"
        body = {"lease": self.lease, "responses": [{**one, **changes}]}
        answered = self.client.put(f"/attempts/{self.attempt_id}/responses", json=body)
        said = answered.get_json()
        return answered.status_code, said.get("results", [said])[0] if said else None

    def kept(self) -> dict[int, tuple[int, list[str]]]:
        """Version and answer of each item in the database."""
        db.session.rollback()
        return {row.position: (row.version, row.answer) for row in db.session.scalars(select(ItemResponse))}


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


@pytest.fixture
def page(any_app: Flask, exam: Exam) -> Page:
    client = any_app.test_client()
    sign_in_as(client, exam.cast.zhang.login)
    return Page(client, exam, exam.start().id)


@pytest.fixture
def short_way_alone(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes on to the long way fails."""

    def fail(**_what: Any) -> None:
        raise AssertionError("not by the short way")

    monkeypatch.setattr(views, "save_responses", fail)


@pytest.mark.usefixtures("short_way_alone")
def test_the_first_and_the_next_save_of_an_item_go_the_short_way(page: Page) -> None:
    status, said = page.save(0, "A")
    assert (status, said["position"], said["version"]) == (200, 0, 1)
    status, said = page.save(0, "B", version=1, marked=True)
    assert (status, said["version"]) == (200, 2)
    status, said = page.save(0, version=2)
    assert (status, said["version"]) == (200, 3)
    assert page.kept() == {0: (3, [])}


def test_a_page_that_has_taken_the_attempt_over_saves_by_the_short_way_at_once(
    any_app: Flask, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = any_app.test_client()
    sign_in_as(client, exam.cast.li.login)
    address = f"/attempts/{exam.start(exam.cast.li.person_id).id}"
    monkeypatch.setattr(views, "save_responses", None)
    lease = client.put(f"{address}/lease", json={"lease": 1}).get_json()["lease"]
    one = {"position": 0, "answer": [], "marked": True, "version": 0, "operation": "operation"}
    assert client.put(f"{address}/responses", json={"lease": lease, "responses": [one]}).status_code == 200


def test_both_ways_keep_the_same(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every column, in the bank's letters: also what is typed, and several letters."""
    items = page.exam.attempt(page.attempt_id).paper["items"]
    answers = [["A"] if item["letters"] else ["十日"] for item in items]

    def rows() -> list[tuple[Any, ...]]:
        db.session.rollback()
        found = db.session.execute(select(ItemResponse.__table__).order_by(ItemResponse.position)).all()
        return [tuple(row)[1:] for row in found]

    short = [page.save(position, *answer) for position, answer in enumerate(answers)]
    by_the_short_way = rows()
    li = page.exam.start(page.exam.cast.li.person_id)
    assert by_the_short_way
    db.session.execute(delete(ItemResponse))
    db.session.commit()
    monkeypatch.setattr(save_one, "_takes", lambda *_what: False)
    long = [page.save(position, *answer) for position, answer in enumerate(answers)]
    assert rows() == by_the_short_way
    assert long == short
    assert li.id != page.attempt_id


def test_a_page_that_was_taken_over_from_is_told(page: Page) -> None:
    page.take()
    assert page.save(0, "A")[1]["error"] == "taken_over"
    assert page.kept() == {}


def test_an_older_version_is_told_what_is_kept(page: Page) -> None:
    page.save(0, "A")
    page.save(0, "B", version=1)
    for version in (0, 1, 7):
        status, said = page.save(0, "C", version=version, operation="another-one")
        assert (status, said["error"], said["kept"]["answer"]) == (200, "stale", ["B"])
    assert page.save(1, "C", version=3)[1]["error"] == "stale"  # nothing is there that it could have seen


def test_the_same_save_again_is_answered_as_before(page: Page) -> None:
    assert page.save(0, "A") == page.save(0, "A")
    assert page.kept()[0][0] == 1


def test_after_the_end_nothing_is_taken(page: Page, clock: MovableClock) -> None:
    attempt = page.exam.attempt(page.attempt_id)
    clock.set(attempt.deadline + attempt.quiz.grace)
    assert page.save(0, "A")[0] == 200
    clock.advance(seconds=0.001)
    assert page.save(1, "A")[1]["error"] == "late"
    assert set(page.kept()) == {0}


@pytest.mark.parametrize(("position", "answer"), [(0, "Z"), (0, ""), (9999, "A")])
def test_what_the_paper_does_not_offer_is_refused(page: Page, position: int, answer: str) -> None:
    status, said = page.save(position, answer, "A", "B")
    assert (status, said["error"]) == (200, "not_an_answer")
    assert page.kept() == {}


def test_nobody_saves_for_another(page: Page, any_app: Flask) -> None:
    li = any_app.test_client()
    sign_in_as(li, page.exam.cast.li.login)
    page.client = li
    assert page.save(0, "A")[0] == 404
    own = Page(li, page.exam, page.exam.start(page.exam.cast.li.person_id).id)
    assert own.save(0, "A")[0] == 200  # the cookie is known by now, and the attempt still is another's
    assert page.save(1, "A")[0] == 404
    page.client = any_app.test_client()
    assert page.save(0, "A")[0] == 401
    assert page.kept() == {0: (1, own.kept()[0][1])}


def end_the_sign_in(page: Page) -> None:
    page.client.post("/sign-out")


def let_it_expire(_page: Page) -> None:
    with writing() as session:
        session.execute(update(SignIn).values(expires_at=wall.now()))


def disable(page: Page) -> None:
    with writing() as session:
        session.execute(update(Account).values(disabled_at=wall.now()))


def ask_for_own_password(page: Page) -> None:
    with writing() as session:
        session.execute(update(Account).values(password_is_temporary=True))


@pytest.mark.parametrize(
    ("change", "status"),
    [(end_the_sign_in, 401), (let_it_expire, 401), (disable, 401), (ask_for_own_password, 403)],
)
def test_who_may_not_save_any_more_is_known_at_once(
    page: Page, any_app: Flask, change: Callable[[Page], None], status: int
) -> None:
    """Also with the very headers that were genuine a moment ago."""
    cookie = page.client.get_cookie("quizapp")
    assert page.save(0, "A")[0] == 200
    assert cookie is not None
    change(page)
    page.client.set_cookie("quizapp", cookie.value)
    assert page.save(1, "A")[0] == status
    assert set(page.kept()) == {0}


def test_only_what_was_judged_is_taken_for_genuine(
    settings: Any, make_app: Callable[..., Flask], clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another token against forgery, another cookie, another page that sends it: each is judged anew."""
    app = make_app(settings)
    client = app.test_client()
    with app.app_context():
        exam = make_exam(app)
        sign_in_as(client, exam.cast.zhang.login)
        attempt = exam.start()
        page = f"/attempts/{attempt.id}"
        lease = hold(attempt, arrived_at=wall.now(), page=attempt.lease + 1)
    token = client.get(f"{page}/clock").get_json()["csrf_token"]

    def save(position: int, token: str = token, cookie: str = "", **headers: str) -> int:
        one = {"position": position, "answer": ["A"], "marked": False, "version": 0, "operation": "operation"}
        named = {"X-CSRFToken": token, "Accept": "application/json", **headers}
        if cookie:
            client.set_cookie("quizapp", cookie)
        return client.put(f"{page}/responses", json={"lease": lease, "responses": [one]}, headers=named).status_code

    assert save(0) == 200
    judged: list[str] = []
    protect = RememberingProtection.protect
    monkeypatch.setattr(RememberingProtection, "protect", lambda self, **how: judged.append("") or protect(self, **how))
    assert save(1) == 200
    assert judged == []
    assert save(2, token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")) == 400
    assert save(2, "") == 400
    assert save(2, Referer="http://elsewhere/") == 200  # plain HTTP: no referrer is asked for
    assert len(judged) == 3
    kept = client.get_cookie("quizapp")
    assert kept is not None
    assert save(3, cookie=kept.value[:-3] + ("AAA" if kept.value[-3:] != "AAA" else "BBB")) in (400, 401)
    assert save(3, cookie=kept.value) == 200
    again = client.get(f"{page}/clock").get_json()["csrf_token"]
    assert again == token
    assert save(4, "", **{"X-CSRF-Token": token}) == 200  # the other name under which a token is looked for
    assert save(6, "") == 400


def test_no_cookie_and_no_token_is_kept_in_memory(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    add = Recent.add
    monkeypatch.setattr(Recent, "add", lambda self, *what: noted.append(what) or add(self, *what))
    sign_in_as(page.client, page.exam.cast.zhang.login)
    with page.client.session_transaction() as session:
        token = session["_user_id"]
    cookie = page.client.get_cookie("quizapp")
    assert page.save(0, "A")[0] == 200
    assert cookie is not None
    assert noted
    assert not [what for what in noted if token in repr(what) or cookie.value.partition(".")[0] in repr(what)]


def test_both_ways_answer_with_the_same_headers(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def headers(position: int) -> dict[str, str]:
        one = {"position": position, "answer": [], "marked": True, "version": 0, "operation": "operation"}
        body = {"lease": page.lease, "responses": [one]}
        answered = page.client.put(f"/attempts/{page.attempt_id}/responses", json=body)
        assert len(answered.data) == int(answered.headers["Content-Length"])
        return {name: value for name, value in answered.headers.items() if name != "Content-Length"}

    short = headers(0)
    monkeypatch.setattr(save_one, "_takes", lambda *_what: False)
    assert headers(1) == short


@pytest.mark.usefixtures("short_way_alone")
def test_what_is_not_json_of_a_usual_length_goes_the_full_way(page: Page) -> None:
    def put(text: str, content_type: str = "application/json", **environ: str) -> int:
        address = f"/attempts/{page.attempt_id}/responses"
        with_type = {"content_type": content_type, "environ_overrides": environ}
        return page.client.put(address, data=text, **with_type).status_code

    one = {"position": 0, "answer": ["A"], "marked": False, "version": 0, "operation": "operation"}
    usual = json.dumps({"lease": page.lease, "responses": [one]})
    failed_on_the_full_way = 500
    assert put(usual, "text/plain") == failed_on_the_full_way
    assert put(usual + " " * save_one.LARGEST_BODY) == failed_on_the_full_way
    assert put(usual, CONTENT_LENGTH=f"{len(usual):05000}") == 422  # more digits than Python makes a number of
    assert put(json.dumps({"lease": page.lease, "responses": [one] * 2})) == failed_on_the_full_way
    assert put(json.dumps({"lease": page.lease, "responses": [one], "more": 1})) == 422
    assert page.kept() == {}


def test_an_answer_arrived_when_the_short_way_saw_it(
    page: Page, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the short way cannot judge may have waited in it for the database: it is not late for that."""
    attempt = page.exam.attempt(page.attempt_id)
    clock.set(attempt.deadline + attempt.quiz.grace)

    def slow(*_what: Any) -> int:
        clock.advance(seconds=3)
        return 0

    monkeypatch.setattr(save_one, "write_row", slow)
    assert page.save(0, "A")[0] == 200
    assert page.kept()[0][0] == 1


def test_an_outage_is_told_and_not_waited_for_twice(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def busy(*_what: Any) -> int:
        tries.append(1)
        raise Busy("somebody holds the lock")

    monkeypatch.setattr(save_one, "write_row", busy)
    monkeypatch.setattr(views, "save_responses", busy)
    status, said = page.save(0, "A")
    assert (status, said["error"], len(tries)) == (503, "busy", 1)


def take_over(page: Page) -> None:
    page.take()


def submit(page: Page) -> None:
    submit_attempt(attempt=page.exam.attempt(page.attempt_id), arrived_at=wall.now() - timedelta(seconds=1))


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize(("change", "error"), [(take_over, "taken_over"), (submit, "submitted")])
def test_what_happens_between_looking_and_writing(
    page: Page, monkeypatch: pytest.MonkeyPatch, change: Callable[[Page], None], error: str, version: int
) -> None:
    """What was read of the attempt is no longer so when the answer is written."""
    if version:
        page.save(0, "A")
    before = page.kept()

    def meanwhile(*what: Any) -> int:
        change(page)
        return write_row(*what)

    monkeypatch.setattr(save_one, "write_row", meanwhile)
    assert page.save(0, "B", version=version)[1]["error"] == error
    assert page.kept() == before


def test_a_paper_that_took_the_place_of_another_is_read_anew(page: Page) -> None:
    """As when a backup is put back under a running server, and its next attempt is given the same id."""
    page.save(0, "A")
    with writing() as session:
        attempt = session.get_one(Attempt, page.attempt_id)
        first, *others = attempt.paper["items"]
        letters = [*first["letters"][1:], first["letters"][0]]
        attempt.paper = {**attempt.paper, "items": [{**first, "letters": letters}, *others]}
        attempt.seed += 1
    page.save(0, "A", version=1)
    assert page.kept() == {0: (2, [letters[0]])}


def test_a_paper_is_read_once(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.save(0, "A")
    monkeypatch.setattr(save_one, "_PAPER", None)
    assert page.save(1, "A")[0] == 200


def test_what_goes_wrong_on_the_short_way_is_a_page_and_no_stack_trace(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(save_one, "to_bank", None)
    assert page.save(0, "A")[0] == 500
    assert "unexpected error" in caplog.text
    assert page.kept() == {}
