"""``quizapp bank import``: what the import page does with a file, for scripts and without a database."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click
from flask_babel import gettext

from quizapp.cli.support import language
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.imported import bank_from
from quizapp.exporters.yaml import write_yaml
from quizapp.importers import sandbox, wire
from quizapp.importers.reading import Document, Format, ImportedItem, Reading, Refused

AUTO = "auto"
STDIN = "-"
REFUSED = 2
"""The exit code where a file could not be read at all."""

_SEVERITY = {"problem": N_("problem"), "warning": N_("warning")}


@dataclass(frozen=True)
class _File:
    """A file of the command line with what came of it: a reading, or the reason why there is none."""

    name: str
    outcome: Reading | Problem

    def report(self) -> dict[str, Any]:
        if isinstance(self.outcome, Reading):
            return wire.report(self.outcome, gettext)
        refusal = {"line": self.outcome.line, "message": self.outcome.text(gettext)}
        return {"items": [], "skipped": [], "problems": [refusal], "format": None}


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice([AUTO, *(each.value for each in Format)]),
    default=AUTO,
    show_default=True,
    help="What the files are; auto looks into them, whatever their names are.",
)
@click.option("--encoding", default="", help="The encoding of a text, where the one found is wrong (gb18030).")
@click.option("--keys", type=click.Path(exists=True, dir_okay=False), help="A file that holds the keys alone.")
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON in place of a report.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the ready items as a YAML bank."
)
def import_bank(
    files: tuple[str, ...], form: str, encoding: str, keys: str | None, as_json: bool, output: Path | None
) -> None:
    """Read questions from Word, Excel, text and exchange files ("-": standard input).

    Says every problem by its line in the text as read, and which lines belong to no question. Nothing is guessed:
    what has no certain key is a draft, and drafts are left out of the YAML bank.

    With --json one object is printed for one file; for several files a list of such objects, each with its "file".
    A file that is refused has no items and the reason in "problems".

    \b
    Exit code 0: every file was read (items may still be drafts).
    Exit code 2: a file was refused; the reason stands on standard error.
    """
    format = None if form == AUTO else Format(form)
    with language():
        key_document = _keys(keys, encoding) if keys else None
        read = [_read(name, format, encoding, key_document) for name in files]
        if as_json:
            _print_json(read)
        else:
            for file in read:
                _print_report(file)
        if output:
            _write(output, read, files[0])
        for file in read:
            _print_refusal(file)
    sys.exit(REFUSED if any(isinstance(file.outcome, Problem) for file in read) else 0)


def _read(name: str, format: Format | None, encoding: str, keys: Document | None) -> _File:
    try:
        return _File(name, sandbox.read_file(name, _content(name), format=format, encoding=encoding, keys=keys))
    except Refused as refused:
        return _File(name, refused.problem)


def _keys(name: str, encoding: str) -> Document:
    try:
        return sandbox.open_file(name, _content(name), encoding=encoding)
    except Refused as refused:
        _refuse(name, refused.problem)


def _content(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()


def _print_json(read: list[_File]) -> None:
    reports = [file.report() for file in read]
    answer = reports[0] if len(read) == 1 else [{"file": file.name} | file.report() for file in read]
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _print_report(file: _File) -> None:
    """How much was read, then everything said of it as ``file:line: message``, then the lines of no question."""
    if isinstance(file.outcome, Problem):
        return
    reading, report = file.outcome, file.report()
    ready = _ready([file])
    counts = {"path": file.name, "n": len(reading.items), "ready": len(ready), "format": report["format"]}
    click.echo(gettext("%(path)s: %(n)s items read (%(format)s), %(ready)s of them ready", **counts))
    for problem in report["problems"]:
        click.echo(f"{file.name}:{problem['line']}: {problem['message']}")
    for item in report["items"]:
        for problem in item["problems"]:
            severity = _SEVERITY[problem["severity"]]  # a name of its own: Babel takes any text inside gettext(…)
            click.echo(f"{file.name}:{problem['line']}: {gettext(severity)}: {problem['message']}")
    for line in report["skipped"]:
        click.echo(f"{file.name}:{line['line']}: {line['reason']} {line['text']!r}")


def _write(output: Path, read: list[_File], first: str) -> None:
    """Write the ready items, and say how many drafts were left out."""
    ready = _ready(read)
    drafts = sum(len(file.outcome.items) for file in read if isinstance(file.outcome, Reading)) - len(ready)
    if not ready:
        click.echo(gettext("No item is ready, so that no bank was written."), err=True)
        return
    output.write_bytes(write_yaml(bank_from(ready, Path(first).stem if first != STDIN else output.stem)))
    click.echo(
        gettext("%(path)s: %(n)s items written, %(drafts)s drafts left out", path=output, n=len(ready), drafts=drafts),
        err=True,
    )


def _ready(read: list[_File]) -> list[ImportedItem]:
    found = [item for file in read if isinstance(file.outcome, Reading) for item in file.outcome.items]
    return [item for item in found if item.is_ready]


def _print_refusal(file: _File) -> None:
    if isinstance(file.outcome, Problem):
        click.echo(f"{file.name}: {file.outcome.text(gettext)}", err=True)


def _refuse(name: str, problem: Problem) -> NoReturn:
    click.echo(f"{name}: {problem.text(gettext)}", err=True)
    sys.exit(REFUSED)
