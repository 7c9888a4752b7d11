"""The pages of a report that is read from a copy of the database: what they say of it, and when they read elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from quizapp.db import SQLITE, db, writing
from quizapp.web.heartbeat import CLOCK, beat
from tests.reports.occasion import CLOSES, Occasion, Sitter, hold, sit
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.databases import settings_for, sqlite_url
from tests.support.time import MovableClock

RIGHT = {"t1": "A", "t2": "B", "t3": "C", "t4": "D", "t5": "A"}
BEHIND = "最多比主库晚 4 秒"


@dataclass(frozen=True)
class House:
    """An application whose copy is made by `follow`, and a test that two people have sat; one may sit it again."""

    app: Flask
    cast: Cast
    occasion: Occasion
    client: FlaskClient
    folder: Path

    def follow(self) -> None:
        """Make the copy what the database is now."""
        with (
            closing(SQLITE.connect(self.folder / "main")) as source,
            closing(SQLITE.connect(self.folder / "copy")) as target,
        ):
            source.backup(target)

    def page(self) -> str:
        """The report, as the committee reads it."""
        answer = self.client.get(f"/reports/{self.occasion.quiz_id}")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def house(
    sqlite_template: Path,
    tmp_path: Path,
    make_app: Callable[..., Flask],
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    monkeypatch.setattr("quizapp.reports.source.WAITS_SECONDS", 0)
    copyfile(sqlite_template, tmp_path / "main")
    urls = [sqlite_url(tmp_path / name) for name in ("main", "copy")]
    app = make_app(settings_for(urls[0], tmp_path, QUIZAPP_REPORT_DATABASE_URL=urls[1]), WTF_CSRF_ENABLED=False)
    clock.set(CLOSES)
    clock.advance(days=1)
    cast = make_cast(app)
    with app.app_context():
        people = [Sitter(cast.branches[0], (RIGHT,)), Sitter(cast.branches[0], ({"t1": "B"}, RIGHT))]
        occasion = hold(cast.department, cast.organizer.account_id, people, rounds=1)
        with writing() as session:
            beat(session, CLOCK, clock.now())
        db.session.remove()
    client = app.test_client()
    sign_in_as(client, "COMM")
    made = House(app, cast, occasion, client, tmp_path)
    made.page()  # the results are counted
    yield made
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_the_page_says_how_far_the_copy_is_behind(house: House, clock: MovableClock) -> None:
    house.follow()
    clock.advance(seconds=3.5)
    assert BEHIND in house.page()
    items = house.client.get(f"/reports/{house.occasion.quiz_id}/items")
    assert BEHIND in items.text


def test_figures_come_from_the_copy(house: House) -> None:
    house.follow()
    with closing(SQLITE.connect(house.folder / "copy")) as copy:
        copy.execute("UPDATE tally_branch SET passed = 2")
        copy.commit()
    assert "100.0" in house.page()


def test_what_was_just_counted_and_is_not_in_the_copy_is_read_elsewhere(house: House, clock: MovableClock) -> None:
    house.follow()
    with house.app.app_context():
        sit(house.occasion, 1)
        db.session.remove()
    clock.advance(seconds=3.5)
    page = house.page()
    assert BEHIND not in page
    assert "100.0" in page
    house.follow()
    page = house.page()
    assert BEHIND in page
    assert "100.0" in page


def test_the_account_that_asks_need_not_be_in_the_copy(house: House, clock: MovableClock) -> None:
    house.follow()
    with house.app.app_context(), db.engines["reports"].connect() as copy:
        assert copy.execute(text("SELECT count(*) FROM account")).scalar_one() > 0
    with closing(SQLITE.connect(house.folder / "copy")) as copy:
        copy.execute("PRAGMA foreign_keys=OFF")
        copy.execute("DELETE FROM account")
        copy.commit()
    clock.advance(seconds=3.5)
    assert BEHIND in house.page()


def test_a_file_is_written_from_the_copy_too(house: House) -> None:
    house.follow()
    for form in ("csv", "xlsx", "json"):
        assert house.client.get(f"/reports/{house.occasion.quiz_id}.{form}").status_code == 200
