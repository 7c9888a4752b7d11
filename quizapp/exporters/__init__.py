"""Banks as files: one module per format, listed in `FORMATS`. Pure: no Flask, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from quizapp.domain.bank import Bank
from quizapp.domain.problem import N_, Problem


@dataclass(frozen=True)
class ExportFormat:
    """A kind of file a bank can be downloaded as; ``label`` and ``purpose`` are msgids.

    The module ``quizapp.exporters.<module>`` is loaded when a file is written, so that no page pays for all of them.
    """

    name: str
    module: str
    mimetype: str
    extension: str
    label: str
    purpose: str

    def write(self, bank: Bank) -> bytes:
        """The file."""
        data: bytes = getattr(import_module(f"{__name__}.{self.module}"), f"write_{self.name}")(bank)
        return data

    def losses(self, bank: Bank) -> Sequence[Problem]:
        """What of this bank the file cannot carry; empty where reading it again gives the same bank."""
        tell = getattr(import_module(f"{__name__}.{self.module}"), f"losses_{self.name}", None)
        losses: Sequence[Problem] = tell(bank) if tell is not None else ()
        return losses


FORMATS = {
    each.name: each
    for each in (
        ExportFormat(
            "yaml", "yaml", "text/yaml", ".yaml", N_("YAML text"),
            N_("Everything the bank holds, to be corrected by hand and uploaded again."),
        ),
        ExportFormat(
            "xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx",
            N_("Excel workbook"), N_("One question a row, for reading, correcting and sorting in Excel or WPS."),
        ),
        ExportFormat(
            "docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx",
            N_("Word document"), N_("With keys and rationale, for reading, printing and circulating."),
        ),
        ExportFormat(
            "gift", "gift", "text/plain", ".gift.txt", "Moodle GIFT",
            N_("Plain text for Moodle and programs that read its format."),
        ),
        ExportFormat(
            "moodle_xml", "moodle_xml", "text/xml", ".xml", "Moodle XML",
            N_("For Moodle, with rationale and categories."),
        ),
        ExportFormat(
            "qti", "qti", "application/zip", ".zip", N_("IMS QTI package"),
            N_("The standard for exchanging questions between exam systems."),
        ),
    )
}  # fmt: skip
"""By name, in the order in which a page offers them."""
