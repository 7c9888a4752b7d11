"""The wrong-question book, spaced review of it, and practice by topic, regulation and post."""

from flask import Flask

from quizapp.practice import permits
from quizapp.practice.views import home_card, practice
from quizapp.web.home_cards import add_home_card


def init_app(app: Flask) -> None:
    """Register the room's pages, its memory of items, and its card on the home page."""
    permits.init_app(app)
    app.register_blueprint(practice)
    add_home_card(app, home_card)
