"""The signs that give a text its structure: numbers, letters of options, markers of keys, rationales and fields.

A token is a candidate only. Whether it means what it looks like is decided where it stands (`reader`), for the same
``2.`` begins a question here, a list inside a rationale there, and a decimal number elsewhere.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from quizapp.importers.notation import KEY_WORDS, NOTE_WORDS, OTHER_KEY_WORDS, RATIONALE_WORDS, TYPE_WORDS


class Sign(Enum):
    """What a token may be."""

    NUMBER = auto()
    LABEL = auto()
    KEY = auto()
    RATIONALE = auto()
    FIELD = auto()
    OPTIONS = auto()
    INLINE_KEY = auto()
    INLINE_POINTS = auto()


@dataclass(frozen=True)
class Token:
    """A sign at a place of a folded line. ``value`` is the number, letter or name; ``style`` how it is written."""

    sign: Sign
    start: int
    end: int
    value: str = ""
    style: str = ""


_CHINESE = "零一二三四五六七八九十百"
_FIELDS = {
    **dict.fromkeys(("依据", "法规依据", "出处", "法条依据", "答案依据", "来源", "法律依据", "政策依据"), "cited"),
    **dict.fromkeys(("知识点", "考点", "考查点", "知识点名称"), "topic"),
    **dict.fromkeys(("难度", "难易度", "难度等级", "难易程度", "难度系数"), "difficulty"),
    **dict.fromkeys(("岗位", "适用岗位"), "posts"),
    **dict.fromkeys(("分值", "分数"), "points"),
}
_FIELD_WORDS = "|".join(sorted(_FIELDS, key=len, reverse=True))

_TOKEN = re.compile(
    rf"""
      (?P<other>(?:\[\s*)?(?:{OTHER_KEY_WORDS})\s*(?:\]\s*:?|[:为]|是\s*:?|(?=\s*[A-Z√×](?![A-Za-z]))|(?=\s*$))\s*)
    | \[\s*(?:{KEY_WORDS})\s*:\s*(?P<inline_key>[^\[\]\n]{{1,300}})\]
    | \(\s*(?:{KEY_WORDS})\s*:?\s*(?P<round_key>[A-Z](?:[、,\s]?[A-Z]){{0,7}}|√|×|对|错|正确|错误)\s*\)
    | \[\s*(?:分数|分值|Score)\s*:\s*(?P<inline_points>[^\[\]\n]{{1,60}})\]
      (?:\s*\[(?:部分得分|全对得分|按空得分|All|Partial|ByBlank|Manual)\])*
    | (?P<key>
        \[\s*(?:{KEY_WORDS}|答)\s*\]\s*(?::|[是为])?\s*
      | \\?(?:{KEY_WORDS})\s*(?::\s*|[是为](?=\s*[A-Z√×对错])|(?<![:：])(?=\s+[A-Z√×]))
      | (?<=\s)(?:{KEY_WORDS})(?=[A-Z√×]{{1,10}}\s*$))
    | (?P<rationale>\[\s*(?:{RATIONALE_WORDS}|{NOTE_WORDS})\s*\]\s*:?|(?:{RATIONALE_WORDS})\s*:)
    | (?P<options>\[\s*选\s?项\s*\]\s*:?)
    | \[\s*(?P<field>{_FIELD_WORDS})\s*\]\s*:?
    | (?P<label>
        选项\s?(?P<named>[A-Za-z])\s*[.、:)]+
      | [(\[]\s*(?P<framed>[A-Za-z])\s*[)\]]\s*[.、:]?
      | (?<![A-Za-z])(?P<pointed>[A-Za-z])\s{{0,2}}[.、:)]+
      | (?<!\S)(?P<spaced>[A-Z])(?=\s)
      | (?<!\S)(?P<bare>[A-Z])(?=[^\sA-Za-z])
      )
    | (?<![\d.\-第])(?P<number>\d{{1,4}})\s?(?P<after>[、.):\\]+)
    """,
    re.VERBOSE,
)
_AT_START = re.compile(
    rf"""\s*(?:
      (?P<plain>\d{{1,4}})\s{{0,2}}(?P<after>[、.):\\]+\s*:?|\t+|\s+(?=\S)|(?=\[(?:{TYPE_WORDS})\])|(?=_{{2,}}))
    | 第\s{{0,2}}(?P<ordinal>\d{{1,4}}|[{_CHINESE}]{{1,4}})\s{{0,2}}(?:小?题)\s*[、.:)]*
    | 题\s{{0,2}}(?P<named>\d{{1,4}})\s*[、.:)\s]+
    | \(\s{{0,2}}(?P<paren>\d{{1,4}})\s{{0,2}}\)\s*[、.:]?
    | \[\s{{0,2}}(?P<square>\d{{1,4}})\s{{0,2}}\]\s*[、.:]?
    | (?P<chinese>[{_CHINESE}]{{1,4}})\s{{0,2}}[、.]
    | (?P<slip>(?=[\dlIO|]{{0,3}}[lIO|])[\dlIO|]{{1,4}})\s{{0,2}}(?:[、.]+)
    )""",
    re.VERBOSE,
)
_KEY_AT_START = re.compile(
    rf"\s*(?:(?P<marker>\\?(?:{KEY_WORDS}))\s*(?::|[是为])?\s*(?:(?<=[\s:是为])|(?=[A-Za-z√×对错正是否同不(]|$))|答\s{{0,4}}:|选(?=\s?[A-H]{{1,8}}\s*[.。]?\s*$))"
)
_RATIONALE_AT_START = re.compile(rf"\s*(?:(?:{RATIONALE_WORDS})(?:\s*:|\s+|(?=[\u4e00-\u9fff]))|(?:{NOTE_WORDS})\s*:)")
_FIELD_AT_START = re.compile(rf"\s*(?:\[\s*)?(?P<field>{_FIELD_WORDS})\s*(?:\]\s*:?|:)")
_MEASURE = re.compile(
    r"\d+(?:\.\d+)?\s*(?:%|‰|万|亿|元|倍|米|公里|平方|公斤|个百分点|折|版|级|秒|分钟|吨|GB|MB|cm|km|kg)"
)
_SLIPS = str.maketrans("lI|O", "1110")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}


def next_token(folded: str, start: int) -> Token | None:
    """The first candidate at or after ``start``."""
    found = _TOKEN.search(folded, start)
    if found is None:
        return None
    kind = found.lastgroup
    if found["number"] is not None:
        return Token(Sign.NUMBER, found.start("number"), found.end(), found["number"], "plain" + found["after"][0])
    if found["label"] is not None:
        style = next(name for name in ("named", "framed", "pointed", "spaced", "bare") if found[name])
        sign = found.group().rstrip()[-1:] if style == "pointed" else ""
        return Token(Sign.LABEL, found.start(), found.end(), found[style], style + sign)
    if found["other"] is not None:
        return Token(Sign.KEY, found.start(), found.end(), found["other"].strip(), "other")
    for name, sign_of in _BY_GROUP.items():
        if found[name] is not None:
            value = _FIELDS[found[name]] if sign_of is Sign.FIELD else found[name].strip()
            return Token(sign_of, found.start(), found.end(), value, "framed" if found.group()[0] == "[" else "")
    raise AssertionError(kind)


_BY_GROUP = {
    "inline_key": Sign.INLINE_KEY,
    "round_key": Sign.INLINE_KEY,
    "inline_points": Sign.INLINE_POINTS,
    "key": Sign.KEY,
    "rationale": Sign.RATIONALE,
    "options": Sign.OPTIONS,
    "field": Sign.FIELD,
}


def number_at(folded: str, start: int = 0) -> Token | None:
    """The number with which a line begins, if it does: ``value`` in digits."""
    found = _AT_START.match(folded, start)
    if found is None or found.lastgroup is None:
        return None
    if found["plain"]:
        after = found["after"]
        style = "plain" + (after.strip()[:1] or after[-1:])
        if not after.strip() and found["plain"] == folded.strip():
            return None
        return Token(Sign.NUMBER, found.start("plain"), found.end(), found["plain"], style)
    if found["slip"]:
        return Token(Sign.NUMBER, found.start("slip"), found.end(), found["slip"].translate(_SLIPS), "slip")
    style = next(name for name in ("ordinal", "named", "paren", "square", "chinese") if found[name])
    value = found[style] if found[style].isdecimal() else str(chinese_number(found[style]))
    return Token(Sign.NUMBER, found.start(style), found.end(), value, style)


def is_measure(folded: str, token: Token) -> bool:
    """Whether the number is part of a quantity: ``3.5%``, ``1.2万元``; ``2.1999 年`` is not."""
    return bool(_MEASURE.match(folded, token.start))


def marker_at(folded: str, start: int = 0) -> Token | None:
    """A marker of key, rationale or field with which a line begins, also one without a colon (答案 B)."""
    if found := _FIELD_AT_START.match(folded, start):
        return Token(Sign.FIELD, found.start(), found.end(), _FIELDS[found["field"]])
    if found := _RATIONALE_AT_START.match(folded, start):
        return Token(Sign.RATIONALE, found.start(), found.end())
    if found := _KEY_AT_START.match(folded, start):
        style = "reply" if found.group().lstrip()[0] == "答" and not found["marker"] else ""
        return Token(Sign.KEY, found.start(), found.end(), found.group().strip(), style)
    token = next_token(folded, start)
    is_marker = token is not None and token.sign in (Sign.KEY, Sign.RATIONALE, Sign.FIELD)
    return token if token and is_marker and not folded[start : token.start].strip() else None


def chinese_number(text: str) -> int:
    """The value of 一, 十二, 二十三 …"""
    total, digit = 0, 0
    for char in text:
        if char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            digit = _DIGITS.get(char, 0)
    return total + digit
