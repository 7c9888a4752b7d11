"""The register of regulations: editions, articles, and what a newer edition changed."""

from flask import Flask

from quizapp.domain.articles import article_name
from quizapp.regulations.days import written_day
from quizapp.regulations.views import regulations


def init_app(app: Flask) -> None:
    """Register the room's pages, and the filters that write the number of an article and a day out."""
    app.jinja_env.filters.update(article_name=article_name, written_day=written_day)
    app.register_blueprint(regulations)
