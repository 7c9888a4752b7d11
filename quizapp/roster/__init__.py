"""Units, branches and people: who belonged where, and when."""

from flask import Flask

from quizapp.roster.views import roster


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(roster)
