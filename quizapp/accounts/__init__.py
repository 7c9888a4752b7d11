"""Sign-in, roles and sessions."""

from flask import Flask

from quizapp.accounts.views import accounts, init_login


def init_app(app: Flask) -> None:
    """Register the room's pages and the way a cookie becomes an account."""
    init_login(app)
    app.register_blueprint(accounts)
