"""The benchmark runs, and its rows are right. No time is held here: a laden machine would be no fault."""

import asyncio
import json
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from benchmarks import report_at_size
from benchmarks.load import picture, table
from benchmarks.load.figures import figures
from benchmarks.load.loop import Ask, Record, Script, drive
from benchmarks.load.prepare import LONG, SHORT, kinds
from benchmarks.load.rows import Row, compare, find, percentile, timed
from benchmarks.load.run import BELL_STEPS, STEPS, Plan, measure
from benchmarks.load.wire import request
from quizapp.db import db
from quizapp.quizzes.models import Quiz
from quizapp.reports.queries import report_for_cli

ROOT = Path(__file__).parents[1]
KEYS = {
    *("step", "database", "clients", "per_second", "p50_ms", "p95_ms", "p99_ms", "errors", "server_cpu_ms"),
    *("yardstick", "ratio"),
}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def in_a_loop(work: Coroutine[Any, Any, Record]) -> Record:
    """What ``work`` gives, in a thread of its own: the browser's driver has a loop in this one, once it was used."""
    with ThreadPoolExecutor(1) as hand:
        return hand.submit(asyncio.run, work).result()


@pytest.mark.timeout(600)  # it starts servers, which takes long on a laden machine
@pytest.mark.parametrize("database", ["sqlite"])  # `make bench` measures PostgreSQL too
def test_the_short_form_measures_every_step(database: str) -> None:
    plan = Plan(seconds=0.25, clients=(4,), databases=(database,), bell=8, pulses=True, one_server=True, workers=1)
    rows = measure(plan, lambda _what: None)
    for step in (*STEPS, "attempt", "open_save", *BELL_STEPS):
        row = find(rows, step, database)
        assert row is not None, step
        assert row.errors == 0, row
        assert (row.per_second or 0) > 0, row
        assert (row.p50_ms or 0) <= (row.p95_ms or 0) <= (row.p99_ms or 0), row
        assert row.server_cpu_ms is not None, row
    saved, hello = find(rows, "save", database), find(rows, "hello")
    assert saved is not None
    assert hello is not None
    assert saved.against == ("hello" if database == "sqlite" else "upsert")
    assert (saved.ratio or 0) > 0
    assert find(rows, "upsert", database) is not None
    assert (find(rows, "open_save", database) or Row("")).waited_ms is not None
    for step in ("start_time", "idle_memory", "worker_memory", "page_weight", "first_visit_weight"):
        assert ((find(rows, step, database) or Row("")).value or 0) > 0, step
    assert ET.fromstring(picture.draw([*rows, *figures(rows)])).tag.endswith("svg")


