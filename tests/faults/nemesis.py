"""What goes wrong while people take tests: one fault after another, from a seed. Ends only what this run started."""

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psycopg

from quizapp.db import SQLITE
from tests.faults.history import History
from tests.faults.postgres import Postgres
from tests.faults.proxy import Proxy
from tests.faults.server import Node

LONGEST_STALL = 1.5  # seconds
CLOCK_OFF = (-4, 4)  # seconds
CLOCK_OFF_FOR = 8.0  # seconds, at most
RECOVERY = 30.0  # seconds after which the next fault comes even so
SIGNS_OF_LIFE = 3  # answers acknowledged
KILLS = ("kill_worker", "kill_service", "kill_master", "postgres_immediate", "postgres_fast", "postgres_backends")


class Trouble(Protocol):
    """What a run asks of whatever makes its faults."""

    done: Counter[str]
    proxies: Sequence[Proxy]

    @property
    def kills(self) -> int:
        """How often something ended without warning."""

    def start(self, period: float, first: Sequence[str] = ()) -> None:
        """Begin."""

    def stop(self) -> None:
        """Make no more; those under way are over when this returns."""


class Nemesis:
    """Faults of the kinds that this run can make, each noted in the history with its time."""

    def __init__(
        self,
        nodes: Sequence[Node],
        proxies: Sequence[Proxy],
        history: History,
        seed: int,
        *,
        postgres: Postgres | None = None,
        sqlite: Path | None = None,
        small_disk: Path | None = None,
    ) -> None:
        self._nodes, self.proxies, self._history = nodes, proxies, history
        self._postgres, self._sqlite, self._small_disk = postgres, sqlite, small_disk
        self._rng = random.Random(seed)
        self._stopping = threading.Event()
        self.done: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def kills(self) -> int:
        """How often a process, or all of them, ended without warning."""
        return sum(self.done[kind] for kind in KILLS)

    def start(self, period: float, first: Sequence[str] = ()) -> None:
        """Begin: a fault every half to one and a half ``period``, those named ``first`` before all others."""
        self._period, self._first = period, list(first)
        self._thread.start()

    def stop(self) -> None:
        """Make no more faults; those under way are over when this returns."""
        self._stopping.set()
        self._thread.join(120)

    def _faults(self) -> dict[str, tuple[int, Callable[[], object]]]:
        """Weight and act of each kind."""
        kinds: dict[str, tuple[int, Callable[[], object]]] = {
            "kill_worker": (6, self._kill_worker),
            "kill_service": (3, self._kill_service),
            "kill_master": (1, lambda: self._node().kill_master()),
            "stall": (2, self._stall),
            "slow_network": (1, self._slow_network),
            "cut_network": (2, self._cut_network),
        }
        if shutil.which("faketime"):
            kinds["clock"] = (1, self._move_clock)
        if self._sqlite:
            kinds["lock"] = (2, self._lock_sqlite)
        if self._small_disk:
            kinds["full_disk"] = (3, self._fill_disk)
        if self._postgres:
            kinds["lock"] = (1, self._lock_postgres)
            kinds["postgres_immediate"] = (2, lambda: self._restart_postgres("immediate"))
            kinds["postgres_fast"] = (1, lambda: self._restart_postgres("fast"))
            kinds["postgres_backends"] = (1, self._end_backends)
        return kinds

    def _run(self) -> None:
        kinds = self._faults()
        names, weights = list(kinds), [weight for weight, _act in kinds.values()]
        while not self._stopping.wait(self._period * (0.5 + self._rng.random())):
            self._wait_for_life()
            kind = self._first.pop(0) if self._first else self._rng.choices(names, weights)[0]
            began = time.time()
            try:
                off = kinds[kind][1]() if kind == "clock" else None
                self.done[kind] += 1
                self._history.write("fault", kind=kind, t0=began, t1=time.time(), off=off)
            except Exception as error:
                self._history.write("fault_failed", kind=kind, t0=began, t1=time.time(), why=repr(error))

    def _wait_for_life(self) -> None:
        """Let people get on first: a server that never comes up loses nothing, and proves nothing."""
        before, until = self._history.acknowledged, time.monotonic() + RECOVERY
        while self._history.acknowledged < before + SIGNS_OF_LIFE and time.monotonic() < until:
            if self._stopping.wait(0.05):
                return

    def _node(self) -> Node:
        return self._rng.choice(self._nodes)

    def _worker(self) -> tuple[Node, int]:
        """A worker that is there; one may have to be waited for, where the last fault took all."""
        for _try in range(200):
            node = self._node()
            if workers := node.workers():
                return node, self._rng.choice(workers)
            time.sleep(0.1)
        raise TimeoutError("there was no worker")

    def _kill_worker(self) -> None:
        node, pid = self._worker()
        node.kill_worker(pid)

    def _kill_service(self) -> None:
        self._node().kill(self._rng.random() * 0.6)

    def _stall(self) -> None:
        _node, pid = self._worker()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(self._rng.random() * LONGEST_STALL)
            os.kill(pid, signal.SIGCONT)

    def _move_clock(self) -> int:
        """Let one node work by a wrong clock for a while, started anew for it and again for the end; how wrong."""
        node, off = self._node(), self._rng.choice(CLOCK_OFF)
        for seconds, wrong in ((CLOCK_OFF_FOR * (0.5 + self._rng.random() / 2), off), (0.0, 0)):
            node.clock_off = wrong
            node.kill(0.0)
            self._stopping.wait(seconds)
        return off

    def _slow_network(self) -> None:
        self._weather("delay", 0.15)

    def _cut_network(self) -> None:
        self._weather("cut", 0.15)

    def _weather(self, kind: str, value: float) -> None:
        for proxy in self.proxies:
            setattr(proxy, kind, value)
        time.sleep(0.5 + self._rng.random() * 2)
        for proxy in self.proxies:
            setattr(proxy, kind, 0.0)

    def _lock_sqlite(self) -> None:
        connection = SQLITE.connect(str(self._sqlite), timeout=10, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(self._rng.random() * LONGEST_STALL)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def _lock_postgres(self) -> None:
        assert self._postgres
        with self._postgres.connect() as connection, connection.transaction():
            connection.execute("LOCK TABLE attempt IN EXCLUSIVE MODE")
            time.sleep(self._rng.random() * LONGEST_STALL)

    def _restart_postgres(self, mode: str) -> None:
        assert self._postgres
        self._postgres.restart(mode)

    def _end_backends(self) -> None:
        assert self._postgres
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults'"
        with suppress(psycopg.Error), self._postgres.connect() as connection:
            connection.execute(query + " AND pid <> pg_backend_pid()")

    def _fill_disk(self) -> None:
        """Leave no byte free for a moment, then give all of it back."""
        assert self._small_disk
        filler = self._small_disk / "filler"
        try:
            with suppress(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 16))
            time.sleep(0.5 + self._rng.random() * 2)
        finally:
            filler.unlink(missing_ok=True)
