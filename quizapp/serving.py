"""The server as shipped: worker processes behind one port, and a clock that ends attempts on time."""

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from quizapp.attempts.closing import close_due
from quizapp.attempts.outages import note_heartbeat
from quizapp.db import Outage, db, outage_of
from quizapp.reports.tallies import keep_up

log = logging.getLogger(__name__)

BACKLOG = 4096  # everybody starts in the same ten seconds
OPEN_FILES = 65_536
TICK_SECONDS = 1
BEAT_SECONDS = 5
COUNT_SECONDS = 0.5  # of each turn, where results wait to be counted for a report
WATCH_SECONDS = 5
STOP_SECONDS = 15


class AddressError(Exception):
    """The server cannot listen where it was told to; the message is the system's."""


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop; requests under way are finished first. Raises AddressError."""
    _require_free(host, port)
    _raise_open_files()
    db.session.remove()
    db.engine.dispose()  # workers are forked: no connection may be shared with them
    server = Granian(
        "quizapp.cli.worker:app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=BACKLOG,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    with _Ticker():
        server.serve()


class _Ticker:
    """The process that ends attempts on time, started again whenever it dies while the server runs."""

    def __enter__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._process.terminate()
        self._watch.join(STOP_SECONDS)
        self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "quizapp", "tick", str(os.getpid())])

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._stopping.wait(TICK_SECONDS):
                return
            log.error("the process that ends attempts stopped with %s; starting it again", code)
            self._process = self._start()


def tick_while_alive(server: int) -> None:
    """End what is due every second, until the process that started this one (its id) is gone."""
    ticker = _Tick()
    while os.getppid() == server:
        ticker.tick()
        time.sleep(TICK_SECONDS)


class _Tick:
    """One turn after another of: leave a heartbeat, end what is due. What fails is tried again in the next."""

    def __init__(self) -> None:
        self._next_beat = 0.0
        self._trouble: Outage | None = None

    def tick(self) -> None:
        """The heartbeat comes first: after an outage it must be noticed before anything else is written."""
        try:
            if time.monotonic() >= self._next_beat:
                note_heartbeat()
                self._next_beat = time.monotonic() + BEAT_SECONDS
            if not close_due():  # what candidates wait for comes first
                keep_up(COUNT_SECONDS)
            self._say(None)
        except Exception as error:
            reason = outage_of(error)
            if reason is None:
                log.exception("closing or counting attempts failed; trying again in %s s", TICK_SECONDS)
            else:
                self._say(reason)
        finally:
            db.session.remove()

    def _say(self, trouble: Outage | None) -> None:
        """One line when the trouble begins, changes or ends; not one every second."""
        if trouble is self._trouble:
            return
        if trouble is None:
            log.warning("the database can be written again; attempts are ended on time")
        else:
            log.error("the database is %s: attempts are ended when it can be written again", trouble)
        self._trouble = trouble


def stop_with_parent() -> None:
    """Let this worker stop when the process that started it is gone: nobody would be left to stop it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _raise_open_files() -> None:
    """Let a worker hold as many connections as the system allows: each is an open file, and shells allow 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _require_free(host: str, port: int) -> None:
    """Workers share their port, so that a second server on it would not fail but take half of the requests."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise AddressError(error.strerror or str(error)) from None
