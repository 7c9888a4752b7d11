"""What several commands need: the application around them, and one way to refuse."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from flask import Flask
from flask_babel import Babel, force_locale, gettext
from sqlalchemy.exc import DBAPIError

import quizapp
from quizapp import create_app, schema
from quizapp.config import Settings, language_of
from quizapp.db import Outage, outage_of
from quizapp.domain.bank_yaml import format_problem
from quizapp.domain.problem import N_, Problem

OUTAGES = {
    Outage.LOCKED: N_("The database is locked by another program:"),
    Outage.FULL: N_("The disk of the database is full:"),
    Outage.READ_ONLY: N_("The database cannot be written:"),
    Outage.UNREACHABLE: N_("The database cannot be reached:"),
}
F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def application(*, checked: bool = True) -> Iterator[Settings]:
    """The application of the environment, in its language; ``checked``: refused with a schema that is not current."""
    settings = Settings.from_environment(os.environ)
    app = create_app(settings)
    with app.app_context(), force_locale(settings.language):
        if checked:
            schema.require_current()
        yield settings


def with_database(command: F) -> F:
    """Run a command inside the application; a schema that is not current is one sentence and exit code 1.

    So is a database that cannot be reached or written: a service manager starts the server again until it can be.
    """

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            with application():
                return command(*args, **kwargs)
        except schema.SchemaError as error:
            with language():
                raise click.ClickException(error.problem.text(gettext)) from None
        except DBAPIError as error:
            if (reason := outage_of(error)) is None:
                raise
            # Without the statement, whose values may be names and answers; the address has no password in it.
            with language():
                sentence = gettext(OUTAGES[reason])  # a name of its own: Babel takes any text inside gettext(…)
                raise click.ClickException(f"{sentence} {error.orig}") from None

    return wrapped  # type: ignore[return-value]


@contextmanager
def language(chosen: str = "") -> Iterator[None]:
    """The catalogues without an installation, for commands that work on a file alone; ``chosen``: of that language."""
    app = Flask("quizapp")
    chosen = chosen or language_of(os.environ)
    folder = Path(quizapp.__file__).parent / "translations"
    Babel(app, default_locale=chosen, default_translation_directories=str(folder))
    with app.app_context(), force_locale(chosen):
        yield


def refuse(problems: Sequence[Problem], name: str) -> NoReturn:
    """Say every problem on standard error and end with exit code 1."""
    for problem in problems:
        click.echo(format_problem(problem, name, gettext), err=True)
    sys.exit(1)
