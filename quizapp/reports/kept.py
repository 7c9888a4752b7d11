"""Reading the tallies of a test: what `quizapp.reports.tallies` keeps, as the domain counts it."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import func, select

from quizapp.db import db
from quizapp.domain.bank import Bank
from quizapp.domain.branch_summary import Count, Summary
from quizapp.domain.item_analysis import Chosen, ItemFigures, Sums, TopicFigures, item_figures, weakest_first
from quizapp.quizzes.models import Quiz
from quizapp.reports.excusals import excused_counts
from quizapp.reports.models import TallyBranch, TallyChoice, TallyItem, TallyPerson, TallyTopic
from quizapp.reports.sums import in_pieces


def branch_counts(quiz_id: int, branch_ids: Collection[int]) -> dict[int, Count]:
    """The people of those of the branches in which anybody is eligible."""
    rows = select(
        TallyBranch.branch_id, TallyBranch.eligible, TallyBranch.passed, TallyBranch.excellent, TallyBranch.scores
    ).where(TallyBranch.quiz_id == quiz_id)
    excused = excused_counts(quiz_id, branch_ids)
    return {
        branch_id: Count(
            eligible,
            passed,
            excellent,
            {Decimal(key) / 100: people for key, people in scores.items()},
            excused.get(branch_id, 0),
        )
        for branch_id, eligible, passed, excellent, scores in db.session.execute(rows)
        if branch_id in branch_ids
    }


def topic_figures(quiz_id: int, branch_ids: Collection[int]) -> dict[str, TopicFigures]:
    """What the people of these branches earned, by topic."""
    sums = (TallyTopic.responses, TallyTopic.right, TallyTopic.points, TallyTopic.full_points)
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(sums))
    for piece in in_pieces(branch_ids, 5000):
        rows = (
            select(TallyTopic.topic, *map(func.sum, sums))
            .where(TallyTopic.quiz_id == quiz_id, TallyTopic.branch_id.in_(piece))
            .group_by(TallyTopic.topic)
        )
        for topic, *values in db.session.execute(rows):
            found[topic] = [before + int(value) for before, value in zip(found[topic], values, strict=True)]
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
    columns = [column for column in TallyItem.__table__.columns if column.name != "quiz_id"]
    rows = select(*columns).where(TallyItem.quiz_id == quiz_id, TallyItem.responses > 0)
    for item_id, *values in db.session.execute(rows):
        found[item_id].append(Sums(*values))
    return found


def _chosen(quiz_id: int) -> Mapping[str, list[Chosen]]:
    found: dict[str, list[Chosen]] = defaultdict(list)
    rows = select(TallyChoice.item_id, TallyChoice.answer, TallyChoice.times, TallyChoice.rest)
    for item_id, answer, times, rest in db.session.execute(rows.where(TallyChoice.quiz_id == quiz_id)):
        found[item_id].append(Chosen(tuple(json.loads(answer)), times, rest))
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
