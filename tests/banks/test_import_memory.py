"""An import is compared with the banks once; its pages and the keys chosen on them ask for nothing of it again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.banks import comparing, import_health
from quizapp.banks.models import ImportBatch
from quizapp.db import db
from quizapp.importers import wire
from tests.banks.imports import CLEAN, NO_KEY, TRUE, imported, table, upload
from tests.banks.test_import_pages import mark_in
from tests.support.cast import Cast, sign_in_as

SAME = "/banks/1/items/imp-0001"


@pytest.fixture
def place(app: Flask, organizer: FlaskClient, cast: Cast) -> str:
    """An import with a question that a bank holds already, and one without a key."""
    imported(app, organizer, table(CLEAN), cast.department)
    return str(upload(organizer, table(CLEAN, NO_KEY), cast.department, "又一份.csv").location)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions were compared from now on, a number each time."""
    times: list[int] = []
    real = comparing.repeated_in

    def counted(bank: Any, others: Any) -> Any:
        times.append(len(bank.items))
        return real(bank, others)

    monkeypatch.setattr(comparing, "repeated_in", counted)
    return times


def test_looking_and_choosing_compare_nothing_again(organizer: FlaskClient, place: str, compared: list[int]) -> None:
    page = organizer.get(place).text
    assert SAME in page
    organizer.post(f"{place}/keys", data={"mark": mark_in(page), "key": "A", "number": 2})
    again = organizer.get(place).text
    assert SAME in again
    assert "导入 2 道题" in again
    assert compared == []


def test_another_worker_finds_it_too(
    app: Flask, any_worker: Callable[[], FlaskClient], place: str, compared: list[int]
) -> None:
    assert SAME in any_worker().get(place).text
    assert compared == []


@pytest.fixture
def any_worker(settings: Any, make_app: Callable[..., Flask]) -> Callable[[], FlaskClient]:
    """A process of the server that has not seen the import yet."""

    def start() -> FlaskClient:
        client = make_app(settings, WTF_CSRF_ENABLED=False).test_client()
        sign_in_as(client, "ORG")
        return client

    return start


def test_a_corrected_text_and_a_bank_that_came_since_are_compared(
    app: Flask, organizer: FlaskClient, cast: Cast, place: str, compared: list[int]
) -> None:
    organizer.post(f"{place}/text", data={"text": table(CLEAN, TRUE).decode()})
    assert compared == [2]
    assert "/banks/2/items" not in organizer.get(place).text
    imported(app, organizer, table(TRUE), cast.department)
    del compared[:]
    assert "/banks/2/items/imp-0001" in organizer.get(place).text
    assert compared == [2]
    organizer.get(place)
    assert compared == [2], "and then no more"


def test_what_is_kept_beside_a_reading_does_not_change_it(app: Flask, place: str) -> None:
    with app.app_context():
        batch = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
        assert batch is not None
        assert batch.reading is not None
        plain = {name: value for name, value in batch.reading.items() if name != comparing.COMPARED}
        assert wire.reading(batch.reading) == wire.reading(plain)
        others = batch.reading[comparing.COMPARED]["others"]
        kept = comparing.kept_comparison(batch.reading, others)
        assert kept == comparing.compared(wire.reading(plain), others), "word for word"
        assert comparing.kept_comparison(batch.reading, []) is None
        assert comparing.kept_comparison(plain, others) is None


def test_the_memory_is_each_applications_own(app: Flask) -> None:
    assert app.extensions[import_health.REPEATED].cache_info().maxsize == import_health.IMPORTS_IN_MEMORY
