"""What the clients did and were told, one JSON line for each logical operation: all that the checker knows of them.

A line: ``{"f": kind, "id": …, "tries": [TRY, …], …}``, TRY: ``{"t0", "t1" (wall clock, seconds), "m0", "m1"
(monotonic), "status", "told" (the JSON of the answer)}``. ``status`` 0 is *unknown*: a time-out, a reset, a cut
answer, or an error of the server. What is unknown may have happened at any moment from then on, and is never taken for
a refusal.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]
UNKNOWN = 0


class History:
    """Written by many threads; every line is whole."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1 << 16)
        self._lock = threading.Lock()
        self.acknowledged = 0  # answers, as they are counted in the report
        self.last_ok = time.monotonic()
        self.longest_gap = 0.0

    def write(self, f: str, **what: Any) -> None:
        """Add a line."""
        line = json.dumps({"f": f, **what}, ensure_ascii=False, separators=(",", ":")) + "\n"
        with self._lock:
            self._file.write(line)

    def saw_ok(self, answers: int) -> None:
        """Count acknowledged answers, and how long there had been none."""
        with self._lock:
            now = time.monotonic()
            self.longest_gap = max(self.longest_gap, now - self.last_ok)
            self.last_ok = now
            self.acknowledged += answers

    def close(self) -> None:
        """Put the rest on disk."""
        with self._lock:
            self._file.close()


def tried(ask: Callable[[], tuple[int, Any]]) -> Record:
    """One try, with its window on both clocks."""
    t0, m0 = time.time(), time.monotonic()
    status, told = ask()
    return {"t0": t0, "t1": time.time(), "m0": m0, "m1": time.monotonic(), "status": status, "told": told}


def read(path: Path) -> Iterator[Record]:
    """Every line of a finished history."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def is_ok(attempt: Record) -> bool:
    """Whether a try was acknowledged."""
    return bool(attempt["status"] == 200)


def oks(record: Record) -> list[Record]:
    """The acknowledged tries of an operation."""
    return [each for each in record["tries"] if is_ok(each)]


def unknowns(record: Record) -> list[Record]:
    """The tries of an operation of which nobody knows what became."""
    return [each for each in record["tries"] if each["status"] == UNKNOWN]


def errors(record: Record) -> set[str]:
    """The names of the refusals that an operation met."""
    return {each["told"]["error"] for each in record["tries"] if each["status"] == 409 and each["told"]}
