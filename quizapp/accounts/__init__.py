"""Sign-in, roles and sessions."""

from flask import Flask

from quizapp.accounts.views import accounts, ask_for_own_password, init_login


def init_app(app: Flask) -> None:
    """Register the room's pages, the way a cookie becomes an account, and what a one-time password allows."""
    init_login(app)
    app.before_request(ask_for_own_password)
    app.register_blueprint(accounts)
