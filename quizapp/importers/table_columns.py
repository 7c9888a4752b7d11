"""The headings of tables of questions, as products and people write them, and which column holds what."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("题号", "序号", "编号", "试题序号", "题目序号", "no", "no."),
    "type": ("题型", "试题类型", "题目类型", "类型", "题目题型", "试题题型", "type"),
    "stem": ("题干", "题目", "试题", "问题", "题目内容", "试题内容", "题干内容", "试题题干", "stem", "question"),
    "options": ("选项", "选项内容", "备选项", "备选答案", "候选项", "options"),
    "key": (
        *("答案", "正确答案", "正确选项", "参考答案", "标准答案", "试题答案", "题目答案", "答案选项"),
        *("对/错", "对错", "正误", "对或错", "answer", "key"),
    ),
    "rationale": ("解析", "题目解析", "答案解析", "试题解析", "解释", "说明", "rationale", "explanation"),
    "difficulty": ("难度", "难度等级", "题目难度", "试题难度", "难易度", "难易程度", "难度系数", "difficulty"),
    "topic": (
        *("知识点", "知识点名称", "考点", "章节", "题目分类", "试题分类", "分类"),
        *("所属知识点", "知识模块", "所属章节", "章节名称", "所属分类", "题目类别", "试题类别"),
        *("所属范围", "题库名", "题库名称", "topic"),
    ),
    "points": ("分值", "分数", "每题分值", "题目分值", "points"),
    "cited": ("依据", "法规", "条款", "出处", "法规依据", "制度依据", "答案依据", "citation"),
    "posts": ("岗位", "适用岗位", "posts"),
    "id": ("题目代号", "试题代号", "题目id", "试题id", "id"),
    "passage": ("材料", "案例", "背景材料", "案例材料", "共用题干", "passage"),
    "count": ("选项数量", "选项数", "选项个数"),
}
"""By field of an item, in the order of preference where several columns of a sheet fit one field."""

HEADING_WITHIN = 10
"""Rows in which the headings are looked for: titles and notes stand above them."""
_MOST_COLUMNS = 200
_LONGEST = 20
_NUMERALS = "一二三四五六七八九十"
_LETTER = re.compile(r"(选项|答案选项|备选项|备选答案|option)?([a-z])(?:选项)?(?:内容)?")
_NUMBERED = re.compile(rf"(?:选项|备选项|备选答案|答案选项)(\d{{1,2}}|[{_NUMERALS}])(?:内容)?")
_RIGHT = re.compile(rf"(?:选项|答案)?(\d{{1,2}}|[{_NUMERALS}]|[a-z])是否(?:正确|为?(?:正确)?答案)")
_FIELDS = {heading: name for name, headings in HEADINGS.items() for heading in headings}
_FIRST = frozenset([*(heading[0] for heading in _FIELDS), *"选备答", *_NUMERALS])
"""The characters with which a heading may begin: the text of a question, looked at in every row, mostly does not."""
_TRUTH_HEADINGS = frozenset(("对/错", "对错", "正误", "对或错"))
_LONE_LETTER = "letter"


@dataclass
class Columns:
    """Which column, counted from 0, holds which part; ``names`` are the headings as written, by column."""

    names: dict[int, str] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)
    options: dict[str, int] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    truth_key: bool = False
    """Whether a key column is headed 对/错: then A is 对 and B is 错."""

    def name_of(self, part: str) -> str:
        """The heading over a field, as the file has it."""
        return self.names.get(self.fields.get(part, -1), "")


@lru_cache(maxsize=10_000)
def known_heading(heading: str) -> tuple[str, str]:
    """The field a heading stands for and the option letter, if it is one; ("", "") for any other text."""
    if len(heading) > _LONGEST or ("一" <= heading[:1] <= "龥" and heading[0] not in _FIRST):
        return "", ""
    text = _plain(heading)
    if text in _FIELDS:
        return _FIELDS[text], ""
    if found := _LETTER.fullmatch(text):
        return "option" if found.group(1) else _LONE_LETTER, found.group(2).upper()
    for pattern, name in ((_NUMBERED, "option"), (_RIGHT, "right")):
        if found := pattern.fullmatch(text):
            letter = _letter(found.group(1))
            return (name, letter) if letter else ("", "")
    return "", ""


def is_heading_row(cells: Sequence[str]) -> bool:
    """Whether a row is the headings of a table of questions: at least two are known, among them the stem or the key.

    Single letters count from A on and beside a stem only, for a row of keys (``答案 | A | C``) has them too.
    """
    named: set[str] = set()
    letters: set[str] = set()
    for cell in cells[:_MOST_COLUMNS]:
        if len(cell) > _LONGEST:
            continue
        name, letter = known_heading(cell.strip())
        if name == _LONE_LETTER:
            letters.add(letter)
        elif name:
            named.add(name + letter)
    if "stem" in named and {"A", "B"} <= letters:
        return True
    return len(named) >= 2 and bool(named & {"stem", "key"})


def columns_of(cells: Sequence[str]) -> Columns:
    """What each column under a row of headings holds."""
    columns = Columns()
    candidates: dict[str, list[int]] = {}
    for at, cell in enumerate(cells):
        heading = cell.strip().replace("\n", "")
        if not heading:
            continue
        columns.names[at] = heading
        name, letter = known_heading(heading)
        if name in ("option", _LONE_LETTER) and letter not in columns.options:
            columns.options[letter] = at
        elif name == "right" and letter not in columns.right:
            columns.right[letter] = at
        elif name in HEADINGS:
            candidates.setdefault(name, []).append(at)
        else:
            columns.unused.append(heading)
    for name, places in candidates.items():
        _choose(columns, name, places)
    return columns


def _choose(columns: Columns, name: str, places: list[int]) -> None:
    """Of several columns for one field the likeliest; all of them for the key, which they may contradict."""
    places.sort(key=lambda at: HEADINGS[name].index(_plain(columns.names[at])))
    columns.fields[name] = places[0]
    if name == "key":
        columns.keys = places
        columns.truth_key = any(_plain(columns.names[at]) in _TRUTH_HEADINGS for at in places)
    else:
        columns.unused += [columns.names[at] for at in places[1:]]


def _plain(heading: str) -> str:
    return re.sub(r"\(.*?\)|[*:\s]", "", unicodedata.normalize("NFKC", heading)).lower()


def _letter(numeral: str) -> str:
    """``一``, ``1`` or ``a`` as the letter of an option; empty above 26."""
    if numeral.isalpha() and numeral.isascii():
        return numeral.upper()
    number = int(numeral) if numeral.isdecimal() else _NUMERALS.index(numeral) + 1
    return chr(ord("A") + number - 1) if 1 <= number <= 26 else ""
