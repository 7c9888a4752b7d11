"""Reading the tallies of a test: what `quizapp.reports.tallies` keeps, or what was frozen of it, as the domain counts.

No figure of a report is read from these tables by another way than `rows_of` (`quizapp.reports.editions.frozen`).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import select

from quizapp.db import db
from quizapp.domain.bank import Bank
from quizapp.domain.branch_summary import Count, Summary
from quizapp.domain.item_analysis import Chosen, ItemFigures, Sums, TopicFigures, item_figures, weakest_first
from quizapp.domain.paper_ease import ease_of
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.frozen import frozen_of, rows_of
from quizapp.reports.excusals.queries import excused_counts
from quizapp.reports.models import TallyBranch, TallyBranchItem, TallyChoice, TallyItem, TallyPerson, TallyTopic
from quizapp.reports.sums import in_pieces


def branch_counts(quiz_id: int, branch_ids: Collection[int]) -> dict[int, Count]:
    """The people of those of the branches in which anybody is eligible."""
    if (frozen := frozen_of(quiz_id)) is not None:
        return {branch_id: count for branch_id, count in frozen.counts().items() if branch_id in branch_ids}
    excused = excused_counts(quiz_id, branch_ids)
    return {
        row.branch_id: Count(
            row.eligible,
            row.passed,
            row.excellent,
            {Decimal(key) / 100: people for key, people in row.scores.items()},
            excused.get(row.branch_id, 0),
        )
        for row in rows_of(TallyBranch, quiz_id)
        if row.branch_id in branch_ids
    }


def paper_ease(quiz_id: int) -> dict[int, int]:
    """By how many hundredths of a point the papers drawn for each branch were easier than those of all.

    Of branches in which nobody sat the test there is nothing. See `quizapp.domain.paper_ease`.
    """
    if (frozen := frozen_of(quiz_id)) is not None:
        return frozen.ease()
    kept = TallyBranchItem
    columns = (kept.branch_id, kept.item_id, kept.full_points, kept.paper_points, kept.responses, kept.points)
    met = db.session.execute(select(*columns).where(kept.quiz_id == quiz_id)).all()
    paper = max((paper_points for _branch, _item, _full, paper_points, *_sums in met), default=0)
    return {branch_id: round(ease * paper) for branch_id, ease in ease_of(met).items()}


def topic_figures(quiz_id: int, branch_ids: Collection[int]) -> dict[str, TopicFigures]:
    """What the people of these branches earned, by topic."""
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    wanted = frozenset(branch_ids)
    for row in rows_of(TallyTopic, quiz_id):
        if row.branch_id in wanted:
            values = (row.responses, row.right, row.points, row.full_points)
            found[row.topic] = [before + value for before, value in zip(found[row.topic], values, strict=True)]
    return {topic: TopicFigures(topic, *values) for topic, values in found.items() if values[0]}


def topics_of(quiz: Quiz, summary: Summary) -> list[TopicFigures]:
    """The topics of the report with this summary, the weakest first; none where the reader may not see all its scores.

    Items without a topic are left out.
    """
    if summary.total.withheld:
        return []
    figures = topic_figures(quiz.id, [row.place.id for part in summary.units for row in part.branches])
    figures.pop("", None)
    return weakest_first(figures)


def all_item_figures(quiz_id: int, bank: Bank) -> list[ItemFigures]:
    """Every item that anybody's counted paper had, in the bank's order."""
    sums, chosen = _sums(quiz_id), _chosen(quiz_id)
    leaves = (leaf for item in bank.items for leaf in item.leaves())
    return [item_figures(leaf, sums[leaf.id], chosen.get(leaf.id, ())) for leaf in leaves if leaf.id in sums]


def _sums(quiz_id: int) -> Mapping[str, list[Sums]]:
    found: dict[str, list[Sums]] = defaultdict(list)
    names = [column.name for column in TallyItem.__table__.columns if column.name not in ("quiz_id", "item_id")]
    for row in rows_of(TallyItem, quiz_id):
        if row.responses > 0:
            found[row.item_id].append(Sums(*(getattr(row, name) for name in names)))
    return found


def _chosen(quiz_id: int) -> Mapping[str, list[Chosen]]:
    found: dict[str, list[Chosen]] = defaultdict(list)
    for row in rows_of(TallyChoice, quiz_id):
        found[row.item_id].append(Chosen(tuple(json.loads(row.answer)), row.times, row.rest))
    return found


def branches_of_people(quiz_id: int, people: Collection[int]) -> dict[int, int]:
    """The branches of those of ``people`` who were eligible."""
    found: dict[int, int] = {}
    for piece in in_pieces(people):
        rows = select(TallyPerson.person_id, TallyPerson.branch_id).where(
            TallyPerson.quiz_id == quiz_id, TallyPerson.person_id.in_(piece)
        )
        found |= {row.person_id: row.branch_id for row in db.session.execute(rows)}
    return found
