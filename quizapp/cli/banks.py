"""``quizapp bank``: question banks as files, without a database."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from flask_babel import gettext

from quizapp.cli.bank_import import import_bank
from quizapp.cli.bank_sets import figures, join
from quizapp.cli.support import language, refuse
from quizapp.domain.bank import Bank
from quizapp.domain.bank_json import bank_to_json
from quizapp.domain.bank_places import places_in
from quizapp.domain.bank_strictness import strict_problems
from quizapp.domain.bank_yaml import BankError, format_problem, read_bank
from quizapp.domain.near_duplicates import Key
from quizapp.domain.problem import Problem
from quizapp.exporters import FORMATS


@click.group()
def bank() -> None:
    """Question banks in YAML and in other files. These commands need no database."""


bank.add_command(import_bank)
bank.add_command(figures)
bank.add_command(join)


@bank.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Judge also whether the items are complete and the keys hard to guess.")
def check(paths: tuple[Path, ...], strict: bool) -> None:
    """Read banks (files, or folders of them) and say every problem by line; exit code 1 where there is one."""
    with language():
        files = [path for given in paths for path in _yaml_files(given)]
        tried = {path: _tried(path) for path in files}
        banks = {path: read for path, read in tried.items() if isinstance(read, Bank)}
        problems = {
            path: (_strict(path, banks) if strict else []) if isinstance(read, Bank) else read.problems
            for path, read in tried.items()
        }
        for path in files:
            for problem in problems[path]:
                click.echo(format_problem(problem, str(path), gettext), err=True)
            if not problems[path]:
                click.echo(gettext("%(path)s: %(n)s items, no problem", path=path, n=len(banks[path].items)))
    sys.exit(1 if any(problems.values()) else 0)


def _tried(path: Path) -> Bank | BankError:
    try:
        return read_bank(path.read_bytes(), path.name)
    except BankError as error:
        return error


def _strict(path: Path, banks: Mapping[Path, Bank]) -> list[Problem]:
    """What the strict rules say of a bank, held also against the others that are checked with it."""
    others: dict[Key, Bank] = {str(other): bank for other, bank in banks.items() if other != path}
    return strict_problems(banks[path], places_in(path.read_bytes()), others)


@bank.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, required=True, help="The whole bank as one canonical JSON document.")
def show(file: Path, as_json: bool) -> None:
    """Print a bank for scripts."""
    click.echo(json.dumps(bank_to_json(_read(file)), ensure_ascii=False, indent=2))


@bank.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True, help="The kind of file to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write it.")
def export(file: Path, name: str, output: Path) -> None:
    """Write a bank in another format; what that format cannot carry is said on standard error."""
    read = _read(file)
    try:
        output.write_bytes(FORMATS[name].write(read))
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None
    with language():
        for loss in FORMATS[name].losses(read):
            click.echo(loss.text(gettext), err=True)


def _read(file: Path) -> Bank:
    """The bank of a file; what is wrong with it ends the command."""
    try:
        return read_bank(file.read_bytes(), file.name)
    except BankError as error:
        with language():
            refuse(error.problems, str(file))


def _yaml_files(path: Path) -> list[Path]:
    """The file itself, or the banks of a folder: one that holds none is most likely not the one that was meant."""
    if not path.is_dir():
        return [path]
    found = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
    if not found:
        raise click.ClickException(gettext("%(path)s: no .yaml or .yml file in this folder", path=path))
    return found
