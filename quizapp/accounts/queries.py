"""Finding the account behind a cookie."""

from sqlalchemy import select

from quizapp.accounts.models import Account, SignIn
from quizapp.accounts.operations import normal_login, token_hash
from quizapp.db import db
from quizapp.web import clock


def account_signed_in(token: str) -> Account | None:
    """The account that holds this token, while the sign-in lasts and the account is not disabled."""
    sign_in = db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if sign_in is None or not sign_in.is_valid(clock.now()) or not sign_in.account.is_active:
        return None
    sign_in.account.token = token
    return sign_in.account


def account_named(login: str) -> Account | None:
    """The account of that login, however it is spelt."""
    account: Account | None = db.session.scalar(select(Account).where(Account.login == normal_login(login)))
    return account
