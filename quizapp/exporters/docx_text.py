"""A bank as the paragraphs of a Word file: numbers, keys and notes are plain text, so that they survive editing.

What is written here is what the text grammar of the importer reads: an edited file can be imported again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from quizapp.domain.bank import TRUE, Bank, Citation, Item, ItemType
from quizapp.importers.word_numerals import formatted

TYPES = {
    ItemType.SINGLE: "单项选择题",
    ItemType.MULTIPLE: "多项选择题",
    ItemType.TRUE_FALSE: "判断题",
    ItemType.FILL_IN: "填空题",
    ItemType.CASE: "案例分析题",
    ItemType.ESSAY: "简答题",
}
"""The sections of the file, in their order."""
_TAGS = {
    ItemType.SINGLE: "单选题",
    ItemType.MULTIPLE: "多选题",
    ItemType.TRUE_FALSE: "判断题",
    ItemType.FILL_IN: "填空题",
    ItemType.ESSAY: "简答题",
}
_DIVIDES = re.compile("[/／;；|｜或]")
"""Signs that part the blanks or the accepted texts of a key: a text that holds one is put in brackets."""


class Part(StrEnum):
    """What a paragraph is; its style in Word has this name."""

    TITLE = "题库名称"
    NOTE = "题库说明"
    HEADING = "题型"
    PASSAGE = "材料"
    STEM = "题干"
    OPTION = "选项"
    KEY = "答案"
    DETAIL = "题目说明"


Paragraph = tuple[Part, str]


def bank_paragraphs(bank: Bank) -> Iterator[Paragraph]:
    """Every paragraph of the file, from the title to the last item."""
    yield Part.TITLE, bank.title
    if bank.description:
        yield Part.NOTE, f"说明：{bank.description}"
    yield from _Writer(bank).sections()


@dataclass
class _Writer:
    """Counts the items over all sections: a number stands for one item of the file."""

    bank: Bank
    number: int = field(default=0)

    def sections(self) -> Iterator[Paragraph]:
        place = 0
        for type, name in TYPES.items():
            items = [item for item in self.bank.items if item.type is type]
            if not items:
                continue
            place += 1
            count = "" if type is ItemType.CASE else f"（共{len(items)}题）"
            yield Part.HEADING, f"{formatted(place, 'chineseCounting')}、{name}{count}"
            for item in items:
                yield from self._case(item) if type is ItemType.CASE else self._item(item)

    def _case(self, case: Item) -> Iterator[Paragraph]:
        first, last = self.number + 1, self.number + len(case.items)
        yield Part.PASSAGE, f"【材料】{case.stem}"
        yield Part.NOTE, f"根据以上材料回答{first}-{last}题。"
        for item in case.items:
            yield from self._item(item, f"【{_TAGS[item.type]}】")

    def _item(self, item: Item, tag: str = "") -> Iterator[Paragraph]:
        self.number += 1
        yield Part.STEM, f"{self.number}、{tag}{item.stem}"
        for option in item.options:
            yield Part.OPTION, f"{option.letter}．{option.text}"
        if key := key_text(item):
            yield Part.KEY, f"答案：{key}"
        yield from ((Part.DETAIL, f"{name}：{text}") for name, text in self._details(item) if text)

    def _details(self, item: Item) -> Iterator[tuple[str, str]]:
        yield "解析", item.rationale
        yield "依据", "；".join(map(self._cited, item.citations))
        yield "知识点", item.topic
        yield "难度", str(item.difficulty)
        yield "岗位", "、".join(item.posts)

    def _cited(self, citation: Citation) -> str:
        titles = {regulation.id: regulation.title for regulation in self.bank.regulations}
        return f"《{titles.get(citation.regulation, citation.regulation)}》（{citation.edition}）{citation.article}"


def key_text(item: Item) -> str:
    """The key as it stands after 答案：, of whatever type the item is."""
    if item.type is ItemType.TRUE_FALSE:
        return "正确" if item.key == (TRUE,) else "错误"
    if item.type is ItemType.FILL_IN:
        return _blanks_text(item)
    return item.reference if item.type is ItemType.ESSAY else "".join(item.key)


def _blanks_text(item: Item) -> str:
    """五/5；二/2: accepted texts by ``/``, blanks by ``；``; in brackets where a text holds such a sign itself."""
    blanks = ["/".join(texts) for texts in item.blanks]
    if item.any_order or any(_DIVIDES.search(text) for texts in item.blanks for text in texts):
        return ("乱序匹配" if item.any_order else "") + "".join(f"（{texts}）" for texts in blanks)
    return "；".join(blanks)
