"""A bank as a workbook with one question a row, under headings that the importer and other programs know."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter

from quizapp.domain.bank import Bank, Citation, Item, ItemType, Option
from quizapp.domain.bank_notation import LETTERS, letters_kept_in_place
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.docx_text import key_text

TYPE_WORDS = {
    ItemType.SINGLE: "单选题",
    ItemType.MULTIPLE: "多选题",
    ItemType.TRUE_FALSE: "判断题",
    ItemType.FILL_IN: "填空题",
    ItemType.ESSAY: "简答题",
}
BETWEEN_CITATIONS = "；"
MOST_IN_CELL = 32_767
"""The most characters that a cell holds."""

_FEWEST_OPTIONS = 4
_SEPARATES = re.compile(r"[/／;；|｜()（）或]")
# Nothing in a cell is ever read as a formula, a link or a number; the date keeps the bytes the same on every day.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CREATED = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Row:
    """One question with its number in the sheet and the case it stands under."""

    number: int
    item: Item
    case: Item | None
    cited: str


def write_xlsx(bank: Bank) -> bytes:
    """The workbook; cells are texts and nothing else. `losses_xlsx` says what it cannot carry."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    book.set_properties({"title": bank.title, "created": _CREATED})
    sheet = book.add_worksheet("题目")
    columns = _columns(bank)
    shared = {"num_format": "@", "valign": "top", "text_wrap": True, "border": 1, "border_color": "#D8D2C4"}
    head = book.add_format({**shared, "bold": True, "bg_color": "#EDE9DF", "valign": "vcenter"})
    body = book.add_format(shared)
    for place, (heading, width, _) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, head)
    for number, row in enumerate(_rows(bank), 1):
        for place, (_, _, value) in enumerate(columns):
            sheet.write_string(number, place, value(row)[:MOST_IN_CELL], body)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()


def losses_xlsx(bank: Bank) -> list[Problem]:
    """What a workbook read again does not give back, each with how many items it concerns."""
    leaves = [leaf for item in bank.items for leaf in item.leaves()]
    counts = {
        N_("Accepted texts with separators (/ ； |) in them may be cut there on import: %(n)s items."): (
            sum(any(_SEPARATES.search(text) for blank in leaf.blanks for text in blank) for leaf in leaves)
        ),
        N_("That figures and Chinese numerals count as the same is left out: %(n)s items."): (
            sum(leaf.numerals_equal for leaf in leaves)
        ),
        N_("That options keep their order is left out where their words do not show it: %(n)s items."): (
            sum(_fixed_by_hand(leaf.options) for leaf in leaves)
        ),
        N_("Regulations keep title and edition; issuer, dates and articles are left out: %(n)s regulations."): (
            len(bank.regulations)
        ),
    }
    return [Problem(msgid, {"n": count}) for msgid, count in counts.items() if count]


def _fixed_by_hand(options: tuple[Option, ...]) -> bool:
    fixed = {option.letter for option in options if option.fixed}
    return bool(fixed - letters_kept_in_place({option.letter: option.text for option in options}))


def _rows(bank: Bank) -> Iterator[Row]:
    titles = {regulation.id: regulation.title.strip("《》") for regulation in bank.regulations}
    number = 0
    for item in bank.items:
        for leaf in item.leaves():
            number += 1
            cited = BETWEEN_CITATIONS.join(_cited(each, titles) for each in leaf.citations)
            yield Row(number, leaf, item if item.items else None, cited)


def _cited(citation: Citation, titles: dict[str, str]) -> str:
    title = titles.get(citation.regulation, citation.regulation)
    return f"《{title}》（{citation.edition}）{citation.article}"


def _columns(bank: Bank) -> list[tuple[str, int, Callable[[Row], str]]]:
    """Heading, width and value of each column; as many options as the longest item has."""
    most = max((len(leaf.options) for item in bank.items for leaf in item.leaves()), default=0)
    letters = LETTERS[: max(most, _FEWEST_OPTIONS)]
    return [
        ("题号", 6, lambda row: str(row.number)),
        ("题型", 8, lambda row: TYPE_WORDS[row.item.type]),
        ("题干", 48, lambda row: row.item.stem),
        *((f"选项{letter}", 20, _option(letter)) for letter in letters),
        ("答案", 14, lambda row: key_text(row.item)),
        ("解析", 40, lambda row: row.item.rationale),
        ("知识点", 16, lambda row: row.item.topic),
        ("难度", 6, lambda row: str(row.item.difficulty)),
        ("依据", 30, lambda row: row.cited),
        ("岗位", 14, lambda row: "、".join(row.item.posts)),
        ("题目代号", 14, lambda row: row.item.id),
        ("材料", 40, lambda row: row.case.stem if row.case else ""),
    ]


def _option(letter: str) -> Callable[[Row], str]:
    def value(row: Row) -> str:
        return next((option.text for option in row.item.options if option.letter == letter), "")

    return value
