"""Copies of the database while it is in use, and back again: SQLite by its backup interface, PostgreSQL by pg_dump.

A copy is written beside its name, checked by reading all of it, put on disk and only then given its name: a file that
has the name is whole.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, text
from sqlalchemy.engine import URL

from quizapp import failpoints, schema
from quizapp.db import SQLITE, db
from quizapp.domain.problem import N_, Problem

STAMPED = re.compile(r"quizapp-\d{8}-\d{6}\.(sqlite3|dump)")
_REVISION = re.compile(r"^(\w+)$")


class BackupError(Exception):
    """Nothing was overwritten. ``problem`` is one sentence that says what to do."""

    def __init__(self, msgid: str, **params: object) -> None:
        self.problem = Problem(msgid, params)
        super().__init__(self.problem.text())


@dataclass(frozen=True)
class Backup:
    """A finished copy. ``size`` in bytes; ``sha256`` in hexadecimal, to keep elsewhere and compare with later."""

    path: Path
    size: int
    sha256: str


def stamped(folder: Path, moment: datetime) -> Path:
    """The name of the copy made at ``moment`` in a folder of copies; `rotate` knows it again."""
    suffix = "sqlite3" if _is_sqlite() else "dump"
    return folder / f"quizapp-{moment:%Y%m%d-%H%M%S}.{suffix}"


def back_up(target: Path, *, overwrite: bool = False) -> Backup:
    """Copy the database as it is at this moment into ``target``; people go on working. Raises BackupError."""
    if target.exists() and not overwrite:
        raise BackupError(N_("%(path)s exists; choose another name, or add --overwrite."), path=target)
    part = target.with_name(target.name + ".part")
    try:
        if _is_sqlite():
            _copy_sqlite(_live_file(), part)
        else:
            _run("pg_dump", "--format=custom", f"--file={part}", _connection_uri())
        check(part)
        _put_on_disk(part, target)
    except OSError as error:
        raise BackupError(
            N_("%(path)s cannot be written: %(reason)s."), path=target, reason=error.strerror or error
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, _sha256(target))


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` stamped copies in ``folder``; those that were deleted, oldest first."""
    copies = sorted(path for path in folder.iterdir() if STAMPED.fullmatch(path.name))
    old = copies[: max(0, len(copies) - keep)]
    for path in old:
        path.unlink()
    return old


def check(path: Path) -> str:
    """The schema revision of a copy that is whole. Raises BackupError for one that is not, or is something else."""
    if not path.is_file():
        raise BackupError(N_("There is no file %(path)s."), path=path)
    return _check_sqlite(path) if _is_sqlite() else _check_dump(path)


def restore(source: Path, *, replace: bool = False) -> str:
    """Put the copy in the place of the database; its schema revision. Raises BackupError.

    The copy is read in full before anything is touched. A database that holds something is only replaced when told
    so, and stays as it was where putting the copy back fails half-way.
    """
    revision = check(source)
    if not schema.knows(revision):
        raise BackupError(
            N_("%(path)s is of schema %(revision)s, which this version does not know: install the newer one."),
            path=source,
            revision=revision,
        )
    db.session.remove()
    if not replace and inspect(db.engine).get_table_names():
        raise BackupError(N_("The database holds something already; add --replace to put the copy in its place."))
    db.engine.dispose()
    if _is_sqlite():
        _copy_sqlite(source, _live_file())
        _check_sqlite(_live_file())
    else:
        _restore_dump(source)
    return revision


