"""The names and sentences of an analysis: page, workbook and document say the same."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from quizapp.domain.branch_summary import FEWEST_FOR_SCORES
from quizapp.domain.period_analysis import LAGS_BY, LEAST_ANSWERS, LEAST_PEOPLE, WEAK_BY, Course, Period, Trend
from quizapp.domain.problem import N_
from quizapp.quizzes.models import Quiz
from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.practice import MUCH
from quizapp.reports.periods.queries import Depth, PeriodReport, opened_on
from quizapp.reports.periods.structure import structure_changes
from quizapp.reports.periods.table import signed_points
from quizapp.roster.queries import department_name
from quizapp.web.wording import percent

DEPTH_NAMES = {
    Depth.LEADERS: N_("For the leading party group"),
    Depth.COMMITTEE: N_("For the party committee"),
    Depth.BRANCH: N_("For a branch"),
}
COURSE_NAMES = {
    Course.STAYED: N_("Stayed weak"),
    Course.NEW: N_("Newly weak"),
    Course.ONCE: N_("Weak, asked once"),
    Course.BETTER: N_("No longer weak"),
    Course.SOUND: N_("Not weak"),
    Course.UNKNOWN: N_("Too few answers"),
}
LAG_NAMES = {
    Course.STAYED: N_("Kept lagging"),
    Course.NEW: N_("Newly lagging"),
    Course.ONCE: N_("Lagged, seen once"),
    Course.BETTER: N_("No longer lagging"),
    Course.SOUND: N_("Does not lag"),
    Course.UNKNOWN: N_("Too few people"),
}
OTHER_AUDIENCE = Decimal("1.2")
"""From this ratio of the eligible on, two tests were for others, and not only for some who came or went."""
NAMED_AT_ONCE = 6
"""A sentence names so many subjects; the table has all."""


def period_name(period: Period) -> str:
    """2026 年第一季度, or the year alone."""
    if not period.quarter:
        return str(_("Year %(year)s", year=period.year))
    if str(get_locale()).startswith("zh"):
        return str(_("Quarter %(quarter)s of %(year)s", year=period.year, quarter="一二三四"[period.quarter - 1]))
    return str(_("Quarter %(quarter)s of %(year)s", year=period.year, quarter=period.quarter))


def title_of(period: PeriodReport) -> str:
    """What the analysis is called."""
    who = period.place.name if period.place else department_name() if period.whole else _("the branches you may see")
    return str(_("%(who)s: analysis of %(period)s", who=who, period=period_name(period.period)))


def numbered(number: int) -> str:
    """How the tests are called in heads of columns."""
    return str(_("Test %(n)s", n=number))


def month_and_day(quiz: Quiz) -> str:
    """The day on which the test opened."""
    pattern = "y年M月d日" if str(get_locale()).startswith("zh") else "d MMM y"
    return str(format_date(opened_on(quiz), pattern))


def kind_of_test(quiz: Quiz) -> str:
    """What makes it another kind of test than the others; empty for nothing."""
    if quiz.follows is not None:
        return str(_("follow-up of an earlier test"))
    return str(_("several attempts")) if quiz.attempts_allowed > 1 else ""


def weak_rule() -> str:
    """When a subject is called weak, and what the figures are."""
    return str(
        _(
            "Share of the points earned, and the number of answers. Weak: %(by)s percentage points or more below the "
            "whole papers of the same people in the same test, beyond what chance explains; of fewer than %(n)s "
            "answers nothing is said. “Stayed weak”: weak in the newest test and in an earlier one.",
            by=_whole(WEAK_BY),
            n=LEAST_ANSWERS,
        )
    )


def group_rule() -> list[str]:
    """How posts are compared."""
    return [
        _("Mean share of the points of the paper, and how many people of the post sat the test."),
        _("Lagging: %(by)s percentage points or more below everybody in the same test; of fewer than %(n)s people "
          "nothing is said.", by=_whole(LAGS_BY), n=LEAST_PEOPLE),
        _("Posts as the roster has them today; a person with two posts counts with each. Of fewer than %(n)s people no "
          "mean is shown.", n=FEWEST_FOR_SCORES),
    ]  # fmt: skip


def practice_rule() -> list[str]:
    """What may be read from the two groups, and what may not."""
    return [
        _("Share of all points that the people of these branches earned in each test, and the number of answers."),
        _("Practised much: %(share)s %% of the people of a branch or more.", share=_whole(MUCH)),
        _("A difference does not prove that practice is the reason: branches that take care do both."),
    ]


def notes(period: PeriodReport) -> Iterator[str]:
    """How all of it is counted, one sentence each."""
    yield _("A test belongs to the period in which it opened. Withdrawn tests are left out.")
    yield _("Tests are counted with the units, branches and members of the moment when each opened.")
    if period.under_way:
        titles = _(", ").join(quiz.title for quiz in period.under_way)
        yield _("Not over yet, and not counted: %(titles)s.", titles=titles)
    if period.elsewhere:
        titles = _(", ").join(quiz.title for quiz in period.elsewhere)
        yield _("Not for this unit or branch, or before it existed: %(titles)s.", titles=titles)
    yield from structure_changes(period)
    for number, test in enumerate(period.tests, 1):
        if (edition := test.report.edition) is not None:
            yield _("%(test)s: edition %(n)s of its report, fingerprint %(short)s.", test=numbered(number),
                    n=edition.number, short=edition.short)  # fmt: skip
    if any(test.report.edition is not None for test in period.tests):
        yield _(
            "Posts, and the regulations and measures of some branches, are counted from what is on record now, "
            "also where a report is frozen."
        )
    if any(not test.scores_shown for test in period.tests):
        yield _("The secretary of a branch sees scores after the test has closed, where at least five people sat it.")


def sentences(found: Findings) -> list[str]:
    """What a reader should know first, worked out from the same figures as the tables."""
    return [sentence for _heading, those in sections(found) for sentence in those]


def sections(found: Findings) -> list[tuple[str, list[str]]]:
    """The same under headings; what nothing is to be said of is left out."""
    if not found.period.tests:
        return [(_("The tests"), [_("No test of the period has ended yet.")])]
    every = [
        (_("The tests"), [*_tests(found.period), *_participation_over_time(found.period)]),
        (_("Weak points"), [*_weak_topics(found.topics), *_weak_regulations(found)]),
        (_("Posts and measures"), [*_posts(found), *_measures(found)]),
        (_("Practice"), list(_practice(found))),
    ]
    return [(heading, said) for heading, said in every if said]


def _tests(period: PeriodReport) -> Iterator[str]:
    total = period.turnout
    yield _(
        "%(tests)s tests ended. %(eligible)s person-times were eligible and %(sat)s sat: participation %(rate)s %%.",
        tests=len(period.tests),
        eligible=f"{total.eligible:,}",
        sat=f"{total.sat:,}",
        rate=percent(total.participation),
    )


def _participation_over_time(period: PeriodReport) -> Iterator[str]:
    first, newest = period.tests[0].part.figures.participation, period.tests[-1].part.figures.participation
    if len(period.tests) > 1 and first is not None and newest is not None:
        people = [test.part.figures.eligible for test in period.tests]
        yield _("Participation went from %(first)s %% in the first test to %(newest)s %% in the newest one "
                "(%(change)s percentage points).",
                first=percent(first), newest=percent(newest), change=signed_points(newest - first))  # fmt: skip
        if max(people) > OTHER_AUDIENCE * min(people):
            yield _("The tests were not for the same people: look at who was eligible before comparing.")


def _weak_topics(topics: Iterable[Trend]) -> Iterator[str]:
    every = list(topics)
    stayed = [_with_share(trend) for trend in every if trend.course is Course.STAYED]
    if stayed:
        yield _("Topics that stayed weak: %(names)s.", names=_listed(stayed))
    elif any(trend.times_judged > 1 for trend in every):
        yield _("No topic stayed weak over several tests.")
    if better := [trend.name for trend in every if trend.course is Course.BETTER]:
        yield _("Topics that are no longer weak: %(names)s.", names=_listed(better))


def _with_share(trend: Trend) -> str:
    newest = trend.newest
    return str(_("%(name)s (%(share)s %%)", name=trend.name, share=percent(newest.share if newest else None)))


def _weak_regulations(found: Findings) -> Iterator[str]:
    stayed = [_with_share(trend) for trend in found.regulations if trend.course is Course.STAYED]
    if stayed:
        yield _("Regulations that stayed weak: %(names)s.", names=_listed(stayed))


def _posts(found: Findings) -> Iterator[str]:
    if lagging := [group.name for group in found.posts if group.course is Course.STAYED]:
        yield _("Posts that kept lagging: %(names)s.", names=_listed(lagging))
    elif any(group.course is not Course.UNKNOWN for group in found.posts):
        yield _("No post kept lagging.")


def _measures(found: Findings) -> Iterator[str]:
    stayed = [one for one in found.measures if one.trend is not None and one.trend.course is Course.STAYED]
    if stayed:
        yield _("Measures that stayed weak: %(names)s.", names=_listed([one.article.gist for one in stayed]))


def _practice(found: Findings) -> Iterator[str]:
    shown = [practice for _row, practice in found.practice if practice.practised is not None]
    if shown:
        yield _(
            "Practice: in %(branches)s branches five people or more practised, %(people)s people with %(items)s "
            "answers.",
            branches=len(shown),
            people=f"{sum(one.practised or 0 for one in shown):,}",
            items=f"{sum(one.items or 0 for one in shown):,}",
        )


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED_AT_ONCE
    listed = _(", ").join(names[:NAMED_AT_ONCE])
    return str(_("%(names)s and %(n)s more", names=listed, n=more) if more > 0 else listed)


def _whole(share: Decimal) -> str:
    return str(int(share * 100))


def file_name(period: PeriodReport, format: str) -> str:
    """A name for the downloaded file that every file system takes."""
    title = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", title_of(period)).strip(" ._")[:80]
    return f"{title}.{format}"
