"""The short way takes a save only where the full way finds it genuine, and for the same account."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from quizapp.accounts.operations import token_hash
from quizapp.attempts import save_one, views
from quizapp.attempts.saving import Outcome
from quizapp.web import clock as wall
from quizapp.web.access import sign_in_token
from quizapp.web.signatures import Recent
from tests.support.cast import PASSWORD, make_cast

HOST = "quiz.example.org"
COOKIE = "__Host-quizapp"
BODY = {
    "lease": 1,
    "responses": [{"position": 0, "answer": [], "marked": True, "version": 0, "operation": "operation"}],
}


def sign_in(client: FlaskClient, login: str) -> tuple[str, str]:
    """Sign in behind TLS; the token and the cookie."""
    page = f"https://{HOST}/sign-in"
    asked = {"Referer": page, "Accept": "application/json"}
    token = client.get("/attempts/1/clock", base_url=page, headers=asked).get_json()["csrf_token"]
    form = {"login": login, "password": PASSWORD}
    answer = client.post("/sign-in", base_url=page, headers={**asked, "X-CSRFToken": token}, data=form)
    cookie = client.get_cookie(COOKIE, domain=HOST)
    assert cookie is not None
    return answer.get_json()["csrf_token"], f"{COOKIE}={cookie.value}"


def kinds_of_headers(zhang: tuple[str, str], li: tuple[str, str]) -> dict[str, list[str | None]]:
    """What each may be, beginning with what a page sends; None: it is not there."""
    (token, cookie), (other_token, other_cookie) = zhang, li
    here = f"https://{HOST}/"
    return {
        "HTTP_COOKIE": [
            *(cookie, other_cookie, f"{cookie}; {other_cookie}", f"{other_cookie}; {cookie}", f"{cookie}!!!!"),
            *(f"lang=en; {cookie}", f"{cookie[:-4]}AAAA", cookie.removeprefix("__Host-"), "", None),
        ],
        "HTTP_X_CSRFTOKEN": [token, other_token, f"{token}!!!!", f"{token[:-4]}AAAA", "", None],
        "HTTP_X_CSRF_TOKEN": [None, token, other_token, "x"],
        "HTTP_REFERER": [
            here,
            f"{here}attempts/1",
            "https://elsewhere/",
            here.replace("s:", ":"),
            f"{here}x,y",
            "",
            None,
        ],
        "HTTP_HOST": ["inner:8000", HOST, "elsewhere", "a b", ""],
        "HTTP_X_FORWARDED_HOST": [HOST, "elsewhere", f"elsewhere,{HOST}", f"{HOST},elsewhere", "", None],
        "HTTP_X_FORWARDED_PROTO": ["https", "http", "http,https", "https,http", "HTTPS", "", None],
        "HTTP_X_FORWARDED_FOR": [None, "192.0.2.1"],
        "HTTP_X_FORWARDED_PREFIX": [None, "/x"],
        "wsgi.url_scheme": ["http", "https"],
        "SCRIPT_NAME": ["", "/x"],
    }


class Ways:
    """Both ways, without what they do after a request was found genuine: it says whose it is."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.whose, self.shortly = app, "", 0
        self.genuine: Recent = app.extensions[save_one.GENUINE]

        def by_the_short_way(_attempt: int, sign_in: str, *_what: Any) -> bytes:
            self.whose, self.shortly = sign_in, self.shortly + 1
            return b"{}"

        def by_the_full_way(**_what: Any) -> Outcome:
            self.whose = token_hash(sign_in_token())
            return Outcome([], wall.now())

        monkeypatch.setattr(save_one, "_save", by_the_short_way)
        monkeypatch.setattr(views, "save_responses", by_the_full_way)

    def ask(self, headers: dict[str, str | None]) -> tuple[str, str]:
        """The status, and whose it was."""
        self.whose = ""
        made = EnvironBuilder("/attempts/1/responses", method="PUT", json=BODY).get_environ()
        environ = {name: value for name, value in {**made, **headers}.items() if value is not None}
        body, status, _headers = run_wsgi_app(self.app.wsgi_app, environ)
        assert body is not None
        return status, self.whose

    def forget(self) -> None:
        """From now on the next request goes the full way."""
        self.genuine.__init__()  # type: ignore[misc]


def test_the_short_way_is_no_easier(
    settings: Any, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(replace(settings, trusted_proxies=1, secure_cookies=True))
    cast = make_cast(app)
    kinds = kinds_of_headers(*(sign_in(app.test_client(), one.login) for one in (cast.zhang, cast.li)))
    usual = {name: those[0] for name, those in kinds.items()}
    ways, chance = Ways(app, monkeypatch), random.Random(5)
    direct = {**usual, "HTTP_X_FORWARDED_HOST": None, "HTTP_X_FORWARDED_PROTO": None, "HTTP_HOST": HOST}
    begun_with = (usual, {**direct, "wsgi.url_scheme": "https"}, {**direct, "HTTP_REFERER": None})
    singly = [{**one, name: value} for one in begun_with for name, those in kinds.items() for value in those]
    mixed = [
        {**usual, **{name: chance.choice(kinds[name]) for name in chance.sample(sorted(kinds), 3)}} for _ in range(150)
    ]
    asked = [*singly, *mixed]
    by_the_full_way = []
    for headers in asked:
        ways.forget()
        by_the_full_way.append(ways.ask(headers))
    for headers in asked:
        ways.ask(headers)  # now all that is genuine is known
    ways.shortly = 0
    assert [ways.ask(headers) for headers in asked] == by_the_full_way
    assert ways.shortly == [status for status, _whose in by_the_full_way].count("200 OK")
    assert len(asked) / 3 < ways.shortly < len(asked)
