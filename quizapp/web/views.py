"""Pages that belong to no room: health, and how a person likes to read."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.wrappers import Response

from quizapp.config import LANGUAGES
from quizapp.db import SQLITE, db
from quizapp.web import readiness
from quizapp.web.access import public

web = Blueprint("web", __name__)

CHOICES = {
    "type_size": ("normal", "large"),
    "theme": ("light", "dark"),
    "lang": LANGUAGES,
    "layout": ("single", "all"),  # of the taking page: one item at a time, or the whole paper
    "shortcuts": ("on", "off"),  # of the taking page
}
_CONFUSING = re.compile(r"[\\\x00-\x1f\x7f]")  # browsers read a backslash as a slash and leave control characters out
KEPT_FOR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Register the pages and what every template knows."""
    app.register_blueprint(web)
    app.context_processor(_preferences)


@web.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers, whatever the database does."""
    return jsonify(status="ok")


@web.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The process can do its work: the database takes a write. Otherwise 503, with the reason in a word."""
    backend = db.engine.dialect.name
    if reason := readiness.trouble():
        return jsonify(status="unready", reason=reason, database=backend), 503
    return jsonify(status="ok", database=backend, sqlite=SQLITE.sqlite_version if backend == "sqlite" else None)


@web.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    """Keep 大字, 深色 or the language in a cookie and return to the page."""
    return keep_choices(redirect(safe_next(request.form.get("next"))))


def keep_choices(answer: Response) -> Response:
    """Let ``answer`` carry the cookies of what the form of the request chooses; other fields are not its business."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    for name, values in CHOICES.items():
        if (value := request.form.get(name)) in values:
            answer.set_cookie(name, value, max_age=KEPT_FOR_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return answer


def safe_next(target: str | None) -> str:
    """``target`` where it is a path of this site, else the home page: never a door to elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//") or _CONFUSING.search(target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


def chosen(name: str) -> str | None:
    """A person's kept choice, where it is one we know."""
    value = request.cookies.get(name)
    return value if value in CHOICES[name] else None


def _preferences() -> dict[str, object]:
    language = str(get_locale())
    return {
        "lang": "zh-CN" if language.startswith("zh") else "en",
        "theme": chosen("theme") or "light",
        "type_size": chosen("type_size") or "normal",
        "layout": chosen("layout") or "single",
        "shortcuts": chosen("shortcuts") or "on",
        "demo_mode": current_app.config["DEMO"],
    }
