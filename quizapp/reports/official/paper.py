"""The official report on a test (公文): the drafted or reworded text, charts, and what is attached."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import force_locale, gettext

from quizapp.domain.branch_summary import FEWEST_FOR_SCORES, Figures, Row, together
from quizapp.domain.excuses import REASON_NAMES
from quizapp.domain.score_bins import Bin, score_bins
from quizapp.exporters.docx_chart import Chart
from quizapp.exporters.official_blocks import (
    Addressee,
    AnnexHead,
    Attachments,
    Block,
    Body,
    Heading,
    Note,
    Signature,
    Table,
    Title,
)
from quizapp.importers.word_numerals import formatted
from quizapp.reports.absentees import ABSENCE_NAMES, Absence, Absentee, absentees
from quizapp.reports.kept import branch_counts
from quizapp.reports.official.draft import Kind, Passage, draft, filled, worded
from quizapp.reports.official.figures import count, day, marks, rate, score, topics_shown
from quizapp.reports.queries import BranchReport
from quizapp.reports.wording import unit_of
from quizapp.web.wording import points

CHINESE = "zh_Hans_CN"
"""The paper is in Chinese in any interface."""
MOST_BARS = 24
"""So many bars stand in one chart; of more, none is drawn and the table speaks."""
HEADS = ("应考", "实考", "缓考", "缺考", "参与率", "平均分", "合格率", "优秀率")
WIDTHS = (11.0, 11.0, 11.0, 11.0, 15.0, 14.0, 15.0, 15.0)
NAME_WIDTH = 53.0


def official_blocks(report: BranchReport, texts: Mapping[str, str]) -> list[Block]:
    """The whole paper; ``texts`` are the passages that the committee has worded itself, by name."""
    values = marks(report)
    passages = worded(draft(report), texts)
    annexes = list(_annexes(report))
    return [*_text(report, passages, values, tuple(title for title, _blocks in annexes)), *_attached(annexes)]


def _text(
    report: BranchReport, passages: Sequence[Passage], values: Mapping[str, str], attached: tuple[str, ...]
) -> Iterator[Block]:
    first = second = 0
    signer = date = ""
    drawn = dict(_charts(report))
    for one in passages:
        lines = filled(one.text, values)
        if one.kind is Kind.TITLE:
            yield Title(lines)
        elif one.kind is Kind.ADDRESSEE:
            yield Addressee(lines)
        elif one.kind is Kind.FIRST:
            first, second = first + 1, 0
            yield Heading(f"{formatted(first, 'chineseCounting')}、{lines}")
        elif one.kind is Kind.SECOND:
            second += 1
            yield Heading(f"（{formatted(second, 'chineseCounting')}）{lines}", level=2)
        elif one.kind is Kind.BODY:
            yield from (Body(line.strip(), one.name == "closing") for line in lines.splitlines() if line.strip())
            if one.name in drawn:
                yield drawn[one.name]
        elif one.kind is Kind.SIGNER:
            signer = lines
        else:
            date = lines
    yield Attachments(attached)
    yield Signature(signer, date)


def _charts(report: BranchReport) -> Iterator[tuple[str, Chart]]:
    """The charts, numbered, each with the name of the passage that it follows."""
    number = 0
    for name, chart in (
        ("scores", _score_chart(report)),
        ("units", _unit_chart(report)),
        ("topics", _topic_chart(report)),
    ):
        if chart is not None:
            number += 1
            title = f"图{number} {chart.title}"
            yield (
                name,
                Chart(title, chart.alt, chart.names, chart.values, chart.number_format, chart.across, chart.most),
            )


def _score_chart(report: BranchReport) -> Chart | None:
    total = report.summary.total
    if total.withheld or total.sat < FEWEST_FOR_SCORES:
        return None
    counts = branch_counts(report.quiz.id, {row.place.id for part in report.summary.units for row in part.branches})
    bins = score_bins(together(counts.values()).scores, report.spec.full_points, report.spec.cut_score)
    names, values = tuple(map(_bin_name, bins)), tuple(float(one.people) for one in bins)
    most = max(bins, key=lambda one: one.people)
    alt = f"柱形图：成绩分布。人数最多的分数段是{_bin_name(most)}，{most.people}人。" + _listed(names, values, "人")
    return Chart("成绩分布（人数）", alt, names, values, across=False)


def _bin_name(one: Bin) -> str:
    return f"{points(one.high)}以下" if one.low is None else f"{points(one.low)}～{points(one.high)}"


def _unit_chart(report: BranchReport) -> Chart | None:
    units = [part.unit for part in report.summary.units if part.unit.figures.eligible]
    if not 2 <= len(units) <= MOST_BARS:
        return None
    names = tuple(row.place.name for row in units)
    values = tuple(float(row.figures.participation or 0) for row in units)
    shown = [f"{row.place.name}{rate(row.figures.participation)}" for row in units]
    alt = f"条形图：各单位参与率。{'，'.join(shown)}。"
    return Chart("各单位参与率", alt, names, values, "0.0%", most=1.2)


def _topic_chart(report: BranchReport) -> Chart | None:
    topics = topics_shown(report)
    if not 2 <= len(topics) <= MOST_BARS:
        return None
    names = tuple(one.topic for one in topics)
    values = tuple(float(one.facility or 0) for one in topics)
    alt = "条形图：各知识点得分率，从低到高。" + "，".join(f"{one.topic}{rate(one.facility)}" for one in topics) + "。"
    return Chart("各知识点得分率", alt, names, values, "0.0%", most=1.2)


def _listed(names: Sequence[str], values: Sequence[float], unit: str) -> str:
    return "，".join(f"{name}{value:g}{unit}" for name, value in zip(names, values, strict=True)) + "。"


def _annexes(report: BranchReport) -> Iterator[tuple[str, list[Block]]]:
    """Each annex with its title; the numbers that the text names: units, branches, names."""
    parts = report.summary.units
    units = [part.unit for part in parts]
    yield (
        "各单位测试情况统计表",
        [_figures_table("单位", [*_lines(units), ("合计", report.summary.total)], {len(units)})],
    )
    lines: list[tuple[str, Figures]] = []
    strong: set[int] = set()
    for part in parts:
        strong.add(len(lines))
        lines += [(part.unit.place.name, part.unit.figures), *_lines(part.branches)]
    strong.add(len(lines))
    few = f"注：“—”表示没有数据，或者实考不足{FEWEST_FOR_SCORES}人、不单列成绩。"
    table = _figures_table("单位、党支部", [*lines, ("合计", report.summary.total)], strong)
    yield "各党支部测试情况统计表", [table, Note(few), *_source(report)]
    if report.summary.total.missing:
        yield "缺考、缓考人员名单", [_names_table(report), Note("注：所属单位、党支部以测试开始时为准。")]


def _lines(rows: Sequence[Row]) -> list[tuple[str, Figures]]:
    return [(row.place.name, row.figures) for row in rows]


def _figures_table(head: str, lines: Sequence[tuple[str, Figures]], strong: set[int]) -> Table:
    rows = []
    for name, figures in lines:
        rows.append((name, *_cells(figures.without_scores() if figures.sat < FEWEST_FOR_SCORES else figures)))
    return Table((head, *HEADS), rows, (NAME_WIDTH, *WIDTHS), strong=frozenset(strong))


def _cells(figures: Figures) -> Iterator[str]:
    yield from map(count, (figures.eligible, figures.sat, figures.excused, figures.absent))
    yield rate(figures.participation)
    yield score(figures.mean)
    yield from map(rate, (figures.pass_rate, figures.excellence_rate))


def _source(report: BranchReport) -> Iterator[Block]:
    edition = report.edition
    if edition is None:
        yield Note(f"数据截至{day(report.read_at)}，尚未封存，可能变化。")
        return
    yield Note(f"数据来源：本次测试报告第{edition.number}版，{day(edition.frozen_at)}封存，校验码{edition.short}。")
    yield Note(f"校验码全文（SHA-256）：{edition.fingerprint}")


def _names_table(report: BranchReport) -> Table:
    homes = unit_of(report)
    rows = []
    for number, one in enumerate(absentees(report.quiz.id, report.summary), 1):
        unit, branch = homes[one.branch_id]
        rows.append((str(number), unit.name, branch.name, one.name, one.staff_no, _state(one)))
    heads = ("序号", "单位", "党支部", "姓名", "工号", "情况")
    return Table(heads, rows, (11.0, 35.0, 42.0, 19.0, 20.0, 29.0), left=frozenset({1, 2, 5}))


def _state(one: Absentee) -> str:
    with force_locale(CHINESE):
        if one.absence is Absence.EXCUSED:
            return "缓考" if one.reason is None else f"缓考（{gettext(REASON_NAMES[one.reason])}）"
        return f"缺考（{gettext(ABSENCE_NAMES[one.absence])}）"


def _attached(annexes: Sequence[tuple[str, list[Block]]]) -> Iterator[Block]:
    for number, (title, blocks) in enumerate(annexes, 1):
        yield AnnexHead(f"附件{number}" if len(annexes) > 1 else "附件", title)
        yield from blocks
