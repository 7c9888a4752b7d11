"""What may be said of a branch: eligible, sat, absent, rates; and of the items of a test."""

from flask import Flask

from quizapp.reports import item_views as item_views  # hangs its page on the blueprint
from quizapp.reports.views import reports


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(reports)
