"""Signatures that were checked before: the same text with the same signature is as genuine the second time.

Each save carries the cookie of its sign-in and the token of its page, the same ones for hours, and checking both anew
costs as much as a statement of the database. Only that a signature is right is remembered; how old it is, is looked at
each time.

What is remembered is a fingerprint: no cookie lies in memory, and a long text takes no more of it than a short one.
Base64 is read past what is none of it, so that anybody can send one good signature in countless ways, each as long as
the server reads headers.
"""

from hashlib import blake2b
from typing import Any

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf, same_origin
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import want_bytes
from itsdangerous.timed import TimestampSigner

KNOWN = 8192  # some 150 bytes each


def fingerprint(text: str | bytes) -> bytes:
    """What is remembered of a text in its place."""
    return blake2b(want_bytes(text), digest_size=16).digest()


class RememberingSessions(SecureCookieSessionInterface):
    """Flask's own sessions, whose serializer is made once and knows the cookies that it has checked."""

    _serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made when it is first needed: the secret never changes while a process runs."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            if self._serializer is not None:
                self._serializer.signer = _remembering_signer()
        return self._serializer


def _remembering_signer() -> type[TimestampSigner]:
    class Signer(TimestampSigner):
        """One for each cookie that is read; what they have checked they know together."""

        def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
            whole = fingerprint(want_bytes(value) + self.sep + want_bytes(sig))  # no signature holds the separator
            if whole in known:
                return True
            is_right = super().verify_signature(value, sig)
            if is_right:
                known.add(whole)
            return is_right

    known = Recent()
    return Signer


class Recent:
    """The last things that were added, `KNOWN` of them or up to twice as many, and what was noted of each."""

    def __init__(self) -> None:
        self._older: dict[Any, Any] = {}
        self._newer: dict[Any, Any] = {}

    def __contains__(self, thing: Any) -> bool:
        return thing in self._newer or thing in self._older

    def get(self, thing: Any) -> Any:
        """What was noted of it; None where it is not known."""
        return self._newer.get(thing) or self._older.get(thing)

    def add(self, thing: Any, note: Any = True) -> None:
        """Remember it. Where there are too many, the older half is forgotten."""
        if len(self._newer) >= KNOWN:
            self._older, self._newer = self._newer, {}
        self._newer[thing] = note


def lasting_token() -> str:
    """What the saves of an open page carry; see `RememberingProtection.lasting_token`."""
    protection: RememberingProtection = current_app.extensions["csrf"]
    return protection.lasting_token()


class RememberingProtection(CSRFProtect):
    """Flask-WTF's own, which knows the tokens that it has checked for a session; they do not expire before it."""

    def __init__(self, app: Flask) -> None:
        self._known, self._given = Recent(), Recent()
        super().__init__(app)

    def lasting_token(self) -> str:
        """A token of the present session: the same one again, so that what is sent with it is known again too."""
        token: str | None = self._given.get(session.get("csrf_token"))
        if token is None:
            token = generate_csrf()
            self._given.add(session["csrf_token"], token)
        return token

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse a change that does not carry the token of its session."""
        token, of_session = request.headers.get("X-CSRFToken"), session.get("csrf_token")
        pair = fingerprint(f"{of_session}\0{token}") if token and of_session else None
        if pair in self._known and self._is_from_here():
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)
        if pair is not None and "csrf_valid" in g and not request.form:
            self._known.add(pair)

    @staticmethod
    def _is_from_here() -> bool:
        return not request.is_secure or same_origin(request.referrer or "", f"https://{request.host}/")
