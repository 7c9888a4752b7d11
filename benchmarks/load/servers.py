"""The servers that are measured, started as an administrator does, and what the system tells of their processes."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from quizapp.cli import serve
from tests.faults.server import PATIENCE, ROOT, children, free_port
from tests.support.databases import SECRET

STAMPS = Path(__file__).parent / "stamped"
DEFAULTS = {
    str(option.name): int(str(option.default)) for option in serve.params if option.name in ("workers", "threads")
}
"""What ``quizapp serve`` does unless told otherwise: its workers and threads."""
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A process and its children, from the start to the first answer and to the end."""

    def __init__(self, words: Sequence[str], first: str, environ: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        self._log = folder / "server.log"
        began = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *words, "--port", str(self.port)],
                env=dict(environ),
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        self._wait_for(first)
        self.start_seconds = time.monotonic() - began

    def _wait_for(self, path: str) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE):
                return
            time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"the server did not answer: {self._log.read_text()[-2000:]}")

    def family(self) -> list[int]:
        """The ids of all its processes."""
        return [self._process.pid, *children(self._process.pid)]

    def workers(self) -> list[int]:
        """Those that answer requests."""
        found = children(self._process.pid).items()
        return [pid for pid, words in found if " tick " not in words and "resource_tracker" not in words]

    def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def quizapp(url: str, folder: Path, workers: int, *, stamped: bool = False) -> Server:
    """``python -m quizapp serve`` as shipped; ``stamped`` lets it say how long each request was in a worker."""
    environ = _environ(ROOT, *([STAMPS] if stamped else [])) | {
        "QUIZAPP_DATA_DIR": str(folder),
        "QUIZAPP_DATABASE_URL": url,
        "QUIZAPP_SECRET_KEY": SECRET,
        "QUIZAPP_SECURE_COOKIES": "0",
    }
    return Server(["-m", "quizapp", "serve", "--workers", str(workers)], "/sign-in", environ, folder)


def hello(folder: Path, workers: int) -> Server:
    """The yardstick: a Flask application that says hello, under the same server with as many workers and threads."""
    words = ["-m", "benchmarks.load.hello", str(workers), str(DEFAULTS["threads"])]
    return Server(words, "/", _environ(ROOT), folder)


def processor(pids: Sequence[int]) -> float:
    """Seconds of the processor that these processes have taken so far, children that have ended included."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))  # utime, stime, and those of ended children
    return total / TICKS


def memory(pid: int) -> tuple[float, float]:
    """Resident memory of a process in MB, and its share where pages are used by several."""
    found = {"Rss": 0, "Pss": 0}
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, _colon, value = line.partition(":")
            if name in found:
                found[name] = int(value.split()[0])
    return found["Rss"] / 1024, found["Pss"] / 1024


def descendants(pid: int) -> list[int]:
    """A process and all below it: those of PostgreSQL."""
    return [pid, *(below for child in children(pid) for below in descendants(child))]


def _environ(*paths: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUIZAPP_")}
    return kept | {"PYTHONPATH": os.pathsep.join(map(str, reversed(paths)))}