def test_the_report_of_a_test_is_measured(app: Flask, db_session: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Its short form: some dozen people and no times."""
    report_at_size.Filling(attempts=48, items=20).fill()
    report_at_size.count(48, 20)
    report_at_size.view(app)
    said = capsys.readouterr().out
    assert "tallied       960 answers" in said
    for view in report_at_size.VIEWS:
        assert re.search(rf"^{re.escape(view)} +\d+ ms", said, re.MULTILINE), view
    totals = [report_for_cli(quiz).summary.total for quiz in db.session.scalars(select(Quiz).order_by(Quiz.id))]
    assert [total.sat for total in totals] == [6, 48]


def test_time_is_measured_from_the_moment_at_which_a_request_was_due() -> None:
    async def run() -> Record:
        record = Record()
        async with stalling(0.3) as port:
            begin = time.monotonic()
            await drive(port, [due(begin, 4, 0.05)], record, begin, begin + 1)
        return record

    times = in_a_loop(run()).times["x"]
    assert len(times) == 4
    # The first answer takes 0.3 s; what was due 0.05, 0.10 and 0.15 s after it waited for it, and that counts.
    assert times[0] >= 0.29
    assert times[1] >= 0.24
    assert times[3] >= 0.14


def test_what_goes_wrong_is_counted_and_the_script_goes_on() -> None:
    seen: list[int] = []

    def script() -> Script:
        for path in ("/500", "/cut", "/"):
            seen.append((yield Ask("x", request("GET", path))).status)

    async def run() -> Record:
        record = Record()
        async with stalling(0) as port:
            await drive(port, [script()], record, time.monotonic(), time.monotonic() + 1)
        return record

    record = in_a_loop(run())
    assert record.errors["x"] == 2
    assert record.reasons == {"x 500": 1, "connection lost": 1}
    assert len(record.times["x"]) == 1
    assert seen == [500, 0, 200]


def test_a_connection_closed_while_idle_is_opened_again() -> None:
    def script() -> Script:
        yield Ask("x", request("GET", "/bye"))
        yield Ask("x", request("GET", "/"), time.monotonic() + 0.2)

    async def run() -> Record:
        record = Record()
        async with stalling(0) as port:
            await drive(port, [script()], record, time.monotonic(), time.monotonic() + 1)
        return record

    record = in_a_loop(run())
    assert len(record.times["x"]) == 2
    assert not record.errors


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0)], ids=["p50", "p95", "p99", "most"]
)
def test_percentiles_by_nearest_rank(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(1, 101)], share) == value
    assert percentile([], share) is None
    assert percentile([7.0], share) == 7.0


def test_a_ratio_is_the_rate_over_that_of_the_yardstick() -> None:
    row, yardstick = timed("save", [0.01] * 40, 2.0), timed("hello", [0.001] * 100, 2.0)
    compare(row, yardstick, "hello")
    assert (row.per_second, row.yardstick, row.ratio, row.against) == (20.0, 50.0, 0.4, "hello")


def test_figures_say_whether_their_target_is_met() -> None:
    rows = [
        Row("hello", None, 32, per_second=3900),
        Row("save", "sqlite", 32, per_second=2000, ratio=0.41, p99_ms=75, slowest=0.5),
        Row("attempt", "sqlite", 8, per_second=29.0),
        Row("attempt", "sqlite", 32, per_second=31.0),
        Row("bell_start", "sqlite", 50, p99_ms=900, errors=1),
    ]
    found = {row.step.removeprefix("figure: "): row for row in figures(rows)}
    assert found["save on SQLite, 32 clients, of hello"].met is True
    assert found["save on SQLite, 32 clients, p99"].met is False
    assert found["save on SQLite, 32 clients, p99"].ratio == 0.8
    assert found["save on SQLite, 32 clients, slowest client"].met is True
    assert found["whole attempts of 20 items on SQLite"].target == 30
    assert found["whole attempts of 20 items on SQLite"].met is True
    assert found["the bell on sqlite: errors"].met is False
    assert found["the bell on sqlite: start p99"].met is True
    assert found["save on PostgreSQL, 32 clients, of upsert"].met is None


def test_rows_are_kept_and_read_again(tmp_path: Path) -> None:
    rows = [
        Row("save", "sqlite", 8, per_second=12.5, errors=0),
        Row("figure: x", value=3.0, unit="ms", target=2.0, met=False),
    ]
    table.write(rows, tmp_path / "latest.json")
    kept = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert isinstance(kept, list)
    assert set(kept[0]) >= KEYS
    assert table.read(tmp_path / "latest.json") == rows
    said = table.text(rows)
    assert re.search(r"^save +sqlite +8 +12\.5", said, re.MULTILINE)
    assert re.search(r"^x +3 +ms +2 +NO$", said, re.MULTILINE)


def test_papers_are_as_long_as_said() -> None:
    assert (len(kinds(LONG)), len(kinds(SHORT))) == (50, 20)


def due(begin: float, count: int, pace: float) -> Script:
    """A request each so many seconds."""
    for number in range(count):
        yield Ask("x", request("GET", "/"), begin + number * pace)


@asynccontextmanager
async def stalling(seconds: float) -> Any:
    """A server that takes so long for its first answer; it fails, cuts or closes where the path says so."""
    waits: Iterator[float] = iter([seconds])
    served: list[asyncio.Task[Any] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.current_task())
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            await asyncio.sleep(next(waits, 0.0))
            if b"/cut" in line:
                break
            writer.write(OK.replace(b"200", b"500") if b"/500" in line else OK)
            if b"/bye" in line:
                break
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await asyncio.gather(*filter(None, served))
        server.close()
