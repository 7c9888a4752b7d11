"""What several tests of a quarter or a year say together, without adding up what cannot be added.

Tests differ in difficulty, so that no mean of one is ever added to that of another. Three things may be said over time:

- *participation* (参与率): counted in person-times (人次), a person who should sit three tests counts three times;
- a *subject* (a topic, a regulation, a measure, the items about a post) against the whole papers of the same people in
  the same test: a harder test is harder for both;
- a *group* of people (a post, the branches that practise much) against everybody in the same test.

A subject is weak in a test where its share of the points lies `WEAK_BY` or more below that of the whole papers, and
chance does not explain it: the upper end of the 95 % score interval of its share lies below it too, with the answers
as n (`quizapp.domain.estimates`). Answers of one person go together, which makes the interval somewhat too narrow;
marks between nothing and all make it too wide. Of fewer than `LEAST_ANSWERS` nothing is said.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from quizapp.domain.branch_summary import Figures
from quizapp.domain.estimates import LEVEL, score_interval
from quizapp.domain.student_t import normal_quantile

WEAK_BY = Decimal("0.05")
"""So much, as a share of the points, a subject lies below the whole papers before it is called weak."""
LEAST_ANSWERS = 30
"""Of fewer answers it is not said whether a subject is weak."""
LEAST_PEOPLE = 10
"""Of fewer people who sat a test it is not said whether their group lags."""
LAGS_BY = Decimal("0.03")
"""So much, as a share of the points, a group lies below everybody in the same test before it is said to lag."""

_KEY = re.compile(r"(2\d{3})(?:-Q([1-4]))?")


@dataclass(frozen=True, order=True)
class Period:
    """A year, or a quarter (1 to 4) of it, by the department's calendar."""

    year: int
    quarter: int = 0  # 0: the whole year

    @classmethod
    def of(cls, day: date) -> "Period":
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, key: str) -> "Period | None":
        """The period of such a key: ``2026``, ``2026-Q1``; None for anything else."""
        found = _KEY.fullmatch(key)
        return cls(int(found[1]), int(found[2] or 0)) if found else None

    @property
    def key(self) -> str:
        """How an address calls it."""
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.quarter * 3 - 2 if self.quarter else 1, 1)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        if self.quarter in (0, 4):
            return date(self.year + 1, 1, 1)
        return date(self.year, self.quarter * 3 + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day < self.after


@dataclass(frozen=True)
class Turnout:
    """Person-times (人次): how often anybody should have sat a test, did so, or was excused."""

    eligible: int = 0
    sat: int = 0
    excused: int = 0

    @property
    def absent(self) -> int:
        """How often somebody neither sat nor was excused."""
        return self.eligible - self.sat - self.excused

    @property
    def participation(self) -> Decimal | None:
        """Sat, of the eligible."""
        return Decimal(self.sat) / self.eligible if self.eligible else None


def turnout(tests: Iterable[Figures]) -> Turnout:
    """The person-times of these tests."""
    every = list(tests)
    return Turnout(*(sum(getattr(one, name) for one in every) for name in ("eligible", "sat", "excused")))


@dataclass(frozen=True)
class Earned:
    """What was earned of some points (both in hundredths), by so many answers; the omitted ones included."""

    answers: int = 0
    points: int = 0
    full_points: int = 0

    def __add__(self, other: "Earned") -> "Earned":
        return Earned(self.answers + other.answers, self.points + other.points, self.full_points + other.full_points)

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; None where nothing was to be earned."""
        return Decimal(self.points) / self.full_points if self.full_points else None


@dataclass(frozen=True)
class Mark:
    """A subject in one test, beside the whole papers of the same people."""

    earned: Earned
    whole: Earned

    @property
    def share(self) -> Decimal | None:
        """What was earned of the subject."""
        return self.earned.share

    @property
    def gap(self) -> Decimal | None:
        """How far that lies above (below: negative) what was earned of the whole papers."""
        return None if self.share is None or self.whole.share is None else self.share - self.whole.share

    @property
    def weak(self) -> bool | None:
        """Whether the subject is weak in this test; None where too few answered."""
        if self.gap is None or self.whole.share is None or self.earned.answers < LEAST_ANSWERS:
            return None
        return self.gap <= -WEAK_BY and _highest(self.earned) < self.whole.share


def _highest(earned: Earned) -> Decimal:
    interval = score_interval(float(earned.share or 0), earned.answers, normal_quantile(LEVEL))
    return Decimal(str(interval.high))


class Course(StrEnum):
    """How a subject went over the tests that say something of it; the first ones are to be looked at first."""

    STAYED = "stayed"  # weak in the newest, and in an earlier one
    NEW = "new"  # weak in the newest alone, though an earlier one asked it
    ONCE = "once"  # weak in the only one
    BETTER = "better"  # weak earlier, no longer in the newest
    SOUND = "sound"
    UNKNOWN = "unknown"  # too few answers everywhere


def course_of(marks: Iterable[bool | None]) -> Course:
    """The course of what was weak (or lagged) in each test, the oldest first; None where a test says nothing."""
    judged = [weak for weak in marks if weak is not None]
    if not judged:
        return Course.UNKNOWN
    *earlier, newest = judged
    if newest:
        return Course.STAYED if any(earlier) else Course.NEW if earlier else Course.ONCE
    return Course.BETTER if any(earlier) else Course.SOUND


@dataclass(frozen=True)
class Trend:
    """A subject over the tests of a period, the oldest first; None for a test that did not ask it."""

    name: str
    marks: tuple[Mark | None, ...]

    @property
    def course(self) -> Course:
        """How it went."""
        return course_of(mark.weak for mark in self.marks if mark is not None)

    @property
    def times_weak(self) -> int:
        """In how many tests it was weak."""
        return sum(bool(mark and mark.weak) for mark in self.marks)

    @property
    def times_judged(self) -> int:
        """How many tests say something of it."""
        return sum(mark is not None and mark.weak is not None for mark in self.marks)

    @property
    def newest(self) -> Mark | None:
        """The last test that asked it."""
        return next((mark for mark in reversed(self.marks) if mark is not None), None)


def to_look_at_first(trends: Iterable[Trend]) -> list[Trend]:
    """By their course, then the furthest below the whole papers in the newest test first."""
    order = list(Course)

    def rank(trend: Trend) -> tuple[int, Decimal, str]:
        gap = trend.newest.gap if trend.newest else None
        return order.index(trend.course), Decimal(1) if gap is None else gap, trend.name

    return sorted(trends, key=rank)


@dataclass(frozen=True)
class GroupMark:
    """The people of a group in one test, beside all people of the report in the same test.

    ``mean`` and ``of_all`` are means of what each earned of the points of the paper, from 0 to 1.
    """

    eligible: int
    sat: int
    mean: Decimal | None
    of_all: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """How far the group lies above (below: negative) everybody."""
        return None if self.mean is None or self.of_all is None else self.mean - self.of_all

    @property
    def lags(self) -> bool | None:
        """Whether it lies `LAGS_BY` or more below; None where too few sat the test."""
        return None if self.gap is None or self.sat < LEAST_PEOPLE else self.gap <= -LAGS_BY


@dataclass(frozen=True)
class GroupTrend:
    """A group over the tests of a period, the oldest first; None for a test in which nobody of it was eligible."""

    name: str
    marks: tuple[GroupMark | None, ...]

    @property
    def course(self) -> Course:
        """How it went; "weak" stands for lagging behind."""
        return course_of(mark.lags for mark in self.marks if mark is not None)


def lagging_first(groups: Sequence[GroupTrend]) -> list[GroupTrend]:
    """By their course, then by name."""
    order = list(Course)
    return sorted(groups, key=lambda group: (order.index(group.course), group.name))
