"""Tables of keys with a row for each question, as Markdown has them: made into the lines of a block of keys."""

import re
from collections.abc import Sequence
from dataclasses import replace

from quizapp.importers.notation import RATIONALE_WORDS, fold, is_no_key
from quizapp.importers.text.lines import Line

_NUMBER = re.compile(r"(?:题|序|编)\s?号")
_KEY = re.compile(r"(?:参考|正确|标准)?\s?答\s?案")
_WHY = re.compile(rf"(?:{RATIONALE_WORDS})")
_OTHER = re.compile(r"题\s?型|分\s?[值数]")
_SEPARATOR = re.compile("[|｜\t]")
_HEADING = "参考答案"


def with_lists(lines: Sequence[Line]) -> list[Line]:
    """The lines, where ``|题号|答案|`` has become the heading of a block, and ``|1|A|`` the entry ``1.A``."""
    made: list[Line] = []
    names: list[str] = []
    for line in lines:
        cells = _cells(line)
        if heads := _heads(cells):
            names = heads
            made.append(_as(line, _HEADING))
        elif names and len(cells) == len(names) and cells[names.index("number")].isdecimal():
            made.append(_as(line, _entries(names, cells)))
        else:
            names = names if line.is_empty else []
            made.append(line)
    return made


def _cells(line: Line) -> list[str]:
    """The cells of a row, none where the line is no row."""
    if not _SEPARATOR.search(line.text):
        return []
    text = re.sub(r"^\||\|$", "", line.text.strip().replace("｜", "|"))
    cells = [cell.strip() for cell in re.split(r"[|\t]", text)]
    return cells if len(cells) > 1 else []


def _heads(cells: Sequence[str]) -> list[str]:
    """What each column holds, where the row is the head of a table of keys and of nothing else."""
    if not cells:
        return []
    patterns = {"number": _NUMBER, "key": _KEY, "why": _WHY, "other": _OTHER}
    names = [next((name for name, each in patterns.items() if each.fullmatch(fold(cell))), "") for cell in cells]
    return names if {"number", "key"} <= set(names) and "" not in names else []


def _entries(names: Sequence[str], cells: Sequence[str]) -> str:
    """``1.A 2.B``; a number whose key is empty is left out, so that no key of another can move up to it."""
    number, entries = "", []
    for name, cell in zip(names, cells, strict=True):
        if name == "number":
            number = cell
        elif name == "key" and number and cell and not is_no_key(cell):
            entries.append(f"{int(number)}.{cell}")
        elif name == "why" and entries and cell:
            entries[-1] += f" 解析：{cell}"
    return " ".join(entries)


def _as(line: Line, text: str) -> Line:
    return replace(line, text=text, folded=fold(text), marks=(), bold=(), is_code=not text)
