"""Repeated questions are found however they are typed; what only looks alike is never called the same."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from quizapp.domain.bank import Item, ItemType, Option
from quizapp.domain.near_duplicates import Ref, alike, folded

TEXTS = ("警告", "记过", "撤职", "开除")


def single(item_id: str, stem: str, key: str = "A", texts: Sequence[str] = TEXTS) -> Item:
    options = tuple(Option(letter, text) for letter, text in zip("ABCD", texts, strict=False))
    return Item(item_id, ItemType.SINGLE, stem, options, tuple(key))


def statement(item_id: str, stem: str, key: str = "true") -> Item:
    return Item(item_id, ItemType.TRUE_FALSE, stem, key=(key,))


def found(*items: Item, **others: Sequence[Item]) -> list[tuple[str, list[str]]]:
    groups = alike(items, dict(others))
    return [(each.likeness.value, [f"{ref.bank or ''}{ref.item_id}" for ref in each.refs]) for each in groups]


STEM = "党员受到警告处分后，在一年内不得提升职务，下列说法中正确的是（　）。"


@pytest.mark.parametrize(
    "again",
    [
        "党员受到警告处分后,在一年内不得提升职务,下列说法中正确的是().",
        "党员受到警告处分后，在 1 年内不得提升职务，下列说法中正确的是____",
        "党员受到警告处分后，在１年内不得提升职务；下列说法中正确的是：",
    ],
)
def test_width_marks_spaces_and_numerals_make_no_other_question(again: str) -> None:
    assert folded(again) == folded(STEM)
    assert found(single("a", STEM), single("b", again)) == [("same", ["a", "b"])]


def test_the_letter_may_differ_where_the_right_text_is_the_same() -> None:
    assert found(single("a", STEM), single("b", STEM, "D", TEXTS[::-1])) == [("same", ["a", "b"])]


def test_another_right_text_is_a_conflict() -> None:
    assert found(single("a", STEM), single("b", STEM, "B")) == [("conflict", ["a", "b"])]
    assert found(statement("a", STEM), statement("b", STEM, "false")) == [("conflict", ["a", "b"])]


def test_a_right_text_that_the_other_calls_wrong_is_a_conflict_between_types_too() -> None:
    several = replace(single("b", STEM), type=ItemType.MULTIPLE, key=("A", "B"))
    assert found(single("a", STEM), several) == [("conflict", ["a", "b"])]


def test_questions_with_one_wording_and_other_options_are_two_questions() -> None:
    others = ("受贿", "行贿", "贪污", "挪用")
    assert found(single("a", "下列说法正确的是"), single("b", "下列说法正确的是", "A", others)) == []


def test_blanks_are_the_same_when_they_share_an_accepted_text() -> None:
    one = Item("a", ItemType.FILL_IN, "警告的影响期是____。", blanks=(("一年", "12个月"),))
    assert found(one, replace(one, id="b", blanks=(("1年",),))) == [("same", ["a", "b"])]
    assert found(one, replace(one, id="b", blanks=(("二年",),))) == [("conflict", ["a", "b"])]


def test_the_same_question_about_two_cases_is_two_questions() -> None:
    cases = [
        Item(f"c{n}", ItemType.CASE, passage, items=(statement(f"c{n}-1", "张某的行为违反廉洁纪律。", key),))
        for n, (passage, key) in enumerate([("张某收受礼金两万元。", "true"), ("张某按规定登记上交礼品。", "false")])
    ]
    assert found(*cases) == []


@pytest.mark.parametrize(
    "other",
    [
        "党员受到警告处分后，在一年内不得提升职务，下列说法中不正确的是（　）。",
        "党员受到警告处分后，在一年内不得提升职务，下列说法中错误的是（　）。",
        "党员受到警告处分后，在一年内不得提升职务，下列说法中正确的是，除外（　）。",
    ],
)
def test_a_negation_is_shown_and_never_called_the_same(other: str) -> None:
    assert found(single("a", STEM), single("b", other, "B")) == [("negated", ["a", "b"])]


def test_one_other_word_is_near() -> None:
    other = STEM.replace("警告", "严重警告")
    assert found(single("a", STEM), single("b", other)) == [("near", ["a", "b"])]
    assert found(single("a", STEM), single("b", "监察机关对哪些人员进行监察？")) == []


def test_near_wordings_with_wholly_other_options_are_two_questions() -> None:
    other = STEM.replace("警告", "记过")
    assert found(single("a", STEM), single("b", other, "A", ("甲", "乙", "丙", "丁"))) == []


def test_other_banks_are_looked_at_but_not_compared_with_each_other() -> None:
    there = [single("x", STEM)]
    assert found(single("a", STEM), m=there, n=there) == [("same", ["a", "mx", "nx"])]
    assert found(single("a", "监察机关对哪些人员进行监察？"), m=there, n=there) == []
    assert alike([single("a", STEM)], {7: there})[0].refs == (Ref("a"), Ref("x", 7))


def large(rng: Random, count: int) -> list[Item]:
    signs = "党员纪律处分条例警告严重撤销职务留察看开除违反政治组织廉洁群众工作生活监督检查程序规定应当不得可以情节"
    items = []
    for number in range(count):
        stem = "".join(rng.choices(signs, k=rng.randint(15, 60)))
        if number % 10 == 9:
            stem = items[-1].stem[:-1] + "非" + items[-1].stem[-1]
        items.append(single(f"i{number}", stem))
    return items


# Comparing all with all would outlast the time that the runner gives a test; benchmarks/compare.py measures it.
def test_every_near_pair_of_a_large_bank_is_found() -> None:
    groups = alike(large(Random(5), 2000))
    pairs = [("negated", (Ref(f"i{n - 1}"), Ref(f"i{n}"))) for n in range(9, 2000, 10)]
    assert [(each.likeness.value, each.refs) for each in groups] == pairs


@pytest.mark.parametrize("stem", ["同一道题目的内容", "第{n}条规定的是什么内容，应当怎样理解和执行"])
def test_a_bank_of_one_question_a_thousand_times_is_one_group(stem: str) -> None:
    groups = alike([statement(f"i{n}", stem.format(n=n)) for n in range(2000)])
    assert len(groups[0].refs) == 2000
