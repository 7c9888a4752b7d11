"""What the Word export writes, the import reads again: the same questions, keys and notes."""

import random
from pathlib import Path
from typing import Any

import pytest

from quizapp.domain.bank import Bank, Item, ItemType, Option
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


ACTORS = ("招标人", "投标人", "评标委员会", "某处处长张某", "采购部门", "2019年入职的干部", "3名工作人员")
ACTS = (
    "应当在十五日内报告",
    "不得收受礼金",
    "可以提出异议（书面）",
    "须经集体讨论",
    "违反《采购办法（试行）》",
    "保存资料不少于5年",
)
ANSWERS = ("三", "十五日", "批评或者教育", "公开、公平", "2018", "书面告知")


def phrase(chance: random.Random) -> str:
    """Four words: a line that stands in a file again and again is taken for the head of its pages, rightly."""
    return "".join(chr(chance.randrange(0x4E10, 0x9FA0)) for _ in range(4))


def made_up(seed: int) -> Bank:
    """A bank of every type, from words that look like numbers and blanks here and there."""
    chance = random.Random(seed)
    items = tuple(made_up_item(chance, f"q{number}", chance.choice(list(TYPES))) for number in range(40))
    return Bank("随机题库", items)


def made_up_item(chance: random.Random, name: str, type: ItemType) -> Item:
    stem = f"{chance.choice(ACTORS)}{chance.choice(ACTS)}，第{name[1:]}种情形下"
    common: dict[str, Any] = {
        "id": name,
        "type": type,
        "rationale": chance.choice(["", f"{chance.choice(ACTS)}。", f"见第三条；\n另见{phrase(chance)}。"]),
    }
    common |= {"topic": chance.choice(["", "采购纪律"]), "difficulty": chance.randint(1, 5)}
    common["posts"] = chance.choice([(), ("采购岗",), ("采购岗", "财务岗")])
    if type is ItemType.CASE:
        types = [
            chance.choice([each for each in TYPES if each is not ItemType.CASE]) for _ in range(chance.randint(1, 3))
        ]
        items = tuple(made_up_item(chance, f"{name}{place}", each) for place, each in enumerate(types))
        return Item(name, type, f"{stem}，{chance.choice(ACTORS)}{chance.choice(ACTS)}。", items=items)
    if type is ItemType.FILL_IN:
        count = chance.randint(1, 3)
        blanks = tuple(tuple(chance.sample(ANSWERS, chance.randint(1, 2))) for _ in range(count))
        stem += "____" + "，另有____" * (count - 1) + "。"
        return Item(stem=stem, blanks=blanks, any_order=count > 1 and chance.random() < 0.3, **common)
    if type is ItemType.TRUE_FALSE:
        return Item(stem=stem + "，无须说明。", key=(chance.choice(["true", "false"]),), **common)
    if type is ItemType.ESSAY:
        return Item(stem=stem + "，怎么办？", reference=f"{chance.choice(ACTS)}；\n并{phrase(chance)}。", **common)
    letters = "ABCDEFGHIJ"[: chance.randint(3, 10)]
    options = tuple(
        Option(letter, f"{chance.choice(ACTORS)}{place}次{chance.choice(ACTS)}") for place, letter in enumerate(letters)
    )
    count = 1 if type is ItemType.SINGLE else chance.randint(2, len(letters))
    return Item(
        stem=stem + "应当由（　）负责。", options=options, key=tuple(sorted(chance.sample(letters, count))), **common
    )


@pytest.mark.parametrize("seed", range(20))
def test_made_up_banks_come_back_too(seed: int) -> None:
    bank = made_up(seed)
    reading = parse(read_word(write_docx(bank), "题库.docx"))
    assert [as_read(item) for item in reading.items] == written(bank)
