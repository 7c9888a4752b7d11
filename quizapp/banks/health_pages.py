"""The health of a bank: its page, and the line about it on the page of the bank."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.banks.comparing import within_reason
from quizapp.banks.models import BankRevision
from quizapp.banks.queries import READS_BANKS, bank_of, bank_seen_by, newest_revisions
from quizapp.banks.views import banks
from quizapp.banks.wording import shown_key
from quizapp.domain.bank import Item, ItemType
from quizapp.domain.bank_health import Finding, Health, Ref, health_of
from quizapp.domain.problem import Problem
from quizapp.web.access import allow

CACHE = "quizapp_bank_health"
FINDINGS_IN_MEMORY = 64
GROUPS_SHOWN, LINKS_SHOWN = 20, 60


@dataclass(frozen=True)
class Compared:
    """One item of a group that is shown side by side; ``bank`` names another bank."""

    bank_id: int
    bank: str
    item: Item
    key: str


@dataclass(frozen=True)
class Shown:
    """A finding for the page: groups to compare, or ids of items to look at; ``more`` items were left out."""

    level: str
    says: Problem
    groups: list[list[Compared]]
    item_ids: list[str]
    more: int


def init_app(app: Flask) -> None:
    """Give ``app`` its memory of findings, and pages the line about a bank."""
    app.extensions[CACHE] = lru_cache(maxsize=FINDINGS_IN_MEMORY)(_health)
    app.jinja_env.globals["health_line"] = health_line


def _health(revision_id: int, others: tuple[int, ...]) -> Health:
    """The health of a revision, held against other revisions; never changes. A `Ref` names them by their id."""
    return health_of(bank_of(revision_id), {other: bank_of(other) for other in others})


def health_line(revision_id: int) -> Counter[str]:
    """How many findings of each level a revision has by itself; for templates."""
    health: Health = current_app.extensions[CACHE](revision_id, ())
    return Counter(finding.level for finding in _all(health))


@banks.get("/banks/<int:bank_id>/health")
@allow(*READS_BANKS)
def health(bank_id: int) -> ResponseReturnValue:
    """What is repeated, guessable or missing in a bank, also held against the other banks the account may read."""
    bank = bank_seen_by(current_user, bank_id)
    revisions = newest_revisions(current_user)
    newest = next(each for each in revisions if each.bank_id == bank_id)
    others = within_reason([each for each in revisions if each.bank_id != bank_id])
    found: Health = current_app.extensions[CACHE](newest.id, tuple(other.id for other in others))
    known: dict[object, BankRevision] = {None: newest} | {other.id: other for other in others}
    return render_template(
        "banks/health.html",
        bank=bank,
        revision=newest,
        counts=Counter(finding.level for finding in _all(found)),
        sections=[
            (_("Repeated and conflicting questions"), [_shown(each, known) for each in found.repeated]),
            (_("What can be guessed from the keys"), [_shown(each, known) for each in found.guessable]),
            (_("What is covered"), [_shown(each, known) for each in found.coverage]),
        ],
        others=len(others),
    )


def _all(health: Health) -> tuple[Finding, ...]:
    return (*health.repeated, *health.guessable, *health.coverage)


def _shown(finding: Finding, known: dict[object, BankRevision]) -> Shown:
    """Groups of several items are compared; single items are named."""
    groups = [group for group in finding.groups if len(group) > 1]
    ids = [group[0].item_id for group in finding.groups if len(group) == 1]
    return Shown(
        level=finding.level.value,
        says=finding.says,
        groups=[[_compared(ref, known) for ref in group[:GROUPS_SHOWN]] for group in groups[:GROUPS_SHOWN]],
        item_ids=ids[:LINKS_SHOWN],
        more=sum(map(len, groups))
        - sum(len(group[:GROUPS_SHOWN]) for group in groups[:GROUPS_SHOWN])
        + len(ids[LINKS_SHOWN:]),
    )


def _compared(ref: Ref, known: dict[object, BankRevision]) -> Compared:
    revision = known[ref.bank]
    item = bank_of(revision.id).item(ref.item_id)
    return Compared(revision.bank_id, revision.bank.title if ref.bank is not None else "", item, key_in_words(item))


def key_in_words(item: Item) -> str:
    """What is right, with the texts of the options: letters alone cannot be compared between two items."""
    if item.type is ItemType.ESSAY:
        return item.reference
    if item.type is ItemType.FILL_IN:
        return "；".join(" / ".join(accepted) for accepted in item.blanks)
    if item.options:
        return "；".join(f"{option.letter}. {option.text}" for option in item.options if option.letter in item.key)
    return shown_key(item)
