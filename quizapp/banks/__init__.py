"""Question banks: upload, revisions, preview, downloads."""

from flask import Flask

from quizapp.banks import citation_pages, health_pages, import_health, practice_use, queries, wording
from quizapp.banks import downloads as downloads  # hangs its pages on the blueprint
from quizapp.banks import draft_views as draft_views
from quizapp.banks import import_views as import_views
from quizapp.banks.rechecks import Rechecks
from quizapp.banks.views import banks
from quizapp.regulations.followers import add_follower


def init_app(app: Flask) -> None:
    """Register the room's pages, its memory of revisions and its words for items."""
    queries.init_app(app)
    wording.init_app(app)
    health_pages.init_app(app)
    add_follower(app, Rechecks())
    app.jinja_env.globals["citation_notes"] = citation_pages.citation_notes
    app.jinja_env.globals["practice_uses"] = practice_use.practice_uses
    import_health.init_app(app)
    app.register_blueprint(banks)
