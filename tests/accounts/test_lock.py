"""The lock after wrong passwords, and what a sign-in must not carry over."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from quizapp.accounts.operations import TRIES, set_password, sign_in
from quizapp.accounts.passwords import hash_password
from quizapp.accounts.queries import account_named
from quizapp.db import db
from tests.support.cast import PASSWORD, make_cast


def test_guesses_at_once_are_counted_like_guesses_in_turn(any_app: Flask, any_session: Any) -> None:
    """Whatever was being checked while the lock fell, even the right one, is refused."""
    cast = make_cast(any_app)

    def guess(password: str) -> bool:
        with any_app.app_context():
            try:
                return sign_in(login=cast.zhang.login, password=password, address="") is not None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, [f"wrong-{number}" for number in range(12)]))
    db.session.rollback()
    account = account_named(cast.zhang.login)
    assert account is not None
    assert account.failed_sign_ins == TRIES
    assert not guess(PASSWORD)


def test_sign_in_leaves_nothing_of_the_session_before(app: Flask, client: FlaskClient) -> None:
    cast = make_cast(app)
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    client.post("/sign-in", data={"login": cast.zhang.login, "password": PASSWORD})
    with client.session_transaction() as after:
        assert "planted" not in after


def test_password_changed_while_it_was_checked_is_not_taken(app: Flask, monkeypatch: Any, db_session: Any) -> None:
    """The old password is right when it is checked and wrong when the sign-in is written."""
    cast = make_cast(app)
    from quizapp.accounts import operations
    from quizapp.accounts.passwords import verify

    def slow_verify(kept: str, password: str) -> bool:
        right = verify(kept, password)
        monkeypatch.setattr(operations, "verify", verify)
        set_password(cast.zhang.account_id, "another-horse-2")
        return right

    monkeypatch.setattr(operations, "verify", slow_verify)
    assert sign_in(login=cast.zhang.login, password=PASSWORD, address="") is None


def test_a_password_is_kept_at_the_least_cost_that_owasp_allows() -> None:
    """The cast's own hash is a cheap one."""
    assert hash_password("right-horse-1").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
