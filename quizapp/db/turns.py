"""Whose turn it is to write, where a database has one writer at a time."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Event, Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Queue:
    """A lock that goes to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard, self._taken = Lock(), False
        self._waiting: deque[Event] = deque()

    def enter(self, seconds: float) -> bool:
        """Wait for the lock, so long at most; whether it was had."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            ticket = Event()
            self._waiting.append(ticket)
        if ticket.wait(seconds):
            return True
        with self._guard:
            if ticket.is_set():  # just now
                return True
            self._waiting.remove(ticket)
        return False

    def leave(self) -> None:
        """Hand the lock to the next."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


class Together(Generic[T]):
    """What several threads want written, written by one of them for all: they wait for the disk once.

    A disk that needs five milliseconds to be sure makes 200 transactions a second, and there may be more answers.
    """

    def __init__(self, write: Callable[[Sequence[T]], Sequence[int | BaseException]]) -> None:
        """``write`` carries out what it is given, in order, and says of each what came of it."""
        self._write, self._guard, self._is_led = write, Lock(), False
        self._waiting: list[_Wanted[T]] = []

    def carry_out(self, what: T, turn: AbstractContextManager[None]) -> int:
        """What came of it, once it is on disk. Raises what ``turn`` raises where it cannot be had."""
        wanted = _Wanted(what)
        with self._guard:
            self._waiting.append(wanted)
            leads, self._is_led = not self._is_led, True
        if not leads:
            wanted.called.wait()
        if wanted.came is None:
            self._lead(turn)
        assert wanted.came is not None, "whoever leads sees to all, also to itself"
        if isinstance(wanted.came, BaseException):
            raise wanted.came
        return wanted.came

    def _lead(self, turn: AbstractContextManager[None]) -> None:
        """Carry out what is there when the turn comes, then let the first of those that came later lead."""
        taken: list[_Wanted[T]] = []
        try:
            with turn:
                taken = self._take()
                for wanted, came in zip(taken, self._write([one.what for one in taken]), strict=True):
                    wanted.came = came
        except BaseException as error:
            taken = taken or self._take()  # those behind have waited as long, in vain
            for wanted in taken:
                wanted.came = error
        finally:
            with self._guard:
                self._is_led = bool(self._waiting)
                called = [*taken, *self._waiting[:1]]
            for wanted in called:
                wanted.called.set()

    def _take(self) -> list["_Wanted[T]"]:
        with self._guard:
            taken, self._waiting = self._waiting, []
        return taken


class _Wanted(Generic[T]):
    """Something to be written; the number of rows changed, or what went wrong, as soon as it is known."""

    def __init__(self, what: T) -> None:
        self.what, self.called = what, Event()
        self.came: int | BaseException | None = None
