"""The server as shipped, ``python -m quizapp serve``, on one node or two; who falls is started again, as by systemd."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.support.databases import SECRET

ROOT = Path(__file__).parents[2]
SEEDED = Path(__file__).parent / "seeded"
PATIENCE = 120  # seconds, for the first start on a laden machine


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(parent: int) -> dict[int, str]:
    """The child processes of one: id → command."""
    found = {}
    with suppress(OSError):
        for task in Path(f"/proc/{parent}/task").iterdir():
            for pid in task.joinpath("children").read_text().split():
                with suppress(OSError):
                    found[int(pid)] = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return found


class Node:
    """One ``quizapp serve`` with its workers and its clock, kept alive until `stop`."""

    def __init__(
        self, name: str, logs: Path, folder: Path, url: str, extra: Mapping[str, str], workers: int, port: int = 0
    ) -> None:
        self.port, self._log = port or free_port(), logs / f"{name}.log"
        self._workers, self._folder = workers, folder
        kept = {key: value for key, value in os.environ.items() if not key.startswith("QUIZAPP_")}
        self._environ = kept | {
            "QUIZAPP_DATA_DIR": str(folder),
            "QUIZAPP_DATABASE_URL": url,
            "QUIZAPP_SECRET_KEY": SECRET,
            "QUIZAPP_SECURE_COOKIES": "0",
            "PYTHONPATH": f"{SEEDED}{os.pathsep}{ROOT}" if "FAULTS_BUG" in extra else str(ROOT),
            **extra,
        }
        self.starts = 0
        self.clock_off = 0  # seconds by which its clock is wrong from the next start on
        self._held_until = 0.0
        self._stopping = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _start(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        words = ["faketime", "-f", f"{self.clock_off:+d}s"] if self.clock_off else []
        words += [sys.executable, "-m", "quizapp", "serve", "--port", str(self.port)]
        words += ["--workers", str(self._workers), "--threads", "4"]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                words, env=self._environ, stdout=log, stderr=log, cwd=self._folder, start_new_session=True
            )

    def _keep(self) -> None:
        while not self._stopping.wait(0.1):
            if self._process.poll() is not None and time.monotonic() >= self._held_until:
                self._kill_group()  # what the one that fell left behind holds the port
                self._process = self._start()

    def wait_ready(self, seconds: float = PATIENCE) -> None:
        """Return once it answers."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return
            time.sleep(0.1)
        raise TimeoutError(f"the server did not answer within {seconds} s: {self._log.read_text()[-2000:]}")

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        family = children(self._process.pid)
        return [pid for pid, words in family.items() if " tick " not in words and "resource_tracker" not in words]

    def clocks(self) -> list[int]:
        """The process that ends attempts on time."""
        return [pid for pid, words in children(self._process.pid).items() if " tick " in words]

    def kill_worker(self, pid: int) -> None:
        """End one worker as ``kill -9`` does."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def kill_master(self) -> None:
        """End the process that started the others; they notice by themselves."""
        self._process.kill()

    def kill(self, down: float) -> None:
        """End all its processes at once and let nobody start it for ``down`` seconds."""
        self._held_until = time.monotonic() + down
        self._kill_group()

    def stop(self) -> int | None:
        """End it in order, as an administrator does; its exit code."""
        self._stopping.set()
        self._keeper.join()
        self._process.terminate()
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self._kill_group()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
