"""A department, and browsers in which its people are signed in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.importers.here import read_here
from tests.support.cast import Cast, make_cast, sign_in_as


@pytest.fixture
def app(any_app: Flask) -> Flask:
    """The application on SQLite, then on PostgreSQL: editions, rechecks and their races hold on both."""
    return any_app


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read here; the process that reads them for the server has tests of its own."""
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
