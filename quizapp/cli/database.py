"""``quizapp db``, ``quizapp backup`` and ``quizapp restore``: the database as a whole."""

import sys
from pathlib import Path

import click
from flask_babel import gettext

from quizapp import backups, schema
from quizapp.backups import BackupError
from quizapp.cli.support import application, with_database
from quizapp.web import clock

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def db() -> None:
    """The database's schema and health."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to date."""
    with application(checked=False):
        schema.upgrade()
        click.echo(gettext("The database is at schema %(revision)s.", revision=schema.revision()))


@db.command()
@with_database
def check() -> None:
    """Say whether the schema is up to date, agrees with the models, and the file is whole; exit code 1 if not."""
    differing = [gettext("not as the models say: %(what)s", what=what) for what in schema.differences()]
    findings = [*differing, *(problem.text(gettext) for problem in backups.integrity_problems())]
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        sys.exit(1)
    click.echo(gettext("Schema %(revision)s, as this version has it; nothing is damaged.", revision=schema.revision()))


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a file of that name once the new copy is whole.")
@click.option("--keep", type=click.IntRange(1), help="With a folder: delete all but that many of the newest copies.")
@with_database
def backup(target: Path, overwrite: bool, keep: int | None) -> None:
    """Copy the database into a file while people go on working; read it again in full before it has its name.

    TARGET may be a folder: then the copy is named after the present moment, and --keep takes care of the old ones.
    The SHA-256 that is printed tells later whether the file is still the same.
    """
    folder = target if target.is_dir() else None
    if keep and folder is None:
        raise click.UsageError(gettext("--keep needs a folder, in which each copy gets a name of its own."))
    try:
        copy = backups.back_up(
            backups.stamped(folder, clock.local(clock.now())) if folder else target, overwrite=overwrite
        )
    except BackupError as error:
        raise click.ClickException(error.problem.text(gettext)) from None
    click.echo(gettext("%(path)s: %(size)s bytes, SHA-256 %(sum)s", path=copy.path, size=copy.size, sum=copy.sha256))
    for old in backups.rotate(folder, keep) if folder and keep else ():
        click.echo(gettext("deleted: %(path)s", path=old))


@click.command()
@click.argument("source", type=FILE)
@click.option("--replace", is_flag=True, help="Put the copy in the place of a database that holds something.")
def restore(source: Path, replace: bool) -> None:
    """Put a copy in the place of the database. Stop the server first.

    The copy is read in full before anything is touched; where putting it back fails, the database stays as it was.
    """
    with application(checked=False):
        try:
            revision = backups.restore(source, replace=replace)
        except BackupError as error:
            raise click.ClickException(error.problem.text(gettext)) from None
        click.echo(gettext("%(path)s is the database now, at schema %(revision)s.", path=source, revision=revision))
        if revision != schema.head():
            click.echo(gettext("It is of an older version: run 'quizapp db upgrade' before serving."))