def integrity_problems() -> Iterator[Problem]:
    """What is broken in the live database: damaged pages, rows that refer to nothing. Empty for a whole one."""
    if not _is_sqlite():
        return  # PostgreSQL checks its pages by their checksums when it reads them; pg_amcheck does so for all
    connection = db.session.connection()
    for (finding,) in connection.execute(text("PRAGMA integrity_check")):
        if finding != "ok":
            yield Problem(N_("The database is damaged: %(what)s"), {"what": finding})
    for table, row, parent, _number in connection.execute(text("PRAGMA foreign_key_check")):
        values = {"table": table, "row": row, "parent": parent}
        yield Problem(N_("%(table)s, row %(row)s refers to a row of %(parent)s that does not exist"), values)


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _live_file() -> Path:
    return Path(str(db.engine.url.database))


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy one SQLite file over another in a single transaction of each: a crash leaves the target as it was."""
    if target.name.endswith(".part"):
        target.unlink(missing_ok=True)
    with _opened(source, mode="ro") as origin, _opened(target, mode="rwc") as copy:
        try:
            origin.backup(copy)
            if target.name.endswith(".part"):  # one file that stands for itself, without a log beside it
                copy.execute("PRAGMA journal_mode=DELETE")
        except SQLITE.DatabaseError as error:
            raise BackupError(N_("%(path)s could not be copied: %(reason)s."), path=source, reason=error) from None


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[Any]:
    try:
        connection = SQLITE.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)
    except SQLITE.OperationalError as error:
        raise BackupError(N_("%(path)s cannot be opened: %(reason)s."), path=path, reason=error) from None
    try:
        yield connection
    finally:
        connection.close()


def _check_sqlite(path: Path) -> str:
    with _opened(path, mode="ro") as connection:
        try:
            [found] = connection.execute("PRAGMA integrity_check").fetchone()
            lost = connection.execute("PRAGMA foreign_key_check").fetchone()
            [revision] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except (SQLITE.DatabaseError, TypeError, UnicodeDecodeError):
            raise BackupError(
                N_("%(path)s is no copy of a quizapp database on SQLite, or it is damaged."), path=path
            ) from None
    if found != "ok" or lost:
        raise BackupError(N_("%(path)s is no copy of a quizapp database on SQLite, or it is damaged."), path=path)
    return str(revision)


def _check_dump(path: Path) -> str:
    """Read the whole dump, so that a torn or damaged one is found, and its revision."""
    try:
        _run("pg_restore", "--file=/dev/null", str(path))
        said = _run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(path))
    except BackupError:
        raise BackupError(
            N_("%(path)s is no copy of a quizapp database on PostgreSQL, or it is damaged."), path=path
        ) from None
    lines = said.split("FROM stdin;")[-1].splitlines()
    revisions = [line for line in lines if _REVISION.fullmatch(line)]
    if not revisions:
        raise BackupError(N_("%(path)s is a dump of another database: it holds no schema revision."), path=path)
    return revisions[0]


def _restore_dump(source: Path) -> None:
    """Move the present tables aside, read the dump, and put them back where that fails."""
    aside = "quizapp_before_restore"
    with db.engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {aside} CASCADE"))
        connection.execute(text(f"ALTER SCHEMA public RENAME TO {aside}"))
        connection.execute(text("CREATE SCHEMA public"))
    db.engine.dispose()
    arguments = ("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={_connection_uri()}")
    try:
        _run("pg_restore", *arguments, str(source))
    except BackupError:
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text(f"ALTER SCHEMA {aside} RENAME TO public"))
        raise
    with db.engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {aside} CASCADE"))


def _connection_uri() -> str:
    """The address as PostgreSQL's own programs read it, without the password: that travels in the environment."""
    url: URL = db.engine.url
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(program: str, *arguments: str) -> str:
    """What the program of PostgreSQL printed. Raises BackupError with its last words."""
    folder = current_app.config["PG_BIN"]
    path = shutil.which(program, path=folder or None)
    if path is None:
        raise BackupError(
            N_("%(program)s was not found. Install PostgreSQL's programs, or name their folder in QUIZAPP_PG_BIN."),
            program=program,
        )
    secret = {"PGPASSWORD": str(db.engine.url.password)} if db.engine.url.password else {}
    done = subprocess.run([path, *arguments], env=os.environ | secret, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BackupError(N_("%(program)s failed: %(reason)s"), program=program, reason=last)
    return done.stdout


def _put_on_disk(part: Path, target: Path) -> None:
    """Have the copy on disk before its name stands for it, and the name too."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    failpoints.reach("backup", failpoints.BEFORE)
    part.replace(target)
    failpoints.reach("backup", failpoints.AFTER)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
