"""What may be said of a branch: eligible, sat, absent, rates; and of the items of a test."""

from flask import Flask

from quizapp.reports import branch_page_views as branch_page_views
from quizapp.reports import confirmation_views as confirmation_views
from quizapp.reports import dashboard_views as dashboard_views
from quizapp.reports import editions_views as editions_views  # these hang their pages on the blueprint
from quizapp.reports import excusals_views as excusals_views
from quizapp.reports import item_views as item_views
from quizapp.reports import official_views as official_views
from quizapp.reports import period_views as period_views
from quizapp.reports import standing_views as standing_views
from quizapp.reports.views import reports
from quizapp.web.home_cards import add_home_card


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(reports)
    add_home_card(app, branch_page_views.home_card)
