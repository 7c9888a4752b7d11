"""The register of regulations: editions, articles, and what a newer edition changed."""

from flask import Flask

from quizapp.domain.articles import article_name
from quizapp.regulations.views import regulations


def init_app(app: Flask) -> None:
    """Register the room's pages, and the filter that writes the number of an article out."""
    app.jinja_env.filters["article_name"] = article_name
    app.register_blueprint(regulations)
