"""Many connections in one process: each client sends what its script asks for and measures what comes back.

A script is a generator: it yields an `Ask` and is sent the `Answer`. A closed loop asks again at once; an open one
gives each request the moment at which it should be sent, and the time is measured from that moment: a server that
stalls is not flattered by the requests that waited behind it ("coordinated omission", Gil Tene).
"""

import asyncio
import gzip
import re
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from benchmarks.load.wire import Answer

GOOD = (200, 304)
PATIENCE = 30.0  # seconds until an answer is given up
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
SERVICE = re.compile(rb"(?i)\r\nserver-timing: app;dur=([\d.]+)")


@dataclass(frozen=True)
class Ask:
    """One request. ``step`` names what is measured ("" for what only prepares), ``at`` when it should be sent."""

    step: str
    data: bytes
    at: float | None = None


Script = Generator[Ask, Answer, None]
NOTHING = Answer(0, b"", b"")


@dataclass
class Record:
    """What one process has seen; times in seconds. ``waits`` are the parts of ``times`` before a worker began."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    done: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    requests: int = 0
    reconnects: int = 0
    last: float = 0.0

    def failed(self, step: str, reason: str) -> None:
        """Count what did not work."""
        self.errors[step or "other"] += 1
        self.reasons[reason] += 1

    def add(self, step: str, seconds: float) -> None:
        """Keep a time that a script measured itself, over several requests."""
        self.times[step].append(seconds)


class Client(asyncio.Protocol):
    """One connection and the script that goes over it."""

    def __init__(self, port: int, script: Script, record: Record, ended: "asyncio.Future[None]") -> None:
        self._port, self._script, self._record, self._ended = port, script, record, ended
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._ask: Ask | None = None
        self._buffer = bytearray()
        self._sent = self._from = 0.0
        self._is_fresh = False  # whether the connection has carried no answer yet
        self._counts: dict[str, int] = defaultdict(int)

    def go_on(self, answer: Answer | None = None) -> None:
        """Hand the answer to the script and send what it asks for next."""
        try:
            self._ask = ask = self._script.send(answer) if answer is not None else next(self._script)
        except StopIteration:
            self._finish()
            return
        self._sent = 0.0
        wait = 0.0 if ask.at is None else ask.at - time.monotonic()
        if wait > 0:
            self._loop.call_later(wait, self._send)
        else:
            self._send()

    def look_after(self, now: float) -> None:
        """Give up an answer that does not come."""
        if self._ask is not None and self._sent and now - self._sent > PATIENCE:
            self._give_up("no answer in time")

    def close(self) -> None:
        """Leave off where one stands."""
        if not self._ended.done():
            self._record.failed(self._ask.step if self._ask else "", "cut off at the end")
            self._finish()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._is_fresh = transport, True

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None
        if self._ask is None or not self._sent or self._ended.done():
            return  # closed while nothing was under way: the next request opens another
        if self._is_fresh or self._buffer:
            self._give_up("connection lost")
        else:  # it was closed just when it was used again, and a browser would send that once more
            self._record.reconnects += 1
            self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[: end + 4])
        length = LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(self._buffer) < end + 4 + size:
            return
        body = bytes(self._buffer[end + 4 :])
        self._buffer.clear()
        self._is_fresh = False
        service = SERVICE.search(head)
        self._received(Answer(int(head[9:12]), head, body, float(service[1]) / 1000 if service else None))

    def _received(self, answer: Answer) -> None:
        assert self._ask is not None
        record, step, now = self._record, self._ask.step, time.monotonic()
        record.requests += 1
        record.last = now
        if answer.status not in GOOD:
            record.failed(step, f"{step} {answer.status}")
        elif step:
            took = now - (self._ask.at if self._ask.at is not None else self._sent)
            record.times[step].append(took)
            self._counts[step] += 1
            if answer.service is not None:
                record.waits[step].append(max(0.0, took - answer.service))
        self._ask = None
        self.go_on(answer)

    def _send(self) -> None:
        if self._ended.done() or self._ask is None:
            return
        if self._transport is None or self._transport.is_closing():
            self._connecting = self._loop.create_task(self._connect())  # kept, or it might be thrown away half-done
            return
        self._sent = time.monotonic()
        self._transport.write(self._ask.data)

    async def _connect(self) -> None:
        self._sent = time.monotonic()  # what it takes to connect belongs to the request
        try:
            await self._loop.create_connection(lambda: self, "127.0.0.1", self._port)
        except OSError as error:
            self._give_up(type(error).__name__)
            return
        assert self._transport is not None
        if self._ask is not None:
            began = self._sent
            self._transport.write(self._ask.data)
            self._sent = began

    def _give_up(self, reason: str) -> None:
        step = self._ask.step if self._ask else ""
        self._record.failed(step, reason)
        self._ask, self._sent = None, 0.0
        self._buffer.clear()
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
        self._loop.call_later(0.05, self.go_on, NOTHING)

    def _finish(self) -> None:
        for step, count in self._counts.items():
            self._record.done[step].append(count)
        if not self._ended.done():
            self._ended.set_result(None)


async def drive(port: int, scripts: Sequence[Script], record: Record, begin: float, until: float) -> None:
    """Run all scripts from ``begin`` on; what has not ended long after ``until`` is cut off (monotonic seconds)."""
    loop = asyncio.get_running_loop()
    clients = [Client(port, script, record, loop.create_future()) for script in scripts]
    await asyncio.sleep(max(0.0, begin - time.monotonic()))
    for client in clients:
        client.go_on()
    ended = asyncio.gather(*(client._ended for client in clients))
    while not ended.done():
        await asyncio.wait([ended], timeout=0.5)
        now = time.monotonic()
        for client in clients if not ended.done() else ():
            if now > until + PATIENCE + 5:
                client.close()
            else:
                client.look_after(now)
    for client in clients:
        if client._transport is not None:
            client._transport.abort()


def clear(answer: Answer) -> bytes:
    """The body of a page in clear."""
    return gzip.decompress(answer.body) if b"gzip" in answer.head.lower() else answer.body
