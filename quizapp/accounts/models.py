"""Accounts, what they may do, and where they are signed in."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.db import Key, Model, Moment
from quizapp.web.access import Role


class Account(UserMixin, Model):
    """Somebody who can sign in. The login is the staff number (工号) of a person, or a name of its own."""

    __tablename__ = "account"
    __allow_unmapped__ = True  # for ``token``, which is no column

    id: Mapped[Key]
    login: Mapped[str] = mapped_column(String(64), unique=True)  # as `normal_login` spells it
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str | None] = mapped_column(String(255))  # none: cannot sign in with a password
    password_is_temporary: Mapped[bool] = mapped_column(default=False)  # made by somebody else: to be changed first
    failed_sign_ins: Mapped[int] = mapped_column(default=0)  # in a row
    locked_until: Mapped[Moment | None]
    disabled_at: Mapped[Moment | None]
    created_at: Mapped[Moment]

    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="account", lazy="selectin")

    token: str | None = None
    """The sign-in through which this account was loaded, in clear; only ever in the person's cookie."""

    @property
    def is_active(self) -> bool:
        """Whether the account may act at all."""
        return self.disabled_at is None

    @property
    def roles(self) -> frozenset[Role]:
        """Everything this account may be. Everybody is staff."""
        return frozenset({Role.STAFF} | {Role(grant.role) for grant in self.grants if grant.ended_at is None})

    def get_id(self) -> str:
        """Flask-Login's name for what it keeps in the cookie: the sign-in, which can be revoked; not the account."""
        assert self.token is not None
        return self.token


class RoleGrant(Model):
    """A role, given for a unit of the tree and everything under it. Ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("unit_id IS NOT NULL OR role IN ('administrator', 'auditor')", name="scoped"),
        Index(
            "uq_role_grant_open",
            "account_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    granted_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    account: Mapped[Account] = relationship(back_populates="grants")


class SignIn(Model):
    """One signed-in browser. The cookie holds a random token, this row only its hash."""

    __tablename__ = "sign_in"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    address: Mapped[str] = mapped_column(String(64), default="")

    account: Mapped[Account] = relationship(lazy="joined")

    def is_valid(self, now: datetime) -> bool:
        """Whether the browser is still signed in."""
        return self.ended_at is None and now < self.expires_at
