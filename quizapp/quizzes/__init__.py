"""Publishing: what is asked, of whom, and when."""

from flask import Flask

from quizapp.quizzes import wording
from quizapp.quizzes.views import quizzes


def init_app(app: Flask) -> None:
    """Register the room's pages and template filters."""
    wording.init_app(app)
    app.register_blueprint(quizzes)
