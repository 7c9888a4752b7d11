"""Settings, read once from the environment. A wrong one is refused at the start, with a sentence."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from quizapp import failpoints
from quizapp.domain.problem import N_, Problem

SHORTEST_SECRET = 32
LANGUAGES = ("zh_CN", "en")


class SettingsError(Exception):
    """A setting that the application cannot start with: one sentence for the administrator, in ``language``."""

    language = ""  # "": as set; otherwise the default, where the language itself is what is wrong

    def __init__(self, msgid: str, **params: object) -> None:
        self._problem = Problem(msgid, params)
        super().__init__(self.text())

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, with a Problem among its values said in the same language."""
        values = {k: v.text(translate) if isinstance(v, Problem) else v for k, v in self._problem.params.items()}
        return translate(self._problem.msgid) % values


@dataclass(frozen=True)
class Settings:
    """What an installation decides. Each field is the environment variable ``QUIZAPP_<FIELD>``.

    `DOCS` says what each changes; the deployment chapter of the README is held against it by a test.
    """

    data_dir: Path
    database_url: str
    secret_key: str
    demo: bool = False
    language: str = "zh_CN"
    time_zone: str = "Asia/Shanghai"
    secure_cookies: bool = True
    trusted_proxies: int = 0
    max_upload_mb: int = 20
    soffice: str = ""
    pg_bin: str = ""
    report_database_url: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every setting from ``environ``. Raises SettingsError naming the first wrong one."""
        _refuse_unknown(environ)
        demo = _read(environ, "demo", _switch, False)
        data_dir = Path(environ.get("QUIZAPP_DATA_DIR") or "var").absolute()
        return cls(
            data_dir=data_dir,
            database_url=_read(environ, "database_url", _url, f"sqlite:///{data_dir / 'quizapp.sqlite3'}"),
            secret_key=_secret(environ, data_dir, demo),
            demo=demo,
            language=language_of(environ),
            time_zone=_read(environ, "time_zone", _zone, cls.time_zone),
            secure_cookies=_read(environ, "secure_cookies", _switch, not demo),
            trusted_proxies=_read(environ, "trusted_proxies", _count, cls.trusted_proxies),
            max_upload_mb=_read(environ, "max_upload_mb", _positive, cls.max_upload_mb),
            soffice=_read(environ, "soffice", str, cls.soffice),
            pg_bin=_read(environ, "pg_bin", str, cls.pg_bin),
            report_database_url=_read(environ, "report_database_url", _url, cls.report_database_url),
        )


DOCS = {
    "data_dir": "Folder for the SQLite database and kept files; made when missing. Default: ./var",
    "database_url": "sqlite:///… or postgresql+psycopg://user:password@host/name. Default: SQLite in the data folder",
    "secret_key": "Signs cookies and forms; at least 32 characters. Required, except in demonstration mode",
    "demo": "1 shows the demonstration note and keeps a secret key of its own in the data folder. Default: 0",
    "language": "Language of the interface for people who have not chosen one: zh_CN or en. Default: zh_CN",
    "time_zone": "Time zone in which times are shown and entered. Default: Asia/Shanghai",
    "secure_cookies": "1 sends cookies over HTTPS only; 0 for an intranet without HTTPS. Default: 1 (demonstration: 0)",
    "trusted_proxies": "How many reverse proxies stand in front and set X-Forwarded-* headers. Default: 0",
    "max_upload_mb": "Largest upload in megabytes. Default: 20",
    "soffice": "LibreOffice program that turns .doc files into .docx. Default: soffice on the search path, if any",
    "pg_bin": "Folder of PostgreSQL's client programs (pg_dump, pg_restore). Default: the search path",
    "report_database_url": "A streaming replica that reports are read from. Default: the database itself",
}


def language_of(environ: Mapping[str, str]) -> str:
    """The language of the interface alone, for what works without an installation. Raises SettingsError."""
    language: str = _read(environ, "language", _language, Settings.language)
    return language


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {f"QUIZAPP_{field.name.upper()}" for field in fields(Settings)}
    try:
        failpoints.chances(environ)
    except failpoints.FailpointError as error:
        raise SettingsError("%(reason)s", reason=error) from None  # for tests alone, in English
    other = {name for name in environ if name.startswith("QUIZAPP_")} - failpoints.VARIABLES
    unknown = sorted(other - known)
    if unknown:
        raise SettingsError(
            N_("%(name)s is not a setting of quizapp; the settings are %(known)s."),
            name=unknown[0],
            known=", ".join(sorted(known)),
        )


def _read(environ: Mapping[str, str], field: str, parse: Callable[[str], Any], default: Any) -> Any:
    name = f"QUIZAPP_{field.upper()}"
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as error:
        reason = Problem(str(error))
        refusal = SettingsError(N_("%(name)s is '%(value)s': %(reason)s."), name=name, value=text, reason=reason)
        refusal.language = Settings.language if parse is _language else ""
        raise refusal from None


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(N_("write 1 for on or 0 for off"))
    return text == "1"


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(N_("write a whole number, 0 or more"))
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(N_("write a whole number, 1 or more"))
    return int(text)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise ValueError(N_("write one of zh_CN, en"))
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(N_("write the name of a time zone, such as Asia/Shanghai")) from None
    return text


def _url(text: str) -> str:
    hint = N_("write sqlite:///FILE or postgresql+psycopg://user:password@host/name")
    try:
        driver = make_url(text).drivername
    except ArgumentError:
        raise ValueError(hint) from None
    if driver not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError(hint)
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def _secret(environ: Mapping[str, str], data_dir: Path, demo: bool) -> str:
    secret = environ.get("QUIZAPP_SECRET_KEY", "")
    if secret and len(secret) < SHORTEST_SECRET:
        raise SettingsError(
            N_("QUIZAPP_SECRET_KEY is too short: use at least %(n)s random characters."), n=SHORTEST_SECRET
        )
    if secret:
        return secret
    if not demo:
        raise SettingsError(
            N_(
                "QUIZAPP_SECRET_KEY is not set: give it at least 32 random characters and keep them; "
                "there is no default outside demonstration mode (QUIZAPP_DEMO=1)."
            )
        )
    return _kept_secret(data_dir / "secret_key")


def _kept_secret(path: Path) -> str:
    """The demonstration's own secret: made once, so that a restart signs nobody out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with open(new, "w", opener=_private) as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was first: its secret holds for both
            os.link(new, path)  # at once, so that nobody ever reads half of it
        new.unlink()
    secret = path.read_text()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(
            N_("QUIZAPP_SECRET_KEY is not set, and %(path)s holds no secret: remove that file."), path=path
        )
    return secret


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
