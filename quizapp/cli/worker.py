"""What each worker process of the server runs."""

import gc

from flask import Flask

from quizapp import create_app
from quizapp.serving import stop_with_parent


def app() -> Flask:
    """The application, in a process that does not outlive the server."""
    stop_with_parent()
    made = create_app()
    gc.collect()
    gc.freeze()  # what stays for good is not searched for garbage again: that would take longer than most requests
    return made
