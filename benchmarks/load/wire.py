"""The application's wire, written out as bytes and read back: what a driver that must be cheap can afford."""

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from tests.faults.client import FORM, JSON, PASSWORD, TOKEN

HTML = "text/html"
LEASE = re.compile(rb'data-lease="(\d+)"')
LETTERS = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Answer:
    """A whole answer. ``service`` is how long the application had it (seconds), where the server says so."""

    status: int
    head: bytes
    body: bytes
    service: float | None = None

    @property
    def size(self) -> int:
        """Bytes over the wire."""
        return len(self.head) + len(self.body)

    def json(self) -> Any:
        """What a JSON answer says."""
        return json.loads(self.body)


def request(method: str, path: str, *, cookie: str = "", token: str = "", accept: str = HTML,
            body: str = "", kind: str = "", tag: str = "") -> bytes:  # fmt: skip
    """The bytes of one request, as a browser would send it over a connection that stays open."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}"]
    if accept == HTML:
        lines.append("Accept-Encoding: gzip")
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if tag:
        lines.append(f"If-None-Match: {tag}")
    if token:
        lines.append(f"X-CSRFToken: {token}")
    data = body.encode()
    if kind:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    return "\r\n".join([*lines, "", ""]).encode() + data


@dataclass
class Person:
    """One person: how they are signed in, and the attempt that is under way or over."""

    login: str
    cookie: str
    token: str
    dice: random.Random
    attempt: int = 0
    lease: int = 1  # of the page that was served last; a lower number than the server's highest is good too
    holds: bool = False  # whether this page is the one that saves
    is_over: bool = False
    versions: dict[int, int] = field(default_factory=dict)
    tag: str = ""  # of what the open page was told last

    def get(self, path: str, accept: str = HTML) -> bytes:
        """A page."""
        return request("GET", path, cookie=self.cookie, accept=accept)

    def start(self, quiz: int) -> bytes:
        """The press of the button at the door."""
        return self._send("POST", f"/tests/{quiz}/attempts", "", FORM)

    def started(self, answer: Answer) -> None:
        """Learn the attempt's id."""
        self.attempt = int(answer.json()["next"].rsplit("/", 1)[1])
        self.lease, self.holds, self.is_over, self.versions, self.tag = 1, False, False, {}, ""

    def paper(self, *, packed: bool = True) -> bytes:
        """The test page, compressed as for every browser, or not."""
        return self.get(f"/attempts/{self.attempt}", HTML if packed else "text/html, */*")

    def seen(self, answer: Answer, text: bytes) -> None:
        """Learn the number with which the page was served; ``text`` is its body in clear."""
        found = LEASE.search(text)
        if answer.status == 200 and found:
            self.lease = int(found[1])

    def take_lease(self) -> bytes:
        """Become the page that saves."""
        return self._send("PUT", f"/attempts/{self.attempt}/lease", json.dumps({"lease": self.lease}), JSON)

    def pulse(self) -> bytes:
        """What the open page asks again and again: whether what it was told still holds."""
        return request("GET", f"/attempts/{self.attempt}/clock", cookie=self.cookie, accept=JSON, tag=self.tag)

    def told(self, answer: Answer) -> None:
        """Learn the tag of an answer in full."""
        if answer.status == 200:
            self.tag = answer.json()["tag"]

    def save(self, place: int, kind: str) -> bytes:
        """Mark one item."""
        item = {
            "position": place,
            "answer": _marked(kind, self.dice),
            "marked": False,
            "version": self.versions.get(place, 0),
            "operation": str(UUID(int=self.dice.getrandbits(128))),
        }
        body = json.dumps({"lease": self.lease, "responses": [item]})
        return self._send("PUT", f"/attempts/{self.attempt}/responses", body, JSON)

    def saved(self, place: int, answer: Answer) -> bool:
        """Learn the new version; whether the answer was taken."""
        [told] = answer.json()["results"]
        if "version" in told:
            self.versions[place] = told["version"]
        return "version" in told

    def submit(self) -> bytes:
        """The act that ends the attempt."""
        return self._send("POST", f"/attempts/{self.attempt}/submission", urlencode({"lease": self.lease}), FORM)

    def result(self) -> bytes:
        """The page after it."""
        return self.get(f"/attempts/{self.attempt}/result")

    def _send(self, method: str, path: str, body: str, kind: str) -> bytes:
        return request(method, path, cookie=self.cookie, token=self.token, accept=JSON, body=body, kind=kind)


def sign_in(login: str, page: Answer, text: bytes) -> bytes:
    """The form of the sign-in page, filled in."""
    found = TOKEN.search(text.decode())
    assert found is not None, "the sign-in page has no token"
    fields = urlencode({"csrf_token": found[1], "login": login, "password": PASSWORD})
    return request("POST", "/sign-in", cookie=cookie_of(page), accept=JSON, body=fields, kind=FORM)


def cookie_of(answer: Answer) -> str:
    """The session cookie that came with an answer."""
    found = re.search(rb"(?i)set-cookie: (quizapp=[^;\r]+)", answer.head)
    return found[1].decode() if found else ""


def _marked(kind: str, dice: random.Random) -> list[str]:
    if kind == "true_false":
        return [dice.choice(("true", "false"))]
    return sorted(dice.sample(LETTERS, 2)) if kind == "multiple" else [dice.choice(LETTERS)]
