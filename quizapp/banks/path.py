"""The path of a question: who did what, when, and how far it has come."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from quizapp.accounts.models import Account
from quizapp.audit.models import AuditEntry
from quizapp.banks.models import Draft, ItemStep
from quizapp.db import db
from quizapp.domain.problem import N_
from quizapp.web import clock

LONGEST_NOTE = 500
SWITCHED = "bank.second_review"
"""The act on record by which the second review of a bank is switched on or off."""


class Kind(StrEnum):
    """What a step was."""

    IMPORTED = "imported"
    EDITED = "edited"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    COMMENTED = "commented"
    ANSWERED = "answered"


KIND_NAMES = {
    Kind.IMPORTED: N_("Imported"),
    Kind.EDITED: N_("Mended"),
    Kind.SUBMITTED: N_("Handed in for review"),
    Kind.REVIEWED: N_("Reviewed, found right"),
    Kind.RETURNED: N_("Returned"),
    Kind.PUBLISHED: N_("Taken into the bank"),
    Kind.WITHDRAWN: N_("Withdrawn"),
    Kind.COMMENTED: N_("Comment"),
    Kind.ANSWERED: N_("Answer to the comments"),
}
RELEASED = "released"
"""The note of the step (an `EDITED`) by which a draft stopped waiting when the second review was switched off."""
OWN_WORK = (Kind.IMPORTED, Kind.EDITED, Kind.SUBMITTED)
"""Whoever did one of these to a draft is not its second person."""


class DraftState(StrEnum):
    """Where a draft stands. It is derived from the steps, the problems and the bank's setting, never stored."""

    FAULTY = "faulty"
    RETURNED = "returned"
    WAITING = "waiting"
    FINISHED = "finished"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


DRAFT_STATE_NAMES = {
    DraftState.FAULTY: N_("To be mended"),
    DraftState.RETURNED: N_("Returned"),
    DraftState.WAITING: N_("Waiting for review"),
    DraftState.FINISHED: N_("Finished"),
    DraftState.PUBLISHED: N_("In the bank"),
    DraftState.WITHDRAWN: N_("Withdrawn"),
}


def in_words(step: ItemStep, translate: Callable[[str], str]) -> tuple[datetime, str, str, str]:
    """A step as pages list it: when, what, who, and what was noted."""
    is_release = step.kind == Kind.EDITED and step.note == RELEASED
    name = N_("Released without a review") if is_release else KIND_NAMES[Kind(step.kind)]
    return step.at, translate(name), step.account.name, "" if is_release else step.note


def draft_state(draft: Draft) -> DraftState:
    """Where ``draft`` stands; what was reviewed and then mended is to be reviewed again."""
    last = next((Kind(step.kind) for step in reversed(draft.steps) if step.kind not in _TALK), Kind.IMPORTED)
    if last in (Kind.PUBLISHED, Kind.WITHDRAWN):
        return DraftState(last.value)
    if draft.item["items"][0].get("problems"):
        return DraftState.FAULTY
    if last is Kind.RETURNED:
        return DraftState.RETURNED
    if last is Kind.SUBMITTED or (draft.bank.second_review and last is not Kind.REVIEWED):
        return DraftState.WAITING
    return DraftState.FINISHED


def is_under_review(draft: Draft) -> bool:
    """Whether a draft was handed in, and nobody has found it right or released it since."""
    for step in reversed(draft.steps):
        if step.kind in (Kind.SUBMITTED, Kind.RETURNED):
            return True
        if step.kind == Kind.REVIEWED or step.note == RELEASED:
            return False
    return False


def last_step(draft: Draft) -> int:
    """The newest step of a draft: by it a page knows whether anybody has worked on the draft since."""
    return draft.steps[-1].id if draft.steps else 0


_TALK = (Kind.COMMENTED, Kind.ANSWERED)


