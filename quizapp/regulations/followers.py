"""Who must hear of an edition that is registered or taken back. Rooms further to the right put their name here.

Regulations know nothing of banks; the banks' room says what an edition means for its items, and does it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app

from quizapp.domain.problem import Problem
from quizapp.domain.regulations import Register

FOLLOWERS = "quizapp_register_followers"


@dataclass(frozen=True)
class Effect:
    """What a new edition means for one thing that rests on the register, e.g. a bank and its items."""

    title: str
    items: int


class Follower(Protocol):
    """A room that rests on the register."""

    def forecast(self, register: Register, code: str) -> Iterable[Effect]:
        """What would follow if the register stood so, with a new edition of the regulation of that code."""

    def follow(self, register: Register, code: str, actor_id: int) -> None:
        """Do it, inside the transaction in which the edition was registered or taken back."""

    def hindrance(self, register: Register, code: str, edition: str) -> Problem | None:
        """Why that edition must not be taken back: what rests on it already. None where nothing does."""

    def forget(self, edition_id: int, actor_id: int) -> None:
        """Let go of everything that hangs on an edition, just before it is deleted."""


def add_follower(app: Flask, follower: Follower) -> None:
    """Let ``follower`` hear of every new edition that is registered in ``app``."""
    app.extensions.setdefault(FOLLOWERS, []).append(follower)


def followers() -> list[Follower]:
    """Everybody who wants to hear."""
    found: list[Follower] = current_app.extensions.get(FOLLOWERS, [])
    return found
