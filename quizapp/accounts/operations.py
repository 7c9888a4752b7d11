"""Opening accounts, granting roles, signing in and out."""

import functools
import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

import argon2
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update

from quizapp.accounts.models import Account, RoleGrant, SignIn
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.web import clock
from quizapp.web.access import Role
from quizapp.web.security import SIGNED_IN_FOR

# OWASP's minimum (m=19 MiB, t=2, p=1): the library's default would fill two cores with a hundred sign-ins.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
TRIES = 5
LOCKED_FOR = timedelta(minutes=5)
SHORTEST_PASSWORD = 8


def normal_login(login: str) -> str:
    """One spelling for what looks the same: full-width letters, spaces around, small letters."""
    return unicodedata.normalize("NFKC", login).strip().upper()


def hash_password(password: str) -> str:
    """Argon2id in the PHC string format."""
    return HASHER.hash(password)


def open_account(*, login: str, name: str, password: str | None = None) -> Account:
    """Add an account inside the caller's transaction. Without a password nobody can sign in to it yet."""
    [account] = open_accounts([(login, name)])
    if password:
        account.password_hash = hash_password(password)
    return account


def open_accounts(names: Iterable[tuple[str, str]]) -> list[Account]:
    """Add an account for each (login, name) inside the caller's transaction; nobody can sign in to them yet."""
    now = clock.now()
    accounts = [
        Account(login=normal_login(login), name=name, failed_sign_ins=0, created_at=now, grants=[])
        for login, name in names
    ]
    db.session.add_all(accounts)
    db.session.flush()
    return accounts


def grant_role(account: Account, role: Role, unit_id: int | None = None) -> None:
    """Give ``account`` a role for a unit and all under it, inside the caller's transaction. Twice is once."""
    if any(g.role == role and g.unit_id == unit_id and g.ended_at is None for g in account.grants):
        return
    account.grants.append(RoleGrant(role=role, unit_id=unit_id, granted_at=clock.now()))
    record("role.granted", f"account:{account.id}", {"role": role, "unit": unit_id})


def set_password(account_id: int, password: str) -> None:
    """Give an account a new password and end every sign-in made with the old one."""
    with writing() as session:
        account = session.get_one(Account, account_id)
        account.password_hash = hash_password(password)
        account.failed_sign_ins, account.locked_until = 0, None
        session.execute(
            update(SignIn)
            .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
            .values(ended_at=clock.now())
        )
        record("account.password_set", f"account:{account_id}")


def sign_in(*, login: str, password: str, address: str) -> Account | None:
    """The account with a fresh ``token`` when the password is right; None otherwise, for whatever reason.

    The password is checked outside the transaction: it takes tens of milliseconds that nobody else should wait.
    """
    account = db.session.scalar(select(Account).where(Account.login == normal_login(login)))
    now = clock.now()
    locked = account is not None and account.locked_until is not None and account.locked_until > now
    # An unknown name costs the same time as a known one, so that names cannot be told apart.
    kept = account.password_hash if account is not None and account.password_hash else _nobodys_hash()
    right = _verify(kept, password)
    if account is None or account.password_hash is None or locked or not account.is_active:
        return None
    account_id, old_hash = account.id, account.password_hash
    with writing() as session:
        account = session.get_one(Account, account_id)
        if not right or account.password_hash != old_hash:
            _count_failure(account)
            return None
        account.failed_sign_ins, account.locked_until = 0, None
        token = secrets.token_urlsafe(32)
        session.add(
            SignIn(
                token_hash=token_hash(token),
                account_id=account.id,
                created_at=now,
                expires_at=now + SIGNED_IN_FOR,
                address=address,
            )
        )
        record("account.signed_in", f"account:{account.id}", {"address": address}, actor=account.login)
    account.token = token
    return account


def sign_out(token: str) -> None:
    """End that sign-in; the cookie is worth nothing from now on."""
    with writing() as session:
        session.execute(
            update(SignIn)
            .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count_failure(account: Account) -> None:
    account.failed_sign_ins += 1
    if account.failed_sign_ins % TRIES == 0:
        account.locked_until = clock.now() + LOCKED_FOR
        record("account.locked", f"account:{account.id}", actor=account.login)


def _verify(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@functools.cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(16))
