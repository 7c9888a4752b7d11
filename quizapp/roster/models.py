"""The department's tree and its people. Both change by adding periods, never by rewriting one."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.accounts.models import Account
from quizapp.db import Key, Model, Moment


class UnitKind(StrEnum):
    """The three levels: 厅 → 单位 → 党支部."""

    DEPARTMENT = "department"
    UNIT = "unit"
    BRANCH = "branch"


class Unit(Model):
    """A node of the tree. What it is called and what it belongs to is said by its periods."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("kind IN ('department', 'unit', 'branch')", name="kind"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(32), unique=True)  # what import files call it, e.g. B017
    kind: Mapped[str] = mapped_column(String(16))


class UnitPeriod(Model):
    """The name and the parent of a node from ``since`` until ``until`` (open: none)."""

    __tablename__ = "unit_period"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until > since", name="order"),
        Index(
            "uq_unit_period_open",
            "unit_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]  # the organisation's order among siblings
    since: Mapped[Moment]
    until: Mapped[Moment | None]

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], lazy="joined")


class Person(Model):
    """A member of staff. The staff number (工号) never changes and is never given twice."""

    __tablename__ = "person"

    id: Mapped[Key]
    staff_no: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    duty: Mapped[str] = mapped_column(String(64), default="")  # 职务
    post: Mapped[str] = mapped_column(String(64), default="")  # 岗位, as items name it
    phone: Mapped[str] = mapped_column(String(32), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)

    account: Mapped[Account | None] = relationship()


class Membership(Model):
    """That a person belonged to a branch from ``since`` until ``until`` (still: none)."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until > since", name="order"),
        Index(
            "uq_membership_open",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_membership_branch_id_since", "branch_id", "since"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    since: Mapped[Moment]
    until: Mapped[Moment | None]

    person: Mapped[Person] = relationship(lazy="joined")
