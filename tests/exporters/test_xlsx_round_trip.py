"""A workbook that we write is a workbook that we read: the same questions, options and keys."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.bank_yaml import read_bank
from quizapp.exporters.xlsx import write_xlsx
from quizapp.importers.files import parse, read_document
from quizapp.importers.reading import ImportedItem
from tests.exporters.test_xlsx import BANK

SHIPPED = read_bank((Path(__file__).parents[2] / "question_banks" / "integrity-basics.yaml").read_bytes())


def read_again(bank: Bank) -> tuple[ImportedItem, ...]:
    reading = parse(read_document("题库.xlsx", write_xlsx(bank)))
    assert not reading.skipped
    return reading.items


def essence(item: Item | ImportedItem) -> tuple[object, ...]:
    key = (item.reference,) if isinstance(item, Item) and item.type is ItemType.ESSAY else tuple(item.key or ())
    options = tuple((option.letter, option.text) for option in item.options)
    rest = (item.rationale, item.topic, item.difficulty, item.posts)
    return item.id, item.type, item.stem, options, key, item.blanks, item.any_order, *rest


@pytest.mark.parametrize("bank", [BANK, SHIPPED], ids=lambda bank: bank.title)
def test_every_question_comes_back_with_its_key(bank: Bank) -> None:
    items = read_again(bank)
    assert [essence(item) for item in items] == [essence(leaf) for item in bank.items for leaf in item.leaves()]
    assert not [problem.text() for item in items for problem in item.problems]
    assert [item.passage for item in items] == [
        item.stem if item.items else "" for item in bank.items for _ in item.leaves()
    ]


def test_citations_come_back_as_they_are_written() -> None:
    assert read_again(BANK)[0].cited == "《监察法》（2024）第八条；《监察法》（2024）第九条"


TEXTS = (
    st.text("甲乙丙、 1一％，。年", min_size=1, max_size=5)
    .map(str.strip)
    .filter(lambda text: any(map(str.isalnum, text)))
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=3), st.booleans())
def test_blanks_come_back_whatever_is_accepted(blanks: list[tuple[str, ...]], any_order: bool) -> None:
    item = Item("f", ItemType.FILL_IN, "题____" * len(blanks), blanks=tuple(blanks), any_order=any_order)
    (again,) = read_again(Bank("题库", (item,)))
    assert essence(again) == essence(item)
