"""People who take tests in all the ways that find bugs: twice, late, out of order, at once, from two pages."""

import math
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.faults.client import Client, insist
from tests.faults.history import UNKNOWN, History, Record, is_ok
from tests.faults.prepare import GRACE, SHAPE

SAVES, OTHERS = 5, 12
"""How often a save is tried, and a start or a submission."""
LETTERS = {"single": "ABCD", "multiple": "ABCDE", "case_single": "ABCD"}
TEXTS = (["12", "党组"], ["十二", "支部"], ["", "党组"], ["三", ""], ["１２", " 党组。"])
OVER = ("late", "submitted", "withdrawn")


@dataclass(frozen=True)
class Occasion:
    """A published test that is open until ``closes`` (Unix time)."""

    quiz: int
    closes: float


@dataclass
class Habits:
    """How people behave. ``think`` in seconds; the others are chances."""

    think: float = 0.04
    ramp: float = 3.0
    double_start: float = 0.3
    held_back: float = 0.04
    two_at_once: float = 0.06
    twice: float = 0.02
    take_over: float = 0.005
    batch: float = 0.2
    early: float = 0.5
    extended: float = 0.15


@dataclass
class Page:
    """What one open page knows: its lease, and of each item the version it has seen."""

    lease: int = 0
    versions: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Taker:
    """One person in one test after another."""

    def __init__(self, client: Client, organizer: Client, history: History, habits: Habits, seed: int) -> None:
        self._client, self._organizer, self._history, self._habits = client, organizer, history, habits
        self._rng = random.Random(seed)
        self._hands = ThreadPoolExecutor(4)

    def take(self, occasion: Occasion) -> None:
        """Start, answer, and submit or be overtaken by the clock; then try what must be refused."""
        self._occasion = occasion
        self._served = 0
        time.sleep(self._rng.random() * min(self._habits.ramp, max(0.0, occasion.closes - time.time()) / 3))
        self._began = time.time()
        self._attempt = self._start()
        if self._attempt is None:
            return
        self._page, self._is_over = Page(), False
        deadline = min(time.time() + 60, occasion.closes)
        early = self._rng.random() < self._habits.early
        rest = deadline - time.time()
        if early and self._rng.random() < self._habits.extended:
            self._extend()
        self._answer_until(time.time() + rest * (0.5 + self._rng.random() / 2) if early else deadline + GRACE + 1.5)
        if early:
            self._submit()
        self._settle()

    def close(self) -> None:
        """Let go of the hands."""
        self._hands.shutdown(wait=True)

    def _start(self) -> int | None:
        """The attempt's id; sometimes asked for from two connections at once."""
        twice = self._rng.random() < self._habits.double_start
        asked = [self._hands.submit(self._start_once, self._fork()) for _hand in range(1 + twice)]
        found = [future.result() for future in asked]
        return next((attempt for attempt in found if attempt is not None), None)

    def _start_once(self, rng: random.Random) -> int | None:
        tries: list[Record] = []
        last = insist(lambda: self._client.start(self._occasion.quiz), OTHERS, rng, tries)
        self._history.write("start", quiz=self._occasion.quiz, login=self._client.login, tries=tries)
        return int(last["told"]["attempt"]) if is_ok(last) else None

    def _take_over(self, page: Page) -> bool:
        """Become the page that saves."""
        tries: list[Record] = []
        # As the server numbers its pages: in milliseconds since the start, each higher than the one before.
        self._served = max(self._served + 1, int((time.time() - self._began) * 1000))
        last = insist(lambda: self._client.lease(self._attempt or 0, self._served), SAVES, self._rng, tries)
        self._history.write("lease", attempt=self._attempt, tries=tries)
        if is_ok(last):
            page.lease = last["told"]["lease"]
        else:
            self._note_end(last)
        return is_ok(last)

    def _answer_until(self, end: float) -> None:
        while time.time() < end and not (self._is_over and self._rng.random() < 0.2):
            wait = -self._habits.think * _log(self._rng)
            time.sleep(min(wait, max(0.0, end - time.time())))
            if self._page.lease or self._take_over(self._page):
                self._act()
            if self._is_over:
                time.sleep(0.3)  # what comes after the end is refused; a few of these are enough

    def _act(self) -> None:
        page, items, chance = self._page, list(self._items()), self._rng.random()
        unusual = {
            "held_back": self._held_back,
            "two_at_once": self._two_at_once,
            "twice": self._twice,
            "take_over": self._take_over_with,
        }
        for kind, act in unusual.items():
            chance -= getattr(self._habits, kind)
            if chance < 0:
                act(page, items)
                return
        self._save(page, items, self._fork())

    def _held_back(self, page: Page, items: list[Record]) -> None:
        rng = self._fork()
        self._hands.submit(self._save, page, items, rng, rng.random())

    def _two_at_once(self, page: Page, items: list[Record]) -> None:
        other = self._items(items[0]["position"])
        saves = [self._hands.submit(self._save, page, sent, self._fork()) for sent in (items, list(other))]
        _wait(saves)

    def _twice(self, page: Page, items: list[Record]) -> None:
        sent = [self._hands.submit(self._save, page, items, self._fork(), 0.0, "twin") for _time in range(2)]
        _wait(sent)

    def _take_over_with(self, page: Page, items: list[Record]) -> None:
        """Another page takes over, and the old one goes on saving what must be refused."""
        new = Page(versions=dict(page.versions))
        if self._take_over(new):
            self._page = new
            self._save(page, items, self._fork())

    def _save(self, page: Page, items: list[Record], rng: random.Random, wait: float = 0.0, note: str = "") -> None:
        """Send one save until it is known what became of it."""
        time.sleep(wait)
        tries: list[Record] = []
        lease, attempt = page.lease, self._attempt or 0
        last = insist(lambda: self._client.save(attempt, lease, items), SAVES, rng, tries)
        self._history.write("save", attempt=attempt, lease=lease, items=items, tries=tries, note=note)
        if is_ok(last):
            self._learn(page, items, last["told"]["results"])
        elif last["status"] != UNKNOWN:
            self._note_end(last)
            if page is self._page and _error(last) == "taken_over":
                page.lease = 0  # by a page that never learnt that it had: this one takes over again

    def _learn(self, page: Page, items: list[Record], results: list[Record]) -> None:
        accepted = 0
        with page.lock:
            for item, result in zip(items, results, strict=True):
                known = page.versions.get(item["position"], 0)
                version = result.get("version") or result.get("kept", {}).get("version", known)
                page.versions[item["position"]] = max(known, version)
                accepted += "version" in result
        if accepted:
            self._history.saw_ok(accepted)

    def _submit(self) -> None:
        """One to three submissions at once, half of them with a save racing; then a save that comes too late."""
        page, rng = self._page, self._rng
        racing = [self._hands.submit(self._save, page, list(self._items()), self._fork())] if rng.random() < 0.5 else []
        leases = [page.lease if rng.random() < 0.7 else None for _hand in range(rng.randint(1, 3))]
        _wait([*racing, *(self._hands.submit(self._submit_once, lease, self._fork()) for lease in leases)])
        self._save(page, list(self._items()), self._fork())

    def _submit_once(self, lease: int | None, rng: random.Random) -> None:
        tries: list[Record] = []
        attempt = self._attempt or 0
        insist(lambda: self._client.submit(attempt, lease), OTHERS, rng, tries)
        self._history.write("submit", attempt=attempt, lease=lease, tries=tries)

    def _extend(self) -> None:
        """The organizer gives a minute, by a form without a name of the act: it is sent once, whatever comes back."""
        reason = f"网络中断 {UUID(int=self._rng.getrandbits(128))}"
        tries: list[Record] = []
        quiz, attempt = self._occasion.quiz, self._attempt or 0
        insist(lambda: self._organizer.extend(quiz, attempt, 1, reason), 1, self._rng, tries)
        self._history.write("extend", attempt=self._attempt, quiz=self._occasion.quiz, reason=reason, tries=tries)

    def _settle(self) -> None:
        """Wait for the hands; what they hold back comes a second later at most."""
        _wait([self._hands.submit(time.sleep, 0.01) for _hand in range(4)])

    def _note_end(self, last: Record) -> None:
        self._is_over = self._is_over or _error(last) in OVER

    def _items(self, first: int | None = None) -> Iterator[dict[str, Any]]:
        """What is marked next: mostly one item, sometimes a few at once."""
        count = self._rng.randint(2, 5) if self._rng.random() < self._habits.batch else 1
        places = self._rng.sample(range(len(SHAPE)), count)
        if first is not None:
            places = [first, *(place for place in places if place != first)]
        for place in places:
            yield {
                "position": place,
                "answer": self._answer(SHAPE[place]),
                "marked": self._rng.random() < 0.1,
                "version": self._page.versions.get(place, 0),
                "operation": str(UUID(int=self._rng.getrandbits(128))),
            }

    def _answer(self, kind: str) -> list[str]:
        rng = self._rng
        if rng.random() < 0.05:
            return []
        if kind == "fill_in":
            return list(rng.choice(TEXTS))
        if kind.endswith("true_false"):
            return [rng.choice(["true", "false"])]
        letters = LETTERS[kind]
        return sorted(rng.sample(letters, rng.randint(1, 3))) if kind == "multiple" else [rng.choice(letters)]

    def _fork(self) -> random.Random:
        return random.Random(self._rng.getrandbits(64))


def _error(last: Record) -> str | None:
    return last["told"].get("error") if isinstance(last["told"], dict) else None


def _wait(futures: list["Future[None]"]) -> None:
    for future in futures:
        future.result()


def _log(rng: random.Random) -> float:
    return math.log(1 - rng.random())
