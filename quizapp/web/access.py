"""Who may call what. Everything is denied unless the view says whom it allows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from quizapp.domain.problem import N_


class Role(StrEnum):
    """What a person may be to the platform. Everybody who signs in is `STAFF`; the others are granted."""

    STAFF = "staff"
    BRANCH_SECRETARY = "branch_secretary"
    COMMITTEE = "committee"
    ORGANIZER = "organizer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.STAFF: N_("Staff"),
    Role.BRANCH_SECRETARY: N_("Branch secretary"),
    Role.COMMITTEE: N_("Committee"),
    Role.ORGANIZER: N_("Organizer"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

FIND = "quizapp_find_caller"
EVERYBODY: frozenset[Role] = frozenset()
V = TypeVar("V", bound=Callable[..., Any])


def public(view: V) -> V:
    """Mark a view that needs no sign-in."""
    view.access = EVERYBODY  # type: ignore[attr-defined]
    return view


def allow(*roles: Role) -> Callable[[V], V]:
    """Mark the roles that may call a view. What they see inside it is decided by the room's queries."""

    def mark(view: V) -> V:
        view.access = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def allowed_roles(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles an endpoint allows: empty for everybody, None for nobody (no rule was written)."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return EVERYBODY
    return getattr(app.view_functions.get(endpoint), "access", None)


def may(endpoint: str) -> bool:
    """Whether the present caller could open ``endpoint``; for navigation and buttons."""
    roles = allowed_roles(current_app, endpoint)
    if roles is None:
        return False
    return not roles or has_role(*roles)


def has_role(*roles: Role) -> bool:
    """Whether the present caller has one of the roles."""
    if Role.STAFF in roles:
        return caller() is not None
    return bool(current_user.is_authenticated and current_user.roles & set(roles))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the account's id, and whether its password is to be changed first. All that a save needs to know."""

    id: int
    password_is_temporary: bool
    login: str


def identify_by(app: Flask, find: Callable[[str], Caller | None]) -> None:
    """Let `caller` find whoever signed in with a token by ``find``."""
    app.extensions[FIND] = find


def caller() -> Caller | None:
    """Who calls, asked once for a request; None where nobody has signed in. ``current_user`` is the whole account."""
    if "caller" not in g:
        token = sign_in_token()
        g.caller = current_app.extensions[FIND](token) if token else None
    found: Caller | None = g.caller
    return found


def sign_in_token() -> str:
    """The token of the session's sign-in, which may have ended; empty where there is none."""
    token: str = session.get("_user_id", "")  # where Flask-Login keeps what `Account.get_id` gives
    return token


def caller_id() -> int:
    """The account's id of whoever calls a view that is for people who signed in."""
    found = caller()
    return found.id if found is not None else abort(404)


def init_app(app: Flask) -> None:
    """Ask for permission before every request."""
    app.before_request(_guard)
    app.jinja_env.globals.update(may=may, has_role=has_role, Role=Role)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such address, or not by this method: the error page says so
    roles = allowed_roles(current_app, request.endpoint)
    if roles is None:
        abort(404)
    if not roles or has_role(*roles):
        return None
    if caller() is not None:
        abort(404)  # the caller need not know that the page exists
    return _ask_to_sign_in()


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        # With the token a page's script can sign its person in again in place, without losing what is on the page.
        answer: Response = jsonify(error="signed_out", sign_in=url_for("accounts.sign_in"), csrf_token=generate_csrf())
        return answer, 401
    after = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=after))


def wants_json() -> bool:
    """Whether the caller is a script of ours rather than a person's browser opening a page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"
