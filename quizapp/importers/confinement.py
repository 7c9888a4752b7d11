"""One process that is given a job and may answer once: within a time, with so many bytes, and cut off otherwise."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SAID = 16 * 1024  # bytes of a process's complaints that are kept
_CAN_KILL_GROUP = hasattr(os, "killpg")
_FOLDER = re.compile(r"quizapp-([0-9]+)-")


@dataclass(frozen=True)
class Ended:
    """How a process ended: its answer, what it said on standard error, its exit code (negative: a signal).

    ``limit`` is ``time`` or ``output`` where it was cut off for that, else empty.
    """

    answer: bytes
    said: bytes
    code: int
    limit: str = ""


def run(command: Sequence[str], job: bytes, *, seconds: float, output: int) -> Ended:
    """Run a command with ``job`` on its standard input: in an empty folder, with no environment, no open file."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"quizapp-{os.getpid()}-", ignore_cleanup_errors=True) as empty:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=empty,
            env={name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},  # Windows needs that one
            start_new_session=_CAN_KILL_GROUP,
        )
        with process:
            return _attended(process, job, seconds, output)


def _sweep() -> None:
    """Remove the folders that servers left behind when they were ended in the middle of a reading."""
    if not _CAN_KILL_GROUP:  # elsewhere signal 0 is no question, it ends the process
        return
    for folder in Path(tempfile.gettempdir()).glob("quizapp-*"):
        owner = _FOLDER.match(folder.name)
        with contextlib.suppress(OSError):
            if owner and folder.lstat().st_uid == os.geteuid() and not _is_alive(int(owner[1])):
                shutil.rmtree(folder)  # refuses a link


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _attended(process: subprocess.Popen[bytes], job: bytes, seconds: float, output: int) -> Ended:
    assert process.stdin
    assert process.stdout
    assert process.stderr
    answer = _Collector(process.stdout, output, lambda: _kill(process))
    said = _Collector(process.stderr, SAID)
    feeder = threading.Thread(target=_feed, args=(process.stdin, job), daemon=True)
    threads = (answer, said, feeder)
    for thread in threads:
        thread.start()
    limit = ""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        limit = "time"
        _kill(process)
        process.wait()
    _kill(process)  # whatever it has started holds its pipes open
    for thread in threads:
        thread.join()
    if answer.is_over:
        limit = "output"
    return Ended(answer.read, said.read, process.returncode, limit)


class _Collector(threading.Thread):
    """Reads a pipe to its end. What is over the limit is thrown away, and ``when_over`` called once."""

    def __init__(self, pipe: IO[bytes], most: int, when_over: Callable[[], None] = lambda: None) -> None:
        super().__init__(daemon=True)
        self.read = b""
        self.is_over = False
        self._pipe, self._most, self._when_over = pipe, most, when_over

    def run(self) -> None:
        """Read (called by the thread)."""
        self.read = self._pipe.read(self._most)
        while self._pipe.read(64 * 1024):
            if not self.is_over:
                self.is_over = True
                self._when_over()


def _feed(pipe: IO[bytes], job: bytes) -> None:
    with contextlib.suppress(OSError), pipe:  # a process that has ended early reads no more
        pipe.write(job)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process with everything it has started."""
    with contextlib.suppress(ProcessLookupError):
        if _CAN_KILL_GROUP:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
