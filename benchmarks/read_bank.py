"""How long a large bank takes to read: ``python benchmarks/read_bank.py [ITEMS]`` (2,000 unless told)."""

import sys
import time

from quizapp.domain.bank_yaml import read_bank

_HEAD = """\
title: 大题库
regulations:
  - id: ccp-discipline
    title: 中国共产党纪律处分条例
    editions:
      - {id: "2023", effective: 2024-01-01}
items:
"""
_ITEM = """\
  - id: item-%(number)d
    type: multiple
    stem: 第%(number)d题：下列关于党员干部在工程建设招标投标活动中应当遵守的纪律的说法，哪些是正确的？
    options:
      A: 不得违反规定干预和插手市场经济活动
      B: 不得利用职权或者职务上的影响为他人谋取利益
      C: 应当按照规定报告个人有关事项
      D: 以上都不对
    key: ABC
    rationale: 依据有关条款，党员干部不得违反规定干预和插手市场经济活动，情节较重的给予警告或者严重警告处分。
    topic: 廉洁纪律
    difficulty: %(difficulty)d
    citation: {regulation: ccp-discipline, edition: "2023", article: 第一百三十八条}
    posts: [招标采购, 工程管理]
"""


def large_bank(items: int) -> str:
    """The text of a bank of that many ordinary items."""
    return _HEAD + "".join(_ITEM % {"number": number, "difficulty": number % 5 + 1} for number in range(items))


def main() -> None:
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    text = large_bank(items)
    start = time.perf_counter()
    read_bank(text)
    seconds = time.perf_counter() - start
    size = len(text.encode())
    print(f"{items} items, {size:,} bytes: {seconds:.2f} s, {items / seconds:,.0f} items/s")


if __name__ == "__main__":
    main()