def may_review(draft: Draft, account: Account) -> bool:
    """Whether ``account`` is a second person for this draft, and it waits for one."""
    return draft_state(draft) is DraftState.WAITING and account.id not in hands_on(draft)


def hands_on(draft: Draft) -> set[int]:
    """The accounts that have worked on a draft: none of them is its second person."""
    return {step.account_id for step in draft.steps if step.kind in OWN_WORK}


def add_step(session: Session, kind: Kind, account_id: int, draft: Draft, note: str = "") -> None:
    """One more step of a draft. Runs inside the caller's `writing()`."""
    step = ItemStep(
        bank_id=draft.bank_id,
        item_id=draft.item_id,
        draft_id=draft.id,
        kind=kind,
        account_id=account_id,
        at=clock.now(),
        note=note,
    )
    session.add(step)
    session.flush()
    session.expire(draft, ["steps"])


def add_item_steps(session: Session, kind: Kind, account_id: int, bank_id: int, item_ids: Iterable[str]) -> None:
    """The same step of many items at once. Runs inside the caller's `writing()`."""
    now = clock.now()
    session.add_all(
        ItemStep(bank_id=bank_id, item_id=item_id, kind=kind, account_id=account_id, at=now) for item_id in item_ids
    )


def steps_of_item(bank_id: int, item_id: str) -> Sequence[ItemStep]:
    """The steps of an item, those of the draft it was before included."""
    draft = select(Draft.id).where(Draft.bank_id == bank_id, Draft.item_id == item_id)
    subject = or_(ItemStep.item_id == item_id, ItemStep.draft_id.in_(draft))
    query = select(ItemStep).where(ItemStep.bank_id == bank_id, subject).order_by(ItemStep.id)
    return db.session.scalars(query.options(joinedload(ItemStep.account))).all()


@dataclass(frozen=True)
class Switch:
    """The second review of a bank was switched on or off; ``who`` is a person's name."""

    at: datetime
    is_on: bool
    who: str


def review_switches(bank_id: int) -> Sequence[Switch]:
    """When the second review of a bank was switched on or off and by whom, the last one first."""
    query = select(AuditEntry, Account.name).outerjoin(Account, Account.login == AuditEntry.actor)
    query = query.where(AuditEntry.act == SWITCHED, AuditEntry.subject == f"bank:{bank_id}")
    rows = db.session.execute(query.order_by(AuditEntry.number.desc()))
    return [Switch(entry.at, entry.detail["second_review"], name or entry.actor) for entry, name in rows]


def is_unreviewed(steps: Iterable[ItemStep]) -> bool:
    """Whether an item came into the bank without the word of a second person on what it reads since."""
    work = [Kind(step.kind) for step in steps if step.kind not in _TALK]
    brought = any(kind in (Kind.IMPORTED, Kind.PUBLISHED) for kind in work)
    last = next((kind for kind in reversed(work) if kind in (*OWN_WORK, Kind.REVIEWED)), None)
    return brought and last is not Kind.REVIEWED


def ids_given(session: Session, bank_id: int) -> set[str]:
    """Every id that a step in this bank names, also of items that are gone."""
    return {each for each in session.scalars(select(ItemStep.item_id).where(ItemStep.bank_id == bank_id)) if each}


def open_comments(bank_ids: Iterable[int]) -> dict[int, list[str]]:
    """Items by bank whose last comment nobody has answered yet."""
    newest = (
        select(func.max(ItemStep.id))
        .where(ItemStep.bank_id.in_(list(bank_ids)), ItemStep.kind.in_(_TALK), ItemStep.item_id.is_not(None))
        .group_by(ItemStep.bank_id, ItemStep.item_id)
    )
    found: dict[int, list[str]] = {}
    for step in db.session.scalars(select(ItemStep).where(ItemStep.id.in_(newest), ItemStep.kind == Kind.COMMENTED)):
        found.setdefault(step.bank_id, []).append(step.item_id or "")
    return found
