"""Files between upload and confirmation (rosters, filled sheets): kept in the data folder for who brought them."""

import json
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from flask import current_app

KEPT_FOR_SECONDS = 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def keep(account_id: int, file_name: str, data: bytes) -> str:
    """Keep a file and return the token it is found by. Files nobody confirmed within a day are thrown away."""
    folder = _folder()
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # another worker may be throwing it away as well
            if old.stat().st_mtime < time.time() - KEPT_FOR_SECONDS:
                old.unlink()
    token = secrets.token_urlsafe(24)
    path = folder / token
    path.touch(mode=0o600)
    path.write_bytes(json.dumps([account_id, file_name]).encode() + b"\n" + data)
    return token


def kept(account_id: int, token: str) -> tuple[str, bytes] | None:
    """Name and content of a kept file; None where there is none of that account."""
    path = _folder() / token
    if not TOKEN.fullmatch(token) or not path.is_file():
        return None
    head, _newline, data = path.read_bytes().partition(b"\n")
    owner, file_name = json.loads(head)
    return (file_name, data) if owner == account_id else None


def forget(token: str) -> None:
    """Throw the file away."""
    if TOKEN.fullmatch(token):
        (_folder() / token).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(current_app.config["DATA_DIR"], "roster-imports")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
