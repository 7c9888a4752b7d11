"""Headers that every answer carries, and limits that every request meets."""

from datetime import timedelta
from itertools import chain
from typing import Any

from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from quizapp.config import Settings
from quizapp.web import clock

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ARRIVED_AT = "quizapp.arrived_at"  # in the environment of a request: the moment, where it was noted before Flask began
SIGNED_IN_FOR = timedelta(hours=12)
LARGEST_KEY = 2**31 - 1  # of PostgreSQL's integer


class KeyConverter(IntegerConverter):
    """``<int:…>`` for the ids of rows: a larger number is no address, where a database driver would fail on it."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_KEY, **kwargs})


FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookie flags, size limits, headers and what an id in an address may be."""
    app.url_map.converters["int"] = KeyConverter
    app.config.update(
        SESSION_COOKIE_NAME="__Host-quizapp" if settings.secure_cookies else "quizapp",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        # A sign-in ends 12 hours after it began, used or not. Sent with every answer, the cookie of a sign-in that has
        # ended would come back with a late answer and overwrite that of the new one.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_stamp_arrival)
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)


def _stamp_arrival() -> None:
    """A request arrives when a thread takes it: waiting for a lock later must not make an answer late."""
    g.arrived_at = request.environ.get(ARRIVED_AT) or clock.now()


def _refuse_nul() -> None:
    """Nobody types the character NUL, and PostgreSQL cannot keep it: without this it would be an error of ours."""
    if request.endpoint is None:
        return
    texts = list((request.view_args or {}).values())
    if request.query_string:
        texts += chain(*request.args.listvalues())
    if request.mimetype in FORMS:
        texts += chain(*request.form.listvalues(), (file.filename for file in chain(*request.files.listvalues())))
    if any("\0" in text for text in texts if isinstance(text, str)):
        abort(400)


def _add_headers(response: Response) -> Response:
    given = {name.lower() for name, _value in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            response.headers.add(name, value)
    if "cache-control" not in given and not (request.endpoint or "").endswith("static"):
        response.headers.add("Cache-Control", "no-store")
    return response
