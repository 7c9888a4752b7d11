"""The canonical JSON of a bank loses nothing and is made of JSON types only."""

import json

import pytest
from hypothesis import given

from quizapp.domain.bank import Bank
from quizapp.domain.bank_json import bank_from_json, bank_to_json
from tests.support.generated_banks import banks


@given(banks())
def test_a_bank_comes_back_from_json_as_it_was(bank: Bank) -> None:
    """From JSON types only, with every key in one order; and from what was stored before there were essays."""
    data = bank_to_json(bank)
    assert json.loads(json.dumps(data)) == data
    assert bank_from_json(data) == bank
    assert list(data) == ["format", "title", "description", "regulations", "items"]
    assert {tuple(item) for item in data["items"]} == {
        (
            "id", "type", "stem", "options", "key", "blanks", "any_order", "reference", "numerals_equal", "rationale",
            "topic", "difficulty", "citations", "posts", "items",
        )
    }  # fmt: skip
    for item in data["items"]:
        for part in (item, *item["items"]):
            del part["reference"]
    assert [item.id for item in bank_from_json(data).items] == [item.id for item in bank.items]


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        bank_from_json({"format": 2})
