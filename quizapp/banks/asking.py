"""What candidates ask about an item after a test: a comment like any reader's, but only so many from one person."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from quizapp.banks.batches import refusal
from quizapp.banks.drafts import say
from quizapp.banks.models import ItemStep
from quizapp.banks.path import Kind
from quizapp.db import db
from quizapp.domain.problem import N_
from quizapp.web import clock

MOST_AN_HOUR = 10
"""Nobody has more to ask about one paper within an hour than a person can write with care."""


def ask(*, bank_id: int, item_id: str, account_id: int, note: str) -> None:
    """Let the keepers of the bank know what a candidate doubts about an item. Raises BankError.

    Whether the candidate may see the item's key is for the caller to know.
    """
    since = clock.now() - timedelta(hours=1)
    recent = select(func.count()).where(ItemStep.account_id == account_id, ItemStep.kind == Kind.COMMENTED)
    if (db.session.scalar(recent.where(ItemStep.at > since)) or 0) >= MOST_AN_HOUR:
        raise refusal(N_("You have sent several questions already. Please send the next one in an hour."))
    say(bank_id=bank_id, item_id=item_id, account_id=account_id, kind=Kind.COMMENTED, note=note)


# Written once: this is asked with every result.
_ASKED = (
    select(ItemStep)
    .where(
        ItemStep.bank_id == bindparam("bank"),
        ItemStep.item_id.in_(bindparam("items", expanding=True)),
        ItemStep.account_id == bindparam("account"),
        ItemStep.kind == bindparam("kind"),
    )
    .order_by(ItemStep.id)
)


def asked_about(*, bank_id: int, account_id: int | None, item_ids: Iterable[str]) -> dict[str, ItemStep]:
    """The newest comment of this account on each of the items that has one."""
    values = {"bank": bank_id, "account": account_id, "items": list(item_ids), "kind": Kind.COMMENTED}
    return {step.item_id or "": step for step in db.session.scalars(_ASKED, values)}
