"""The topics that the tests of a period asked about, read from the sums of each test and never from answers."""

from collections.abc import Iterator, Mapping, Sequence

from quizapp.domain.period_analysis import Earned, Mark, Trend, to_look_at_first
from quizapp.reports.kept import topic_figures
from quizapp.reports.periods.queries import PeriodTest

Sums = Mapping[str, Earned]
"""What was earned of each subject in one test."""


def topic_sums(test: PeriodTest) -> Sums:
    """Each topic, ``""`` for the items without one; nothing where the reader may not see all scores of the test."""
    if not test.scores_shown:
        return {}
    figures = topic_figures(test.quiz.id, test.part.branch_ids)
    return {topic: Earned(one.responses, one.points, one.full_points) for topic, one in figures.items()}


def whole_papers(sums: Sequence[Sums]) -> list[Earned]:
    """What was earned of the whole papers of each test, from the sums of its topics."""
    return [sum(one.values(), Earned()) for one in sums]


def topic_trends(sums: Sequence[Sums]) -> list[Trend]:
    """Each topic; items without one are left out."""
    named = [{name: earned for name, earned in one.items() if name} for one in sums]
    return trends_of(named, whole_papers(sums))


def trends_of(sums: Sequence[Sums], whole: Sequence[Earned]) -> list[Trend]:
    """Each subject over the tests, those to be looked at first."""
    names = dict.fromkeys(name for one in sums for name in one)
    return to_look_at_first(Trend(name, tuple(_marks(name, sums, whole))) for name in names)


def _marks(name: str, sums: Sequence[Sums], whole: Sequence[Earned]) -> Iterator[Mark | None]:
    for one, papers in zip(sums, whole, strict=True):
        yield Mark(one[name], papers) if name in one else None
