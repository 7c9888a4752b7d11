"""Shapes of paper that are fixed by notices. A preset is where a specification starts; it is never changed itself."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from quizapp.domain.bank import ItemType
from quizapp.domain.paper_spec import MultipleRule, PaperSpec, Section


@dataclass(frozen=True)
class Preset:
    """A specification with the circumstances a notice asks for. ``name`` and ``note`` are Chinese, as in the notices.

    ``show_score`` and ``show_key`` say from when on a candidate may see them.
    """

    id: str
    name: str
    spec: PaperSpec
    minutes: int
    attempts_allowed: int
    note: str
    closed_book: bool
    show_score: Literal["at_submit"] = "at_submit"
    show_key: Literal["after_window_closes"] = "after_window_closes"


def _hundred_points(*sections: Section) -> PaperSpec:
    """Drawn for each person; 80 passes, 90 is excellent. On multiple choice the notices are silent: 少选不得分."""
    return PaperSpec(
        sections,
        multiple_rule=MultipleRule.ALL_OR_NOTHING,
        cut_score=Decimal(80),
        excellent_score=Decimal(90),
    )


_ALL = (
    Preset(
        id="delian-80",
        name="德廉知识测试（80题）",
        spec=_hundred_points(
            Section("单项选择题", ItemType.SINGLE, 30, Decimal(1)),
            Section("判断题", ItemType.TRUE_FALSE, 30, Decimal(1)),
            Section("多项选择题", ItemType.MULTIPLE, 20, Decimal(2)),
        ),
        minutes=50,
        attempts_allowed=1,
        note="闭卷，一人一卷随机抽题。满分100分，80分合格，90分优秀；多选题少选、多选、错选均不得分。"
        "交卷即显示成绩，测试结束后公布答案。",
        closed_book=True,
    ),
    Preset(
        id="xuefa-80",
        name="学法用法考试（80题）",
        spec=_hundred_points(
            Section("单项选择题", ItemType.SINGLE, 40, Decimal(1)),
            Section("多项选择题", ItemType.MULTIPLE, 20, Decimal(2)),
            Section("判断题", ItemType.TRUE_FALSE, 20, Decimal(1)),
        ),
        minutes=60,
        attempts_allowed=1,
        note="地点不限，无人监考，一人一卷随机抽题。满分100分，80分合格，90分优秀；多选题少选、多选、错选均不得分。"
        "交卷即显示成绩，测试结束后公布答案。",
        closed_book=False,
    ),
)

PRESETS: dict[str, Preset] = {preset.id: preset for preset in _ALL}
