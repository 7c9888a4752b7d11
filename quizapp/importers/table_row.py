"""One row of a table of questions into an item, or into the reason why it is none."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from quizapp.domain.bank import ItemType, Option
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import ANY_NUMBER, KEY, checked
from quizapp.importers.notation import ANY_NUMBER as ANY_NUMBER_WORDS
from quizapp.importers.notation import TYPE_WORDS, fold, parse_key, parse_truth, squeezed, type_named
from quizapp.importers.reading import ImportedItem, made
from quizapp.importers.separated import Row
from quizapp.importers.table_columns import Columns
from quizapp.importers.table_keys import Key, key_of
from quizapp.importers.table_options import labels_misplaced, options_in, own_labels, without_labels

TYPE_NUMBERS = {"1": ItemType.SINGLE, "2": ItemType.MULTIPLE, "3": ItemType.TRUE_FALSE, "4": ItemType.ESSAY}
"""The types of products that number them."""
_LEVELS = {
    **{str(level): level for level in range(1, 6)},
    **dict.fromkeys(("很易", "非常容易", "最易", "很容易", "非常简单"), 1),
    **dict.fromkeys(("易", "容易", "较易", "简单", "低", "低级", "初级", "easy"), 2),
    **dict.fromkeys(("中", "中等", "一般", "适中", "普通", "中级", "medium"), 3),
    **dict.fromkeys(("难", "困难", "较难", "高", "高级", "hard"), 4),
    **dict.fromkeys(("很难", "最难", "极难", "非常难", "非常困难"), 5),
}
_NO_LEVEL = ("", "无", "-", "/")
_RATES = ((0.85, 1), (0.7, 2), (0.45, 3), (0.25, 4), (0.0, 5))
"""难度系数 is the share of right answers: the higher, the easier."""
_LONGEST_TYPE = 12
_NUMBER_FIRST = re.compile(rf"(?:[\[(]?(?:{TYPE_WORDS})[\])]?\s*)?(\d{{1,5}})\s*[、.:)](?![0-9])\s*")
_TYPE_FIRST = re.compile(rf"[\[(]?({TYPE_WORDS})[\])]?\s*(?=\d|[、:])")
_NUMBER_SOON = re.compile(r"\D{0,20}\d{1,5}(?!\w)")
_EMPTY_BRACKETS = re.compile(r"[(（\[［【{｛][\s_＿]*[)）\]］】}｝]")
_SHORT_BLANK = re.compile(r"[_＿]{2,}")
_YES = ("1", "是", "√", "对", "正确", "true", "t", "y", "yes")
_NO = ("", "0", "否", "×", "错", "错误", "false", "f", "n", "no")
_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BUSY!)", re.IGNORECASE)
"""What a spreadsheet shows in a cell that it cannot calculate."""
_MAY_ERR = re.compile("[#＃]")
_POST_ENDS = re.compile(r"[、,，;；/\n]+")


class Cells(NamedTuple):
    """The cells of one row by what they hold."""

    row: Row
    columns: Columns
    values: Mapping[str, str]
    keys: tuple[str, ...]

    def at(self, column: int) -> str:
        return self.row.cells[column] if column < len(self.row.cells) else ""


def cells_of(row: Row, columns: Columns) -> Cells:
    """The row, read by its headings."""
    cells = row.cells
    count = len(cells)
    values = {name: cells[at] for name, at in columns.fields.items() if at < count}
    keys = dict.fromkeys([cells[at] for at in columns.keys if at < count and cells[at]])
    return Cells(row, columns, values, tuple(keys))


def why_no_item(cells: Cells) -> Problem | None:
    """Why the row cannot be a question; None where it is one, however bad."""
    if not cells.values.get("stem"):
        if cells.keys:
            return Problem(N_("This row has a key, but no question. Write its text, or delete the row."))
        return Problem(N_("This row holds no question and was not imported."))
    if _misfits(cells.values.get("type", "")):
        return Problem(N_("This row does not fit the headings above it. Put its cells under the right headings."))
    return None


def item_of(cells: Cells, sheet_type: ItemType | None) -> ImportedItem:
    """The item of a row that `why_no_item` finds nothing against; ``sheet_type`` holds where the row names none."""
    values, line = cells.values, cells.row.line
    stem, number, stem_type = _stem(values["stem"])
    given = values.get("type", "")
    found = _without_errors(_key(cells, type_of(given) or type_named(stem_type) or sheet_type, stem), cells)
    problems = [*found.problems, *([_unknown_type(given)] if given and not type_of(given) else [])]
    level, warning = _level(values.get("difficulty", ""), "系数" in cells.columns.name_of("difficulty"))
    item = made(
        ImportedItem,
        number=values.get("number", "") or number,
        line=line,
        last_line=cells.row.last_line,
        type=found.type,
        stem=_with_blanks(stem) if found.type is ItemType.FILL_IN else _EMPTY_BRACKETS.sub("（　）", stem),
        options=found.options,
        key=found.key,
        blanks=found.blanks,
        any_order=found.any_order,
        rationale=values.get("rationale", ""),
        passage=values.get("passage", ""),
        topic=values.get("topic", ""),
        difficulty=level,
        points=values.get("points", ""),
        cited=values.get("cited", ""),
        posts=_posts(values.get("posts", "")),
        id=values.get("id", ""),
        places=_places(cells, found.options),
        problems=tuple(replace(problem, line=line) for problem in problems),
        warnings=(replace(warning, line=line),) if warning else (),
    )
    return checked(item)


def _places(cells: Cells, options: tuple[Option, ...]) -> dict[str, int]:
    """The line of every part the row has: its own."""
    values = cells.values
    parts = ["stem", *[option.letter for option in options]]
    if cells.keys or cells.columns.right:
        parts.append(KEY)
    if values.get("rationale"):
        parts.append("rationale")
    if values.get("passage"):
        parts.append("passage")
    if _any_number(values.get("type", "")):
        parts.append(ANY_NUMBER)
    return dict.fromkeys(parts, cells.row.line)


def _key(cells: Cells, type: ItemType | None, stem: str) -> Key:
    """Options and key of the row. Where anything is wrong with the key there is none, for it is never guessed."""
    options, problems = _options(cells)
    text = _one_key(cells, problems)
    marked = _marked_right(cells, options, problems)
    if type is ItemType.FILL_IN or (type is None and not options):
        stem = _with_blanks(stem)
    found = key_of(text or marked, type, stem, options, cells.columns.truth_key)
    problems += found.problems
    if text and marked and found.key and found.key != key_of(marked, type, stem, options, False).key:
        problems.append(_keys_disagree([text, marked]))
    if not problems:
        return found
    if any(problem.path == KEY for problem in problems):
        found = found._replace(key=None, blanks=())
    return found._replace(problems=tuple(problems))


@lru_cache(maxsize=1_000)
def _any_number(given: str) -> bool:
    return bool(ANY_NUMBER_WORDS.search(given))


@lru_cache(maxsize=1_000)
def _posts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, _POST_ENDS.split(text))))


@lru_cache(maxsize=1_000)
def type_of(text: str) -> ItemType | None:
    """The kind of question that a type cell names, in words or as a product's number."""
    return type_named(text) or TYPE_NUMBERS.get(squeezed(text)) if text else None


