"""quizapp: timed integrity-knowledge tests, read by party branch."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from quizapp.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The application for ``settings`` (default: those of the environment; raises SettingsError)."""
    # Not at the top: a process that only reads a file (`quizapp.importers.child`) must not wait a second for Flask.
    from quizapp.application import create_app as put_together

    return put_together(settings)
