"""Start, save, submit, close on time, result. The hot path lives here and is small."""

from flask import Flask

from quizapp.attempts import door_views as door_views  # hangs its pages on the blueprint
from quizapp.attempts import pulse
from quizapp.attempts.queries import drawn_from
from quizapp.attempts.views import attempts
from quizapp.banks.undoing import HOLDERS


def init_app(app: Flask) -> None:
    """Register the room's pages, and what papers hold of banks."""
    app.extensions.setdefault(HOLDERS, []).append(drawn_from)
    pulse.init_app(app)
    app.register_blueprint(attempts)
