"""How long what compares many with many takes: ``python benchmarks/compare.py``.

The near duplicates of a bank of 2,000 items, and two editions of 1,500 articles that have nothing in common, which
is the worst case. A person waits for both.
"""

import time
from collections.abc import Callable
from random import Random

from quizapp.domain.bank import Item, ItemType
from quizapp.domain.near_duplicates import alike
from quizapp.domain.regulation_compare import matched
from quizapp.domain.regulations import Article

SIGNS = [chr(0x4E00 + at) for at in range(3000)]


def items(count: int) -> list[Item]:
    """Statements, every tenth nearly the one before."""
    dice, made = Random(5), []
    for number in range(count):
        stem = "".join(dice.choices(SIGNS[:60], k=dice.randint(15, 60)))
        if number % 10 == 9:
            stem = f"{made[-1].stem[:-1]}非{made[-1].stem[-1]}"
        made.append(Item(f"i{number}", ItemType.TRUE_FALSE, stem, key=("true",)))
    return made


def edition(count: int, seed: int) -> list[Article]:
    """Articles of chance."""
    dice = Random(seed)
    return [Article(str(number), text="".join(dice.choices(SIGNS, k=333))) for number in range(count)]


def measure(name: str, act: Callable[[], object]) -> None:
    """Do it and print what it took."""
    start = time.perf_counter()
    act()
    print(f"{name:40} {time.perf_counter() - start:6.2f} s")


def main() -> None:
    """Measure each."""
    bank, same = items(2000), [Item(f"i{n}", ItemType.TRUE_FALSE, "同一道题目", key=("true",)) for n in range(2000)]
    measure("near duplicates of 2,000 items", lambda: alike(bank))
    measure("one question 2,000 times", lambda: alike(same))
    old, new = edition(1500, 1), edition(1500, 2)
    measure("two editions with nothing in common", lambda: matched(old, new))


if __name__ == "__main__":
    main()
