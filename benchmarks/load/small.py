"""What should be small: the time of a start, memory, and the weight of a page."""

import http.client
import random
import re
from collections.abc import Iterator

from benchmarks.load import servers
from benchmarks.load.loop import clear
from benchmarks.load.prepare import LONG, Department
from benchmarks.load.rows import Row
from benchmarks.load.servers import Server
from benchmarks.load.wire import Answer, Person

ASSET = re.compile(rb'(?:href|src)="(/[^"]+\.(?:css|js|svg|woff2)(?:\?[^"]*)?)"')
Values = Iterator[Row]


def before(server: Server, department: Department, database: str) -> Values:
    """Of a server that has just been started."""
    yield _value("start_time", database, server.start_seconds, "s")
    resident, shared = zip(*map(servers.memory, server.family()), strict=True)
    yield _value("idle_memory", database, sum(shared), "MB", f"{len(resident)} processes, shared pages counted once")
    yield from _weights(server, department, database)


def after(server: Server, database: str) -> Values:
    """Of one that has worked: its largest worker, shared pages counted in full."""
    yield _value("worker_memory", database, max(servers.memory(pid)[0] for pid in server.workers()), "MB")


def _weights(server: Server, department: Department, database: str) -> Values:
    test = department.publish(LONG)
    login, cookie = department.prepared.people[0]
    person = Person(login, cookie, department.prepared.token, random.Random(1))
    person.started(_ask(server, person.start(test.quiz)))
    page = _ask(server, person.paper())
    text = clear(page)
    yield _value("page_weight", database, page.size / 1000, "kB", f"{LONG} items; {len(text) / 1000:.0f} kB in clear")
    assets = sorted({found.decode() for found in ASSET.findall(text)})
    weight = sum(_ask(server, person.get(path)).size for path in assets)
    yield _value("first_visit_weight", database, weight / 1000, "kB", f"{len(assets)} files, kept by the browser")


def _ask(server: Server, request: bytes) -> Answer:
    """The answer to one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.connect()
    connection.sock.sendall(request)
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    head = b"".join(f"{name}: {value}\r\n".encode() for name, value in answer.getheaders()) + b"HTTP/1.1 200 OK\r\n\r\n"
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the server answered {answer.status}: {body[:200]!r}")
    return Answer(answer.status, head, body)


def _value(step: str, database: str, value: float, unit: str, note: str | None = None) -> Row:
    return Row(step, database, value=float(f"{value:.4g}"), unit=unit, note=note)
