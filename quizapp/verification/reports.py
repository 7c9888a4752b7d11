"""Frozen reports against the record: none made, changed or taken out behind its back."""

from collections.abc import Iterator

from sqlalchemy import select

from quizapp.db import db
from quizapp.domain.evidence import EvidenceError, evidence_from_text
from quizapp.reports.editions.models import ReportEdition
from quizapp.reports.editions.operations import FROZEN
from quizapp.verification.chain import Chain, number_in
from quizapp.verification.findings import Finding, differing

EDITION = "report_edition"


def editions(chain: Chain) -> Iterator[Finding]:
    """Every edition: its fingerprint as recorded, and its evidence as fingerprinted."""
    recorded = {(number_in(entry.subject), entry.detail["edition"]): entry for entry in chain.acts[FROZEN]}
    keys = select(ReportEdition.quiz_id, ReportEdition.number).order_by(ReportEdition.quiz_id, ReportEdition.number)
    for quiz_id, number in db.session.execute(keys).all():
        which = ReportEdition.quiz_id == quiz_id, ReportEdition.number == number
        columns = ReportEdition.evidence, ReportEdition.fingerprint, ReportEdition.reason, ReportEdition.changes
        row = db.session.execute(select(*columns).where(*which)).one()
        entry, key = recorded.pop((quiz_id, number), None), f"{quiz_id}/{number}"
        if entry is None:
            yield Finding(EDITION, key, "row", "not on record", f"on record as {FROZEN}")
            continue
        found = {"fingerprint": row.fingerprint, "reason": row.reason, "changes": len(row.changes)}
        expected = {name: entry.detail[name] for name in ("fingerprint", "changes")}
        yield from differing(EDITION, key, found, {**expected, "reason": entry.note})
        yield from _evidence(key, row.evidence, expected["fingerprint"])
    for (quiz_id, number), entry in recorded.items():
        yield Finding(EDITION, f"{quiz_id}/{number}", "row", None, f"entry {entry.number}")


def _evidence(key: str, text: str, fingerprint: str) -> Iterator[Finding]:
    try:
        whole = evidence_from_text(text, fingerprint).is_whole
    except EvidenceError as error:
        yield Finding(EDITION, key, "evidence", f"changed: {error.part}" if error.part else "changed", fingerprint)
        return
    if not whole:
        yield Finding(EDITION, key, "evidence", "in part", "whole")
