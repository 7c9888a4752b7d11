"""``quizapp verify``: whether everything still is what was recorded."""

import sys
from pathlib import Path

import click
from flask_babel import gettext

from quizapp import verification
from quizapp.cli.support import with_database
from quizapp.db import db
from quizapp.quizzes.models import Quiz

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--quiz", type=int, help="Only the attempts of that test; the record is followed as a whole.")
@click.option("--head", "kept", type=FILE, help="A file with a head printed before, kept elsewhere.")
@with_database
def verify(quiz: int | None, kept: Path | None) -> None:
    """Work out every score and hash again; name the first thing that is not as recorded, with exit code 1.

    The last line is the head of the record: its number and hash. Keep it on another machine; with --head it shows
    later whether the record was rewritten or cut short in between.
    """
    try:
        head = verification.kept_head(kept.read_text()) if kept else None
    except ValueError:
        raise click.UsageError(gettext("%(path)s holds no line with a number and a hash.", path=kept)) from None
    if quiz is not None and db.session.get(Quiz, quiz) is None:
        raise click.ClickException(gettext("There is no test %(n)s.", n=quiz))
    verified = verification.verify(quiz_id=quiz, kept=head)
    if verified.finding is not None:
        click.echo(verified.finding.problem().text(gettext), err=True)
        sys.exit(1)
    click.echo(
        gettext("%(attempts)s attempts and %(entries)s entries of the record: all as recorded.",
                attempts=verified.attempts, entries=verified.head.number)
    )  # fmt: skip
    click.echo(str(verified.head))
