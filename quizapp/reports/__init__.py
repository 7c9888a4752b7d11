"""What may be said of a branch: eligible, sat, absent, rates; and of the items of a test."""

from flask import Flask

from quizapp.reports import branch_page_views, item_views, standing_views
from quizapp.reports.confirmation import views as confirmation_views
from quizapp.reports.dashboard import views as dashboard_views
from quizapp.reports.editions import views as editions_views
from quizapp.reports.excusals import views as excusals_views
from quizapp.reports.official import views as official_views
from quizapp.reports.periods import views as periods_views
from quizapp.reports.views import reports
from quizapp.web.home_cards import add_home_card

# These hang their pages on the blueprint.
PAGES = (
    *(branch_page_views, item_views, standing_views, confirmation_views, dashboard_views),
    *(editions_views, excusals_views, official_views, periods_views),
)


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(reports)
    add_home_card(app, branch_page_views.home_card)
