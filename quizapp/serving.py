"""The server as shipped: worker processes behind one port, and a clock that ends attempts on time."""

import logging
import os
import subprocess
import sys
import time

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from quizapp.attempts.operations import close_due
from quizapp.db import db

log = logging.getLogger(__name__)

BACKLOG = 4096  # everybody starts in the same ten seconds
TICK_SECONDS = 5
STOP_SECONDS = 15


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop; requests under way are finished first."""
    db.session.remove()
    db.engine.dispose()  # workers are forked: no connection may be shared with them
    server = Granian(
        "quizapp:create_app",
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
    ticker = subprocess.Popen([sys.executable, "-m", "quizapp", "tick"])
    try:
        server.serve()
    finally:
        ticker.terminate()
        ticker.wait()


def tick_while_parent_lives() -> None:
    """End what is due every few seconds, until the process that started this one is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            close_due()
        except Exception:
            log.exception("closing attempts failed; trying again in %s s", TICK_SECONDS)
        finally:
            db.session.remove()
        time.sleep(TICK_SECONDS)
