"""Question banks: upload, revisions, preview."""

from flask import Flask

from quizapp.banks import queries
from quizapp.banks.views import banks


def init_app(app: Flask) -> None:
    """Register the room's pages and its memory of revisions."""
    queries.init_app(app)
    app.register_blueprint(banks)
