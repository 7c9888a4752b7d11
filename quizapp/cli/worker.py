"""What each worker process of the server runs."""

from flask import Flask

from quizapp import create_app
from quizapp.serving import stop_with_parent


def app() -> Flask:
    """The application, in a process that does not outlive the server."""
    stop_with_parent()
    return create_app()
