"""What the Word export writes, the import reads again: the same questions, keys and notes."""

from pathlib import Path
from typing import Any

import pytest

from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.bank_yaml import read_bank
from quizapp.exporters.docx import write_docx
from quizapp.exporters.docx_text import TYPES
from quizapp.importers.files import parse
from quizapp.importers.reading import ImportedItem
from quizapp.importers.word import read_word
from tests.exporters.test_docx import BANK

SHIPPED = sorted((Path(__file__).parents[2] / "question_banks").glob("*.yaml"))


def written(bank: Bank) -> list[dict[str, Any]]:
    """What each item of the bank says, in the order of the file."""
    items = [(item, leaf) for type in TYPES for item in bank.items if item.type is type for leaf in item.leaves()]
    return [said(leaf, "" if leaf is item else item.stem) for item, leaf in items]


def said(item: Item, passage: str) -> dict[str, Any]:
    is_essay = item.type is ItemType.ESSAY
    return {
        "type": item.type,
        "stem": item.stem,
        "options": [(option.letter, option.text) for option in item.options],
        "key": (item.reference,) if is_essay else item.key,
        "blanks": item.blanks,
        "any_order": item.any_order,
        "rationale": item.rationale,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "posts": item.posts,
        "passage": passage,
        "problems": [],
    }


def as_read(item: ImportedItem) -> dict[str, Any]:
    return {
        "type": item.type,
        "stem": item.stem,
        "options": [(option.letter, option.text) for option in item.options],
        "key": item.key or (),
        "blanks": item.blanks,
        "any_order": item.any_order,
        "rationale": item.rationale,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "posts": item.posts,
        "passage": item.passage,
        "problems": [problem.text() for problem in item.problems],
    }


@pytest.mark.parametrize("bank", [BANK, *(read_bank(path.read_text(encoding="utf-8")) for path in SHIPPED)])
def test_the_same_items_come_back(bank: Bank) -> None:
    reading = parse(read_word(write_docx(bank), "题库.docx"))
    assert [as_read(item) for item in reading.items] == written(bank)


def test_citations_come_back_as_they_are_written() -> None:
    reading = parse(read_word(write_docx(BANK), "题库.docx"))
    assert reading.items[0].cited == "《招标投标办法》（2020）第三条；《招标投标办法》（2020）第四条"
