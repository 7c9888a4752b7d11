"""Scoring against tables worked by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.bank import Item, ItemType, Option
from quizapp.domain.paper import MultipleRule
from quizapp.domain.scoring import clean_answer, is_blank, score_item

OPTIONS = tuple(Option(letter, f"选项{letter}") for letter in "ABCD")
SINGLE = Item("single", ItemType.SINGLE, "题", OPTIONS, ("B",))
MULTIPLE = Item("multiple", ItemType.MULTIPLE, "题", OPTIONS, ("A", "B", "C"))
JUDGE = Item("judge", ItemType.TRUE_FALSE, "题", key=("false",))
FILL = Item("fill", ItemType.FILL_IN, "____、____和____", blanks=(("一年", "1年"), ("党委",), ("纪委",)))
ALL, PARTIAL, EXACT, HALF = MultipleRule

# users-and-tests.md section 5, K = ABC; the column "partial exact" is worked from the definition (2 × 2/3, 2 × 1/3).
COLUMNS = [(2, ALL), (2, PARTIAL), (2, EXACT), (2, HALF), (1, HALF), ("1.5", HALF), ("2.5", HALF), (3, HALF), (5, HALF)]
WORKED = {
    "ABC": ["2", "2", "2", "2", "1", "1.5", "2.5", "3", "5"],
    "AB": ["0", "1.2", "1.33", "1", "0", "1", "2", "2", "3"],
    "A": ["0", "0.6", "0.67", "1", "0", "1", "2", "2", "3"],
    "ABD": ["0"] * 9,
    "ABCD": ["0"] * 9,
    "D": ["0"] * 9,
    "": ["0"] * 9,
}


@pytest.mark.parametrize(
    ("chosen", "points", "rule", "earned"),
    [
        (chosen, points, rule, earned)
        for chosen, row in WORKED.items()
        for (points, rule), earned in zip(COLUMNS, row, strict=True)
    ],
)
def test_multiple_choice(chosen, points, rule, earned):
    assert score_item(MULTIPLE, tuple(chosen), Decimal(points), rule) == Decimal(earned)


@pytest.mark.parametrize(("points", "half"), [("1.01", 1), ("4", 2), ("3.5", 2), ("4.01", 3), ("0.5", 0), ("1.00", 0)])
def test_half_is_rounded_up_to_a_whole_point(points, half):
    assert score_item(MULTIPLE, ("C",), Decimal(points), HALF) == half


@pytest.mark.parametrize("rule", MultipleRule)
def test_one_right_option_leaves_no_room_for_a_rule(rule):
    item = replace(MULTIPLE, key=("D",))
    assert score_item(item, ("D",), Decimal(2), rule) == 2
    assert score_item(item, ("A", "D"), Decimal(2), rule) == 0


subsets = st.sets(st.sampled_from("ABCD")).map(lambda letters: tuple(sorted(letters)))


@given(subsets.filter(bool), subsets, st.integers(1, 1000), st.sampled_from(MultipleRule))
@settings(derandomize=True, deadline=None)
def test_no_rule_gives_less_than_nothing_or_more_than_everything(key, chosen, hundredths, rule):
    points = Decimal(hundredths) / 100
    earned = score_item(replace(MULTIPLE, key=key), chosen, points, rule)
    assert 0 <= earned <= points
    assert earned == earned.quantize(Decimal("0.01"))
    if set(chosen) - set(key):
        assert earned == 0
    if chosen == key:
        assert earned == points


def test_single_choice_and_judgement():
    assert score_item(SINGLE, ("B",), Decimal("1.5"), ALL) == Decimal("1.5")
    assert score_item(SINGLE, ("A",), Decimal(1), ALL) == 0
    assert score_item(SINGLE, (), Decimal(1), ALL) == 0
    assert score_item(JUDGE, ("false",), Decimal(1), ALL) == 1
    assert score_item(JUDGE, ("true",), Decimal(1), ALL) == 0


@pytest.mark.parametrize(
    ("answer", "points", "earned"),
    [
        (("一年", "党委", "纪委"), "2", "2"),
        (("1 年", "党委。", "纪委"), "2", "2"),
        (("一年", "党委", ""), "2", "1.33"),
        (("", "", "纪委"), "2", "0.66"),
        (("一年", "纪委", "党委"), "2", "0.66"),
        (("一", "二", "三"), "2", "0"),
        (("一年",), "0.02", "0"),
    ],
)
def test_blanks_share_the_points_evenly_cut_to_hundredths(answer, points, earned):
    assert score_item(FILL, answer, Decimal(points), ALL) == Decimal(earned)


def test_the_settings_of_a_fill_in_item_are_heeded():
    answer = ("党委", "纪委", "１２个月")
    item = replace(FILL, blanks=(("十二个月",), ("党委",), ("纪委",)), any_order=True, numerals_equal=True)
    assert score_item(item, answer, Decimal(3), ALL) == 3
    assert score_item(replace(item, numerals_equal=False), answer, Decimal(3), ALL) == 2
    assert score_item(replace(item, any_order=False), answer, Decimal(3), ALL) == 0


def test_a_case_is_scored_through_its_items():
    case = Item("case", ItemType.CASE, "材料", items=(SINGLE,))
    with pytest.raises(ValueError, match="case"):
        score_item(case, ("A",), Decimal(1), ALL)
    with pytest.raises(ValueError, match="case"):
        clean_answer(case, ["A"])


def test_blank_means_that_nothing_was_said():
    assert all(map(is_blank, [(), ("",), ("", " ", "\u3000")]))
    assert not any(map(is_blank, [("A",), ("", "一年")]))


@pytest.mark.parametrize(
    ("item", "raw", "clean"),
    [
        (SINGLE, ["B"], ("B",)),
        (SINGLE, [" B ", "B", ""], ("B",)),
        (SINGLE, [], ()),
        (MULTIPLE, ["C", "A", "C"], ("A", "C")),
        (MULTIPLE, [""], ()),
        (JUDGE, ["true"], ("true",)),
        (FILL, ["一年", "党委", "纪委"], ("一年", "党委", "纪委")),
        (FILL, [" 一年 "], ("一年", "", "")),
        (FILL, ["", "党\x00委\x1b\u202e"], ("", "党委", "")),
        (FILL, ["", " ", "\x07"], ()),
        (FILL, ["字" * 200], ("字" * 200, "", "")),
        (FILL, ["\ud800一"], ("一", "", "")),
    ],
)
def test_what_a_client_sends_is_brought_into_one_form(item, raw, clean):
    assert clean_answer(item, raw) == clean
    assert clean_answer(item, clean) == clean


@pytest.mark.parametrize(
    ("item", "raw", "reason"),
    [
        (SINGLE, ["E"], "names an option"),
        (SINGLE, ["b"], "names an option"),
        (SINGLE, ["A", "B"], "Only one"),
        (JUDGE, ["true", "false"], "Only one"),
        (JUDGE, ["A"], "names an option"),
        (MULTIPLE, ["AB"], "names an option"),
        (FILL, ["一", "二", "三", ""], "more texts"),
        (FILL, ["字" * 201], "200"),
    ],
)
def test_what_no_honest_client_sends_is_refused(item, raw, reason):
    with pytest.raises(ValueError, match=reason):
        clean_answer(item, raw)
