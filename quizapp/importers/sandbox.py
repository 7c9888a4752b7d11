"""Reading a foreign file in a process of its own: whatever the file does to its reader, the server goes on.

The child (`quizapp.importers.child`) has limits of time, memory and output, an empty folder and no environment, and
is ended with everything it started. Each limit that a file breaks is a `Refused` with its own sentence.
"""

import gc
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from quizapp.domain.problem import N_, Problem
from quizapp.importers import confinement, old_word, wire
from quizapp.importers.confinement import Ended
from quizapp.importers.reading import Document, Format, Reading, Refused

MEGABYTE = 1024 * 1024
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What reading one file may take, and how long a caller waits for its turn."""

    megabytes_in: int = 32
    megabytes_out: int = 64
    megabytes_of_memory: int = 300
    processor_seconds: int = 30
    seconds: float = 45
    seconds_waiting: float = 20


LIMITS = Limits()
AT_ONCE = 2
"""Files read at the same time by one server process."""

# -I: neither the environment nor the folder the server stands in says what is imported; -B: no file is written.
CHILD = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "quizapp.importers.child")

_turns = threading.BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)
_Read = tuple[dict[str, Any], Format | None]


def read_file(
    name: str, data: bytes, *, format: Format | None = None, encoding: str = "", keys: Document | None = None
) -> Reading:
    """The questions of a file, with the keys of a second one where there is one (`open_file` gives its document).

    Raises `Refused` with the reason, a broken limit among them.
    """
    answer, as_read = _read(name, data, format, encoding, {"parse": True, "keys": keys and wire.to_json(keys)})
    found = _understood(wire.reading, answer.get("reading"))
    return replace(found, document=replace(found.document, format=as_read)) if as_read else found


def open_file(
    name: str, data: bytes, *, format: Format | None = None, encoding: str = "", as_rows: bool = False
) -> Document:
    """The text of a file, not looked into for questions: what a file of keys needs. Raises `Refused`.

    ``as_rows``: of a workbook the rows, cells between tabs, whatever it holds.
    """
    answer, as_read = _read(name, data, format, encoding, {"parse": False, "keys": None, "rows": as_rows})
    found = _understood(wire.document, answer.get("document"))
    return replace(found, format=as_read) if as_read else found


def read_again(document: Document, keys: Document | None = None) -> Reading:
    """The questions of a document that a person has corrected. Raises `Refused`."""
    job = {"task": "read_again", "keys": keys and wire.to_json(keys)}
    answer = _ask(job, json.dumps(wire.to_json(document)).encode())
    return _understood(wire.reading, answer.get("reading"))


def _read(name: str, data: bytes, format: Format | None, encoding: str, wanted: dict[str, Any]) -> _Read:
    """The child's answer, and the true format of a file that another program had to convert first."""
    job = {"task": "read", "name": name, "format": format and format.value, "encoding": encoding, **wanted}
    answer = _ask(job, data)
    if not answer.get("convert"):
        return answer, None
    return _ask(job | {"format": Format.DOCX.value}, old_word.docx_from_doc(data)), Format.DOC


def _ask(job: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What a child answers. Raises `Refused` where it refuses the file, and for every way of not answering."""
    if len(data) > LIMITS.megabytes_in * MEGABYTE:
        raise _too_large()
    if not _turns.acquire(timeout=LIMITS.seconds_waiting):
        raise Refused(Problem(N_("The server is reading other files just now. Try again in a minute.")))
    try:
        ended = _run(json.dumps(job).encode() + b"\n" + data)
    finally:
        _turns.release()
    answer = _answer(ended)
    broken = ended.limit or answer.get("broken") or _broken_limit(ended)
    if broken in _LIMITS_BROKEN:
        raise _LIMITS_BROKEN[broken]()
    if not answer:
        _log.error("reading a file failed with %s: %s", ended.code, ended.said.decode(errors="replace"))
        raise _unreadable()
    if "refused" in answer:
        raise Refused(_understood(wire.problem, answer["refused"]))
    return answer


def _run(job: bytes) -> Ended:
    command = [*CHILD, str(LIMITS.processor_seconds), str(LIMITS.megabytes_of_memory), str(os.getpid())]
    return confinement.run(command, job, seconds=LIMITS.seconds, output=LIMITS.megabytes_out * MEGABYTE)


def _answer(ended: Ended) -> dict[str, Any]:
    """What the child said, or nothing where that is not what a child says."""
    try:
        with _uncollected():
            answer = json.loads(ended.answer)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _broken_limit(ended: Ended) -> str:
    """The limit by which the system ended a child, from the marks that leaves."""
    if ended.code == -getattr(signal, "SIGXCPU", signal.SIGTERM):
        return "time"
    # A library that is not Python ends its process where memory is refused, and says so (Rust: calamine).
    return "memory" if b"memory allocation of" in ended.said or b"MemoryError" in ended.said else ""


def _understood(decode: Callable[[Any], T], json: Any) -> T:
    """The child's words as values: a child that read a hostile file may say anything."""
    try:
        with _uncollected():
            return decode(json)
    except (ValueError, TypeError, KeyError, AttributeError):
        _log.exception("the reader of a file gave an answer that is none")
        raise _unreadable() from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles while very many values are made that have none: it took half a second for 20,000 rows.

    Where two threads do this, the first to end brings the search back for both: that is slower, and never wrong.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _unreadable() -> Refused:
    message = N_("The file could not be read. Open it in its program, save it under a new name and import that.")
    return Refused(Problem(message))


def _too_large() -> Refused:
    message = N_("The file has more than %(most)s MB. Remove its pictures or split it, and import it again.")
    return Refused(Problem(message, {"most": LIMITS.megabytes_in}))


def _too_slow() -> Refused:
    message = N_("Reading the file took more than %(most)s seconds and was stopped. Split it and import the parts.")
    return Refused(Problem(message, {"most": LIMITS.processor_seconds}))


def _too_hungry() -> Refused:
    message = N_("Reading the file took more than %(most)s MB of memory and was stopped. Split it, import the parts.")
    return Refused(Problem(message, {"most": LIMITS.megabytes_of_memory}))


def _too_much() -> Refused:
    message = N_("More than %(most)s MB of text came out of the file. Split it and import the parts.")
    return Refused(Problem(message, {"most": LIMITS.megabytes_out}))


def _too_deep() -> Refused:
    message = N_(
        "The parts of the file lie too deep within each other. Copy the questions into a new file, import that."
    )
    return Refused(Problem(message))


_LIMITS_BROKEN = {"time": _too_slow, "memory": _too_hungry, "output": _too_much, "depth": _too_deep}
