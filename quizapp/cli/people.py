"""``quizapp roster`` and ``quizapp user``: people, branches, accounts and roles."""

import sys
from pathlib import Path

import click
from flask_babel import gettext
from sqlalchemy import select

from quizapp.accounts.operations import SHORTEST_PASSWORD, disable_account, give_role, make_account, set_password
from quizapp.accounts.queries import account_named
from quizapp.cli.support import refuse, with_database
from quizapp.db import db
from quizapp.roster.models import Unit
from quizapp.roster.operations import RosterError, found_department, import_roster, preview_import
from quizapp.roster.summary import difference_lines
from quizapp.roster.table import place
from quizapp.web.access import Role


@click.group()
def roster() -> None:
    """The department's people and branches."""


@roster.command()
@click.argument("name")
@with_database
def department(name: str) -> None:
    """Name the department: the first thing a new installation needs."""
    try:
        found_department(name)
    except RosterError as error:
        refuse(error.problems, name)


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
        sys.exit(1)
    for line in difference_lines(plan.difference):
        click.echo(line)
    if not dry_run:
        import_roster(plan, missing_left=missing_left)
        click.echo(gettext("Imported."))


@click.group()
def user() -> None:
    """Accounts and their roles."""


@user.command()
@click.argument("login")
@click.argument("name")
@click.password_option()
@with_database
def add(login: str, name: str, password: str) -> None:
    """Open an account that can sign in."""
    if account_named(login):
        raise click.ClickException(gettext("There is an account %(login)s already.", login=login))
    _refuse_short(password)
    make_account(login=login, name=name, password=password)


@user.command()
@click.argument("login")
@click.argument("role", type=click.Choice([role.value for role in Role if role is not Role.STAFF]))
@click.option("--unit", "code", help="Code of the unit or branch the role is for (not for administrator, auditor).")
@with_database
def grant(login: str, role: str, code: str | None) -> None:
    """Give an account a role."""
    give_role(_account_id(login), Role(role), _unit_id(code, Role(role)))


@user.command()
@click.argument("login")
@click.password_option()
@with_database
def password(login: str, password: str) -> None:
    """Set a password; every browser signed in with the old one is signed out."""
    account_id = _account_id(login)
    _refuse_short(password)
    set_password(account_id, password)


@user.command()
@click.argument("login")
@with_database
def disable(login: str) -> None:
    """Close an account; whoever is signed in with it is out at once."""
    disable_account(_account_id(login))


def _account_id(login: str) -> int:
    account = account_named(login)
    if account is None:
        raise click.ClickException(gettext("There is no account %(login)s.", login=login))
    return account.id


def _refuse_short(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        sentence = gettext("The password is too short: use at least %(n)s characters.", n=SHORTEST_PASSWORD)
        raise click.ClickException(sentence)


def _unit_id(code: str | None, role: Role) -> int | None:
    if role in (Role.ADMINISTRATOR, Role.AUDITOR):
        return None
    unit = db.session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise click.ClickException(gettext("The role %(role)s needs --unit with the code of a unit.", role=role.value))
    return unit.id
