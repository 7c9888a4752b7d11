"""What may be said of a branch: eligible, sat, absent, rates."""

from flask import Flask

from quizapp.reports.views import reports


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(reports)
