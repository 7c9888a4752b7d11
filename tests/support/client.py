"""A test client that keeps its requests apart from the test's own application context."""

import contextvars
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient

from quizapp.db import db


class SeparateClient(FlaskClient):
    """Runs each request in a context of its own.

    Inside an application context that a test has pushed (the fixture ``db_session`` does), a request would
    share its `g` and its database session, and the second request would still see the first one's user.
    Afterwards the test's own session forgets what it read, so that it sees what the request committed.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return response
