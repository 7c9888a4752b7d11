"""A bank of known size and a plan that can be published, for the tests of this room."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from quizapp.banks.operations import add_bank
from quizapp.domain.bank import ItemType
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.quizzes.operations import QuizPlan
from tests.support.cast import Cast

OPENS = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)  # a Monday, 9:00 in Shanghai; the tests' clock stands at 10 March
CLOSES = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
SPEC = PaperSpec(
    (
        Section("单项选择题", ItemType.SINGLE, 2, Decimal(2)),
        Section("多项选择题", ItemType.MULTIPLE, 1, Decimal(6)),
    ),
    cut_score=Decimal(6),
    excellent_score=Decimal(9),
)


def bank_source(title: str = "小题库", singles: int = 6, multiples: int = 3, truths: int = 0) -> bytes:
    """A bank as YAML: single items on 纪律, multiple ones on 监察, all of difficulty 2."""
    lines = [f"title: {title}", "items:"]
    for kind, count, key, topic in (("single", singles, "A", "纪律"), ("multiple", multiples, "AB", "监察")):
        for number in range(1, count + 1):
            lines += [
                f"  - id: {kind}-{number}",
                f"    type: {kind}",
                f"    stem: {kind} 第 {number} 题",
                "    options: {A: 甲, B: 乙, C: 丙}",
                f"    key: {key}",
                f"    topic: {topic}",
                "    difficulty: 2",
                f"    rationale: 解析 {kind} {number}",
            ]
    for number in range(1, truths + 1):
        lines.append(f"  - {{id: truth-{number}, type: true_false, stem: 判断 {number}, key: 正确, topic: 纪律}}")
    return "\n".join(lines).encode()


def make_revision(cast: Cast, unit_id: int | None = None, **details: Any) -> int:
    """The id of the first revision of a bank kept by a unit (default: the department)."""
    revision = add_bank(
        uploader_id=cast.organizer.account_id,
        unit_id=unit_id or cast.department,
        file_name="bank.yaml",
        source=bank_source(**details),
    )
    return revision.id


def make_plan(cast: Cast, revision_id: int, **changes: Any) -> QuizPlan:
    """A plan of the department's organizer for everybody, with ``changes``."""
    plan = QuizPlan(
        title="春季测试",
        bank_revision_id=revision_id,
        unit_id=cast.department,
        audience=(cast.department,),
        spec=SPEC,
        opens_at=OPENS,
        closes_at=CLOSES,
        minutes=30,
    )
    return replace(plan, **changes)
