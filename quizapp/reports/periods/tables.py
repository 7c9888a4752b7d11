"""The tables of an analysis, by its depth. Each depth leaves tables or rows out; none shows another figure."""

from collections.abc import Callable

from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.people_tables import (
    places_table,
    posts_table,
    practice_groups_table,
    practice_table,
    tests_table,
)
from quizapp.reports.periods.queries import Depth
from quizapp.reports.periods.subject_tables import item_posts_table, measures_table, regulations_table, topics_table
from quizapp.reports.periods.table import Table

_LEADERS = (
    *(tests_table, topics_table, regulations_table, posts_table, measures_table),
    *(places_table, practice_groups_table),
)
TABLES: dict[Depth, tuple[Callable[[Findings], Table], ...]] = {
    Depth.LEADERS: _LEADERS,
    Depth.COMMITTEE: (*_LEADERS, item_posts_table, practice_table),
    Depth.BRANCH: (tests_table, topics_table, regulations_table, practice_table),
}
"""What each depth shows, in its order."""


def tables_of(found: Findings) -> list[Table]:
    """Every table of the analysis."""
    return [make(found) for make in TABLES[found.period.depth]]
