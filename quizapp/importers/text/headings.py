"""Headings: of a section (which gives its questions a type and points), and of a block of keys."""

import re
from dataclasses import dataclass, field

from quizapp.domain.bank import ItemType
from quizapp.importers.notation import ANY_NUMBER, TYPE_NAMES, TYPE_WORDS, squeezed

_CHINESE = "[一二三四五六七八九十]{1,3}"
_PART_ORDINAL = rf"第\s?(?P<part>{_CHINESE}|\d{{1,2}})\s?(?:部分|大题|章|节|单元|篇)[、.:]?"
_LIST_ORDINAL = rf"(?P<list>{_CHINESE})\s?[、.:]|\(\s?(?P<framed>{_CHINESE})\s?\)[、.]?"
_ORDINAL = rf"(?:{_PART_ORDINAL}|{_LIST_ORDINAL})"
_SECTION = re.compile(
    rf"\s*(?:{_ORDINAL}\s*)?\[?\s*(?:(?P<before>[\u4e00-\u9fff]{{0,6}}))??(?P<type>{TYPE_WORDS})(?:部分|类)?\s*\]?\s*"
    r"(?P<rule>\([^()\n]{0,80}(?:\([^()\n]{0,20}\)[^()\n]{0,40})?\)|[:,、]?\s?(?:共|每|本大?题)[^。\n.]{0,60}[。.]?)?\s*[:。.]?\s*"
)
_PART = re.compile(rf"\s*{_ORDINAL}\s*(?P<title>[^\n]{{0,40}})$")
_POINTS = re.compile(r"每\s*(?:小题|道题|题|空|道|个)?\s*(\d{1,3}(?:\.\d+)?)\s*分")
_COUNT = re.compile(r"(?<!每)(?:共|计|总共|合计)?\s*(\d{1,4})\s*(?:小题|道题|题|道)")
_KEYS = re.compile(
    r"(?:附件?\d?[:、.]?|附[:]?)?(?:[\u4e00-\u9fff\w]{0,24}?)(?:参考|标准|正确|试题|习题|练习题?)?答案(?:(?:及|与|和|、)?(?:解析|详解|评分标准|说明|依据|解释))?"
    r"(?:部分|汇总|表|一览表?|如下|页)?[:。]?"
)
_KEYS_PLAIN = re.compile(
    r"(?:附[:、]?)?(?:参考|标准|正确|试题)?答案(?:(?:及|与|和|、)?(?:解析|详解|评分标准|说明))?(?:部分|汇总|表|一览表?|如下)?[:]?"
)


@dataclass
class Section:
    """A stretch of questions under one heading. The first one of a file may have none."""

    line: int = 0
    ordinal: str = ""
    type: ItemType | None = None
    any_number: bool = False
    points: str = ""
    count: int | None = None
    found: int = field(default=0, compare=False)
    is_reversed: bool = False
    """The heading turns the marks of judgements round."""
    leading_key: int = 0
    """The line of a key above the first question."""


def section_at(folded: str, line: int) -> tuple[Section, int] | None:
    """The section whose heading begins the line, and where the heading ends; what follows is glued text."""
    if len(folded) - len(folded.lstrip()) > 100:
        return None
    found = _SECTION.match(folded)
    if found is None:
        return None
    rest = folded[found.end() :]
    framed = folded.lstrip()[:1] == "["
    has_ordinal = any(found[name] for name in ("part", "list", "framed"))
    if rest and not re.match(r"\d{1,4}\s?[、.):\\]", rest):
        return None
    if found["before"] and not (has_ordinal or not rest):
        return None
    if not (has_ordinal or framed or not rest or found["rule"]):
        return None
    word = squeezed(found["type"])
    named = TYPE_NAMES.get(word)
    ordinal = found["part"] or found["list"] or found["framed"] or ""
    rule = found["rule"] or ""
    points, count = _POINTS.search(rule), _COUNT.search(rule)
    section = Section(
        line,
        ordinal,
        named,
        bool(ANY_NUMBER.search(word)),
        points[1] if points else "",
        int(count[1]) if count else None,
    )
    return section, found.end()


def part_at(folded: str, line: int) -> Section | None:
    """A heading that names no type: 第二部分 招标投标."""
    found = _PART.match(folded)
    if found is None or re.search(r"[。?;,]|\(\s*\)|__", found["title"]):
        return None
    points, count = _POINTS.search(folded), _COUNT.search(folded)
    ordinal = found["part"] or found["list"] or found["framed"] or ""
    return Section(line, ordinal, None, False, points[1] if points else "", int(count[1]) if count else None)


def is_strong_part(folded: str) -> bool:
    """Whether the line can be nothing but a heading: 第一部分 …, 第三章 …."""
    return bool(re.match(rf"\s*第\s?(?:{_CHINESE}|\d{{1,2}})\s?(?:部分|大题|章|单元|篇)", folded))


def is_keys_heading(folded: str) -> bool:
    """Whether the whole line announces a block of keys, by a title such as 参考答案及解析."""
    text = squeezed(folded)
    text = re.sub(r"https?:[\w./:%?=&-]*", "", text)
    framed = text[:1] == "[" and text[-1:] in ("]", ":")
    text = text.strip("[]()#*-=: ")
    return bool(
        _KEYS_PLAIN.fullmatch(text)
        or (len(text) <= 34 and _KEYS.fullmatch(text) and (framed or "题" in text or "卷" in text))
    )


def is_bare_key_word(folded: str) -> bool:
    """Whether the line is 答案 or 参考答案 only: the key of one question, or the heading of a block."""
    return bool(_KEYS_PLAIN.fullmatch(squeezed(folded).strip("[]:")))
