"""What the list of banks says to the person who looks at it: reviews that wait for them, answers they have got."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from quizapp.accounts.models import Account, RoleGrant
from quizapp.banks.models import Bank, Draft, ItemRecheck, ItemStep
from quizapp.banks.path import Kind, hands_on, may_review
from quizapp.db import db
from quizapp.roster.queries import last_known_tree, scope_of
from quizapp.web.access import Role

COMMENTS_SHOWN = 5
_OPEN = RoleGrant.ended_at.is_(None)


@dataclass(frozen=True)
class Remark:
    """Somebody's last comment on an item; ``answer`` is None until a keeper of the bank has answered."""

    comment: ItemStep
    answer: ItemStep | None


def reviews_for(account: Account) -> Counter[int]:
    """By bank: how many drafts wait for a second person, and the account may be that person."""
    submitted = select(ItemStep.draft_id).where(ItemStep.kind == Kind.SUBMITTED, ItemStep.draft_id.is_not(None))
    query = select(Draft).join(Draft.bank).options(contains_eager(Draft.bank), selectinload(Draft.steps))
    query = query.where(Bank.unit_id.in_(scope_of(account, Role.ORGANIZER)), Bank.withdrawn_at.is_(None))
    # A draft can only wait where the bank asks for reviews now, or asked for one when the draft was handed in.
    query = query.where(Draft.item_id.is_(None), or_(Bank.second_review, Draft.id.in_(submitted)))
    return Counter(draft.bank_id for draft in db.session.scalars(query) if may_review(draft, account))


def reviewers_of(bank: Bank) -> list[Account]:
    """Everybody who may review questions of the bank: its organizers and those above, by name."""
    query = select(Account).where(
        Account.disabled_at.is_(None), Account.grants.any((RoleGrant.role == Role.ORGANIZER) & _OPEN)
    )
    found = db.session.scalars(query.order_by(Account.name, Account.id)).all()
    tree = last_known_tree()
    return [account for account in found if bank.unit_id in scope_of(account, Role.ORGANIZER, tree=tree)]


def second_people(draft: Draft, reviewers: Iterable[Account]) -> list[Account]:
    """Those of the reviewers who have not worked on the draft; where there are none, it waits in vain."""
    hands = hands_on(draft)
    return [account for account in reviewers if account.id not in hands]


def recheck_counts(bank_ids: Iterable[int]) -> dict[int, int]:
    """By bank: how many items wait for a recheck; banks without any are left out."""
    query = select(ItemRecheck.bank_id, func.count(ItemRecheck.item_id.distinct()))
    query = query.where(ItemRecheck.bank_id.in_(list(bank_ids)), ItemRecheck.outcome.is_(None))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(ItemRecheck.bank_id))}


def own_comments(account: Account, bank_ids: Iterable[int]) -> list[Remark]:
    """What the account said about items of these banks and what was answered, the newest comment first."""
    newest = (
        select(func.max(ItemStep.id))
        .where(ItemStep.account_id == account.id, ItemStep.kind == Kind.COMMENTED)
        .where(ItemStep.bank_id.in_(list(bank_ids)), ItemStep.item_id.is_not(None))
        .group_by(ItemStep.bank_id, ItemStep.item_id)
    )
    query = select(ItemStep).where(ItemStep.id.in_(newest)).order_by(ItemStep.id.desc()).limit(COMMENTS_SHOWN)
    return [Remark(comment, _answer_to(comment)) for comment in db.session.scalars(query)]


def _answer_to(comment: ItemStep) -> ItemStep | None:
    query = select(ItemStep).where(ItemStep.bank_id == comment.bank_id, ItemStep.item_id == comment.item_id)
    query = query.where(ItemStep.kind == Kind.ANSWERED, ItemStep.id > comment.id).order_by(ItemStep.id).limit(1)
    return db.session.scalar(query.options(joinedload(ItemStep.account)))
