"""The wording of the official report as it is drafted: what holds of the figures is said, what does not is left out.

Figures stand in it as marks (`official_figures`): whoever rewrites a paragraph keeps the marks, and every export fills
them in from the data.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from quizapp.domain.branch_summary import FEWEST_FOR_SCORES
from quizapp.domain.problem import N_, Problem
from quizapp.domain.standing import Group
from quizapp.reports.official.figures import mean_standing, topics_shown, weak_topics
from quizapp.reports.queries import BranchReport

MARK = re.compile("【([^【】\n]{1,20})】")
LONGEST_TEXT = 4000
TITLE_IN_ONE_LINE = 20
TITLE_END = "情况的报告"


class Kind(Enum):
    """How a paragraph is set."""

    TITLE = "title"
    ADDRESSEE = "addressee"
    FIRST = "first"  # heading 一、
    SECOND = "second"  # heading （一）
    BODY = "body"
    SIGNER = "signer"
    DATE = "date"


@dataclass(frozen=True)
class Passage:
    """One paragraph, or several on lines of their own; ``name`` is what it is kept under."""

    name: str
    kind: Kind
    text: str


LABELS = {
    "title": N_("Title of the paper"),
    "addressee": N_("To whom"),
    "opening": N_("Opening"),
    "held": N_("How it was held"),
    "turnout": N_("Who took part"),
    "scores": N_("Results"),
    "units": N_("Units and branches"),
    "topics": N_("Weak topics"),
    "absent": N_("Problem: absence"),
    "failed": N_("Problem: not passed"),
    "weak": N_("Problem: weak topics"),
    "next": N_("What follows"),
    "closing": N_("Last sentence"),
    "signer": N_("Signed by"),
    "date": N_("Date"),
}
"""The passages that the committee may word itself, with what their fields are called (msgids)."""


def draft(report: BranchReport) -> list[Passage]:
    """Every passage in order; headings are numbered by `numbered`, since one may be left out."""
    return list(_passages(report))


def _passages(report: BranchReport) -> Iterator[Passage]:
    yield Passage("title", Kind.TITLE, _title(report.quiz.title))
    yield Passage("addressee", Kind.ADDRESSEE, "厅党组：")
    yield Passage(
        "opening",
        Kind.BODY,
        "按照党风廉政教育工作安排，机关党委组织开展了“【测试名称】”。现将有关情况报告如下。",
    )
    yield Passage("", Kind.FIRST, "基本情况")
    yield Passage("", Kind.SECOND, "组织实施")
    yield Passage("held", Kind.BODY, _held(report))
    yield Passage("", Kind.SECOND, "参加情况")
    yield Passage("turnout", Kind.BODY, _turnout(report))
    yield Passage("", Kind.SECOND, "成绩情况")
    yield Passage("scores", Kind.BODY, _scores(report))
    yield Passage("", Kind.FIRST, "各单位、各支部情况")
    yield Passage("units", Kind.BODY, _units(report))
    yield Passage("", Kind.FIRST, "知识掌握情况")
    yield Passage("topics", Kind.BODY, _topics(report))
    problems = list(_problems(report))
    if problems:
        yield Passage("", Kind.FIRST, "需要关注的问题")
        for heading, name, text in problems:
            yield Passage("", Kind.SECOND, heading)
            yield Passage(name, Kind.BODY, text)
    yield Passage("", Kind.FIRST, "下一步工作")
    yield Passage("next", Kind.BODY, "\n".join(_next_steps(report)))
    yield Passage("closing", Kind.BODY, "特此报告。")
    yield Passage("signer", Kind.SIGNER, "机关党委")
    yield Passage("date", Kind.DATE, "【报告日期】")


def _title(of_test: str) -> str:
    """The test is named by its mark: what stands between 【】 in its own title is no figure."""
    about = "" if of_test.startswith("关于") else "关于"
    fits = len(about + of_test + TITLE_END) <= TITLE_IN_ONE_LINE
    break_ = "" if fits else "\n"  # the lines of a title end where the sense allows
    return f"{about}【测试名称】{break_}{TITLE_END}"


def _held(report: BranchReport) -> str:
    excellent = "" if report.spec.excellent_score is None else "，【优秀线】分及以上为优秀"
    attempts = "每人作答1次。" if report.quiz.attempts_allowed == 1 else "每人可作答【作答次数】次，以【计分方式】计。"
    return (
        "测试于【开始时间】至【结束时间】在线进行，由系统按统一规则组卷，满分【满分】分，【合格线】分及以上为合格"
        f"{excellent}。{attempts}测试覆盖【单位数】个单位的【支部数】个党支部，人员所属支部以测试开始时为准。"
    )


def _turnout(report: BranchReport) -> str:
    total = report.summary.total
    excused = "，经登记缓考【缓考】人" if total.excused else ""
    absent = "，缺考【缺考】人" if total.absent else "，无人缺考"
    branches = "全员参加的党支部【全员参加支部数】个。"
    note = "缓考人员计入应考人数。" if total.excused else ""
    return f"应参加测试【应考】人，实际参加【实考】人{excused}{absent}，参与率【参与率】。{branches}{note}"


def _scores(report: BranchReport) -> str:
    total = report.summary.total
    if not total.sat:
        return "无人参加测试，没有成绩数据。"
    if total.sat < FEWEST_FOR_SCORES:
        return "实际参加测试的人员中合格【合格】人。人数少，不计算平均分和比率。"
    excellent = "" if total.excellent is None else "；优秀【优秀】人，优秀率【优秀率】"
    return (
        f"实际参加测试人员平均分【平均分】分，中位数【中位数】分；合格【合格】人，合格率【合格率】{excellent}。"
        "平均分、合格率按实际参加人员计算，缺考、缓考人员不按零分计入。"
    )


def _units(report: BranchReport) -> str:
    units = "各单位情况见附件1，各党支部情况见附件2。"
    if report.branch_count == 1:
        return units
    few = [row for part in report.summary.units for row in part.branches if 0 < row.figures.sat < FEWEST_FOR_SCORES]
    caution = "各党支部人数多少不一，人数少的支部，一两个人的成绩就会使平均分明显变动，因此本报告不对党支部排名次。"
    if few:
        caution += "实际参加不足【最少人数】人的党支部，不单列成绩，计入所在单位和合计。"
    return units + caution + _standing(report)


def _standing(report: BranchReport) -> str:
    """What may be said of the differences between branches; nothing where there are not two to compare."""
    mean = mean_standing(report)
    if mean is None:
        return ""
    above, below = mean.ids_of(Group.ABOVE), mean.ids_of(Group.BELOW)
    if not (above or below):
        return "考虑人数多少和所抽试卷难易后，各党支部平均分之间的差别没有超出偶然变动的范围。"
    said = ["明显高于全体水平的是【明显较高的党支部】"] if above else []
    said += ["明显低于全体水平的是【明显较低的党支部】"] if below else []
    return f"考虑人数多少和所抽试卷难易后，平均分{'；'.join(said)}。其余党支部之间的差别没有超出偶然变动的范围。"


def _topics(report: BranchReport) -> str:
    if not topics_shown(report):
        return "按知识点统计的作答较少，不作分析。"
    if not weak_topics(report):
        return "得分率是实际得分占应得分的比例。各知识点得分率见附图，没有明显薄弱的知识点。"
    return "得分率是实际得分占应得分的比例。与整份试卷相比，得分率明显较低的是【薄弱知识点】。"


def _problems(report: BranchReport) -> Iterator[tuple[str, str, str]]:
    total = report.summary.total
    if total.absent:
        several = sum(part.unit.figures.absent > 1 for part in report.summary.units)
        where = "缺考人数较多的单位是【缺考较多的单位】。" if several > 1 else ""
        yield "部分人员未参加测试", "absent", f"缺考【缺考】人，名单见附件3。{where}"
    if total.passed is not None and total.sat > total.passed:
        yield "部分人员未达到合格线", "failed", "实际参加测试人员中，【未合格】人未达到合格线。"
    if weak_topics(report):
        yield "部分知识点掌握不够扎实", "weak", "【薄弱知识点】的得分率明显低于整份试卷，需要加强学习。"


def _next_steps(report: BranchReport) -> Iterator[str]:
    total = report.summary.total
    steps = []
    if total.absent or total.excused:
        steps.append("请各党支部逐人核实缺考、缓考原因，组织补学补测。")
    if total.passed is not None and total.sat > total.passed:
        steps.append("对未达到合格线的人员，由所在党支部安排学习辅导，再次参加测试。")
    if weak_topics(report):
        steps.append("把得分率较低的知识点列为近期“三会一课”、主题党日的学习内容。")
    steps.append("继续用好日常练习，把学习贯穿平时。")
    yield from (f"{'一二三四'[place]}是{step}" for place, step in enumerate(steps))


def worded(drafted: Sequence[Passage], texts: Mapping[str, str]) -> list[Passage]:
    """The draft with what the committee has worded itself; an empty text leaves the passage out."""
    own = [Passage(one.name, one.kind, texts.get(one.name, one.text) if one.name else one.text) for one in drafted]
    return [one for place, one in enumerate(own) if one.text.strip() and _needed(own, place)]


def _needed(passages: Sequence[Passage], place: int) -> bool:
    """Whether a heading has a text below it before the next of its rank."""
    ranks = {Kind.FIRST: 1, Kind.SECOND: 2}
    rank = ranks.get(passages[place].kind)
    if rank is None:
        return True
    for later in passages[place + 1 :]:
        if ranks.get(later.kind, 3) <= rank or later.kind in (Kind.SIGNER, Kind.DATE):
            return False
        if later.kind is Kind.BODY and later.text.strip():
            return True
    return False


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its marks replaced; what is no mark stays as it is."""
    return MARK.sub(lambda found: values.get(found[1], found[0]), text)


def wording_problems(name: str, text: str, values: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a text that somebody worded."""
    problems = [
        Problem(N_("There is no figure 【%(name)s】. Please take one from the list."), {"name": found[1]}, path=name)
        for found in MARK.finditer(text)
        if found[1] not in values
    ]
    if len(text) > LONGEST_TEXT:
        msgid = N_("The text is too long; the limit is %(limit)s characters.")
        problems.append(Problem(msgid, {"limit": LONGEST_TEXT}, path=name))
    return problems
