"""The one module that knows the application's wire: signing in by the form, then JSON, over plain connections."""

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from email.message import Message
from typing import Any
from urllib.parse import urlencode

from tests.faults.history import UNKNOWN, Record, tried

PASSWORD = "right-horse-1"
TIMEOUT = 12.0  # seconds; a laden machine answers slowly, and a stopped worker not at all
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Answer = tuple[int, Any]
Sent = tuple[int, Message, bytes]


class Client:
    """One person at any number of connections: each thread has its own, all share the sign-in.

    ``ports`` is asked anew for every connection, so that a client finds another node where one is gone.
    """

    def __init__(self, login: str, ports: Callable[[], Sequence[int]], rng: random.Random) -> None:
        self.login, self._ports, self._rng = login, ports, rng
        self._local = threading.local()
        self._open: set[http.client.HTTPConnection] = set()
        self._cookie = self._token = ""

    def sign_in(self, until: float = 120.0) -> None:
        """Sign in through the form, however often it takes."""
        end = time.monotonic() + until
        while time.monotonic() < end:
            status, page = self._ask("GET", "/sign-in", accept="text/html")
            found = TOKEN.search(page) if isinstance(page, str) else None
            if status == 200 and found:
                fields = {"csrf_token": found[1], "login": self.login, "password": PASSWORD}
                status, told = self._ask("POST", "/sign-in", urlencode(fields), FORM)
                if status == 200 and isinstance(told, dict):
                    self._token = told["csrf_token"]
                    return
            time.sleep(0.2 + self._rng.random())
        raise TimeoutError(f"{self.login} could not sign in")

    def start(self, quiz_id: int) -> Answer:
        """Start, or go on: 200 with the attempt's id under ``attempt``."""
        status, told = self._ask("POST", f"/tests/{quiz_id}/attempts", "", FORM)
        if status == 200 and isinstance(told, dict):
            told = {"attempt": int(told["next"].rsplit("/", 1)[1])}
        return status, told

    def lease(self, attempt: int, page: int) -> Answer:
        """Take the attempt over, as the page that was served with this number."""
        return self._ask("PUT", f"/attempts/{attempt}/lease", json.dumps({"lease": page}), JSON)

    def save(self, attempt: int, lease: int, items: Sequence[Mapping[str, Any]]) -> Answer:
        """Save some items at once."""
        body = json.dumps({"lease": lease, "responses": items}, ensure_ascii=False)
        return self._ask("PUT", f"/attempts/{attempt}/responses", body, JSON)

    def clock(self, attempt: int) -> Answer:
        """The pulse."""
        return self._ask("GET", f"/attempts/{attempt}/clock")

    def submit(self, attempt: int, lease: int | None) -> Answer:
        """Submit, as a page with its lease or as one without."""
        return self._ask("POST", f"/attempts/{attempt}/submission", urlencode({"lease": lease} if lease else {}), FORM)

    def extend(self, quiz_id: int, attempt: int, minutes: int, reason: str) -> Answer:
        """Give more minutes by the organizer's form, which leads on (302) where they are given."""
        fields = {"csrf_token": self._token, "minutes": minutes, "reason": reason, "attempt": attempt}
        status, _page = self._ask("POST", f"/quizzes/{quiz_id}/extensions", urlencode(fields), FORM, "text/html")
        return (200, {"reason": reason}) if status == 302 else (status, None)

    def report(self, quiz_id: int, form: str) -> bytes:
        """The department's report as a file; asked for until it comes."""
        for _try in range(60):
            status, body = self._ask("GET", f"/reports/{quiz_id}.{form}", accept="*/*", raw=True)
            if status == 200:
                return bytes(body)
            time.sleep(0.5)
        raise TimeoutError(f"no report of {quiz_id}.{form}: {status}")

    def report_page(self, quiz_id: int) -> str:
        """The department's report as a page; empty where it does not come."""
        status, page = self._ask("GET", f"/reports/{quiz_id}", accept="text/html")
        return str(page) if status == 200 else ""

    def drop(self) -> None:
        """Close this thread's connection."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None:
            self._open.discard(connection)
            connection.close()

    def close(self) -> None:
        """Close the connections of all threads, once these are done."""
        while self._open:
            self._open.pop().close()

    def _ask(
        self, method: str, path: str, body: str = "", kind: str = "", accept: str = JSON, *, raw: bool = False
    ) -> Answer:
        """The status and what was said; `UNKNOWN` where no whole answer came, or the server failed."""
        headers = {"Accept": accept, "Cookie": self._cookie, "X-CSRFToken": self._token}
        if kind:
            headers["Content-Type"] = kind
        status, answered, data = self._send(method, path, body.encode() if kind else None, headers)
        for line in answered.get_all("Set-Cookie") or ():
            if line.startswith("quizapp="):
                self._cookie = line.partition(";")[0]
        if status in (UNKNOWN, *range(500, 600)):
            return UNKNOWN, {"reason": data.decode(errors="replace") if status == UNKNOWN else f"HTTP {status}"}
        if raw:
            return status, data
        is_json = answered.get_content_type() == JSON
        return status, json.loads(data) if is_json else data.decode(errors="replace")

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Sent:
        """One request over this thread's connection; `UNKNOWN` with the reason where no whole answer came."""
        try:
            connection = self._connection()
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.drop()
            return UNKNOWN, Message(), type(error).__name__.encode()

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            port = self._rng.choice(self._ports())
            connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
            self._open.add(connection)
        return connection


def insist(ask: Callable[[], Answer], times: int, rng: random.Random, tries: list[Record]) -> Record:
    """Ask until the answer is known, at most so many times, noting every try; the last one."""
    for number in range(times):
        tries.append(tried(ask))
        if tries[-1]["status"] != UNKNOWN:
            break
        time.sleep(rng.random() * min(0.1 * 2**number, 1.5))
    return tries[-1]
