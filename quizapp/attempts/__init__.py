"""Start, save, submit, close on time, result. The hot path lives here and is small."""

from flask import Flask

from quizapp.attempts.views import attempts


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(attempts)
