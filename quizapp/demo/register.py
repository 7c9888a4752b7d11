"""What the demonstration has before its first test: the register, the shipped banks, and one of an older edition."""

from pathlib import Path

from quizapp.banks.operations import add_bank
from quizapp.demo.department import Department
from quizapp.domain.regulation_file import read_regulation
from quizapp.regulations.operations import register_regulation

BANKS = (Path(__file__).parents[2] / "question_banks", Path(__file__).parents[1] / "question_banks")
"""Beside the package in a checkout, inside it in an installed wheel."""
PAST_ITEMS = "past-items.yaml"
SHORT = "integrity-basics.yaml"
"""A little of everything, for an installation that has just begun; the demonstration has the whole banks instead."""


def shipped() -> Path:
    """The folder of the shipped banks."""
    return next(folder for folder in BANKS if folder.exists())


def add_register(department: Department) -> None:
    """Register what is shipped. Before any bank is there, since each registration looks at every item again."""
    for path in sorted((shipped() / "regulations").glob("*.yaml")):
        regulation = read_regulation(path.read_text(encoding="utf-8"))
        register_regulation(account_id=department.organizer_id, regulation=regulation)


def add_banks(department: Department) -> dict[str, int]:
    """The shipped banks, and the revision of each by the name of its file.

    The last one is older than what it cites: some of its items turn 待复核 at once.
    """
    files = sorted(path for path in shipped().glob("*.yaml") if path.name != SHORT)
    return {path.stem: _add(department, path) for path in (*files, shipped() / "demo" / PAST_ITEMS)}


def _add(department: Department, file: Path) -> int:
    source = file.read_bytes()
    bank = add_bank(uploader_id=department.organizer_id, unit_id=department.id, file_name=file.name, source=source)
    return bank.id
