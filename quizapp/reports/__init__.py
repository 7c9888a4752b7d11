"""What may be said of a branch: eligible, sat, absent, rates; and of the items of a test."""

from flask import Flask

from quizapp.reports import dashboard_views as dashboard_views  # these hang their pages on the blueprint
from quizapp.reports import editions_views as editions_views
from quizapp.reports import item_views as item_views
from quizapp.reports import period_views as period_views
from quizapp.reports import standing_views as standing_views
from quizapp.reports.views import reports


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(reports)
