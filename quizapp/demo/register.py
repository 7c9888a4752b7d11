"""The register of the demonstration: regulations, lists of its own, and a bank that still cites an older edition."""

from pathlib import Path

from quizapp.banks.operations import add_bank
from quizapp.demo.department import Department
from quizapp.domain.regulation_file import read_regulation
from quizapp.regulations.operations import register_regulation

BANKS = (Path(__file__).parents[2] / "question_banks", Path(__file__).parents[1] / "question_banks")
"""Beside the package in a checkout, inside it in an installed wheel."""
PAST_ITEMS = "past-items.yaml"


def shipped() -> Path:
    """The folder of the shipped banks."""
    return next(folder for folder in BANKS if folder.exists())


def add_register(department: Department) -> None:
    """Register what is shipped; then the older bank, of which some items turn 待复核 at once."""
    for path in sorted((shipped() / "regulations").glob("*.yaml")):
        regulation = read_regulation(path.read_text(encoding="utf-8"))
        register_regulation(account_id=department.organizer_id, regulation=regulation)
    add_bank(
        uploader_id=department.organizer_id,
        unit_id=department.id,
        file_name=PAST_ITEMS,
        source=(shipped() / "demo" / PAST_ITEMS).read_bytes(),
    )
