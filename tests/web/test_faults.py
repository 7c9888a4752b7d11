"""When the database is locked, full, read-only or gone: no acknowledgement, 503, and it heals by itself."""

import logging
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, ProgrammingError

from quizapp import db as database
from quizapp.attempts.models import ItemResponse
from quizapp.db import SQLITE, db, outage_of
from quizapp.serving import _Tick
from quizapp.web import readiness
from quizapp.web.access import public
from tests.attempts.exam import make_exam
from tests.support.cast import sign_in_as
from tests.support.databases import settings_for
from tests.support.time import MovableClock
from tests.test_serving import environment, served, wait_for

FILLER = 1000  # the first position of rows that only take up space
SECRET_WORDS = "这是张三的作答"
Trouble = Callable[[Flask], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait one second for a lock, and look at the database each time that somebody asks."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 1)
    monkeypatch.setitem(database._SQLITE_OPTIONS, "connect_args", {"timeout": 1})
    monkeypatch.setattr(readiness, "GOOD_FOR", 0)
    monkeypatch.setattr(readiness, "BAD_FOR", 0)


class Sitting:
    """A candidate in the middle of a test."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        with app.app_context():
            self.exam = make_exam(app)
            self.attempt_id = self.exam.start().id
        sign_in_as(self.client, self.exam.cast.zhang.login)
        self.paper = f"/attempts/{self.attempt_id}"
        self.lease = self.client.put(f"{self.paper}/lease", json={"lease": 1}).json["lease"]  # type: ignore[index]

    def save(self, operation: str) -> Any:
        """Send one answer, the same each time."""
        values = {"position": 4, "answer": [SECRET_WORDS * 20, ""], "marked": False, "version": 0}
        body = {"lease": self.lease, "responses": [{**values, "operation": operation}]}
        return self.client.put(f"{self.paper}/responses", json=body, headers={"Accept": "application/json"})

    def kept(self) -> int:
        """How many answers are in the database."""
        with self.app.app_context():
            return len(db.session.scalars(select(ItemResponse.version).where(ItemResponse.position < FILLER)).all())


def is_busy(answer: Any) -> bool:
    """Whether it is the refusal after which the page asks again."""
    return bool(
        answer.status_code == 503
        and int(answer.headers["Retry-After"]) > 0
        and (answer.json or {}).get("error") == "busy"
    )


# SQLite. Another connection must go through the same library: locks are a process's, and two libraries share them.


def file_of(app: Flask) -> str:
    with app.app_context():
        return str(db.engine.url.database)


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with SQLITE.connect(file_of(app)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
    other.close()


@contextmanager
def every_connection(app: Flask, *statements: str) -> Iterator[None]:
    """New connections begin with these statements, until the block is left."""

    def begin(connection: Any, _record: object) -> None:
        for statement in statements:
            connection.execute(statement)

    with app.app_context():
        event.listen(db.engine, "connect", begin)
        db.engine.dispose()
    yield
    with app.app_context():
        event.remove(db.engine, "connect", begin)
        db.engine.dispose()


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """No page more, and no room left in those that there are."""
    other = SQLITE.connect(file_of(app), isolation_level=None)
    other.execute("PRAGMA synchronous=OFF")
    [pages] = other.execute("PRAGMA page_count").fetchone()
    other.execute(f"PRAGMA max_page_count={pages}")
    row = "INSERT INTO item_response SELECT id, ?, '[]', 0, 1, '', started_at FROM attempt"
    with suppress(SQLITE.OperationalError):
        for place in count(FILLER):
            other.execute(row, [place])
    with every_connection(app, f"PRAGMA max_page_count={pages}"):
        yield
    other.execute("DELETE FROM item_response WHERE position >= ?", [FILLER])
    other.close()


def read_only(app: Flask) -> AbstractContextManager[None]:
    return every_connection(app, "PRAGMA query_only=1")


ON_SQLITE: dict[str, tuple[Trouble, str]] = {
    "locked": (locked, "locked"),
    "full": (full, "full"),  # what /readyz says of a full disk has a test of its own
    "read-only": (read_only, "read_only"),
}


@pytest.mark.parametrize("kind", ON_SQLITE)
def test_sqlite_refuses_recovers_and_keeps_once(
    settings: Any, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    trouble, reason = ON_SQLITE[kind]
    sitting = Sitting(make_app(settings, WTF_CSRF_ENABLED=False))
    check_trouble(sitting, trouble, reason, caplog)


def check_trouble(sitting: Sitting, trouble: Trouble, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    operation, client = str(uuid4()), sitting.client
    assert client.get("/readyz").status_code == 200
    with trouble(sitting.app), caplog.at_level(logging.INFO):
        began = time.monotonic()
        assert is_busy(sitting.save(operation))
        assert time.monotonic() - began < 30
        ready = client.get("/readyz")
        if reason != "full":
            assert (ready.status_code, ready.json["reason"]) == (503, reason)  # type: ignore[index]
        assert client.get("/healthz").json == {"status": "ok"}
        form = {"v4": "0", "a4.0": SECRET_WORDS}
        page = client.post(f"{sitting.paper}/responses", data=form)
        assert (page.status_code, page.mimetype) == (503, "text/html")
        assert "系统正忙" in page.text or "503" in page.text
    assert reason in caplog.text
    assert SECRET_WORDS not in caplog.text
    assert sitting.save(operation).status_code == 200
    assert sitting.save(operation).status_code == 200
    assert sitting.kept() == 1
    assert client.get("/readyz").status_code == 200


def test_a_disk_that_is_nearly_full_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 2**60)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["reason"]) == (503, "full")  # type: ignore[index]


def test_reading_goes_on_while_nothing_can_be_written(settings: Any, make_app: Callable[..., Flask]) -> None:
    sitting = Sitting(make_app(settings, WTF_CSRF_ENABLED=False))
    with read_only(sitting.app):
        assert sitting.client.get(sitting.paper).status_code == 200
        assert sitting.client.get(f"{sitting.paper}/clock").status_code == 200


# PostgreSQL


@contextmanager
def table_locked(app: Flask) -> Iterator[None]:
    with app.app_context():
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE attempt, heartbeat IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


@contextmanager
def gone(app: Flask) -> Iterator[None]:
    """The server takes no connections, and has cut those that there were."""
    with app.app_context():
        url = make_url(str(db.engine.url.render_as_string(hide_password=False)))
    address = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false')
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
        yield
        other.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true')


def standby(app: Flask) -> AbstractContextManager[None]:
    return every_connection(app, "SET default_transaction_read_only = on", "COMMIT")


ON_POSTGRESQL: dict[str, tuple[Trouble, str]] = {
    "locked": (table_locked, "locked"),
    "gone": (gone, "unreachable"),
    "read-only": (standby, "read_only"),
}


@pytest.mark.postgres
def test_postgresql_refuses_recovers_and_keeps_once(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    sitting = Sitting(make_app(settings_for(postgres_url, tmp_path), WTF_CSRF_ENABLED=False))
    for trouble, reason in ON_POSTGRESQL.values():
        caplog.clear()
        check_trouble(sitting, trouble, reason, caplog)
        with sitting.app.app_context(), database.writing() as session:
            session.execute(text("DELETE FROM item_response"))


@pytest.mark.postgres
def test_connections_wait_for_locks_as_long_as_sqlite_and_sync_their_commits(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    name = make_url(postgres_url).database
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    with make_app(settings_for(postgres_url, tmp_path)).app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "1s"
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


@pytest.mark.postgres
def test_a_clock_that_differs_from_the_databases_is_said(
    postgres_url: str, tmp_path: Path, make_app: Callable[..., Flask], clock: MovableClock
) -> None:
    client = make_app(settings_for(postgres_url, tmp_path)).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["reason"]) == (503, "clock")  # type: ignore[index]


# the program, and the process


def test_a_fault_of_the_program_is_no_outage(app: Flask) -> None:
    with app.app_context():
        for wrong, kind in (
            ("SELECT nothing FROM nowhere", Exception),
            ("INSERT INTO unit (id) VALUES (1)", Exception),
        ):
            with pytest.raises(kind) as raised:
                db.session.execute(text(wrong))
            db.session.rollback()
            assert outage_of(raised.value) is None
    for error in (ValueError("x"), IntegrityError("x", {}, Exception("x")), ProgrammingError("x", {}, Exception("x"))):
        assert outage_of(error) is None


def test_without_memory_the_page_is_asked_again(settings: Any, make_app: Callable[..., Flask]) -> None:
    app = make_app(settings)

    def eat() -> str:
        raise MemoryError

    app.add_url_rule("/eat", "eat", public(eat))
    assert is_busy(app.test_client().get("/eat", headers={"Accept": "application/json"}))


def test_readiness_is_looked_at_only_now_and_then(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "GOOD_FOR", 60)
    looks: list[int] = []
    monkeypatch.setattr(readiness, "_look", lambda: looks.append(1))
    assert [client.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert len(looks) == 1


def test_the_ticker_says_once_what_keeps_it_and_once_that_it_goes_on(
    settings: Any, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(settings)
    ticker = _Tick()
    with app.app_context(), caplog.at_level(logging.WARNING, logger="quizapp.serving"):
        with locked(app):
            ticker.tick()
            ticker.tick()
        ticker.tick()
    said = [record.getMessage() for record in caplog.records if record.name == "quizapp.serving"]
    assert len(said) == 2
    assert "the database is locked" in said[0]
    assert "can be written again" in said[1]


def test_a_server_without_its_database_says_so_in_one_line(tmp_path: Path) -> None:
    url = "postgresql://quizapp:very-secret-password@127.0.0.1:1/quizapp"
    environ = environment(tmp_path) | {"QUIZAPP_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "quizapp", "serve"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("错误：连不上数据库： ")
    assert "very-secret-password" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_request_under_way_is_answered_before_the_server_stops(app: Flask, tmp_path: Path) -> None:
    """SIGTERM while a write waits for a lock: it is finished, and only then does the server go."""
    answers: list[int] = []
    with served(tmp_path) as server:
        wait_for(lambda: server.get("/healthz"))  # asks nothing of the database: the first look at it, in whichever
        # worker, is still to come, and writes

        def ask() -> None:
            with urllib.request.urlopen(f"{server.url}/readyz", timeout=60) as answer:
                answers.append(answer.status)

        asking = threading.Thread(target=ask)
        with locked(app):
            asking.start()
            time.sleep(1.5)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert not answers
        asking.join(60)
        assert answers == [200]
        assert server.process.wait(60) == 0


def test_threads_that_write_stand_in_a_queue_and_give_up_in_time(app: Flask) -> None:
    """The first comer is next, and who has waited too long is told so, not left hanging."""
    order: list[int] = []

    def write(number: int) -> None:
        with app.app_context(), database.writing():
            order.append(number)

    def refused() -> None:
        with app.app_context(), pytest.raises(database.Busy) as raised, database.writing():
            pass
        assert outage_of(raised.value) is database.Outage.LOCKED
        order.append(-1)

    with app.app_context(), database.writing():
        waiting = [threading.Thread(target=refused)]
        waiting[0].start()
        waiting[0].join(30)
        waiting += [threading.Thread(target=write, args=[number]) for number in range(3)]
        for thread in waiting[1:]:
            thread.start()
            time.sleep(0.1)
    for thread in waiting:
        thread.join(30)
    assert order == [-1, 0, 1, 2]
