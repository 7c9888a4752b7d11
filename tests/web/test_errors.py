"""When something goes wrong: a sentence and a way on for people, a reason for scripts, a stack trace for nobody."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from quizapp.web.access import public
from quizapp.web.errors import SENTENCES
from tests.support.cast import make_cast, sign_in_as
from tests.support.databases import settings_for

BY_SCRIPT = {"Accept": "application/json"}
TRACES = ("Traceback", "ZeroDivisionError", "secret detail", "OperationalError", "werkzeug", ".py")


@pytest.fixture
def broken(settings: Any, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """The application with views that fail, and small uploads."""
    small = settings_for(settings.database_url, tmp_path, QUIZAPP_MAX_UPLOAD_MB="1")
    app = make_app(small, WTF_CSRF_ENABLED=False)

    def fail() -> str:
        raise ZeroDivisionError("secret detail")

    def lock() -> str:
        raise OperationalError("SELECT secret detail", {}, Exception("database is locked"))

    app.add_url_rule("/fail", "fail", public(fail))
    app.add_url_rule("/lock", "lock", public(lock))

    def refuse(code: int) -> str:
        abort(code)

    app.add_url_rule("/refuse/<int:code>", "refuse", public(refuse))
    return app


def check_page(answer: Any, code: int) -> None:
    """A page in Chinese with a heading, a sentence and a way home."""
    assert answer.status_code == code
    assert answer.mimetype == "text/html"
    assert re.search(r"<h1[^>]*>[^<]*[\u4e00-\u9fff]", answer.text)
    assert 'href="/"' in answer.text
    assert str(code) in answer.text
    assert not [word for word in TRACES if word in answer.text]


@pytest.mark.parametrize("code", SENTENCES)
def test_every_refusal_has_its_page(broken: Flask, code: int) -> None:
    check_page(broken.test_client().get(f"/refuse/{code}"), code)


@pytest.mark.parametrize("code", SENTENCES)
def test_scripts_get_a_reason(broken: Flask, code: int) -> None:
    answer = broken.test_client().get(f"/refuse/{code}", headers=BY_SCRIPT)
    assert answer.status_code == code
    assert answer.get_json()["error"] == f"http_{code}"
    assert re.search("[\u4e00-\u9fff]", answer.get_json()["message"])


@pytest.mark.parametrize("code", [410, 418, 501])
def test_a_code_without_a_sentence_of_its_own_has_a_page_too(broken: Flask, code: int) -> None:
    check_page(broken.test_client().get(f"/refuse/{code}"), code)


@pytest.mark.parametrize("signed_in", [False, True])
def test_an_unknown_address(broken: Flask, signed_in: bool) -> None:
    client = broken.test_client()
    if signed_in:
        make_cast(broken)
        sign_in_as(client, "100001")
    for address in ("/nowhere", "/quizzes/99999999999999999999", "/tests/-1", "/attempts/x", "/static/none.css"):
        check_page(client.get(address), 404)


def test_a_method_that_an_address_does_not_have(broken: Flask) -> None:
    client = broken.test_client()
    answer = client.delete("/sign-in")
    check_page(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize("address", ["/fail", "/lock"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_fault_of_ours(broken: Flask, caplog: pytest.LogCaptureFixture, address: str, signed_in: bool) -> None:
    client = broken.test_client()
    if signed_in:
        make_cast(broken)
        sign_in_as(client, "ORG")
    answer = client.get(address)
    check_page(answer, 500)
    assert f'href="{address}"' in answer.text  # to try again
    by_script = client.get(address, headers=BY_SCRIPT)
    assert (by_script.status_code, by_script.get_json()["error"]) == (500, "http_500")
    assert not [word for word in TRACES if word in by_script.text]
    assert "unexpected error" in caplog.text  # for whoever reads the log


def test_a_file_that_is_too_large(broken: Flask) -> None:
    make_cast(broken)
    client = broken.test_client()
    sign_in_as(client, "ORG")
    large = b"x" * 1_200_000
    for address in ("/banks/new", "/roster/imports", "/preferences"):
        check_page(client.post(address, data=large, content_type="multipart/form-data; boundary=x"), 413)
    assert client.post("/preferences", data=large, headers=BY_SCRIPT).get_json()["error"] == "http_413"


def test_an_expired_form(settings: Any, make_app: Callable[..., Flask]) -> None:
    client = make_app(settings).test_client()
    check_page(client.post("/sign-in", data={"login": "x"}), 400)
    by_script = client.put("/attempts/1/responses", json={})
    assert (by_script.status_code, by_script.get_json()["error"]) == (400, "stale_form")


def test_words_follow_the_chosen_language(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    assert "This page does not exist, or you may not see it." in client.get("/nowhere").text
