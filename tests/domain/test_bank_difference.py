"""A difference says what a keeper of banks would say."""

from dataclasses import replace

from hypothesis import given

from quizapp.domain.bank import Bank, Item, ItemType, Option
from quizapp.domain.bank_difference import BankDifference, KeyChange, bank_difference
from tests.support.generated_banks import banks

SINGLE = Item("a", ItemType.SINGLE, "甲", (Option("A", "一"), Option("B", "二")), ("A",))
BLANK = Item("b", ItemType.FILL_IN, "乙____", blanks=(("一年", "1年"),))
CASE = Item("c", ItemType.CASE, "材料", items=(Item("c1", ItemType.TRUE_FALSE, "丙", key=("true",)),))
BANK = Bank("题库", (SINGLE, BLANK, CASE))


@given(banks())
def test_a_bank_does_not_differ_from_itself(bank: Bank) -> None:
    assert not bank_difference(bank, bank)


def test_the_order_of_items_is_no_difference() -> None:
    assert not bank_difference(BANK, Bank("题库", (CASE, BLANK, SINGLE)))


def test_every_kind_of_change_has_its_place() -> None:
    leaf = replace(CASE.items[0], key=("false",))
    new = Bank(
        "新题库",
        (
            replace(SINGLE, key=("B",), options=(Option("A", "一"), Option("B", "三"))),
            replace(CASE, stem="新材料", items=(leaf,)),
            replace(BLANK, id="d"),
        ),
    )
    assert bank_difference(BANK, new) == BankDifference(
        added=("d",),
        removed=("b",),
        keys_changed=(KeyChange("a", "A", "B"), KeyChange("c1", "true", "false")),
        stems_changed=("c",),
        options_changed=("a",),
        about_changed=True,
    )


def test_accepted_texts_are_a_key_and_the_rest_is_other() -> None:
    new = replace(BLANK, blanks=(("一年",),), numerals_equal=True)
    difference = bank_difference(Bank("题库", (BLANK,)), Bank("题库", (new,)))
    assert difference == BankDifference(keys_changed=(KeyChange("b", "一年 / 1年", "一年"),), others_changed=("b",))


def test_an_item_that_moves_between_cases_changes_both() -> None:
    first, second = replace(CASE, id="d", items=()), replace(CASE, id="e", items=())
    x, y, z = (replace(CASE.items[0], id=name) for name in "xyz")
    old = Bank("题库", (replace(first, items=(x, y)), replace(second, items=(z,))))
    new = Bank("题库", (replace(first, items=(x,)), replace(second, items=(y, z))))
    assert bank_difference(old, new).others_changed == ("d", "e")
