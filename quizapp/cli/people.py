"""``quizapp roster`` and ``quizapp user``: people, branches, accounts and roles."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

import click
from flask_babel import gettext

from quizapp.accounts.models import Account
from quizapp.accounts.operations import (
    disable_account,
    enable_account,
    give_role,
    make_account,
    set_password,
    take_role,
)
from quizapp.accounts.passwords import PasswordError
from quizapp.accounts.queries import account_named
from quizapp.cli.support import refuse, with_database
from quizapp.roster.listings import accounts_listed
from quizapp.roster.operations import RosterError, found_department, import_roster, preview_import
from quizapp.roster.queries import department_name, tree_at
from quizapp.roster.slips import make_slips, slips_csv, waiting_under
from quizapp.roster.summary import difference_lines
from quizapp.roster.table import place, plain
from quizapp.roster.tree import Node
from quizapp.web import clock
from quizapp.web.access import Role

OFFICES = click.Choice([role.value for role in Role if role is not Role.STAFF])
UNITS = "quizapp roster units"


@click.group()
def roster() -> None:
    """The department's people and branches."""


@roster.command()
@click.argument("name")
@with_database
def department(name: str) -> None:
    """Name the department: the first thing a new installation needs."""
    try:
        unit = found_department(name)
    except RosterError as error:
        refuse(error.problems, name)
    click.echo(f"{unit.code}  {name}")


@roster.command()
@with_database
def units() -> None:
    """Show the department, its units and branches, each behind the code that --unit takes."""
    tree = tree_at(clock.now())
    nodes = list(tree.walk())
    width = max((len(node.code) for node in nodes), default=0)
    for node in nodes:
        depth = {"department": 0, "unit": 1, "branch": 2}[node.kind]
        click.echo(f"{node.code:<{width}}  {'  ' * depth}{node.name}")


@roster.command()
@click.argument("unit")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_database
def slips(unit: str, output: Path) -> None:
    """Give everybody under UNIT (code or name) who never chose a password a one-time one, into a new CSV file."""
    node = _unit(unit)
    tree = tree_at(clock.now())
    with _new_file(output) as file:  # first: a password that could not be written down would be lost
        made = make_slips(tree, node.id, waiting_under(tree, node.id))
        file.write(slips_csv(made))
    click.echo(
        gettext("%(count)s slips are in %(file)s. Hand them out and delete the file.", count=len(made), file=output)
    )


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--missing-left", is_flag=True, help="People of the file's units who do not stand in it have left.")
@with_database
def import_file(file: Path, dry_run: bool, missing_left: bool) -> None:
    """Bring the roster up to date from an XLSX or CSV file."""
    plan = preview_import(file.name, file.read_bytes())
    if plan.problems:
        for problem in plan.problems:
            where = f"{file.name} {place(problem, gettext)}".rstrip()
            click.echo(f"{where}: {problem.text(gettext)}", err=True)
        if not department_name():
            click.echo(gettext("Name it with: %(command)s", command="quizapp roster department NAME"), err=True)
        sys.exit(1)
    for line in difference_lines(plan.difference):
        click.echo(line)
    if not dry_run:
        import_roster(plan, missing_left=missing_left)
        click.echo(gettext("Imported."))


@click.group()
def user() -> None:
    """Accounts and their roles."""


@user.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also staff without a role.")
@with_database
def list_users(everybody: bool) -> None:
    """List accounts with a role, accounts that are not on the roster, and disabled ones."""
    codes = {node.id: node.code for node in tree_at(clock.now()).walk()}
    for account in accounts_listed(everybody=everybody):
        roles = [
            grant.role if grant.unit_id is None else f"{grant.role}:{codes.get(grant.unit_id, '-')}"
            for grant in account.grants
            if grant.ended_at is None
        ]
        click.echo("  ".join((account.login, account.name, ",".join(roles) or "-", _state(account))).rstrip())


@user.command()
@click.argument("login")
@click.argument("name")
@click.password_option(help="Better left out: then it is asked for, and stands in no history of commands.")
@with_database
def add(login: str, name: str, password: str) -> None:
    """Open an account that can sign in."""
    if account_named(login):
        raise click.ClickException(gettext("There is an account %(login)s already.", login=login))
    try:
        make_account(login=login, name=name, password=password)
    except PasswordError as error:
        raise click.ClickException(error.problem.text(gettext)) from None


@user.command()
@click.argument("login")
@click.argument("role", type=OFFICES)
@click.option("--unit", help="Code or name of the unit the role is for (not for administrator, auditor).")
@with_database
def grant(login: str, role: str, unit: str | None) -> None:
    """Give an account a role."""
    give_role(_account(login).id, Role(role), _unit_id(unit, Role(role)))


@user.command()
@click.argument("login")
@click.argument("role", type=OFFICES)
@click.option("--unit", help="Code or name of the unit the role was given for.")
@with_database
def revoke(login: str, role: str, unit: str | None) -> None:
    """Take a role from an account; it ends at once."""
    if not take_role(_account(login).id, Role(role), _unit_id(unit, Role(role))):
        raise click.ClickException(gettext("%(login)s does not have the role %(role)s there.", login=login, role=role))


@user.command()
@click.argument("login")
@click.password_option(help="Better left out: then it is asked for, and stands in no history of commands.")
@with_database
def password(login: str, password: str) -> None:
    """Set a password; every browser signed in with the old one is signed out."""
    try:
        set_password(_account(login).id, password)
    except PasswordError as error:
        raise click.ClickException(error.problem.text(gettext)) from None


@user.command()
@click.argument("login")
@with_database
def disable(login: str) -> None:
    """Bar an account from signing in; whoever is signed in with it is out at once."""
    disable_account(_account(login).id)


@user.command()
@click.argument("login")
@with_database
def enable(login: str) -> None:
    """Let a disabled account sign in again, with the password it had."""
    enable_account(_account(login).id)


def _account(login: str) -> Account:
    account = account_named(login)
    if account is None:
        raise click.ClickException(gettext("There is no account %(login)s.", login=login))
    return account


def _state(account: Account) -> str:
    if not account.is_active:
        return str(gettext("disabled"))
    if account.password_hash is None:
        return str(gettext("no password yet"))
    return str(gettext("one-time password")) if account.password_is_temporary else ""


def _unit_id(word: str | None, role: Role) -> int | None:
    if role in (Role.ADMINISTRATOR, Role.AUDITOR):
        return None
    if not word:
        sentence = gettext("The role %(role)s needs --unit with the code or name of a unit.", role=role.value)
        raise click.ClickException(sentence)
    return _unit(word).id


def _unit(word: str) -> Node:
    """The node of that code, or the only one of that name."""
    nodes = list(tree_at(clock.now()).walk())
    found = [node for node in nodes if node.code == word] or [node for node in nodes if plain(node.name) == plain(word)]
    if not found:
        sentence = gettext("No unit has the code or name %(word)s. Look with: %(command)s", word=word, command=UNITS)
        raise click.ClickException(sentence)
    if len(found) > 1:
        codes = ", ".join(node.code for node in found)
        raise click.ClickException(
            gettext("Several are called %(word)s: %(codes)s. Give the code.", word=word, codes=codes)
        )
    return found[0]


def _new_file(path: Path) -> BinaryIO:
    """A new file that nobody else on the machine can read."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None
