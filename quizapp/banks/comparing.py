"""What an import has in common with the banks there are: compared once, when it is read, and kept beside the reading.

Comparing thousands of questions takes seconds, and an import is looked at many times, by any of the server's workers.
"""

from collections.abc import Sequence
from typing import Any

from quizapp.accounts.models import Account
from quizapp.banks.models import BankRevision
from quizapp.banks.queries import bank_of, newest_revisions
from quizapp.domain.bank import Bank
from quizapp.domain.bank_health import Finding, Level, Ref, repeated_in
from quizapp.exporters.imported import bank_items
from quizapp.importers import wire
from quizapp.importers.reading import Reading

COMPARED = "compared"
"""Where it stands in the JSON of a reading."""
MOST_ITEMS_ELSEWHERE = 10_000
"""A larger house compares with the banks that changed last: a page must not take minutes."""


def within_reason(revisions: Sequence[BankRevision]) -> list[BankRevision]:
    """Those of the revisions, the latest first, that can be compared with in good time."""
    taken: list[BankRevision] = []
    for revision in sorted(revisions, key=lambda each: each.uploaded_at, reverse=True):
        if sum(each.item_count for each in taken) + revision.item_count <= MOST_ITEMS_ELSEWHERE:
            taken.append(revision)
    return taken


def others_for(account: Account) -> list[BankRevision]:
    """What an import of this account is held against."""
    return within_reason(newest_revisions(account))


def as_bank(reading: Reading) -> Bank:
    """The ready questions as a bank; each is called q and its number in the import."""
    ready = [(number, item) for number, item in enumerate(reading.items, start=1) if item.is_ready]
    return Bank("", bank_items([item for _number, item in ready], [f"q{number}" for number, _item in ready]))


def number_of(item_id: str) -> int:
    """Which question of the import `as_bank` calls so."""
    return int(item_id.removeprefix("q"))


def compared(reading: Reading, others: Sequence[int]) -> tuple[Finding, ...]:
    """What stands in the import twice, or in one of the revisions ``others`` too; a `Ref` names these by their id."""
    return repeated_in(as_bank(reading), {other: bank_of(other) for other in others})


def with_comparison(reading: Reading, account: Account) -> dict[str, Any]:
    """The reading as its import keeps it (`wire.reading` reads it), with what it has in common with other banks."""
    others = [revision.id for revision in others_for(account)]
    findings = [_plain(finding) for finding in compared(reading, others)]
    return wire.to_json(reading) | {COMPARED: {"others": others, "findings": findings}}


def kept_comparison(kept: Any, others: Sequence[int]) -> tuple[Finding, ...] | None:
    """What `with_comparison` kept, where it was held against the same revisions; else None."""
    known = kept.get(COMPARED)
    if known is None or known["others"] != list(others):
        return None
    return tuple(map(_finding, known["findings"]))


def _plain(finding: Finding) -> dict[str, Any]:
    groups = [[[ref.item_id, ref.bank] for ref in group] for group in finding.groups]
    return {"level": finding.level.value, "says": wire.to_json(finding.says), "groups": groups}


def _finding(given: Any) -> Finding:
    groups = tuple(tuple(Ref(item_id, bank) for item_id, bank in group) for group in given["groups"])
    return Finding(Level(given["level"]), wire.problem(given["says"]), groups)
