"""The wrong-question book, spaced review of it, and practice by topic, regulation and post."""

from flask import Flask

from quizapp.practice import models as models


def init_app(app: Flask) -> None:
    """Register the room's pages."""
