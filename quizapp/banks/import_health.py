"""What an import would bring into its bank: questions that stand there or elsewhere already, and keys to be guessed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import Flask, current_app
from flask_login import current_user

from quizapp.banks import import_memory
from quizapp.banks.choices import with_choices
from quizapp.banks.comparing import as_bank, compared, kept_comparison, number_of, others_for
from quizapp.banks.import_memory import reading_kept
from quizapp.banks.models import ImportBatch
from quizapp.db import db
from quizapp.domain.bank_health import ELSEWHERE, Finding, Ref, guessable_in
from quizapp.domain.near_duplicates import Likeness
from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Reading

REPEATED, GUESSABLE = "quizapp_import_repeated", "quizapp_import_guessable"
IMPORTS_IN_MEMORY = 16
GROUPS_SHOWN = 20
Titles = Mapping[int, tuple[int, str]]
_IN_THIS_BANK = {
    ELSEWHERE[Likeness.CONFLICT]: N_(
        "Questions that this bank answers differently: %(n)s. Check which answer is right."
    ),
    ELSEWHERE[Likeness.SAME]: N_("Questions that stand in this bank already: %(n)s."),
    ELSEWHERE[Likeness.NEGATED]: N_(
        "Questions that differ from one in this bank in a negation only: %(n)s. Compare them."
    ),
    ELSEWHERE[Likeness.NEAR]: N_("Questions that differ from one in this bank in few words: %(n)s. Compare them."),
}
"""What is said of another bank, in the words for the bank into which the import goes."""


@dataclass(frozen=True)
class Place:
    """A question in question: a line of the import, or an item of a bank."""

    line: int = 0
    number: int = 0
    bank_id: int = 0
    bank: str = ""
    item_id: str = ""


@dataclass(frozen=True)
class Remark:
    """Something about the import as a whole; each group belongs side by side."""

    level: str
    says: Problem
    groups: list[list[Place]]
    more: int


def init_app(app: Flask) -> None:
    """Give ``app`` its memory of the imports that are being looked through."""
    import_memory.init_app(app)
    app.extensions[REPEATED] = lru_cache(maxsize=IMPORTS_IN_MEMORY)(_repeated)
    app.extensions[GUESSABLE] = lru_cache(maxsize=IMPORTS_IN_MEMORY)(_guessable)


def remarks(batch: ImportBatch) -> list[Remark]:
    """What to think of before the ready questions of an import are accepted.

    Questions that became ready by a key chosen here count for what can be guessed. They are compared with others
    when the text is read again, and on the page of the bank: choosing a key must not take seconds.
    """
    revisions = others_for(current_user)
    titles = {revision.id: (revision.bank_id, revision.bank.title) for revision in revisions}
    read_at = str(batch.read_at)
    repeated: tuple[Finding, ...] = current_app.extensions[REPEATED](batch.id, read_at, tuple(titles))
    choices = json.dumps(batch.choices, sort_keys=True)
    guessable: tuple[Finding, ...] = current_app.extensions[GUESSABLE](batch.id, read_at, choices)
    reading = reading_kept(batch)
    own = {revision.id for revision in revisions if revision.bank_id == batch.bank_id}
    parted = (part for finding in repeated for part in _parted(finding, own))
    return [_remark(each, reading, titles) for each in (*parted, *guessable)]


def _parted(finding: Finding, own: set[int]) -> Iterator[Finding]:
    """What stands in the bank of the import apart from what stands in other banks; ``own``: ids of its revisions."""
    here = tuple(group for group in finding.groups if any(ref.bank in own for ref in group))
    if not here:
        yield finding
        return
    others = tuple(group for group in finding.groups if group not in here)
    for msgid, groups in ((_IN_THIS_BANK[finding.says.msgid], here), (finding.says.msgid, others)):
        if groups:
            yield replace(finding, says=Problem(msgid, {"n": len(groups)}), groups=groups)


def _repeated(batch_id: int, _read_at: str, others: tuple[int, ...]) -> tuple[Finding, ...]:
    batch = db.session.get_one(ImportBatch, batch_id)
    kept = kept_comparison(batch.reading or {}, others)
    return compared(reading_kept(batch), others) if kept is None else kept


def _guessable(batch_id: int, _read_at: str, _choices: str) -> tuple[Finding, ...]:
    batch = db.session.get_one(ImportBatch, batch_id)
    return guessable_in(as_bank(with_choices(reading_kept(batch), batch.choices)))


def _remark(finding: Finding, reading: Reading, titles: Titles) -> Remark:
    groups = [group for group in finding.groups if any(ref.bank is None for ref in group)]
    shown = [[_place(ref, reading, titles) for ref in group[:GROUPS_SHOWN]] for group in groups[:GROUPS_SHOWN]]
    return Remark(finding.level.value, finding.says, shown, len(groups) - len(shown))


def _place(ref: Ref, reading: Reading, titles: Titles) -> Place:
    if isinstance(ref.bank, int):
        bank_id, title = titles[ref.bank]
        return Place(bank_id=bank_id, bank=title, item_id=ref.item_id)
    number = number_of(ref.item_id)
    return Place(line=reading.items[number - 1].line, number=number)
