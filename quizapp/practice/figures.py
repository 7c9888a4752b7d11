"""What reports may say of practice: whole branches, never a person, and nothing of a handful."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from quizapp.db import db
from quizapp.domain.branch_summary import FEWEST_FOR_SCORES
from quizapp.practice.models import PracticeAnswer


@dataclass(frozen=True)
class BranchPractice:
    """Of ``people`` in a branch so many practised, and answered so many items.

    Both are None where fewer than `FEWEST_FOR_SCORES` practised, nobody included: that would say who.
    """

    people: int
    practised: int | None
    items: int | None


def branch_practice(branch_of: Mapping[int, int], since: datetime, until: datetime) -> dict[int, BranchPractice]:
    """The practice of each branch from ``since`` until ``until``; ``branch_of`` maps people to branches."""
    rows = db.session.execute(
        select(PracticeAnswer.person_id, func.count().label("items"))
        .where(PracticeAnswer.answered_at >= since, PracticeAnswer.answered_at < until)
        .group_by(PracticeAnswer.person_id)
    ).all()
    people = Counter(branch_of.values())
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
