"""What a password may be, and how one is made and kept."""

import functools
import os
import secrets
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import argon2
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from quizapp.domain.problem import N_, Problem

# OWASP's minimum (m=19 MiB, t=2, p=1): the library's default would fill two cores with a hundred sign-ins.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
SHORTEST_PASSWORD = 8
EASY_TO_READ = "abcdefghjkmnpqrstuvwxyz23456789"  # no i and l and 1, no o and 0
SEQUENCES = ("0123456789" * 2, "9876543210" * 2)
# What guessing begins with, beyond sequences and repetitions, among those that are long enough.
COMMON = frozenset(
    {
        *("password", "password1", "passw0rd", "qwerty123", "qwertyui"),
        *("1qaz2wsx", "abcd1234", "a1234567", "a123456789", "woaini1314"),
    }
)


class PasswordError(Exception):
    """Why a password cannot be chosen: ``problem``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text())
        self.problem = problem


def refuse_weak(password: str, *names: str) -> None:
    """Raise PasswordError for a password that is short, or that somebody would guess first.

    ``names``: what the account is called; none of them may be its password.
    """
    plain = _plain(password)
    if len(password) < SHORTEST_PASSWORD:
        message = N_("The password is too short: use at least %(n)s characters.")
        raise PasswordError(Problem(message, {"n": SHORTEST_PASSWORD}))
    if plain in map(_plain, names):
        raise PasswordError(Problem(N_("Your own number or name is guessed first. Please choose another password.")))
    if len(set(plain)) == 1 or any(plain in sequence for sequence in SEQUENCES) or plain in COMMON:
        raise PasswordError(Problem(N_("This password is among the first that are guessed. Please choose another.")))


def one_time_password() -> str:
    """A random password that is easy to read out: ``x7km-4pa-9tq``, about 49 bits."""
    groups = ("".join(secrets.choice(EASY_TO_READ) for _ in range(size)) for size in (4, 3, 3))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Argon2id in the PHC string format."""
    return HASHER.hash(password)


def hash_passwords(passwords: Iterable[str]) -> list[str]:
    """`hash_password` for many, on every core: each takes tens of milliseconds, and the library lets others run."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(hash_password, passwords))


def verify(kept: str, password: str) -> bool:
    """Whether ``kept`` is the hash of ``password``."""
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@functools.cache
def nobodys_hash() -> str:
    """The hash of a password that nobody knows."""
    return hash_password(secrets.token_urlsafe(16))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
