"""How long a paper takes to draw: ``python benchmarks/draw_paper.py [ITEMS]`` (a bank of 2,000 unless told).

An ordinary paper of three sections, and one whose ten sections compete for half of the bank. A start of a test draws.
"""

import sys
import time
from decimal import Decimal

from quizapp.domain.bank import Bank, Item, ItemType, Option
from quizapp.domain.paper import prepare
from quizapp.domain.paper_spec import PaperSpec, Section

OPTIONS = tuple(Option(letter, f"做法{letter}") for letter in "ABCD")
TOPICS = ("政治纪律", "廉洁纪律", "工作纪律")
TIMES = 20


def large_bank(items: int) -> Bank:
    """Items of three topics and five difficulties."""
    made = (
        Item(f"i{n}", ItemType.SINGLE, f"第{n}题是什么？", OPTIONS, ("A",), topic=TOPICS[n % 3], difficulty=n % 5 + 1)
        for n in range(items)
    )
    return Bank("大题库", tuple(made))


def section(count: int, *topics: str, difficulties: tuple[int, ...] = ()) -> Section:
    """Single choice, of these topics and difficulties where any are named."""
    return Section("单选题", ItemType.SINGLE, count, Decimal(1), topics, difficulties)


def main() -> None:
    """Measure both."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    competing = [section(items // 20, difficulties=tuple({n % 5 + 1, (n + 1) % 5 + 1})) for n in range(10)]
    papers = {"ordinary": [section(27, topic) for topic in TOPICS], "competing": competing}
    for name, sections in papers.items():
        pool = prepare(large_bank(items), PaperSpec(tuple(sections)))
        start = time.perf_counter()
        for seed in range(TIMES):
            pool.draw(seed)
        print(f"{name:10} {(time.perf_counter() - start) / TIMES * 1000:8.1f} ms a paper")


if __name__ == "__main__":
    main()
