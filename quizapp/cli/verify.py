"""``quizapp verify``: whether everything still is what was recorded, or a copy of a report what was frozen."""

import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import click
from flask_babel import gettext

from quizapp import verification
from quizapp.cli.support import language, with_database
from quizapp.db import db
from quizapp.quizzes.models import Quiz
from quizapp.reports.copies.check import Checked, CopyError, check

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN = 20


@click.command()
@click.option("--quiz", type=int, help="Only the attempts of that test; the record is followed as a whole.")
@click.option("--head", "kept", type=FILE, help="A file with a head printed before, kept elsewhere.")
@click.option(
    "--copy", type=FILE, help="Only that copy of a frozen report (XLSX, DOCX, CSV, JSON), without a database."
)
def verify(quiz: int | None, kept: Path | None, copy: Path | None) -> None:
    """Work out every score and hash again; name the first thing that is not as recorded, with exit code 1.

    The last line is the head of the record: its number and hash. Keep it on another machine; with --head it shows
    later whether the record was rewritten or cut short in between.
    """
    if copy is None:
        _verify_database(quiz, kept)
    elif quiz is not None or kept is not None:
        with language():
            raise click.UsageError(gettext("--copy stands alone."))
    else:
        _verify_copy(copy)


@with_database
def _verify_database(quiz: int | None, kept: Path | None) -> None:
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


def _verify_copy(path: Path) -> None:
    with language():
        try:
            found = check(path.read_bytes())
        except CopyError as error:
            click.echo(f"{path}: {error.problem.text(gettext)}", err=True)
            sys.exit(1)
        if found.differences:
            _say_differences(path, found)
            sys.exit(1)
        click.echo(
            gettext("%(title)s, edition %(n)s: all %(figures)s figures of this copy follow from its evidence.",
                    title=found.title, n=found.edition.number, figures=found.compared)
        )  # fmt: skip
        if not found.whole:
            click.echo(gettext("It shows some of the branches."))
        if found.reworded:
            n = len(found.reworded)
            click.echo(gettext("%(n)s paragraphs have other words; their figures are the same.", n=n))
            _say_lines(found.reworded)
        if found.own:
            n = len(found.own)
            click.echo(gettext("%(n)s paragraphs were worded by people; no fingerprint binds their words.", n=n))
            _say_lines(found.own)
        click.echo(gettext("Compare the fingerprint with the one on the page of the editions or on the signed paper:"))
        click.echo(f"{found.edition.short}  {found.edition.fingerprint}")


def _say_lines(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(f"  {_printable(line)}")


def _printable(text: str) -> str:
    """Nothing in a file from somewhere moves the cursor of the terminal."""
    return "".join("�" if unicodedata.category(sign) in ("Cc", "Cf") else sign for sign in text)


def _say_differences(path: Path, found: Checked) -> None:
    for one in found.differences[:SHOWN]:
        sentence = gettext("%(place)s: the copy says “%(said)s”, the evidence gives “%(computed)s”.",
                           place=one.place, said=one.said, computed=one.computed)  # fmt: skip
        click.echo(_printable(f"{path}: {sentence}"), err=True)
    if (more := len(found.differences) - SHOWN) > 0:
        click.echo(gettext("And %(n)s more.", n=more), err=True)
