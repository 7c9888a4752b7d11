"""Finding the account behind a cookie."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from quizapp.accounts.models import Account, SignIn
from quizapp.accounts.operations import normal_login, token_hash
from quizapp.db import Prepared, db, first_row
from quizapp.web import clock
from quizapp.web.access import Caller

# Written once, of columns alone: this is asked with every save.
SIGNED_IN = (
    select(*(Account.__table__.c[name] for name in ("id", "password_is_temporary", "login")))
    .join(SignIn.__table__, SignIn.__table__.c.account_id == Account.__table__.c.id)
    .where(
        SignIn.__table__.c.token_hash == bindparam("token"),
        SignIn.__table__.c.ended_at.is_(None),
        SignIn.__table__.c.expires_at > bindparam("now"),
        Account.__table__.c.disabled_at.is_(None),
    )
)
_CALLER = Prepared(SIGNED_IN)
# The same with the whole account and its grants, in one: every page names its reader and shows where they may go.
_SIGN_IN = (
    select(SignIn)
    .where(SignIn.token_hash == bindparam("token"))
    .options(joinedload(SignIn.account, innerjoin=True).joinedload(Account.grants))
)


def caller_signed_in(token: str) -> Caller | None:
    """Who holds this token, while the sign-in lasts and the account is not disabled."""
    row = first_row(_CALLER, {"token": token_hash(token), "now": clock.now()})
    return Caller(*row) if row is not None else None


def account_signed_in(token: str) -> Account | None:
    """The account that holds this token, while the sign-in lasts and the account is not disabled."""
    sign_in = db.session.scalars(_SIGN_IN, {"token": token_hash(token)}).unique().one_or_none()
    if sign_in is None or not sign_in.is_valid(clock.now()) or not sign_in.account.is_active:
        return None
    sign_in.account.token = token
    return sign_in.account


def account_named(login: str) -> Account | None:
    """The account of that login, however it is spelt."""
    account: Account | None = db.session.scalar(select(Account).where(Account.login == normal_login(login)))
    return account
