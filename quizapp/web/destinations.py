"""What the sign-in page says about the page a person was going to. The room of that page finds the words."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, current_app
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from quizapp.web.views import safe_next

DESTINATIONS = "quizapp_destinations"
Describe = Callable[[Mapping[str, Any], Mapping[str, str]], Markup | str]
"""Writes a few lines for a stranger, from the parts of the path and the query."""


def init_app(app: Flask) -> None:
    """Give templates ``destination()``."""
    app.extensions[DESTINATIONS] = {}
    app.jinja_env.globals["destination"] = destination


def describe_destination(app: Flask, endpoint: str, describe: Describe) -> None:
    """Let the sign-in page say by ``describe`` where it leads on to when that is a page of ``endpoint``."""
    app.extensions[DESTINATIONS][endpoint] = describe


def destination(target: str | None) -> Markup:
    """What a stranger may know of the page at ``target``, a path of this site; empty where there is nothing to say."""
    parts = urlsplit(safe_next(target))
    try:
        endpoint, places = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return Markup("")
    describe: Describe | None = current_app.extensions[DESTINATIONS].get(endpoint)
    return Markup(describe(places, dict(parse_qsl(parts.query)))) if describe else Markup("")
