"""A network as it is in a country office: between the browser and the application, by a seed.

Everything runs ten times as fast as life: a delay of 3 seconds is one of 0.3, and the page's timers are quickened too.
"""

import io
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from tests.support.server import QuietHandler

SCALE = 10
QUICKENED = f"const later = setTimeout; window.setTimeout = (act, ms) => later(act, (ms || 0) / {SCALE})"
"""For `Page.add_init_script`: the page's timers at the pace of the weather."""

FAIL_BEFORE, FAIL_AFTER, SLOW = 0.15, 0.15, 0.15
DELAY = 3 / SCALE  # seconds


class Weather:
    """WSGI middleware: requests of a page's script fail before or after the application hears them, or come late.

    ``operations`` collects what was asked for: position → ids of operations.
    """

    def __init__(self, app: Callable[..., Any], seed: int) -> None:
        self.app = app
        self.is_bad = False
        self.operations: dict[int, set[str]] = defaultdict(set)
        self.lost = {"before": 0, "after": 0, "slow": 0}
        self._random = Random(seed)
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_ACCEPT") != "application/json" or "/attempts/" not in environ["PATH_INFO"]:
            return list(self.app(environ, start_response))
        fate = self._fate()
        if fate:
            self.lost[fate] += 1
        if fate == "slow":
            time.sleep(DELAY)
        if fate == "before":
            raise ConnectionResetError
        self._note(environ)
        body = list(self.app(environ, start_response))
        if fate == "after":
            raise ConnectionResetError
        return body

    def _fate(self) -> str:
        with self._lock:
            dice = self._random.random()
        if not self.is_bad:
            return ""
        for name, share in (("before", FAIL_BEFORE), ("after", FAIL_AFTER), ("slow", SLOW)):
            if dice < share:
                return name
            dice -= share
        return ""

    def _note(self, environ: dict[str, Any]) -> None:
        if environ["REQUEST_METHOD"] != "PUT" or not environ["PATH_INFO"].endswith("/responses"):
            return
        raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = io.BytesIO(raw)
        for response in json.loads(raw)["responses"]:
            self.operations[response["position"]].add(response["operation"])


class Restartable:
    """A live server (``url``, ``app``) under a `Weather` that can go down and come back at the same address."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app = app
        self.weather = Weather(app, seed)
        self.port = 0
        self._server: BaseWSGIServer | None = None
        self.start()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self.weather, threaded=True, request_handler=QuietHandler)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
