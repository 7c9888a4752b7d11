"""Opening accounts, granting roles, signing in and out."""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import or_, select, update

from quizapp.accounts.models import Account, RoleGrant, SignIn
from quizapp.accounts.passwords import (
    PasswordError,
    hash_password,
    nobodys_hash,
    one_time_password,
    refuse_weak,
    verify,
)
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.problem import N_, Problem
from quizapp.web import clock
from quizapp.web.access import Role
from quizapp.web.security import SIGNED_IN_FOR

TRIES = 5
LOCKED_FOR = timedelta(minutes=5)


def normal_login(login: str) -> str:
    """One spelling for what looks the same: full-width letters, spaces around, small letters."""
    return unicodedata.normalize("NFKC", login).strip().upper()


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


def make_account(*, login: str, name: str, password: str) -> None:
    """Open an account that can sign in. Raises PasswordError for a weak password."""
    refuse_weak(password, login, name)
    with writing():
        record("account.opened", f"account:{open_account(login=login, name=name, password=password).id}")


def give_role(account_id: int, role: Role, unit_id: int | None) -> None:
    """Give an account a role for a unit and all under it; administrator and auditor have none."""
    with writing() as session:
        grant_role(session.get_one(Account, account_id), role, unit_id)


def take_role(account_id: int, role: Role, unit_id: int | None) -> bool:
    """End what `give_role` gave; False where the account has no such role."""
    with writing() as session:
        account = session.get_one(Account, account_id)
        ended = [g for g in account.grants if g.role == role and g.unit_id == unit_id and g.ended_at is None]
        for grant in ended:
            grant.ended_at = clock.now()
            record("role.ended", f"account:{account_id}", {"role": role, "unit": unit_id})
    return bool(ended)


def set_password(account_id: int, password: str) -> None:
    """Give an account a new password and end every sign-in made with the old one. PasswordError for a weak one."""
    account = db.session.get_one(Account, account_id)
    refuse_weak(password, account.login, account.name)
    kept = hash_password(password)
    with writing() as session:
        _keep_password(session.get_one(Account, account_id), kept)
        _end_sign_ins([account_id])
        record("account.password_set", f"account:{account_id}")


def issue_password(account_id: int) -> str:
    """Give the account a one-time password; it is returned this once and kept nowhere."""
    password = one_time_password()
    kept = hash_password(password)
    with writing() as session:
        _keep_password(session.get_one(Account, account_id), kept, temporary=True)
        _end_sign_ins([account_id])
        record("account.password_set", f"account:{account_id}", {"temporary": True})
    return password


def keep_first_passwords(kept: Mapping[int, str]) -> frozenset[int]:
    """Give accounts (id → hash) their one-time passwords, inside the caller's transaction, which records it.

    Whoever has chosen a password of their own keeps it: the ids that were given one are returned.
    """
    never_chose = or_(Account.password_hash.is_(None), Account.password_is_temporary)
    accounts = db.session.scalars(
        select(Account).where(Account.id.in_(kept), never_chose, Account.disabled_at.is_(None)).with_for_update()
    ).all()
    given = frozenset(account.id for account in accounts)
    for account in accounts:
        _keep_password(account, kept[account.id], temporary=True)
    _end_sign_ins(given)
    return given


def change_password(*, account_id: int, present: str, new: str) -> bool:
    """`set_password` by the person themselves; False, and counted, where the present password is wrong.

    Raises PasswordError for a new password that is weak or the old one.
    """
    account = db.session.get_one(Account, account_id)
    old_hash = account.password_hash
    right = old_hash is not None and not _is_locked(account) and verify(old_hash, present)
    if right:
        refuse_weak(new, account.login, account.name)
        if new == present:
            raise PasswordError(Problem(N_("This is the present password. Please choose another.")))
    kept = hash_password(new)
    with writing() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if _is_locked(account):  # by guesses that were checked at the same time as this one
            return False
        if not right or account.password_hash != old_hash:
            _count_failure(account)
            return False
        _keep_password(account, kept)
        _end_sign_ins([account_id])
        record("account.password_set", f"account:{account_id}")
    return True


def disable_account(account_id: int) -> None:
    """Let the account do nothing from now on, wherever it is signed in."""
    with writing() as session:
        account = session.get_one(Account, account_id)
        account.disabled_at = account.disabled_at or clock.now()
        record("account.disabled", f"account:{account_id}")


def enable_account(account_id: int) -> None:
    """Take `disable_account` back."""
    with writing() as session:
        session.get_one(Account, account_id).disabled_at = None
        record("account.enabled", f"account:{account_id}")


def sign_in(*, login: str, password: str, address: str) -> Account | None:
    """The account with a fresh ``token`` when the password is right; None otherwise, for whatever reason.

    The password is checked outside the transaction: it takes tens of milliseconds that nobody else should wait.
    """
    account = db.session.scalar(select(Account).where(Account.login == normal_login(login)))
    now = clock.now()
    # An unknown name costs the same time as a known one, so that names cannot be told apart.
    kept = account.password_hash if account is not None and account.password_hash else nobodys_hash()
    right = verify(kept, password)
    if account is None or account.password_hash is None or _is_locked(account) or not account.is_active:
        return None
    account_id = account.id
    with writing("sign_in") as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if _is_locked(account):  # by guesses that were checked at the same time as this one
            return None
        if not right or account.password_hash != kept:
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


def _is_locked(account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > clock.now()


def _keep_password(account: Account, kept: str, *, temporary: bool = False) -> None:
    account.password_hash, account.password_is_temporary = kept, temporary
    account.failed_sign_ins, account.locked_until = 0, None


def _end_sign_ins(account_ids: Iterable[int]) -> None:
    db.session.execute(
        update(SignIn).where(SignIn.account_id.in_(account_ids), SignIn.ended_at.is_(None)).values(ended_at=clock.now())
    )


def _count_failure(account: Account) -> None:
    account.failed_sign_ins += 1
    if account.failed_sign_ins % TRIES == 0:
        account.locked_until = clock.now() + LOCKED_FOR
        record("account.locked", f"account:{account.id}", actor=account.login)
