"""A test that is open, on the live server."""

from typing import Any

import pytest

from tests.attempts.exam import Exam, make_exam


@pytest.fixture
def exam(live_server: Any) -> Exam:
    """The exam of `tests.attempts.exam`. Tests that move the clock ask for ``clock`` before it."""
    return make_exam(live_server.app)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey drives a browser. One that leaves in the middle of a stylesheet leaves the file unclosed."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"))
