"""The command ``quizapp``: each verb is a few lines that call a room."""

import sys
from pathlib import Path

import click
from flask_babel import gettext

from quizapp import demo, schema, serving
from quizapp.attempts.closing import close_due
from quizapp.cli.banks import bank
from quizapp.cli.database import backup, db, restore
from quizapp.cli.people import roster, user
from quizapp.cli.spoken import Spoken
from quizapp.cli.support import application, language, with_database
from quizapp.cli.verify import verify
from quizapp.config import SettingsError
from quizapp.db import db as database
from quizapp.quizzes.models import Quiz
from quizapp.reports.exports import FORMATS, write_report
from quizapp.reports.queries import report_for_cli


def main() -> None:
    """Entry point; a wrong setting is one sentence and exit code 2."""
    try:
        quizapp(prog_name="quizapp")
    except SettingsError as error:
        with language(error.language):
            click.echo(error.text(gettext), err=True)
        sys.exit(2)


@click.group(cls=Spoken, context_settings={"help_option_names": ["-h", "--help"]})
def quizapp() -> None:
    """Timed integrity-knowledge tests, read by party branch."""


quizapp.add_command(backup)
quizapp.add_command(bank)
quizapp.add_command(db)
quizapp.add_command(restore)
quizapp.add_command(roster)
quizapp.add_command(user)
quizapp.add_command(verify)


@quizapp.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Worker processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1), help="Threads in each worker.")
@with_database
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the application, and end the attempts whose time is over."""
    try:
        serving.serve(host=host, port=port, workers=workers, threads=threads)
    except serving.AddressError as error:
        sentence = gettext("Cannot listen on %(host)s, port %(port)s: %(reason)s", host=host, port=port, reason=error)
        raise click.ClickException(sentence) from None


@quizapp.command(hidden=True)
@click.argument("server", type=int)
@with_database
def tick(server: int) -> None:
    """End attempts on time, beside the server with that process id; started by ``serve``."""
    serving.tick_while_alive(server)


@quizapp.command("demo")
@click.option("--people", default=2000, show_default=True, type=click.IntRange(100, 20000), help="How many people.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same department.")
@click.option("--if-empty", is_flag=True, help="Make it only where the database holds nobody yet.")
def make_demo(people: int, seed: int, if_empty: bool) -> None:
    """Fill an empty database with a demonstration department, and print its sign-ins.

    Only in demonstration mode (QUIZAPP_DEMO=1), since everybody's password is known. Brings the schema up first.
    """
    with application(checked=False) as settings:
        if not settings.demo:
            raise click.ClickException(gettext("Set QUIZAPP_DEMO=1: the passwords of the demonstration are public."))
        schema.upgrade()
        if demo.is_empty():
            demo.make(people=people, seed=seed)
        elif not if_empty:
            raise click.ClickException(gettext("The database is not empty; the demonstration needs one of its own."))
        for line in demo.sign_ins():
            click.echo(line)


@quizapp.command()
@click.argument("quiz", type=int)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="json", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_database
def report(quiz: int, form: str, output: Path) -> None:
    """Write the branch report of the test with that number into a file."""
    close_due()
    found = database.session.get(Quiz, quiz)
    if found is None:
        raise click.ClickException(gettext("There is no test %(n)s.", n=quiz))
    with output.open("wb") as file:
        write_report(report_for_cli(found), form, file)
