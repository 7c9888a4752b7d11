"""Question banks: upload, revisions, preview."""

from flask import Flask

from quizapp.banks.views import banks


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(banks)
