"""docs/bank-format.md and the reader know the same keys, and the examples of the page are banks."""

import re
from pathlib import Path

import pytest

from quizapp.domain import bank_source
from quizapp.domain.bank_items import CITATION, ITEM, OPTION, TYPE_NAMES
from quizapp.domain.bank_yaml import BANK, EDITION, REGULATION, read_bank

PAGE = (Path(__file__).parents[2] / "docs" / "bank-format.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^##+ ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

COMMON = "各类题目共有的键"
CHOICE = "单选题 `single` 与多选题 `multiple`"
TABLES = {
    "题库": BANK,
    "法规": REGULATION,
    "法规的版本": EDITION,
    "依据": CITATION,
    "选项": OPTION,
}
ITEM_SECTIONS = {
    "single": CHOICE,
    "multiple": CHOICE,
    "true_false": "判断题 `true_false`",
    "fill_in": "填空题 `fill_in`",
    "case": "案例题 `case`",
    "essay": "简答题与论述题 `essay`",
}


def documented(section: str) -> dict[str, bool]:
    """The keys in the table of a section, and whether each must be there."""
    rows = re.findall(r"^\| `(\w+)` \| (是|否) \|", SECTIONS[section], re.MULTILINE)
    return {key: required == "是" for key, required in rows}


@pytest.mark.parametrize("section", TABLES)
def test_a_table_lists_what_the_reader_knows(section: str) -> None:
    assert documented(section) == {name: known.required for name, known in TABLES[section].items()}


@pytest.mark.parametrize("kind", ITEM)
def test_an_item_type_is_documented_key_by_key(kind: str) -> None:
    expected = {name: known.required for name, known in ITEM[kind].items()}  # type: ignore[index]
    assert documented(COMMON) | documented(ITEM_SECTIONS[kind]) == expected


def test_the_words_for_a_type_are_those_that_the_reader_takes() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", SECTIONS["题型的写法"], re.MULTILINE)
    documented = {word: kind for kind, words in rows for word in (kind, *re.findall("`(.*?)`", words))}
    assert documented == {word: kind.value for word, kind in TYPE_NAMES.items()}


def test_no_other_section_has_a_table_of_keys() -> None:
    known = {*TABLES, COMMON, *ITEM_SECTIONS.values()}
    assert [section for section in SECTIONS if section not in known and documented(section)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_bank(example: str) -> None:
    assert read_bank(example).items


def test_there_are_examples_of_every_type() -> None:
    kinds = {item.type for example in EXAMPLES for item in read_bank(example).items}
    assert kinds == set(ITEM)


def test_the_limits_are_those_of_the_reader() -> None:
    limits = [bank_source.MAX_BYTES, bank_source.MAX_TEXT, bank_source.MAX_EVENTS, bank_source.MAX_DEPTH]
    found = re.findall(r"^\| [^|`]+ \| ([\d,]+)", SECTIONS["限制"], re.MULTILINE)
    assert [int(each.replace(",", "")) for each in found] == limits
