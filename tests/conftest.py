"""Fixtures for every test. Who may sign in and what is published is made by tests/support/cast.py."""

import gc
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session, scoped_session

from tests.support import browser
from tests.support.compiled import borrow_statements, compile_addresses_once
from tests.support.time import MovableClock

# The same examples in every run, and no example is wrong for being slow. HYPOTHESIS_PROFILE=explore looks further.
hypothesis_settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
compile_addresses_once()
gc.set_threshold(50_000, 20, 20)  # seven thousand tests and what they import stay; looking at them again takes long


def pytest_collection_finish() -> None:
    """What has been collected lasts as long as the process: it is not looked at again."""
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated SQLite file, to be copied and never opened."""
    from tests.support.databases import make_sqlite_template

    return make_sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The run's PostgreSQL server (tests.support.databases.Postgres), with its template made."""
    from tests.support.databases import Postgres

    server = Postgres()
    server.make_template(tmp_path_factory.mktemp("postgres"))
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres: Any) -> Iterator[str]:
    """The address of an empty migrated PostgreSQL database of the test's own. Mark the test ``postgres``."""
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Any:
    """Settings over a fresh migrated SQLite file in ``tmp_path``."""
    from tests.support.databases import settings_for, sqlite_url

    path = tmp_path / "quizapp.sqlite3"
    copyfile(sqlite_template, path)
    return settings_for(sqlite_url(path), tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Settings over SQLite, then over PostgreSQL: what holds on one must hold on the other."""
    if request.param == "sqlite":
        return request.getfixturevalue("settings")
    from tests.support.databases import settings_for

    return settings_for(request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for the whole run: every test has an application of its own, and would do it again."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(compiled_templates: FileSystemBytecodeCache) -> Iterator[Callable[..., Flask]]:
    """``make_app(settings, **config)`` builds the application as it runs, and lets go of its database at the end."""
    from quizapp import create_app
    from quizapp.db import db
    from tests.support.client import SeparateClient

    made: list[Flask] = []

    def make(settings: Any, **config: Any) -> Flask:
        app = create_app(settings)
        app.config.update(TESTING=True, **config)
        app.test_client_class = SeparateClient
        app.jinja_env.bytecode_cache = compiled_templates
        with app.app_context():
            borrow_statements(db.engine)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(settings: Any, make_app: Callable[..., Flask]) -> Flask:
    """The application on SQLite. Its forms ask for no token here; tests of the token use ``make_app``."""
    return make_app(settings, WTF_CSRF_ENABLED=False)


@pytest.fixture
def any_app(any_settings: Any, make_app: Callable[..., Flask]) -> Flask:
    """The application on SQLite, then on PostgreSQL."""
    return make_app(any_settings, WTF_CSRF_ENABLED=False)


def _session_of(app: Flask) -> Iterator[scoped_session[Session]]:
    from quizapp.db import db

    with app.app_context():
        yield db.session
        db.session.remove()


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session of ``app``, inside an application context. Commit what a request is to see."""
    yield from _session_of(app)


@pytest.fixture
def any_session(any_app: Flask) -> Iterator[scoped_session[Session]]:
    """The session of ``any_app``, inside an application context."""
    yield from _session_of(any_app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen for ``app``."""
    return app.test_client()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovableClock:
    """The application's clock, standing still at nine in the morning of a working day in Shanghai."""
    from quizapp.web import clock as the_clock

    movable = MovableClock(datetime(2026, 3, 10, 1, 0, tzinfo=UTC))
    monkeypatch.setattr(the_clock, "now", movable.now)
    return movable


@pytest.fixture
def live_server(settings: Any, make_app: Callable[..., Flask]) -> Iterator[Any]:
    """The application on a free port (``.url``, ``.app``), tokens and all, over the same database as ``app``."""
    from tests.support.server import serving

    with serving(make_app(settings)) as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Take the distribution's Chromium, and keep it from calling home."""
    return {**browser_type_launch_args, "args": browser.ARGUMENTS, "executable_path": browser.find_chromium()}


@pytest.fixture
def open_page(live_server: Any, new_context: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """``open_page(**context_options)`` opens an empty page on the live server; each has its own cookies."""
    watches: list[browser.PageWatch] = []

    def open_one(**options: Any) -> Any:
        page = new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options).new_page()
        page.set_default_timeout(10_000)
        watches.append(browser.PageWatch(page, live_server.url))
        return page

    yield open_one
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def phone(open_page: Callable[..., Any]) -> Any:
    """A page 390 wide, with touch."""
    return open_page(**browser.PHONE)


@pytest.fixture
def desktop(open_page: Callable[..., Any]) -> Any:
    """A page 1440 wide."""
    return open_page(**browser.DESKTOP)


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Any, str], Path]:
    """``picture(page, "sign-in")`` keeps a picture of the whole page in screenshots/, named after test and word."""
    folder = Path(request.config.rootpath, "screenshots")

    def take(page: Any, word: str) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / (re.sub(r"[^\w-]+", "-", f"{request.node.name}-{word}").strip("-") + ".png")
        page.screenshot(path=path, full_page=True)
        return path

    return take
