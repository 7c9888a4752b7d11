"""The command as an administrator runs it, on a database of the test's own."""

import os
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from quizapp.cli import quizapp
from quizapp.config import Settings
from tests.support.databases import SECRET

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("user", "add", …)`` runs a command on an empty migrated database, as an administrator would."""
    for name in [name for name in os.environ if name.startswith("QUIZAPP_")]:
        monkeypatch.delenv(name)
    copyfile(sqlite_template, tmp_path / "quizapp.sqlite3")
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QUIZAPP_SECRET_KEY", SECRET)
    monkeypatch.setenv("QUIZAPP_SECURE_COOKIES", "0")
    monkeypatch.chdir(tmp_path)
    return lambda *words, **options: CliRunner().invoke(quizapp, [str(word) for word in words], **options)


@pytest.fixture
def there(run: Run, make_app: Callable[..., Flask]) -> Flask:
    """The application over the database that ``run`` works on."""
    return make_app(Settings.from_environment(os.environ), WTF_CSRF_ENABLED=False)
