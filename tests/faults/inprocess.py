"""The same people and the same checker around an application in this process: seconds instead of a minute.

No server is killed here; a failpoint that is reached ends the request where it stands, and rolls its transaction back.
"""

import random
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.message import Message

from flask import Flask

from quizapp import failpoints
from quizapp.attempts import closing
from quizapp.db import db
from tests.faults.client import Client, Sent
from tests.faults.history import UNKNOWN
from tests.faults.prepare import Department

SETTLING = timedelta(seconds=2)


class Crash(BaseException):
    """Where a real process would be dead."""


class InProcess(Client):
    """A client whose wire is a function call."""

    def __init__(self, login: str, app: Flask, rng: random.Random) -> None:
        super().__init__(login, lambda: (), rng)
        self._app = app

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Sent:
        try:
            client = self._app.test_client(use_cookies=False)
            answer = client.open(path, method=method, data=body, headers=dict(headers))
        except Crash:
            return UNKNOWN, Message(), b"Crash"
        message = Message()
        for name, value in answer.headers:
            message[name] = value
        return answer.status_code, message, answer.data


class Clock:
    """Ends attempts as the process beside the server does, until `stop`."""

    def __init__(self, app: Flask) -> None:
        self._app, self._stopping = app, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End nothing more."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(0.5):
            with self._app.app_context(), suppress(Exception, Crash):
                closing.close_due()


def prepare(department: Department, points: Mapping[str, float]) -> Clock:
    """Let failpoints crash the request, and the clock not wait so long."""
    rng = random.Random(1)

    def reach(operation: str, side: str) -> None:
        if rng.random() < points.get(f"{operation}.{side}", 0):
            raise Crash

    failpoints.reach = reach
    closing.SETTLING = SETTLING
    return Clock(department.app)


def let_go(department: Department) -> None:
    """Close the connections of this process, so that another library may read the file."""
    time.sleep(0.1)
    with department.app.app_context():
        db.session.remove()
        db.engine.dispose()
