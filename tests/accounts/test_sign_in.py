"""The door: who gets in, who does not, and how a sign-in ends."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.accounts.operations import disable_account, enable_account, issue_password, set_password
from quizapp.accounts.passwords import PasswordError, refuse_weak
from quizapp.accounts.queries import account_named
from quizapp.config import Settings
from tests.support.cast import PASSWORD, Cast, make_cast, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast(app)


def try_to_sign_in(client: FlaskClient, login: str, password: str = PASSWORD, after: str = "") -> int:
    return client.post(f"/sign-in{after}", data={"login": login, "password": password}).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


def test_the_right_password_leads_in(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/sign-in", data={"login": "100001", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_in(client)


@pytest.mark.parametrize("login", ["１００００１", " 100001 ", "org1", "ＯＲＧ１"])
def test_what_looks_the_same_is_the_same_account(client: FlaskClient, cast: Cast, login: str) -> None:
    assert try_to_sign_in(client, login) == 302


@pytest.mark.parametrize("login", ["100001", "999999", "ADMIN' --"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: FlaskClient, cast: Cast, login: str) -> None:
    answer = client.post("/sign-in", data={"login": login, "password": "wrong-horse-1"})
    assert answer.status_code == 422
    assert "工号或密码" in answer.text or "staff number or the password is wrong" in answer.text
    assert not is_in(client)


def test_five_wrong_passwords_lock_for_five_minutes(client: FlaskClient, cast: Cast, clock: MovableClock) -> None:
    for _ in range(5):
        assert try_to_sign_in(client, "100001", "wrong-horse-1") == 422
    assert try_to_sign_in(client, "100001") == 422
    clock.advance(minutes=5, seconds=1)
    assert try_to_sign_in(client, "100001") == 302


def test_four_wrong_passwords_do_not_lock(client: FlaskClient, cast: Cast) -> None:
    for _ in range(4):
        try_to_sign_in(client, "100001", "wrong-horse-1")
    assert try_to_sign_in(client, "100001") == 302


@pytest.mark.parametrize(
    ("after", "where"),
    [
        ("?next=/me", "/me"),
        ("?next=https://example.com/", "/"),
        ("?next=//example.com/", "/"),
        ("?next=/\\example.com", "/"),
        ("?next=javascript:alert(1)", "/"),
    ],
)
def test_next_never_leads_elsewhere(client: FlaskClient, cast: Cast, after: str, where: str) -> None:
    data = {"login": "100001", "password": PASSWORD}
    assert client.post(f"/sign-in{after}", data=data).location == where
    assert client.get(f"/sign-in{after}").location == where


def test_who_was_sent_to_the_door_comes_back(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/me").location == "/sign-in?next=/me"


def test_signing_out_ends_the_cookie_everywhere(app: Flask, cast: Cast) -> None:
    here, copied = app.test_client(), app.test_client()
    sign_in_as(here, "100001")
    kept = here.get_cookie("quizapp")
    assert kept is not None
    copied.set_cookie("quizapp", kept.value)
    assert is_in(copied)
    assert here.post("/sign-out").location == "/sign-in"
    assert not is_in(here)
    assert not is_in(copied)


def test_a_sign_in_ends_after_twelve_hours(client: FlaskClient, cast: Cast, clock: MovableClock) -> None:
    sign_in_as(client, "100001")
    clock.advance(hours=11, minutes=59)
    assert is_in(client)
    clock.advance(minutes=2)
    assert not is_in(client)


def test_a_disabled_account_is_out_at_once(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "100001")
    with app.app_context():
        disable_account(cast.zhang.account_id)
    assert not is_in(client)
    assert try_to_sign_in(client, "100001") == 422
    with app.app_context():
        enable_account(cast.zhang.account_id)
    assert try_to_sign_in(client, "100001") == 302


def test_a_new_password_ends_every_sign_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "100001")
    with app.app_context():
        set_password(cast.zhang.account_id, "another-horse-2")
    assert not is_in(client)
    assert try_to_sign_in(client, "100001") == 422
    assert try_to_sign_in(client, "100001", "another-horse-2") == 302


def test_an_account_without_a_password_cannot_sign_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    from quizapp.accounts.operations import open_account
    from quizapp.db import writing

    with app.app_context(), writing():
        open_account(login="NEW", name="新人")
    assert try_to_sign_in(client, "NEW", "") == 422
    assert try_to_sign_in(client, "NEW", "None") == 422


def change_password(client: FlaskClient, present: str, new: str, again: str | None = None) -> int:
    data = {"present": present, "password": new, "again": again if again is not None else new}
    return client.post("/me", data=data).status_code


def test_one_changes_ones_own_password(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "100001")
    assert change_password(client, PASSWORD, "another-horse-2") == 302
    assert not is_in(client)
    assert try_to_sign_in(client, "100001", "another-horse-2") == 302


@pytest.mark.parametrize(
    ("present", "new", "again"),
    [("wrong-horse-1", "another-horse-2", None), (PASSWORD, "short", None), (PASSWORD, "another-horse-2", "other")],
)
def test_a_new_password_needs_the_old_one_length_and_a_second_look(
    client: FlaskClient, cast: Cast, present: str, new: str, again: str | None
) -> None:
    sign_in_as(client, "100001")
    assert change_password(client, present, new, again) == 422
    assert is_in(client)
    assert try_to_sign_in(client, "100001") == 302


def test_guessing_on_the_account_page_locks_too(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "100001")
    for _ in range(5):
        change_password(client, "wrong-horse-1", "another-horse-2")
    assert change_password(client, PASSWORD, "another-horse-2") == 422
    with app.app_context():
        account = account_named("100001")
        assert account is not None
        assert account.locked_until is not None


def test_the_account_page_names_roles_and_their_scope(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG1")
    page = client.get("/me").text
    assert "周组织" in page
    assert "机关" in page
    sign_in_as(client, "100001")
    assert "办公室党支部" in client.get("/me").text


@pytest.mark.parametrize(
    "new", [PASSWORD, "12345678", "98765432", "aaaaaaaa", "１２３４５６７８", "Qwerty123", "PassW0rd"]
)
def test_a_password_that_is_guessed_first_is_refused(client: FlaskClient, cast: Cast, new: str) -> None:
    sign_in_as(client, "100001")
    assert change_password(client, PASSWORD, new) == 422
    assert try_to_sign_in(client, "100001") == 302


def test_ones_own_login_and_name_are_no_passwords() -> None:
    for password in ("admin-2026", " Admin-2026 ", "系统管理员办公室值班"):
        with pytest.raises(PasswordError):
            refuse_weak(password, "ADMIN-2026", "系统管理员办公室值班")
    refuse_weak("13572468", "ADMIN-2026", "系统管理员")


@pytest.fixture
def newcomer(app: Flask, client: FlaskClient, cast: Cast) -> FlaskClient:
    """Zhang, signed in with a one-time password."""
    with app.app_context():
        password = issue_password(cast.zhang.account_id)
    answer = client.post("/sign-in?next=/tests/7", data={"login": "100001", "password": password})
    assert answer.location == "/tests/7"
    client.environ_base["one-time"] = password
    return client


def test_a_one_time_password_opens_the_account_page_alone(newcomer: FlaskClient, cast: Cast) -> None:
    assert newcomer.get("/").location == "/me"
    assert newcomer.get("/tests/7?a=1").location == "/me?next=/tests/7?a%3D1"
    assert newcomer.post("/tests/7/attempts").location == "/me"
    answer = newcomer.put("/attempts/7/responses", json={})
    assert (answer.status_code, answer.get_json()["error"]) == (403, "choose_password")
    page = newcomer.get("/me")
    assert page.status_code == 200
    assert "请先设置自己的密码" in page.text
    assert newcomer.get("/static/css/base.css", buffered=True).status_code == 200
    assert newcomer.post("/preferences", data={"theme": "dark"}).location == "/"
    assert newcomer.post("/sign-out").location == "/sign-in"


def test_ones_own_password_opens_everything(app: Flask, newcomer: FlaskClient, cast: Cast) -> None:
    password = newcomer.environ_base["one-time"]
    assert change_password(newcomer, password, password) == 422
    answer = newcomer.post(
        "/me?next=/tests/7", data={"present": password, "password": "own-horse-3", "again": "own-horse-3"}
    )
    assert answer.location == "/sign-in?next=/tests/7"
    assert try_to_sign_in(newcomer, "100001", "own-horse-3") == 302
    assert newcomer.get("/").status_code == 200


def test_a_login_is_called_what_it_is(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG1")
    assert "登录名 ORG1" in client.get("/me").text
    sign_in_as(client, "100001")
    page = client.get("/me").text
    assert "工号 100001" in page
    assert "about-roles" not in page, "nothing was granted"


def test_the_token_of_a_sign_in_in_place_serves_the_next_request(
    settings: Settings, make_app: Callable[..., Flask]
) -> None:
    app = make_app(settings)
    make_cast(app)
    client = app.test_client()
    field = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert field
    sent = {"csrf_token": field[1], "login": "100001", "password": PASSWORD}
    token = client.post("/sign-in", data=sent, headers={"Accept": "application/json"}).json["csrf_token"]
    assert client.post("/tests/1/attempts", headers={"X-CSRFToken": token}).status_code == 404  # not 400: it is let in
