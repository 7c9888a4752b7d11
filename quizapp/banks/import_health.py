"""What an import would bring into its bank: questions that stand there or elsewhere already, and keys to be guessed."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from flask_login import current_user

from quizapp.banks.choices import reading_of
from quizapp.banks.health_pages import within_reason
from quizapp.banks.models import ImportBatch
from quizapp.banks.queries import bank_of, newest_revisions
from quizapp.db import db
from quizapp.domain.bank import Bank
from quizapp.domain.bank_health import Finding, Health, Ref, health_of
from quizapp.domain.problem import Problem
from quizapp.exporters.imported import bank_items

CACHE = "quizapp_import_health"
IMPORTS_IN_MEMORY = 8
GROUPS_SHOWN = 20


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
    app.extensions[CACHE] = lru_cache(maxsize=IMPORTS_IN_MEMORY)(_health)


def remarks(batch: ImportBatch) -> list[Remark]:
    """What to think of before the ready questions of an import are accepted."""
    revisions = within_reason(newest_revisions(current_user))
    titles = {revision.id: (revision.bank_id, revision.bank.title) for revision in revisions}
    state = json.dumps([str(batch.read_at), batch.choices], sort_keys=True)
    health, lines = current_app.extensions[CACHE](batch.id, state, tuple(titles))
    return [_remark(each, lines, titles) for each in (*health.repeated, *health.guessable)]


def _health(batch_id: int, _state: str, others: tuple[int, ...]) -> tuple[Health, dict[str, tuple[int, int]]]:
    """The health of the ready questions of an import, and the line and number of each by its name in there."""
    items = enumerate(reading_of(db.session.get_one(ImportBatch, batch_id)).items, start=1)
    ready = [(number, item) for number, item in items if item.is_ready]
    bank = Bank("", bank_items([item for _number, item in ready], [f"q{number}" for number, _item in ready]))
    health = health_of(bank, {other: bank_of(other) for other in others})
    return health, {f"q{number}": (item.line, number) for number, item in ready}


def _remark(finding: Finding, lines: dict[str, Any], titles: dict[int, tuple[int, str]]) -> Remark:
    groups = [group for group in finding.groups if any(ref.item_id in lines for ref in group)]
    shown = [[_place(ref, lines, titles) for ref in group[:GROUPS_SHOWN]] for group in groups[:GROUPS_SHOWN]]
    return Remark(finding.level.value, finding.says, shown, len(groups) - len(shown))


def _place(ref: Ref, lines: dict[str, Any], titles: dict[int, tuple[int, str]]) -> Place:
    if isinstance(ref.bank, int):
        bank_id, title = titles[ref.bank]
        return Place(bank_id=bank_id, bank=title, item_id=ref.item_id)
    line, number = lines.get(ref.item_id, (0, 0))
    return Place(line=line, number=number)
