"""Error pages: a plain sentence and a way on, never a stack trace."""

import logging

from flask import Flask, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from quizapp.db import db, outage_of
from quizapp.domain.problem import N_
from quizapp.web.access import wants_json

RETRY_AFTER_SECONDS = 2
log = logging.getLogger(__name__)

SENTENCES = {
    400: N_("The request could not be understood. Please go back and try again."),
    403: N_("You may not do this. If you should be able to, please ask the organizer."),
    404: N_("This page does not exist, or you may not see it."),
    405: N_("This address cannot be used that way. Please start again from the home page."),
    409: N_("This has changed in the meantime. Please look at it again."),
    413: N_("The file is too large."),
    429: N_("Too many tries in a short time. Please wait a moment."),
    500: N_("Something went wrong on our side. What was saved is safe; please try again."),
    503: N_("The service is busy. What was saved is safe; please try again in a moment."),
}


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _expired_form(error: CSRFError) -> ResponseReturnValue:
    if current_app.config["SESSION_COOKIE_SECURE"] and not request.is_secure:
        # The browser never sent the cookie, so that reloading cannot help.
        sentence = gettext(
            "Signing in needs HTTPS here. The administrator can allow plain HTTP with QUIZAPP_SECURE_COOKIES=0."
        )
        return _page(400, sentence, "insecure")
    sentence = gettext("This page had been open for too long or you signed in again elsewhere. Please reload it.")
    return _page(400, sentence, "stale_form")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    answer = make_response(_page(code, gettext(SENTENCES.get(code, SENTENCES[400 if code < 500 else 500]))))
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    return answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    if reason := "memory" if isinstance(error, MemoryError) else outage_of(error):
        return _busy(reason)
    log.exception("unexpected error")
    return _http_error(InternalServerError(original_exception=error))


def _busy(reason: str) -> ResponseReturnValue:
    """What may pass by itself: nothing was acknowledged, and the page asks again. The log names no value of a query."""
    log.error("%s %s was refused: the cause is %s", request.method, request.path, reason)
    g.caller = None  # who asks is not asked again
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    answer = make_response(_page(503, gettext(SENTENCES[503]), "busy"))
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _page(code: int, sentence: str, reason: str = "") -> ResponseReturnValue:
    if wants_json():
        return jsonify(error=reason or f"http_{code}", message=sentence), code
    return render_template("error.html", code=code, sentence=sentence), code
