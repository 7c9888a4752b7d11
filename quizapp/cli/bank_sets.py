"""``quizapp bank figures`` and ``quizapp bank join``: several banks side by side, and several as one."""

from pathlib import Path

import click
from flask_babel import gettext

from quizapp.banks.composition import composition
from quizapp.cli.support import language, refuse
from quizapp.domain.bank import Bank, ItemType
from quizapp.domain.bank_joining import join_banks
from quizapp.domain.bank_strictness import guessed_percent
from quizapp.domain.bank_yaml import BankError, read_bank
from quizapp.domain.problem import N_
from quizapp.exporters.yaml import write_yaml

HEADINGS = (
    N_("File"),
    N_("Title"),
    N_("Items"),
    N_("Single choice"),
    N_("Multiple choice"),
    N_("True/false"),
    N_("Fill-in"),
    N_("Cases"),
    N_("Topics"),
    N_("Guessed"),
)
TYPES = (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.FILL_IN)
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@FILES
def figures(files: tuple[Path, ...]) -> None:
    """Print a table of banks: items by type, cases, topics, and what guessing by one habit earns.

    The items of cases are counted by their own types.
    """
    with language():
        banks = _banks(files)
        click.echo(_row(*map(gettext, HEADINGS)))
        click.echo(_row(*["---"] * len(HEADINGS)))
        for path, bank in banks.items():
            click.echo(_row(f"`{path.name}`", bank.title, *_figures(bank)))


def _figures(bank: Bank) -> tuple[str, ...]:
    made = composition(bank)
    types = (made.by_type.get(kind, 0) for kind in TYPES)
    return *map(str, (made.items, *types, made.cases, len(made.by_topic))), f"{guessed_percent(bank)}%"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


@click.command()
@FILES
@click.option("--title", required=True, help="The title of the new bank.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Where to write it.")
def join(files: tuple[Path, ...], title: str, output: Path) -> None:
    """Write several banks as one, so that a paper can draw from all of them."""
    with language():
        try:
            joined = join_banks(title, {path.name: bank for path, bank in _banks(files).items()})
        except BankError as error:
            refuse(error.problems, str(output))
        try:
            output.write_bytes(write_yaml(joined))
        except OSError as error:
            raise click.ClickException(f"{output}: {error.strerror}") from None
        click.echo(gettext("%(path)s: %(n)s items, no problem", path=output, n=len(joined.items)))


def _banks(files: tuple[Path, ...]) -> dict[Path, Bank]:
    """The banks of files; what is wrong with the first that cannot be read ends the command."""
    banks = {}
    for path in files:
        try:
            banks[path] = read_bank(path.read_bytes(), path.name)
        except BankError as error:
            refuse(error.problems, str(path))
    return banks
