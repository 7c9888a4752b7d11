"""The one way to change something."""

from typing import Any

import pytest

from quizapp.db import writing


def test_an_operation_inside_another_is_an_error(db_session: Any) -> None:
    """It would commit half of the outer one."""
    with writing(), pytest.raises(RuntimeError, match="inside another"), writing():
        pass


def test_after_a_failure_the_next_operation_works(db_session: Any) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        raise ZeroDivisionError
    with writing():
        pass
