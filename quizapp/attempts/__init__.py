"""Start, save, submit, close on time, result. The hot path lives here and is small."""

from flask import Flask

from quizapp.attempts import after_wording, pulse, reviewed, save_one, skeletons, unchanged
from quizapp.attempts import door_views as door_views
from quizapp.attempts import extension_views as extension_views
from quizapp.attempts import implausible_views as implausible_views  # hangs its pages on the blueprint
from quizapp.attempts import lease_views as lease_views
from quizapp.attempts import leaving_views as leaving_views
from quizapp.attempts import rehearsal_views as rehearsal_views
from quizapp.attempts import result_views as result_views
from quizapp.attempts.queries import drawn_from
from quizapp.attempts.views import attempts
from quizapp.banks.undoing import HOLDERS


def init_app(app: Flask) -> None:
    """Register the room's pages, and what papers hold of banks."""
    app.extensions.setdefault(HOLDERS, []).append(drawn_from)
    after_wording.init_app(app)
    pulse.init_app(app)
    reviewed.init_app(app)
    save_one.init_app(app)
    skeletons.init_app(app)
    unchanged.init_app(app)
    app.register_blueprint(attempts)
