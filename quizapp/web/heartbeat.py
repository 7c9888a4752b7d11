"""The row in which each part of the server says when it was last able to write."""

import socket
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from quizapp.db import Model, Moment

CLOCK, WEB = "clock", "web"
"""The process that ends attempts on time, and those that answer requests."""


class Heartbeat(Model):
    """When a part of the server on one machine was last able to write."""

    __tablename__ = "heartbeat"
    __table_args__ = (CheckConstraint("part IN ('clock', 'web')", name="part"),)

    node: Mapped[str] = mapped_column(String(64), primary_key=True)  # name of the machine
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    at: Mapped[Moment]  # never goes back, even where the machine's clock does


def beat(session: Session, part: str, now: datetime) -> None:
    """Leave the heartbeat of this machine inside the caller's transaction."""
    new = insert_into(session, Heartbeat).values(node=socket.gethostname()[:64], part=part, at=now)
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Heartbeat.node, Heartbeat.part], set_={"at": new.excluded.at}, where=Heartbeat.at < now
        )
    )


def last_beat(session: Session) -> datetime | None:
    """The newest moment at which a node ended attempts; None before the first."""
    newest: datetime | None = session.scalar(select(func.max(Heartbeat.at)).where(Heartbeat.part == CLOCK))
    return newest


def insert_into(session: Session, model: Any) -> Any:
    """An INSERT that can say what to do on a conflict; the two databases spell that alike, in a dialect each."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model)
