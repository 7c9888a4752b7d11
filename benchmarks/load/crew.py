"""The processes of the driver together, and what they saw in one phase."""

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.load.scripts import Phase
from tests.faults.server import ROOT

HEAD_START = 0.2  # seconds in which every process makes itself ready


@dataclass
class Seen:
    """One phase, all processes of the driver together. Times in seconds; ``cores`` is what the driver took of them.

    ``slowest`` is how much the slowest client got done compared with the median of all, for each step.
    """

    seconds: float
    times: dict[str, list[float]]
    waits: dict[str, list[float]]
    errors: Counter[str]
    reasons: Counter[str]
    requests: int
    reconnects: int
    cores: float
    busiest: float
    slowest: dict[str, float] = field(default_factory=dict)


class Crew:
    """So many clients, shared by some processes, that go through phase after phase with the same people."""

    def __init__(self, port: int, clients: int, *, people: Path | None, drivers: int = 2, at_most: int = 0) -> None:
        drivers = min(drivers, clients)
        self._clients = clients
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.load.driver"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            )
            for _driver in range(drivers)
        ]  # fmt: skip
        for index, process in enumerate(self._processes):
            hired = {"port": port, "clients": clients, "drivers": drivers, "index": index, "seed": port,
                     "people": str(people) if people else "", "at_most": at_most}  # fmt: skip
            _tell(process, hired)
        for process in self._processes:
            _heard(process)  # that it is ready

    def run(self, script: str, seconds: float, **more: Any) -> Seen:
        """Carry out one phase; ``more`` are the other fields of `Phase`."""
        begin = time.monotonic() + HEAD_START
        phase = Phase(script=script, begin=begin, until=begin + seconds, **more)
        for process in self._processes:
            _tell(process, asdict(phase))
        told = [_heard(process) for process in self._processes]
        return self._seen(told, max(0.001, max(one["last"] for one in told) - begin))

    def _seen(self, told: list[dict[str, Any]], seconds: float) -> Seen:
        times, waits, done = (_joined(told, name) for name in ("times", "waits", "done"))
        errors, reasons = (sum((Counter(one[name]) for one in told), Counter()) for name in ("errors", "reasons"))
        slowest = {}
        for step, counts in done.items():
            counts = sorted([*counts, *[0] * (self._clients - len(counts))])
            slowest[step] = counts[0] / median(counts) if median(counts) else 0.0
        return Seen(
            seconds=seconds, times=times, waits=waits, errors=errors, reasons=reasons,
            requests=sum(one["requests"] for one in told), reconnects=sum(one["reconnects"] for one in told),
            cores=sum(one["cpu"] for one in told) / seconds, busiest=max(one["cpu"] for one in told) / seconds,
            slowest=slowest,
        )  # fmt: skip

    def close(self) -> None:
        """Let the processes go."""
        for process in self._processes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait(30)
            process.stdout.close()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _tell(process: "subprocess.Popen[str]", what: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def _heard(process: "subprocess.Popen[str]") -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a process of the driver ended with {process.wait()}")
    return json.loads(line)


def _joined(told: list[dict[str, Any]], name: str) -> dict[str, list[Any]]:
    joined: dict[str, list[Any]] = defaultdict(list)
    for one in told:
        for step, found in one[name].items():
            joined[step] += found
    return dict(joined)
