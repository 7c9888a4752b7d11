"""Question banks: upload, revisions, preview, downloads."""

from flask import Flask

from quizapp.banks import downloads as downloads  # hangs its pages on the blueprint
from quizapp.banks import queries, wording
from quizapp.banks.views import banks


def init_app(app: Flask) -> None:
    """Register the room's pages, its memory of revisions and its words for items."""
    queries.init_app(app)
    wording.init_app(app)
    app.register_blueprint(banks)
