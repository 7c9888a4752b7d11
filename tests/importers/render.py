"""The same questions in other files: Word, workbooks, CSV, and text in other encodings."""

import csv
import io
import random
from collections.abc import Callable, Sequence

import docx
import xlsxwriter

from tests.importers.generate import HEADINGS, Sample, Style
from tests.importers.truth import F, J, M, Question, S, questions

Rows = list[list[str]]
Column = tuple[str, Callable[[int, Question], str]]
"""A heading, and what stands below it for a question of that number."""


def docx_of(lines: Sequence[str]) -> bytes:
    """A Word file with a paragraph for each line."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _encoded(encoding: str, end: str) -> Callable[[Sequence[str]], bytes]:
    return lambda lines: end.join([*lines, ""]).encode(encoding)


RENDERERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "docx": docx_of,
    "txt": _encoded("utf-8", "\n"),
    "bom.txt": _encoded("utf-8-sig", "\r\n"),
    "gb18030.txt": _encoded("gb18030", "\r\n"),
    "utf16.txt": _encoded("utf-16", "\n"),
    "cr.txt": _encoded("utf-8", "\r"),
}


def xlsx_of(rows: Rows) -> bytes:
    """A workbook with one sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("题目")
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(place, column, text)
    return file.getvalue()


def _separated(encoding: str, delimiter: str) -> Callable[[Rows], bytes]:
    def write(rows: Rows) -> bytes:
        file = io.StringIO(newline="")
        csv.writer(file, delimiter=delimiter).writerows(rows)
        return file.getvalue().encode(encoding)

    return write


TABLES: dict[str, Callable[[Rows], bytes]] = {
    "xlsx": xlsx_of,
    "csv": _separated("utf-8-sig", ","),
    "gbk.csv": _separated("gb18030", ","),
    "semicolon.csv": _separated("utf-8", ";"),
    "tsv": _separated("utf-8", "\t"),
}

_STEM = ("题干", "题目", "试题", "题目内容", "问题", "题目（必填）")
_KEY = ("答案", "正确答案", "参考答案", "标准答案", "正确选项")
_WHY = ("解析", "题目解析", "答案解析", "说明")
_TYPE = ("题型", "试题类型", "题目类型", "类型")
_NUMBER = ("题号", "序号", "编号")
_OPTION = ("选项{}", "{}", "选项{}（必填）", " {} ")


SHAPES = ("columns", "one_cell", "one_cell_labelled", "no_type", "judged_by_letter")


def table_sample(seed: int, count: int = 10) -> tuple[Sample, Rows]:
    """Questions and the rows that hold them: columns in any order, under any of the usual headings."""
    dice = random.Random(f"table {seed}")
    shape = dice.choice(SHAPES)
    asked = questions(dice, (S, M, J, F), count, explained=True)
    if shape == "one_cell":  # what parts the options must not stand within one
        asked = tuple(each for each in asked if not any("，" in option for option in each.options))
    columns: list[Column] = [
        (dice.choice(_STEM), lambda number, question: question.stem),
        (dice.choice(_KEY), _key_of(dice, shape)),
        (dice.choice(_WHY), lambda number, question: question.rationale),
        (dice.choice(_NUMBER), lambda number, question: str(number)),
        *_option_columns(dice, shape),
        (dice.choice(("难度", "难度等级")), lambda number, question: dice.choice(("易", "中", "难", ""))),
        (dice.choice(("知识点", "题目分类")), lambda number, question: "廉洁纪律"),
    ]
    if shape != "no_type":
        columns.append((dice.choice(_TYPE), lambda number, question: dice.choice(HEADINGS[question.type])))
    dice.shuffle(columns)
    rows = [["廉政知识题库", *[""] * (len(columns) - 1)]] if dice.random() < 0.4 else []
    rows.append([heading for heading, _ in columns])
    rows += [[cell(number, question) for _, cell in columns] for number, question in enumerate(asked, 1)]
    return Sample(shape, seed, Style(), ["\t".join(row) for row in rows], None, asked), rows


def _option_columns(dice: random.Random, shape: str) -> list[Column]:
    if shape == "one_cell":
        joint = dice.choice(("，", "|", "\n", ";"))
        return [("选项", lambda number, question: joint.join(question.options))]
    if shape == "one_cell_labelled":
        label, joint = dice.choice(("{}.", "{}、", "{}．", "{}: ")), dice.choice((" ", "\n", "，", "；", "|"))
        return [("选项", lambda number, question: joint.join(_labelled(label, question)))]
    heading = dice.choice(_OPTION)
    judged = shape == "judged_by_letter"
    return [(heading.format(letter), _option(place, judged=judged)) for place, letter in enumerate("ABCDEF")]


def _labelled(label: str, question: Question) -> list[str]:
    return [label.format(letter) + text for letter, text in zip("ABCDEF", question.options, strict=False)]


def _option(place: int, *, judged: bool) -> Callable[[int, Question], str]:
    def option(number: int, question: Question) -> str:
        options = ("对", "错") if judged and question.type is J else question.options
        return options[place] if place < len(options) else ""

    return option


def _key_of(dice: random.Random, shape: str) -> Callable[[int, Question], str]:
    joint, truths = dice.choice(("", ",", "、", " ")), dice.choice((("正确", "错误"), ("对", "错"), ("√", "×")))

    def key(number: int, question: Question) -> str:
        if question.type is J and shape == "judged_by_letter":
            return "AB"[question.key == ("false",)]
        if question.type is J:
            return truths[question.key == ("false",)]
        if question.type is F:
            return "；".join("/".join(blank) for blank in question.blanks)
        return joint.join(question.key)

    return key
