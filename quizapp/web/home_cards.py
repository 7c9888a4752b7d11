"""Cards that rooms put on a person's home page. The room of that page knows none of them."""

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

CARDS = "quizapp_home_cards"
HomeCard = Callable[[], Markup | str]
"""Writes a card for the person signed in; empty where there is nothing to say."""


def init_app(app: Flask) -> None:
    """Give templates ``home_cards()``."""
    app.extensions[CARDS] = []
    app.jinja_env.globals["home_cards"] = home_cards


def add_home_card(app: Flask, card: HomeCard) -> None:
    """Put a card on the home page, below those that are there."""
    app.extensions[CARDS].append(card)


def home_cards() -> list[Markup]:
    """Every card that has something to say now."""
    written = (card() for card in current_app.extensions[CARDS])
    return [Markup(card) for card in written if card]
