"""Stylesheets and scripts: kept by browsers for a year under an address that changes with any of them."""

import hashlib
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, request
from flask.sessions import SessionMixin

from quizapp.web.bundles import join_scripts, join_styles
from quizapp.web.signatures import RememberingSessions

YEAR = timedelta(days=365)
# What the taking page loads instead of its single files: name → (media type, files). A script names its first module.
BUNDLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "take.css": ("text/css", ("css/base.css", "css/controls.css", "css/take.css")),
    "take.js": ("text/javascript", ("js/take.js",)),
}


def init_app(app: Flask) -> None:
    """Serve ``/static/v-<version>/…`` beside ``/static/…``, and let ``url_for("static", …)`` name the version.

    All files share one version: a script that imports another finds it beside itself, of the same age.
    An older version's address, as on a page that was open during an update, gives the present file, not kept for long.
    """
    folder = Path(app.static_folder or "")
    version = version_of(folder)
    bundles: dict[str, str] = {}

    def static(filename: str, version_asked: str = "") -> Response:
        if filename in BUNDLES:
            answer = Response(bundles.get(filename) or _bundle(folder, filename), mimetype=BUNDLES[filename][0])
            answer.set_etag(version)
            answer.make_conditional(request)
            if not app.debug:
                bundles.setdefault(filename, answer.get_data(as_text=True))
        else:
            answer = app.send_static_file(filename)
        if version_asked == version and not app.debug:
            answer.cache_control.max_age = int(YEAR.total_seconds())
            answer.cache_control.immutable = True
        return answer

    app.session_interface = _SessionOfPages()
    app.view_functions["static"] = static
    app.add_url_rule("/static/v-<version_asked>/<path:filename>", endpoint="static")

    @app.url_defaults
    def name_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static":
            values.setdefault("version_asked", version)


class _SessionOfPages(RememberingSessions):
    """A file is the same for everybody: it renews no sign-in, and is not fetched again because a cookie changed."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not (request.endpoint or "").endswith("static"):
            super().save_session(app, session, response)


def version_of(folder: Path) -> str:
    """Twelve hexadecimal digits that change with the name or the content of any file below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _bundle(folder: Path, name: str) -> str:
    files = [folder / file for file in BUNDLES[name][1]]
    return join_styles(files) if name.endswith(".css") else join_scripts(files[0])
