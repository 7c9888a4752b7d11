"""Putting the application together: settings, extensions, rooms. Nothing else."""

import os
from collections.abc import MutableMapping
from functools import partial
from typing import Any

from babel import Locale
from flask import Flask, has_request_context, request
from flask.templating import Environment
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined

from quizapp import accounts, attempts, banks, db, failpoints, practice, quizzes, regulations, reports, roster, web
from quizapp.config import LANGUAGES, Settings
from quizapp.web.signatures import RememberingProtection


class _Templates(Environment):
    """Flask's own, in which a template without globals of its own has those of all, not a layer over them.

    With each import Jinja looks for what the importing page knows beyond them, name by name through that layer; that
    took a tenth of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that a template finds without being given them."""
        return self.globals if d is None else super().make_globals(d)


class _Application(Flask):
    jinja_environment = _Templates


ROOMS = (accounts, roster, regulations, banks, quizzes, attempts, practice, reports)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for ``settings`` (default: those of the environment; raises SettingsError)."""
    settings = settings or Settings.from_environment(os.environ)
    failpoints.arm(os.environ)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # names, scores and keys lie in there
    app = _Application(__package__, static_folder="web/static", template_folder="web/templates")
    app.jinja_env.undefined = StrictUndefined
    app.config.update(
        SECRET_KEY=settings.secret_key,
        DEMO=settings.demo,
        TIME_ZONE=settings.time_zone,
        DATA_DIR=settings.data_dir,
        PG_BIN=settings.pg_bin,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,  # a page may lie open as long as the sign-in lasts
    )
    db.init_app(app, settings.database_url, settings.report_database_url)
    Babel(
        app,
        default_locale=settings.language,
        default_timezone=settings.time_zone,
        locale_selector=partial(_language, _LOCALES[settings.language]),
    )
    Bootstrap5(app)
    RememberingProtection(app)
    web.init_app(app, settings)
    for room in ROOMS:
        room.init_app(app)
    return app


# Read once: the reading of one goes through the names of all, and every page asks.
_LOCALES = {language: Locale.parse(language) for language in LANGUAGES}


def _language(usual: Locale) -> Locale | None:
    """The language a person chose, else the installation's: also that of the command line, which asks nobody."""
    return _LOCALES.get(request.cookies.get("lang", ""), usual) if has_request_context() else None
