"""What reports may say of practice: whole branches, never a person, and nothing of a handful."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from quizapp.db import db
from quizapp.domain.branch_summary import FEWEST_FOR_SCORES
from quizapp.practice.models import PracticeAnswer

BranchesOf = Callable[[Collection[int]], Mapping[int, int]]


@dataclass(frozen=True)
class BranchPractice:
    """Of ``people`` in a branch so many practised, and answered so many items.

    Both are None where fewer than `FEWEST_FOR_SCORES` practised, nobody included: that would say who.
    """

    people: int
    practised: int | None
    items: int | None


def branch_practice(
    people: Mapping[int, int], branches_of: BranchesOf, since: datetime, until: datetime
) -> dict[int, BranchPractice]:
    """The practice of each branch from ``since`` until ``until``; ``people`` says how many each has.

    ``branches_of`` is asked for the branches of those who practised, and leaves out whom it does not know.
    """
    rows = db.session.execute(
        select(PracticeAnswer.person_id, func.count().label("items"))
        .where(PracticeAnswer.answered_at >= since, PracticeAnswer.answered_at < until)
        .group_by(PracticeAnswer.person_id)
    ).all()
    branch_of = branches_of([row.person_id for row in rows])
    practised, items = Counter[int](), Counter[int]()
    for row in rows:
        if (branch_id := branch_of.get(row.person_id)) is not None:
            practised[branch_id] += 1
            items[branch_id] += row.items
    return {
        branch_id: BranchPractice(count, practised[branch_id], items[branch_id])
        if practised[branch_id] >= FEWEST_FOR_SCORES
        else BranchPractice(count, None, None)
        for branch_id, count in people.items()
    }
