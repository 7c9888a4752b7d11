"""Publishing: what is asked, of whom, and when."""

from flask import Flask

from quizapp.banks.undoing import HOLDERS
from quizapp.quizzes import invitations, queries, wording
from quizapp.quizzes.views import quizzes


def init_app(app: Flask) -> None:
    """Register the room's pages, its memory of draw pools, what it holds of banks, its words and its links."""
    queries.init_app(app)
    wording.init_app(app)
    invitations.init_app(app)
    app.extensions.setdefault(HOLDERS, []).append(queries.tests_set_from)
    app.register_blueprint(quizzes)
