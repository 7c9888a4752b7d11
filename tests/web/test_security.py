"""What every answer carries and every request meets: headers, tokens, cookies, no way out of the site."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from quizapp.accounts.models import SignIn
from quizapp.db import writing
from quizapp.web import clock
from quizapp.web.security import CONTENT_SECURITY_POLICY
from quizapp.web.views import safe_next
from tests.support.addresses import ROLES, body_of, fingerprint, make_house
from tests.support.cast import PASSWORD, make_cast, sign_in_as
from tests.support.databases import settings_for, sqlite_url

Make = Callable[..., Flask]


def break_health(app: Flask) -> None:
    """Let /healthz fail as a bug would."""

    def fail() -> str:
        raise ZeroDivisionError("secret detail")

    fail.access = frozenset()  # type: ignore[attr-defined]
    app.view_functions["web.healthz"] = fail


KINDS: dict[str, tuple[Callable[[FlaskClient], TestResponse], int]] = {
    "page": (lambda client: client.get("/sign-in"), 200),
    "head": (lambda client: client.head("/sign-in"), 200),
    "style": (lambda client: client.get("/static/css/base.css", buffered=True), 200),
    "file of a package": (lambda client: client.get("/bootstrap/static/css/bootstrap.min.css", buffered=True), 200),
    "JSON": (lambda client: client.get("/readyz"), 200),
    "redirect": (lambda client: client.get("/"), 302),
    "slash": (lambda client: client.get("/static"), 404),
    "not found": (lambda client: client.get("/nowhere"), 404),
    "no method": (lambda client: client.delete("/sign-in"), 405),
    "no token": (lambda client: client.post("/sign-in"), 400),
    "signed out": (lambda client: client.get("/", headers={"Accept": "application/json"}), 401),
    "too large": (lambda client: client.post("/preferences", data=b"x" * 2_000_000), 413),
    "failure": (lambda client: client.get("/healthz"), 500),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_carries_the_headers(settings: Any, make_app: Make, tmp_path: Path, kind: str) -> None:
    small = settings_for(settings.database_url, tmp_path, QUIZAPP_MAX_UPLOAD_MB="1")
    app = make_app(small)
    break_health(app)
    ask, status = KINDS[kind]
    answer = ask(app.test_client())
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"]
    if kind in ("style", "file of a package"):
        assert "max-age" in answer.headers["Cache-Control"]
    else:
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_policy_lets_nothing_in() -> None:
    parts = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["frame-ancestors"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


# Tokens


def test_nothing_is_done_without_a_token(settings: Any, make_app: Make) -> None:
    house = make_house(make_app(settings))
    acts = [(rule, method) for rule, method in house.rules() if method != "GET"]
    assert len(acts) > 15
    for role in ROLES:
        member, client = house.member(role), house.app.test_client()
        if member is not None:
            sign_in_as(client, member.login)
        before = fingerprint(house.app)
        for rule, method in acts:
            url = house.url(rule, member)
            assert client.open(url, method=method, **body_of(method)).status_code == 400, (role, method, url)
        assert fingerprint(house.app) == before


def test_no_answer_brings_the_session_cookie_again(settings: Any, make_app: Make) -> None:
    """A late one of a sign-in that has ended would overwrite the cookie of the new one."""
    house = make_house(make_app(settings))
    client = house.app.test_client()
    sign_in_as(client, house.exam.cast.zhang.login)
    script = {"Accept": "application/json"}
    assert client.get("/", headers=script).status_code == 200
    clock_url = f"/attempts/{house.attempt_id}/clock"
    client.get(clock_url, headers=script)  # the token of the session is made once
    assert "Set-Cookie" not in client.get(clock_url, headers=script).headers
    with house.app.app_context(), writing() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    late = client.get(clock_url, headers=script)
    assert (late.status_code, late.headers.get("Set-Cookie")) == (401, None)


def token_on(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found, page
    return found[1]


def test_a_token_of_one_browser_is_worth_nothing_in_another(settings: Any, make_app: Make) -> None:
    app = make_app(settings)
    make_cast(app)
    mine, other = app.test_client(), app.test_client()
    data = {"login": "100001", "password": PASSWORD, "csrf_token": token_on(mine, "/sign-in")}
    token_on(other, "/sign-in")
    assert other.post("/sign-in", data=data).status_code == 400
    assert mine.post("/sign-in", data=data).status_code == 302


# Cookies


@pytest.mark.parametrize(("secure", "scheme"), [("1", "https"), ("0", "http")])
def test_cookies_are_kept_from_scripts_and_other_sites(
    settings: Any, make_app: Make, tmp_path: Path, secure: str, scheme: str
) -> None:
    chosen = settings_for(settings.database_url, tmp_path, QUIZAPP_SECURE_COOKIES=secure)
    app = make_app(chosen, WTF_CSRF_ENABLED=False)
    make_cast(app)
    client = app.test_client()
    options = {"base_url": f"{scheme}://localhost"}
    signed_in = client.post("/sign-in", data={"login": "100001", "password": PASSWORD}, **options)
    chosen_kind = client.post("/preferences", data={"type_size": "large", "theme": "dark", "lang": "en"}, **options)
    cookies = signed_in.headers.getlist("Set-Cookie") + chosen_kind.headers.getlist("Set-Cookie")
    names = {cookie.split("=")[0] for cookie in cookies}
    assert names == {"__Host-quizapp" if secure == "1" else "quizapp", "type_size", "theme", "lang"}
    for cookie in cookies:
        flags = {part.strip().split("=")[0]: part.strip() for part in cookie.split(";")[1:]}
        assert "HttpOnly" in flags
        assert flags["SameSite"] == "SameSite=Lax"
        assert flags["Path"] == "Path=/"
        assert "Domain" not in flags
        assert ("Secure" in flags) == (secure == "1")


def test_a_forged_cookie_is_nobody(client: FlaskClient) -> None:
    for value in ("x", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", ""):
        client.set_cookie("quizapp", value)
        assert client.get("/me").status_code == 302


def test_what_one_likes_is_kept_and_nothing_else(client: FlaskClient) -> None:
    data = {"type_size": "large", "theme": "dark", "lang": "xx", "quizapp": "x", "next": "/sign-in"}
    answer = client.post("/preferences", data=data)
    assert answer.location == "/sign-in"
    assert {cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")} == {"type_size", "theme"}
    page = client.get("/sign-in").text
    assert re.search(r"<html[^>]*dark", page)
    assert re.search(r"<html[^>]*large", page)
    client.set_cookie("theme", '"><script>')
    assert "<script>" not in client.get("/sign-in").text


# The way back


SAFE = ["/", "/me", "/quizzes/3?page=2", "/tests/1#top", "/roster?q=%E5%BC%A0", "/a//b", "/?next=https://example.com"]
UNSAFE = [
    None,
    "",
    "me",
    "https://example.com",
    "//example.com",
    "///example.com",
    "/\\example.com",
    "\\\\example.com",
    "/a\\..\\b",
    "javascript:alert(1)",
    " /me",
    "\t//example.com",
    "/\t/example.com",
    "/\n/example.com",
    "/\r\nSet-Cookie: x=1",
    "http:/example.com",
    "//[bad",
]


@pytest.mark.parametrize("target", SAFE)
def test_a_path_of_this_site_is_a_way_back(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", UNSAFE)
def test_nothing_else_is(target: str | None) -> None:
    assert safe_next(target) == "/"


# Text that no database takes


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800"])
def test_no_text_makes_the_server_stumble(any_app: Flask, text: str) -> None:
    house = make_house(any_app)
    client = any_app.test_client()
    sent = text.encode("utf-8", "surrogatepass")
    assert client.post("/sign-in", data={"login": sent, "password": sent}).status_code < 500
    sign_in_as(client, "ORG")
    quoted = "".join(f"%{byte:02x}" for byte in sent)
    for url in (f"/roster?q={quoted}", f"/banks/1/revisions/1?q={quoted}", f"/roster/imports/{quoted}", f"/{quoted}"):
        assert client.get(url).status_code < 500, url
    unit = house.exam.cast.branches[0]
    assert client.post(f"/units/{unit}/name", data={"name": sent}).status_code < 500
    assert client.post(f"/quizzes/{house.exam.quiz_id}/withdrawal", data={"reason": sent}).status_code < 500
    assert client.post("/quizzes/new", data={"title": sent, "act": "publish"}).status_code < 500
    sign_in_as(client, "100001")
    url = f"/attempts/{house.attempt_id}/responses"
    assert client.put(f"/attempts/{house.attempt_id}/lease", json={"lease": 1}).status_code < 500
    for position in range(7):
        body = {"position": position, "answer": [text, text], "marked": False, "version": 0, "operation": "12345678"}
        for sent_body in (body, body | {"answer": ["A"], "operation": text * 8}):
            assert client.put(url, json={"lease": 1, "responses": [sent_body]}).status_code < 500, position
    assert client.post(f"/attempts/{house.attempt_id}/responses", data={"v4": "0", "a4.0": sent}).status_code < 500


def test_behind_a_proxy_the_caller_is_the_one_it_names(settings: Any, make_app: Make, tmp_path: Path) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    for hops, expected in (("0", "127.0.0.1"), ("1", "203.0.113.7")):
        app = make_app(settings_for(sqlite_url(tmp_path / "quizapp.sqlite3"), tmp_path, QUIZAPP_TRUSTED_PROXIES=hops))
        seen: list[str | None] = []

        def note(seen: list[str | None] = seen) -> None:
            from flask import request

            seen.append(request.remote_addr)

        app.before_request(note)
        app.test_client().get("/healthz", headers=headers)
        assert seen == [expected]
