"""A signature is checked once, and a text that was changed never passes for the one that was checked."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import timed

from quizapp.web import signatures
from tests.support.cast import make_cast, sign_in_as

COOKIE = "quizapp"


@pytest.fixture
def zhang(settings: Any, make_app: Callable[..., Flask]) -> FlaskClient:
    """Signed in, at an application whose changes need their token."""
    app = make_app(settings)
    client = app.test_client()
    sign_in_as(client, make_cast(app).zhang.login)
    return client


def token_on_home(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def change(client: FlaskClient, token: str) -> int:
    """The status of a change without effect (there is no such attempt): 404 where the token was good."""
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    return client.put("/attempts/1/responses", json={}, headers=headers).status_code


def spoilt(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def test_a_good_token_is_good_again_and_no_other_becomes_so(zhang: FlaskClient) -> None:
    token = token_on_home(zhang)
    assert [change(zhang, token) for _ in range(3)] == [404] * 3
    for place in (0, len(token) // 2, len(token) - 2):
        assert change(zhang, spoilt(token, place)) == 400
    assert change(zhang, "") == 400


def test_a_token_is_good_in_its_own_session_alone(zhang: FlaskClient) -> None:
    token = token_on_home(zhang)
    assert change(zhang, token) == 404
    other = zhang.application.test_client()
    sign_in_as(other, "100002")
    token_on_home(other)
    assert change(other, token) == 400


def test_a_known_token_from_another_place_is_refused(zhang: FlaskClient) -> None:
    """Behind TLS the page that asks must be one of ours, also when its token was seen before."""
    headers = {"X-CSRFToken": token_on_home(zhang), "Accept": "application/json"}
    for referrer, status in (("http://localhost/", 404), ("http://elsewhere/", 400), ("", 400)):
        where = {
            "base_url": "https://localhost",
            "headers": {**headers, "Referer": referrer.replace("http:", "https:")},
        }
        zhang.set_cookie(COOKIE, zhang.get_cookie(COOKIE).value)  # type: ignore[union-attr]
        assert zhang.put("/attempts/1/responses", json={}, **where).status_code == status


def test_a_changed_cookie_signs_nobody_in(zhang: FlaskClient) -> None:
    assert zhang.get("/").status_code == 200  # sets the cookie anew, with the token in it
    assert zhang.get("/").status_code == 200
    cookie = zhang.get_cookie(COOKIE)
    assert cookie is not None
    for place in (0, len(cookie.value) // 2, len(cookie.value) - 2):
        zhang.set_cookie(COOKIE, spoilt(cookie.value, place))
        assert zhang.get("/").status_code == 302
    other = zhang.application.test_client()
    sign_in_as(other, "100002")
    others = other.get_cookie(COOKIE)
    assert others is not None
    zhang.set_cookie(COOKIE, f"{others.value.rpartition('.')[0]}.{cookie.value.rpartition('.')[2]}")
    assert zhang.get("/").status_code == 302
    zhang.set_cookie(COOKIE, cookie.value)
    assert zhang.get("/").status_code == 200


def test_what_was_checked_takes_little_memory_however_long_it_was(
    zhang: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Base64 is read past characters that are none of it: whoever has one good signature has countless long ones."""
    token = token_on_home(zhang)
    cookie = zhang.get_cookie(COOKIE)
    assert cookie is not None
    kept: list[Any] = []
    add = signatures.Recent.add
    monkeypatch.setattr(signatures.Recent, "add", lambda self, *what: kept.append(what) or add(self, *what))
    long = "!" * 40_000
    headers = {"Cookie": f"{COOKIE}={cookie.value}{long}", "X-CSRFToken": token + long, "Accept": "application/json"}
    other = zhang.application.test_client(use_cookies=False)
    for _ in range(2):
        assert other.put("/attempts/1/responses", json={}, headers=headers).status_code == 404
    assert len(kept) == 2
    assert max(len(repr(what)) for what in kept) < 100


def test_a_known_cookie_grows_old(zhang: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert zhang.get("/").status_code == 200
    now = time.time()
    lifetime = zhang.application.permanent_session_lifetime.total_seconds()
    monkeypatch.setattr(timed.TimestampSigner, "get_timestamp", lambda _signer: int(now + lifetime + 2))
    assert zhang.get("/").status_code == 302


def test_what_was_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "KNOWN", 3)
    recent = signatures.Recent()
    for number in range(10):
        recent.add(number)
    assert [number for number in range(10) if number in recent] == [6, 7, 8, 9]
