"""Tables of questions with one known slip in one row."""

import random
from collections.abc import Callable, Iterator

from tests.importers.generate import Sample
from tests.importers.mutate import Mutant
from tests.importers.render import Rows, table_sample
from tests.importers.truth import J, M, Question, S

Dice = random.Random
Slip = Callable[[Dice, list[str], Question, dict[str, int]], bool]
"""Damages a row in place; false where this question cannot have the slip. Columns by what they hold."""


def _put(cells: list[str], column: int, text: str) -> bool:
    if cells[column] == text:
        return False
    cells[column] = text
    return True


def no_key(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    return _put(cells, columns["key"], "")


def key_outside(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    letter = "ABCDEFGHIJ"[len(question.options)]
    return question.type in (S, M) and _put(cells, columns["key"], letter)


def garbled_key(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    return question.type in (S, M, J) and _put(cells, columns["key"], dice.choice(("？", "见教材", "略", "#REF!")))


def no_stem(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    return _put(cells, columns["stem"], "")


def wrong_type(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    other = {S: "判断题", M: "单选题", J: "多选题"}.get(question.type)
    return "type" in columns and other is not None and _put(cells, columns["type"], other)


def equal_options(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    return question.type in (S, M) and "A" in columns and _put(cells, columns["B"], cells[columns["A"]])


def option_left_out(dice: Dice, cells: list[str], question: Question, columns: dict[str, int]) -> bool:
    return question.type in (S, M) and "A" in columns and _put(cells, columns["B"], "")


SLIPS: tuple[Slip, ...] = (no_key, key_outside, garbled_key, no_stem, wrong_type, equal_options, option_left_out)


def table_mutants(count: int, seed: int = 0) -> Iterator[tuple[Mutant, Rows]]:
    """That many tables with a slip, and their rows; lines count the rows from 1."""
    made = 0
    while made < count:
        dice = Dice(f"table mutant {seed}")
        slip = SLIPS[seed % len(SLIPS)]
        seed += 1
        sample, rows = table_sample(dice.randrange(10**6), 6)
        if any("\n" in cell for row in rows for cell in row):
            continue  # the lines of a row would not be one line
        place = dice.randrange(len(sample.questions))
        row = len(rows) - len(sample.questions) + place
        columns = _columns(rows, row - place - 1, sample)
        if slip(dice, rows[row], sample.questions[place], columns):
            lines = tuple("\t".join(cells) for cells in rows)
            # Without its type a row may be read as one of another; what matters is that no key of its own is used.
            yield Mutant(f"table {slip.__name__}", sample, lines, frozenset({row + 1}), {place: ()}), rows
            made += 1


def _columns(rows: Rows, heading: int, sample: Sample) -> dict[str, int]:
    """Where what stands, found by the content below the headings."""
    first, question = rows[heading + 1], sample.questions[0]
    found = {"stem": first.index(question.stem)}
    for column, name in enumerate(rows[heading]):
        plain = name.strip().removeprefix("选项").removesuffix("（必填）")
        if ("答案" in name and "解析" not in name) or name == "正确选项":
            found["key"] = column
        elif name in ("题型", "试题类型", "题目类型", "类型"):
            found["type"] = column
        elif plain in "ABCDEF" and len(plain) == 1:
            found[plain] = column
    return found
