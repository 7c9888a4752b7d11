"""A test of 42 items, as long as the real ones."""

from decimal import Decimal

from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section

OPTIONS = "options: {A: 甲, B: 乙, C: 丙, D: 丁}"
SINGLES, MULTIPLES, TRUTHS, BLANKS = 20, 10, 8, 4


def _item(kind: str, number: int, rest: str) -> str:
    return f"  - {{id: LONG-{kind}{number}, {rest}, rationale: 因为如此。}}"


BANK = "\n".join(
    [
        "title: 长卷",
        "regulations:",
        '  - {id: r, title: 某条例, editions: [{id: "2023", articles: 20}]}',
        "items:",
        *(_item("s", n, f"type: single, stem: 长卷单选第{n}问, {OPTIONS}, key: B") for n in range(SINGLES)),
        *(_item("m", n, f"type: multiple, stem: 长卷多选第{n}问, {OPTIONS}, key: ABD") for n in range(MULTIPLES)),
        *(_item("t", n, f"type: true_false, stem: 长卷判断第{n}问, key: 正确") for n in range(TRUTHS)),
        *(_item("f", n, f"type: fill_in, stem: 长卷填空第{n}问为____。, key: [[甲, 乙]]") for n in range(BLANKS)),
    ]
)
SPEC = PaperSpec(
    sections=(
        Section("单选题", ItemType.SINGLE, SINGLES, Decimal(40)),
        Section("多选题", ItemType.MULTIPLE, MULTIPLES, Decimal(30)),
        Section("判断题", ItemType.TRUE_FALSE, TRUTHS, Decimal(16)),
        Section("填空题", ItemType.FILL_IN, BLANKS, Decimal(14)),
    ),
    cut_score=Decimal(60),
)
