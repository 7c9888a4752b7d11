"""What a downloaded file is called."""

import re

from quizapp.banks.models import BankRevision

_ENDINGS = re.compile(r"(\.(ya?ml|txt|docx?|xlsx?|ods|csv|xml|zip))+$", re.IGNORECASE)


def safe_name(revision: BankRevision, extension: str) -> str:
    """The name the file came with, without anything that a file system or a header could stumble over."""
    stem = re.sub(r"[^\w-]+", "_", _ENDINGS.sub("", revision.file_name)).strip("_") or "bank"
    return f"{stem}-{revision.number}{extension}"
