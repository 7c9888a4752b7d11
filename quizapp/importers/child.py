"""``python -m quizapp.importers.child``: read one file within limits. `quizapp.importers.sandbox` starts it.

The job comes on standard input: one line of JSON, then the bytes of the file. One line of JSON goes back. Nothing is
written anywhere else, and what this process may still do shrinks before it looks at the first byte of the file.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
from typing import Any

from quizapp.importers import wire
from quizapp.importers.reading import Document, Format, Refused

resource: Any = None
with contextlib.suppress(ImportError):  # not a POSIX system: the wall clock of the parent remains
    import resource

MEGABYTE = 1024 * 1024
GENTLE = 10  # of the 19 steps by which a process may stand back behind the server
OPEN_FILES = 64
_PR_SET_PDEATHSIG = 1  # Linux, sys/prctl.h

_HARMLESS = frozenset({"os.listdir", "os.scandir"})  # how Python looks for modules
_FORBIDDEN = ("ctypes.dlopen", "os.", "shutil.", "socket.", "subprocess.", "tempfile.", "urllib.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def main() -> None:
    """Do the job; the arguments are the seconds and megabytes it may take, and the process that asks for it."""
    _die_with(*map(int, sys.argv[3:4]))
    seconds, megabytes = map(int, sys.argv[1:3])
    _limit(seconds, megabytes)
    gc.disable()  # this process ends before its garbage matters, and looking for it takes a third of the time
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not spoil the answer
    job = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    sys.addaudithook(_guard)
    answer.write(_answered(job, data))
    answer.flush()
    os._exit(0)  # taking a large reading apart object by object would only cost time


def _answered(job: dict[str, Any], data: bytes) -> bytes:
    try:
        result = _TASKS[job["task"]](job, data)
    except Refused as refused:
        result = {"refused": refused.problem}
    except MemoryError:
        result = {"broken": "memory"}
    except RecursionError:
        result = {"broken": "depth"}
    try:
        return wire.encoded(result)
    except MemoryError:
        return b'{"broken": "memory"}'


def _read(job: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Read a file, and look for questions where ``parse`` asks for it."""
    from quizapp.importers import files, sniff

    chosen = Format(job["format"]) if job["format"] else None
    if chosen in (None, Format.DOC) and sniff.sniff_binary(data) is Format.DOC:
        return {"convert": True}  # needs another program, which this process may not start
    document = files.read_document(job["name"], data, chosen, job["encoding"], as_rows=bool(job.get("rows")))
    return _parsed(document, job) if job["parse"] else {"document": document}


def _read_again(job: dict[str, Any], data: bytes) -> dict[str, Any]:
    return _parsed(wire.document(json.loads(data)), job)


_TASKS = {"read": _read, "read_again": _read_again}


def _parsed(document: Document, job: dict[str, Any]) -> dict[str, Any]:
    from quizapp.importers import files

    keys = wire.document(job["keys"]) if job["keys"] else None
    return {"reading": files.parse(document, keys)}


def _die_with(*parent: int) -> None:
    """Be ended with the process that waits for the answer: nobody else would read it.

    The signal comes with the end of the thread that started this process, which waits in `confinement.run`.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() not in parent:  # it ended before it could be named
        os._exit(1)


def _limit(seconds: int, megabytes: int) -> None:
    """Let the system end this process where it takes too much; a limit that a system lacks is left out."""
    if hasattr(os, "nice"):
        os.nice(GENTLE)
    if resource is None:
        return
    wanted = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_DATA": megabytes * MEGABYTE,
        # Addresses also count what is only reserved and never used, so that they need more room.
        "RLIMIT_AS": 3 * megabytes * MEGABYTE,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_NPROC": 0,
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        if (limit := getattr(resource, name, None)) is not None:
            _lower(limit, most)


def _lower(limit: int, most: int) -> None:
    allowed = resource.getrlimit(limit)[1]
    unlimited = allowed == resource.RLIM_INFINITY
    soft = most if unlimited else min(most, allowed)
    # Past the soft limit of time the system says so by a signal; past the hard one it kills and gives no reason.
    hard = soft + 1 if limit == resource.RLIMIT_CPU and (unlimited or soft < allowed) else soft
    with contextlib.suppress(ValueError, OSError):  # some systems name a limit and do not have it (macOS: RLIMIT_AS)
        resource.setrlimit(limit, (soft, hard))


def _guard(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what a reader never needs: connections, other programs, writing and moving files."""
    if event == "open":
        if isinstance(args[2], int) and args[2] & _WRITING:
            raise PermissionError("a reader of files writes none")
    elif event.startswith(_FORBIDDEN) and event not in _HARMLESS:
        raise PermissionError(f"a reader of files needs no {event}")


if __name__ == "__main__":
    main()
