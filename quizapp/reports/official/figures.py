"""The figures that the official report may name, each under a Chinese mark as it stands in the wording: 【应考】.

All of them come from the report, and so from its evidence where it is frozen. The paper is in Chinese in any interface.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from quizapp.domain.branch_summary import FEWEST_FOR_SCORES, Figures, Row
from quizapp.domain.item_analysis import TopicFigures
from quizapp.domain.period_analysis import LEAST_ANSWERS, Earned, Mark
from quizapp.domain.standing import Group, Measure
from quizapp.quizzes.models import CountedAttempt
from quizapp.reports.kept import topics_of
from quizapp.reports.queries import BranchReport
from quizapp.reports.standing import Figure, standing_of
from quizapp.web import clock
from quizapp.web.wording import one_decimal, percent, points

MOST_NAMED = 5
NONE = "—"
COUNTED = {CountedAttempt.BEST: "最高分", CountedAttempt.FIRST: "首次成绩", CountedAttempt.LAST: "末次成绩"}


def day(value: datetime) -> str:
    """``2026年3月2日`` on the department's wall clock."""
    local = clock.local(value)
    return f"{local.year}年{local.month}月{local.day}日"


def hour(value: datetime) -> str:
    """``2026年3月2日9时``, with the minutes where there are any."""
    local = clock.local(value)
    return f"{day(value)}{local.hour}时" + (f"{local.minute}分" if local.minute else "")


def rate(value: Decimal | None) -> str:
    """``95.7%``; a dash for none."""
    return NONE if value is None else f"{percent(value)}%"


def score(value: Decimal | None) -> str:
    """``82.4``; a dash for none."""
    return NONE if value is None else one_decimal(value)


def count(value: int | None) -> str:
    """A number of people; a dash for none."""
    return NONE if value is None else str(value)


def marks(report: BranchReport) -> dict[str, str]:
    """Every mark with what stands for it."""
    total, quiz, spec = report.summary.total, report.quiz, report.spec
    branches = [row for part in report.summary.units for row in part.branches]
    with_people = [row for row in branches if row.figures.eligible]
    edition = report.edition
    return {
        "测试名称": quiz.title,
        "开始时间": hour(quiz.opens_at),
        "结束时间": hour(quiz.closes_at),
        "满分": points(spec.full_points),
        "合格线": points(spec.cut_score),
        "优秀线": NONE if spec.excellent_score is None else points(spec.excellent_score),
        "作答次数": str(quiz.attempts_allowed),
        "计分方式": COUNTED[CountedAttempt(quiz.counted_attempt)],
        "单位数": str(sum(part.unit.figures.eligible > 0 for part in report.summary.units)),
        "支部数": str(len(with_people)),
        "全员参加支部数": str(sum(row.figures.sat == row.figures.eligible for row in with_people)),
        **_people(total),
        "缺考较多的单位": "、".join(_most_absent([part.unit for part in report.summary.units])) or "无",
        "明显较高的党支部": "、".join(apart(report, Group.ABOVE)) or "无",
        "明显较低的党支部": "、".join(apart(report, Group.BELOW)) or "无",
        "薄弱知识点": "、".join(f"“{one.topic}”（得分率{rate(one.facility)}）" for one in weak_topics(report)) or "无",
        "最少人数": str(FEWEST_FOR_SCORES),
        "报告日期": day(report.read_at if edition is None else edition.frozen_at),
    }


def _people(total: Figures) -> dict[str, str]:
    failed = None if total.passed is None else total.sat - total.passed
    return {
        "应考": count(total.eligible),
        "实考": count(total.sat),
        "缓考": count(total.excused),
        "缺考": count(total.absent),
        "参与率": rate(total.participation),
        "平均分": score(total.mean),
        "中位数": score(total.median),
        "合格": count(total.passed),
        "合格率": rate(total.pass_rate),
        "未合格": count(failed),
        "优秀": count(total.excellent),
        "优秀率": rate(total.excellence_rate),
    }


def _most_absent(units: Sequence[Row]) -> Iterator[str]:
    """The units with the most absent people; of equal ones those that stand first. None alone with a single one."""
    absent = [row for row in units if row.figures.absent > 1]
    for row in sorted(absent, key=lambda row: -row.figures.absent)[:MOST_NAMED]:
        yield f"{row.place.name}（{row.figures.absent}人）"


def topics_shown(report: BranchReport) -> list[TopicFigures]:
    """The topics of which the report says something, the weakest first."""
    return [one for one in topics_of(report.quiz, report.summary) if one.responses >= LEAST_ANSWERS]


def weak_topics(report: BranchReport) -> list[TopicFigures]:
    """Those that are weak as the periodic analysis has it: clearly below the whole papers, and not by chance."""
    every = topics_of(report.quiz, report.summary)
    whole = sum((_earned(one) for one in every), Earned())
    return [one for one in topics_shown(report) if Mark(_earned(one), whole).weak][:MOST_NAMED]


def _earned(topic: TopicFigures) -> Earned:
    return Earned(topic.responses, topic.points, topic.full_points)


def apart(report: BranchReport, group: Group) -> list[str]:
    """The branches whose mean differs from the whole by more than chance and the draw of the papers explain."""
    mean = mean_standing(report)
    members = standing_of(report).members
    return [] if mean is None else [members[id].place.name for id in mean.ids_of(group)]


def mean_standing(report: BranchReport) -> Measure | None:
    """How the branches stand by their mean; None where there are not two to tell apart."""
    mean = standing_of(report).measures.get(Figure.MEAN)
    return mean if mean is not None and mean.compares else None