@lru_cache(maxsize=1_000)
def _misfits(given: str) -> bool:
    """Whether the type cell holds what is no kind of question at all: a key, or a sentence."""
    if not given or type_of(given):
        return False
    return len(given) > _LONGEST_TYPE or parse_key(given) is not None or parse_truth(given) is not None


def _unknown_type(given: str) -> Problem:
    message = N_("The type “%(type)s” is not known. Use 单选题, 多选题, 判断题, 填空题 or 简答题.")
    return Problem(message, {"type": given})


def _stem(text: str) -> tuple[str, str, str]:
    """The stem without the type and number some products write before it (``单选题  1.开标…``), and these two."""
    if not _NUMBER_SOON.match(text):
        return text, "", ""
    folded = fold(text)
    found = _NUMBER_FIRST.match(folded)
    if not found or found.end() == len(text):
        return text, "", ""
    named = _TYPE_FIRST.match(folded)
    return text[found.end() :], found.group(1), named.group(1) if named else ""


def _with_blanks(stem: str) -> str:
    """The stem of a fill-in with ``____`` for each blank, whether it was drawn with brackets or a short line."""
    if count_blanks(stem):
        return stem
    shorter = _SHORT_BLANK.sub("____", stem)
    return shorter if count_blanks(shorter) else _EMPTY_BRACKETS.sub("____", stem)


