"""Reports from a copy of the database: as of when, how far behind, and when the copy is not believed."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from flask import Flask

from quizapp.db import db, has_copy, writing
from quizapp.reports.source import MOST_BEHIND, Source, read_from
from quizapp.web.heartbeat import CLOCK, WEB, beat, last_beat
from tests.support.databases import settings_for, sqlite_url
from tests.support.time import MovableClock


@pytest.fixture
def take_copy(
    sqlite_template: Path, tmp_path: Path, make_app: Callable[..., Flask], clock: MovableClock
) -> Iterator[Callable[..., None]]:
    """``take_copy()`` makes the application's copy as of now: another file, with the heartbeat of now."""
    main, copy = tmp_path / "main", tmp_path / "copy"
    copyfile(sqlite_template, main)
    app = make_app(settings_for(sqlite_url(main), tmp_path, QUIZAPP_REPORT_DATABASE_URL=sqlite_url(copy)))

    def take(part: str = CLOCK) -> None:
        copyfile(sqlite_template, copy)
        with make_app(settings_for(sqlite_url(copy), tmp_path)).app_context():
            with writing() as session:
                beat(session, part, clock.now())
            db.session.remove()
            db.engine.dispose()

    with app.app_context():
        yield take
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_a_report_says_how_far_the_copy_is_behind(take_copy: Callable[..., None], clock: MovableClock) -> None:
    copied_at = clock.now()
    take_copy()
    clock.advance(seconds=3.2)
    with read_from() as source:
        assert source == Source(copied_at, is_copy=True, seconds_behind=4)
        assert last_beat(db.session()) == copied_at  # which the database itself does not know
    assert last_beat(db.session()) is None


def test_a_copy_from_the_future_is_of_now(take_copy: Callable[..., None], clock: MovableClock) -> None:
    take_copy()
    clock.advance(seconds=-2)
    with read_from() as source:
        assert source == Source(clock.now(), is_copy=True, seconds_behind=0)


@pytest.mark.parametrize("seconds", [1, 3600])
def test_a_copy_that_no_longer_follows_is_not_read(
    take_copy: Callable[..., None], clock: MovableClock, caplog: pytest.LogCaptureFixture, seconds: int
) -> None:
    take_copy()
    clock.advance(seconds=MOST_BEHIND.total_seconds())
    with read_from() as source:
        assert source.is_copy
    clock.advance(seconds=seconds)
    with caplog.at_level(logging.WARNING), read_from() as source:
        assert source == Source(clock.now())
    assert "the copy is of 2026-03-10" in caplog.text


def test_a_copy_without_a_heartbeat_is_not_read(take_copy: Callable[..., None], clock: MovableClock) -> None:
    take_copy(WEB)
    with read_from() as source:
        assert source == Source(clock.now())


def test_a_copy_that_cannot_be_reached_is_done_without(
    sqlite_template: Path, tmp_path: Path, make_app: Callable[..., Flask], clock: MovableClock
) -> None:
    copyfile(sqlite_template, tmp_path / "main")
    nowhere = sqlite_url(tmp_path / "no-such-folder" / "copy")
    app = make_app(settings_for(sqlite_url(tmp_path / "main"), tmp_path, QUIZAPP_REPORT_DATABASE_URL=nowhere))
    with app.app_context(), read_from() as source:
        assert source == Source(clock.now())
        assert last_beat(db.session()) is None
    with app.app_context():
        db.engines["reports"].dispose()


def test_a_database_that_is_no_copy_is_done_without(
    sqlite_template: Path, tmp_path: Path, make_app: Callable[..., Flask], clock: MovableClock
) -> None:
    copyfile(sqlite_template, tmp_path / "main")
    empty = sqlite_url(tmp_path / "empty")
    app = make_app(settings_for(sqlite_url(tmp_path / "main"), tmp_path, QUIZAPP_REPORT_DATABASE_URL=empty))
    with app.app_context(), read_from() as source:
        assert source == Source(clock.now())
    with app.app_context():
        db.engines["reports"].dispose()


def test_an_error_of_ours_is_not_taken_for_a_copy_that_is_gone(
    take_copy: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_copy()
    monkeypatch.setattr("quizapp.reports.source.last_beat", lambda _session: 1 / 0)
    with pytest.raises(ZeroDivisionError), read_from():
        pass


def test_without_a_copy_the_figures_are_those_of_now(app: Flask, clock: MovableClock) -> None:
    with app.app_context(), read_from() as source:
        assert not has_copy()
        assert source == Source(clock.now(), is_copy=False, seconds_behind=0)


def test_a_copy_that_has_not_all_that_was_counted_is_not_read(
    take_copy: Callable[..., None], clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.reports.source.WAITS_SECONDS", 0.2)
    take_copy()
    asked: list[bool] = []
    with read_from(lambda: bool(asked.append(True))) as source:
        assert source == Source(clock.now())
    assert len(asked) > 1  # it may come within a moment
    with read_from(lambda: len(asked) > 0) as source:
        assert source.is_copy
