"""Answers made small for the way: on a bad network the bytes are the waiting.

BREACH (2013) reads a secret out of a compressed page by putting guesses into the same page and watching its length.
So a page is compressed only where nothing that comes with the request can stand in it: a GET without a query string.
What is left to repeat there, the CSRF token, is signed anew each second, and a page of another site cannot ask for
ours with our cookie (SameSite=Lax) except by leading the whole window there.
"""

import gzip

from flask import Flask, Response, request

from quizapp.web.signatures import fingerprint

KINDS = frozenset({"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"})
LEAST_BYTES = 1024  # below this one packet carries it anyway
PAGE_LEVEL = 3  # a paper of 127 kB: 16 kB after 0.8 ms, where level 6 gives 14 kB after 1.8 ms
FILE_LEVEL = 9  # made once for each file

# By fingerprint: of addresses that give the same file there are as many as anybody cares to invent.
_files: dict[bytes, bytes] = {}


def init_app(app: Flask) -> None:
    """Compress what may be, for browsers that say that they can read it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    is_file = (request.endpoint or "").endswith("static")
    if not _may_compress(response, is_file=is_file):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0:
        return response
    if is_file:
        response.direct_passthrough = False
    data = response.get_data()
    if len(data) < LEAST_BYTES:
        return response
    response.set_data(_small_file(data) if is_file else gzip.compress(data, PAGE_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # other bytes than those without compression, the same content
    return response


def _may_compress(response: Response, *, is_file: bool) -> bool:
    if request.method != "GET" or response.status_code != 200 or response.mimetype not in KINDS:
        return False
    if "Content-Encoding" in response.headers:
        return False
    return is_file or (not request.query_string and response.is_sequence and not response.direct_passthrough)


def _small_file(data: bytes) -> bytes:
    key = fingerprint(data)
    if key not in _files:
        _files[key] = gzip.compress(data, FILE_LEVEL, mtime=0)
    return _files[key]
