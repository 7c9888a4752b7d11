"""A department, and banks as people write them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.banks.operations import add_bank
from tests.importers.here import read_here
from tests.support.cast import Cast, make_cast, sign_in_as

ITEM = "  - {{id: q{n}, type: true_false, stem: 第{n}条, key: {key}, topic: 纪律, rationale: 因为第{n}条}}\n"


def bank_text(*keys: str, title: str = "题库") -> str:
    """A bank of true/false items q1, q2 … with those keys."""
    return f"title: {title}\nitems:\n" + "".join(ITEM.format(n=n, key=key) for n, key in enumerate(keys, start=1))


@pytest.fixture
def by_a_process() -> None:
    """Files are read as the server reads them."""


@pytest.fixture(autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read here, except for a test that uses ``by_a_process``."""
    if "by_a_process" not in request.fixturenames:
        read_here(monkeypatch)


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast(app)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """``browse("ORG")``: a browser in which that person is signed in."""

    def sign_in(login: str) -> FlaskClient:
        client = app.test_client()
        sign_in_as(client, login)
        return client

    return sign_in


@pytest.fixture
def organizer(browse: Callable[[str], FlaskClient]) -> FlaskClient:
    """The browser of the department's organizer."""
    return browse("ORG")


@pytest.fixture
def bank_id(app: Flask, cast: Cast) -> int:
    """A bank of two items kept by the first unit."""
    with app.app_context():
        revision = add_bank(
            uploader_id=cast.unit_organizer.account_id,
            unit_id=cast.units[0],
            file_name="题库.yaml",
            source=bank_text("正确", "错误").encode(),
        )
        return revision.bank_id


def send(client: FlaskClient, address: str, source: bytes, name: str = "题库.yaml", **fields: Any) -> Any:
    """Send a file through an upload form."""
    return client.post(address, data={"file": (BytesIO(source), name), **fields})
