"""What every page needs and no room owns: the clock, access, forms, wording, headers, error pages."""

from flask import Flask

from quizapp.config import Settings
from quizapp.web import (
    access,
    assets,
    breaks,
    compression,
    destinations,
    errors,
    home_cards,
    navigation,
    security,
    views,
    wording,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers, the guard, the wording, the error pages and the navigation in place."""
    security.init_app(app, settings)
    assets.init_app(app)
    compression.init_app(app)
    access.init_app(app)
    wording.init_app(app)
    breaks.init_app(app)
    errors.init_app(app)
    navigation.init_app(app)
    home_cards.init_app(app)
    destinations.init_app(app)
    views.init_app(app)
