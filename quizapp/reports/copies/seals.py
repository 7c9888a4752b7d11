"""What every copy of a frozen report carries: the evidence for what it shows, and how it was written.

Packed (zlib, base64) it is a JSON object::

    {"format": 1, "language", "zone", "fingerprint", "texts": the passages of the official report that were reworded,
     "evidence": `quizapp.domain.evidence.Evidence.text`, with the parts that the copy shows}
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask import current_app
from flask_babel import get_locale

from quizapp.domain.evidence import ITEMS, TEST, Evidence, EvidenceError, branch_part, evidence_from_text
from quizapp.reports.editions.frozen import NAMES, SCORES
from quizapp.reports.queries import BranchReport

FORMAT = 1
PIECE = 30_000
"""A cell of a spreadsheet holds 32,767 characters."""
MOST_BYTES = 64 * 1024 * 1024
"""A seal that is larger when unpacked is none."""


@dataclass(frozen=True)
class Seal:
    """What a copy says of itself. ``language`` and ``zone`` are those of whoever made it."""

    language: str
    zone: str
    evidence: Evidence
    texts: Mapping[str, str] = field(default_factory=dict)


def seal_of(
    report: BranchReport, *, names: bool = False, items: bool = False, texts: Mapping[str, str] | None = None
) -> str:
    """The packed seal of a copy of this report; empty where it is not frozen, or restated in another structure.

    ``names``: the copy names the absent. ``items``: it shows single items, where the reader may see them.
    """
    if report.frozen is None or getattr(report, "today", None) is not None:
        return ""
    evidence = report.frozen.evidence.only(_shown(report, names=names, items=items))
    document = {
        "format": FORMAT,
        "language": str(get_locale()),
        "zone": current_app.config["TIME_ZONE"],
        "fingerprint": evidence.fingerprint,
        "texts": dict(texts or {}),
        "evidence": evidence.text(),
    }
    return base64.b64encode(zlib.compress(json.dumps(document, ensure_ascii=False).encode(), 6)).decode()


def _shown(report: BranchReport, *, names: bool, items: bool) -> Iterator[str]:
    """The parts that the reader of this report may have."""
    yield TEST
    if items and report.items_shown:
        yield ITEMS
    for row in (row for part in report.summary.units for row in part.branches):
        yield branch_part(row.place.id)
        if names:
            yield branch_part(row.place.id, NAMES)
        if not row.figures.withheld:
            yield branch_part(row.place.id, SCORES)


def unpacked(text: str) -> Seal:
    """The seal. Raises EvidenceError where it is none, or where its evidence is not what its fingerprint says."""
    try:
        unzip = zlib.decompressobj()
        plain = unzip.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
        if not unzip.eof:
            raise EvidenceError
        found = json.loads(plain)
        if found["format"] != FORMAT:
            raise EvidenceError
        evidence = evidence_from_text(found["evidence"], found["fingerprint"])
        return Seal(str(found["language"]), str(found["zone"]), evidence, dict(found["texts"]))
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise error if isinstance(error, EvidenceError) else EvidenceError() from None


def pieces(text: str) -> Iterator[str]:
    """A packed seal as cells of a spreadsheet hold it. None begins with ``+``, which a spreadsheet would work out."""
    start = 0
    while start < len(text):
        end = start + PIECE
        while text[end : end + 1] == "+":
            end -= 1
        yield text[start:end]
        start = end
