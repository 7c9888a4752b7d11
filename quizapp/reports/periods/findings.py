"""Everything that the analysis of a period says, worked out once: its tables and its sentences stand on this."""

from dataclasses import dataclass
from functools import cached_property

from quizapp.domain.branch_summary import Row
from quizapp.domain.period_analysis import Course, GroupTrend, Trend
from quizapp.practice.figures import BranchPractice
from quizapp.reports.periods.items import ItemSubjects, Measure
from quizapp.reports.periods.posts import post_trends
from quizapp.reports.periods.practice import PractiseGroup, practice_of, practise_groups
from quizapp.reports.periods.queries import Depth, PeriodReport
from quizapp.reports.periods.subjects import Sums, topic_sums, topic_trends, whole_papers

TO_LOOK_AT = (Course.STAYED, Course.NEW, Course.ONCE)


@dataclass(frozen=True)
class Findings:
    """The findings of one period for one reader. Groups of people (posts) are not spoken of for a single branch."""

    period: PeriodReport

    @property
    def about_groups(self) -> bool:
        """Whether posts and groups of branches are spoken of."""
        return self.period.depth is not Depth.BRANCH

    @cached_property
    def _topic_sums(self) -> list[Sums]:
        return [topic_sums(test) for test in self.period.tests]

    @cached_property
    def topics(self) -> list[Trend]:
        """Each topic, those to be looked at first."""
        return topic_trends(self._topic_sums)

    @cached_property
    def _items(self) -> ItemSubjects:
        return ItemSubjects(self.period.tests, whole_papers(self._topic_sums))

    @cached_property
    def regulations(self) -> list[Trend]:
        """Each regulation that items cite."""
        return self._items.regulations()

    @cached_property
    def item_posts(self) -> list[Trend]:
        """Each post that items name."""
        return self._items.posts()

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures of the own lists that items cite, or of which a post lags."""
        lagging = {group.name for group in self.posts if group.course in TO_LOOK_AT}
        return list(self._items.measures(lagging, self.period.period.last))

    @cached_property
    def posts(self) -> list[GroupTrend]:
        """The people of each post, those who lag first."""
        return post_trends(self.period.tests) if self.about_groups else []

    @cached_property
    def practice(self) -> list[tuple[Row, BranchPractice]]:
        """Each branch with its practice."""
        return practice_of(self.period)

    @cached_property
    def practise_groups(self) -> list[PractiseGroup]:
        """The branches that practise much, beside the others."""
        return practise_groups(self.period.tests, self.practice) if self.about_groups else []
