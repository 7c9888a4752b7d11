"""The server as shipped, in processes of its own; and the SQLite it stands on."""

import json
import logging
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text, update

from quizapp import db as database
from quizapp import serving
from quizapp.attempts.models import Attempt
from quizapp.cli import quizapp
from quizapp.db import SQLITE, db, wal_is_safe, writing
from quizapp.web import clock
from tests.attempts.exam import Exam, make_exam
from tests.support.databases import SECRET, settings_for, sqlite_url

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds; a laden machine takes some to start four processes


@dataclass(frozen=True)
class Server:
    """A running ``quizapp serve``."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str) -> Any:
        """The JSON of an answer, and None while there is none."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def family(self) -> dict[int, str]:
        """Its child processes: id → command."""
        return {pid: command(pid) for pid in children(self.process.pid)}


def children(parent: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended since
            found += map(int, task.joinpath("children").read_text().split())
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first true value of ``what``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing within {seconds} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUIZAPP_")}
    return kept | {
        "QUIZAPP_DATA_DIR": str(data_dir),
        "QUIZAPP_SECRET_KEY": SECRET,
        "QUIZAPP_SECURE_COOKIES": "0",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def served(data_dir: Path) -> Iterator[Server]:
    """``quizapp serve`` over the database in ``data_dir``; gone afterwards, whatever the test did."""
    port = free_port()
    words = [sys.executable, "-m", "quizapp", "serve", "--port", str(port), "--workers", "2", "--threads", "2"]
    with (data_dir / "server.log").open("w") as log:
        process = subprocess.Popen(
            words, env=environment(data_dir), stdout=log, stderr=log, text=True, start_new_session=True
        )
        server = Server(process, f"http://127.0.0.1:{port}")
        try:
            yield server
        finally:
            with suppress(ProcessLookupError):  # nobody is left, as it should be
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def exam(app: Flask) -> Exam:
    return make_exam(app)


def test_a_server_may_hold_more_connections_than_a_shell_allows() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    try:
        serving._raise_open_files()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft == (serving.OPEN_FILES if hard == resource.RLIM_INFINITY else min(serving.OPEN_FILES, hard))
        assert hard == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def overdue_attempt(app: Flask, exam: Exam) -> int:
    """An attempt whose time was over a minute ago, and that nobody has ended."""
    with app.app_context():
        attempt_id = exam.start().id
        with writing() as session:
            over = {"started_at": clock.now() - timedelta(minutes=31), "deadline": clock.now() - timedelta(minutes=1)}
            session.execute(update(Attempt).where(Attempt.id == attempt_id).values(over))
        return attempt_id


def test_it_serves_closes_attempts_and_leaves_nothing_behind(app: Flask, exam: Exam, tmp_path: Path) -> None:
    attempt_id = overdue_attempt(app, exam)
    with served(tmp_path) as server:
        ready = wait_for(lambda: server.get("/readyz"))
        assert ready == {"status": "ok", "database": "sqlite", "sqlite": SQLITE.sqlite_version}
        assert server.get("/healthz") == {"status": "ok"}
        family = wait_for(lambda: server.family() if len(server.family()) == 3 else None)
        assert sorted("tick" in words for words in family.values()) == [False, False, True]

        def score() -> Any:
            with app.app_context():
                return exam.attempt(attempt_id).scores

        [scored] = wait_for(score)
        with app.app_context():
            ended = exam.attempt(attempt_id)
            assert (ended.ended_by, ended.submitted_at) == ("clock", ended.deadline)
            assert scored.points == 0

        words = ["serve", "--port", server.url.rpartition(":")[2]]
        taken = CliRunner().invoke(quizapp, words, env=environment(tmp_path))
        assert taken.exit_code == 1
        assert re.fullmatch(r"错误：.*127\.0\.0\.1.*\n", taken.stderr)

        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
        assert not [pid for pid in family if is_alive(pid)]
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_who_dies_is_replaced_and_nobody_outlives_the_server(app: Flask, exam: Exam, tmp_path: Path) -> None:
    """A worker, and the ticker: without that nobody would be ended any more until somebody opens a report."""
    with served(tmp_path) as server:
        wait_for(lambda: server.get("/healthz"))
        family = wait_for(lambda: server.family() if len(server.family()) == 3 else None)
        worker = next(pid for pid, words in family.items() if "tick" not in words)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: len(set(server.family()) - {worker}) == 3)
        assert wait_for(lambda: server.get("/healthz"))
        ticker = next(pid for pid, words in family.items() if "tick" in words)
        os.kill(ticker, signal.SIGKILL)
        wait_for(lambda: [pid for pid, words in server.family().items() if "tick" in words and pid != ticker])
        attempt_id = overdue_attempt(app, exam)

        def score() -> Any:
            with app.app_context():
                return exam.attempt(attempt_id).scores

        assert wait_for(score)
        family = server.family()
        server.process.kill()
        server.process.wait()
        wait_for(lambda: not [pid for pid in family if is_alive(pid)])


def test_an_old_schema_is_not_served(tmp_path: Path) -> None:
    done = CliRunner().invoke(quizapp, ["serve", "--port", str(free_port())], env=environment(tmp_path))
    assert done.exit_code == 1
    assert "quizapp db upgrade" in done.stderr
    assert isinstance(done.exception, SystemExit), "which is no traceback"


# SQLite

WAL_SAFETY = [
    ((3, 34, 1), False),
    ((3, 40, 1), False),  # Debian 12
    ((3, 44, 5), False),
    ((3, 44, 6), True),
    ((3, 44, 9), True),
    ((3, 45, 0), False),
    ((3, 46, 1), False),  # Debian 13
    ((3, 50, 6), False),
    ((3, 50, 7), True),
    ((3, 51, 0), False),
    ((3, 51, 2), False),
    ((3, 51, 3), True),
    ((3, 52, 0), True),
    ((4, 0, 0), True),
]


@pytest.mark.parametrize(("version", "safe"), WAL_SAFETY)
def test_where_the_write_ahead_log_is_safe(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def pragmas(app: Flask) -> dict[str, Any]:
    with app.app_context(), db.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: connection.scalar(text(f"PRAGMA {name}")) for name in names}


FULL, BUSY_MS = 2, 5_000


def test_sqlite_is_set_up_to_lose_nothing(app: Flask) -> None:
    found = pragmas(app)
    expected = "wal" if wal_is_safe(SQLITE.sqlite_version_info) else "delete"
    assert found == {"journal_mode": expected, "synchronous": FULL, "foreign_keys": 1, "busy_timeout": BUSY_MS}


def with_version(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """Let the library in use say that it is of that version."""
    pretended = {"sqlite_version": version, "sqlite_version_info": tuple(map(int, version.split(".")))}
    monkeypatch.setattr(database, "SQLITE", SimpleNamespace(**(vars(SQLITE) | pretended)))


@pytest.mark.parametrize(("version", "journal"), [("3.40.1", "delete"), ("3.51.3", "wal")])
def test_the_log_is_on_where_it_is_safe_only(
    version: str,
    journal: str,
    tmp_path: Path,
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with_version(monkeypatch, version)
    with caplog.at_level(logging.WARNING):
        app = make_app(settings_for(sqlite_url(tmp_path / "new.sqlite3"), tmp_path))
    found = pragmas(app)
    assert (found["journal_mode"], found["synchronous"]) == (journal, FULL)
    warnings = [record.getMessage() for record in caplog.records if record.name == "quizapp.db"]
    assert [f"SQLite {version} has the WAL-reset bug" in warning for warning in warnings] == (
        [True] if journal == "delete" else []
    )


def test_a_database_with_a_log_goes_back_where_the_log_is_not_safe(
    app: Flask, tmp_path: Path, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    if pragmas(app)["journal_mode"] != "wal":
        pytest.skip("this machine has no SQLite with a safe log")
    with app.app_context():
        db.engine.dispose()
    with_version(monkeypatch, "3.40.1")
    assert (
        pragmas(make_app(settings_for(sqlite_url(tmp_path / "quizapp.sqlite3"), tmp_path)))["journal_mode"] == "delete"
    )