def _options(cells: Cells) -> tuple[tuple[Option, ...], list[Problem]]:
    """The options, from their own columns or from one cell, and what is wrong with them."""
    count = cells.values.get("count", "")
    row, columns = cells.row.cells, cells.columns.options
    filled = [(letter, row[columns[letter]]) for letter in sorted(columns) if columns[letter] < len(row)]
    options = tuple([made(Option, letter=letter, text=text, fixed=False) for letter, text in filled if text])
    if not options and cells.values.get("options"):
        options, problem = options_in(cells.values["options"], count)
        return options, [problem] if problem else []
    labels = own_labels(options)
    if labels_misplaced(options, labels):
        message = N_("The letters before the options are not those of their columns. Put each option under its letter.")
        return options, [Problem(message, path=KEY)]
    options = without_labels(options, labels)
    if options and count.isdecimal() and int(count) != len(options):
        message = N_("The row holds %(found)s options, but %(count)s are stated. Complete them.")
        return options, [Problem(message, {"found": len(options), "count": count})]
    return options, []


def _one_key(cells: Cells, problems: list[Problem]) -> str:
    """The text of the key; two columns that disagree are a problem."""
    if len(cells.keys) > 1:
        problems.append(_keys_disagree(cells.keys))
    return cells.keys[0] if cells.keys else ""


def _without_errors(found: Key, cells: Cells) -> Key:
    """The key, unless it rests on what the program could not calculate; each such cell is a problem."""
    row, columns = cells.row.cells, cells.columns
    if not _MAY_ERR.search("".join(row)):
        return found
    errors = {at: cell for at, cell in enumerate(row) if cell[:1] in ("#", "＃") and _ERROR.fullmatch(fold(cell))}
    problems = []
    for at, value in errors.items():
        if at in columns.names and columns.names[at] not in columns.unused:
            message = N_("Under “%(heading)s” stands %(value)s, an error of the spreadsheet. Write what belongs there.")
            path = KEY if at in (*columns.keys, *columns.right.values()) else ""
            problems.append(Problem(message, {"heading": columns.names[at], "value": value}, path=path))
    if any(problem.path == KEY for problem in problems):
        others = tuple(problem for problem in found.problems if problem.path != KEY)
        found = found._replace(key=None, blanks=(), problems=others)
    return found._replace(problems=(*found.problems, *problems))


def _keys_disagree(keys: tuple[str, ...] | list[str]) -> Problem:
    message = N_("The row has several keys that disagree: %(keys)s. Decide which is right.")
    return Problem(message, {"keys": " / ".join(keys)}, path=KEY)


def _marked_right(cells: Cells, options: tuple[Option, ...], problems: list[Problem]) -> str:
    """The letters of the options that their own columns (选项一是否正确) say are right."""
    letters = []
    for letter, column in cells.columns.right.items() if options else ():
        word = cells.at(column).lower()
        if word in _YES:
            letters.append(letter)
        elif word not in _NO:
            message = N_("Under “%(heading)s” stands “%(value)s”; write 1 for a right option and 0 for a wrong one.")
            heading = cells.columns.names.get(column, "")
            problems.append(Problem(message, {"heading": heading, "value": word[:20]}, path=KEY))
    return "".join(sorted(letters))


@lru_cache(maxsize=1_000)
def _level(text: str, is_rate: bool) -> tuple[int | None, Problem | None]:
    """The difficulty 1 to 5; a warning where the cell says something else."""
    word = squeezed(text).lower().removesuffix("级").removesuffix("度")
    if word in _NO_LEVEL:
        return None, None
    if word in _LEVELS and not (is_rate and word == "1"):
        return _LEVELS[word], None
    if re.fullmatch(r"0?\.\d+|1(?:\.0+)?|0", word):
        level = next(level for rate, level in _RATES if float(word) >= rate)
        message = N_("The difficulty %(value)s was read as a share of right answers: level %(level)s of 5. Check it.")
        return level, None if is_rate else Problem(message, {"value": text, "level": level})
    message = N_("The difficulty “%(value)s” is not known and was left out. Use 1 (easy) to 5 (hard).")
    return None, Problem(message, {"value": text[:20]})
