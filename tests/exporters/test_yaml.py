"""A bank written as YAML is the same bank when it is read again, and a file a person would have written."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizapp.domain.bank import Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.domain.bank_yaml import read_bank
from quizapp.exporters.yaml import write_yaml
from tests.support.generated_banks import banks

SHIPPED = sorted((Path(__file__).parents[2] / "question_banks").glob("*.yaml"))
TEXTS = (
    st.text("廉政No0123 :#-?!&*[]{}'\"\\|>%@`,\n\t\r~=<_.　👨‍👩‍👧é\ufeff​", min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)


def essay(text: str) -> Bank:
    return Bank("题库", (Item("a", ItemType.ESSAY, text, reference=text, topic=text, posts=(text, text)),), text)


@given(banks())
def test_a_bank_is_the_same_after_writing_and_reading(bank: Bank) -> None:
    assert read_bank(write_yaml(bank)) == bank


@given(TEXTS)
@example("NO")
@example("~")
@example("null")
@example("2024-01-01")
@example("1_000")
@example("12:30")
@example("0x1F")
@example("<<")
@example("标题：一 # 不是注释")
@example("a: b")
@example("尾:")
@example("- 甲\n- 乙")
@example("甲\n\n  缩进\n \n乙")
@example("甲\r\n乙")
@example("---")
@example("...")
@example("%YAML 1.2")
@example("他说“是”，'否'，\"未定\"")
@example("👨‍👩‍👧 家风")
def test_any_text_stays_what_it_is(text: str) -> None:
    bank = essay(text)
    assert read_bank(write_yaml(bank)) == bank
    choice = Item("b", ItemType.SINGLE, text, (Option("A", text, fixed=True), Option("B", "另一项文字")), ("A",))
    blank = Item("c", ItemType.FILL_IN, "____和____", blanks=((text,), (text, "乙")))
    assert read_bank(write_yaml(Bank(text, (choice, blank)))).items[1] == blank
    assert read_bank(write_yaml(Bank(text, (choice, blank)))).items[0].options[0].text == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_banks_survive(path: Path) -> None:
    bank = read_bank(path.read_bytes())
    written = write_yaml(bank)
    assert read_bank(written) == bank
    assert write_yaml(read_bank(written)) == written


CITED = Citation("law", "2024", "第八条")
CASE = Item(
    "case", ItemType.CASE, "材料", topic="监督", difficulty=4, citations=(CITED,), posts=("工程",),
    items=(
        Item("c-1", ItemType.TRUE_FALSE, "甲", key=("false",), topic="监督", difficulty=4, citations=(CITED,),
             posts=("工程",)),
        Item("c-2", ItemType.ESSAY, "乙", topic="其他", difficulty=3, citations=(CITED, CITED), posts=("综合",)),
    ),
)  # fmt: skip


def test_a_file_reads_like_one_that_a_person_wrote() -> None:
    options = (Option("A", "警告"), Option("B", "NO", True), Option("C", "以上都是", True))
    bank = Bank(
        "示例: 一",
        (
            Item("q-1", ItemType.MULTIPLE, "哪些？", options, ("A", "C"), rationale="第一段\n第二段"),
            Item("q-2", ItemType.FILL_IN, "____和____", blanks=(("一年", "1年"), ("党组",)), numerals_equal=True),
            CASE,
        ),
        regulations=(Regulation("law", "监察法", "", (Edition("2024", date(2025, 6, 1), None, 78),)),),
    )
    assert write_yaml(bank).decode() == EXPECTED
    assert read_bank(EXPECTED) == bank


def test_options_that_all_keep_their_place_are_said_once() -> None:
    options = (Option("A", "一年", True), Option("B", "二年", True))
    written = write_yaml(Bank("题库", (Item("a", ItemType.SINGLE, "题", options, ("A",)),))).decode()
    assert "keep_order: true" in written
    assert "fixed" not in written


def test_white_space_around_a_text_is_what_no_file_keeps() -> None:
    (item,) = read_bank(write_yaml(essay("\n  甲\n"))).items
    assert item == replace(item, stem="甲", reference="甲", topic="甲", posts=("甲", "甲"))


EXPECTED = """\
format: 1
title: "示例: 一"
regulations:
  - id: law
    title: 监察法
    editions:
      - id: "2024"
        effective: 2025-06-01
        articles: 78
items:

  - id: q-1
    type: multiple
    stem: 哪些？
    options:
      A: 警告
      B: {text: "NO", fixed: true}
      C: 以上都是
    key: AC
    rationale: |
      第一段
      第二段
    difficulty: 3

  - id: q-2
    type: fill_in
    stem: ____和____
    key:
      - [一年, 1年]
      - 党组
    numerals_equal: true
    difficulty: 3

  - id: case
    type: case
    passage: 材料
    topic: 监督
    difficulty: 4
    citation: {regulation: law, edition: "2024", article: 第八条}
    posts: [工程]
    items:
      - id: c-1
        type: true_false
        stem: 甲
        key: 错误
      - id: c-2
        type: essay
        stem: 乙
        topic: 其他
        difficulty: 3
        citation:
          - {regulation: law, edition: "2024", article: 第八条}
          - {regulation: law, edition: "2024", article: 第八条}
        posts: [综合]
"""
