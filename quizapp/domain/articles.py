"""Numbers of articles: how people write them, and the one spelling in which they are compared."""

import re
import unicodedata
from collections.abc import Iterator

DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = r"[〇零○一二两三四五六七八九十百千0-9]{1,9}"  # no law has more, and endless digits would cost much
ARTICLE = re.compile(rf"第\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?")
SPAN = re.compile(rf"第\s*({NUMERAL})\s*条?\s*(?:至|到|—|–|-|~)\s*第?\s*({NUMERAL})\s*条")
WIDEST_SPAN = 60
"""“第一条至第九十九条” is no citation; only the ends of so wide a span count."""


def article_number(text: str) -> str:
    """``text`` in the one spelling: 第八条, 第8条, 8 → ``8``; 第一百零三条之一 → ``103-1``; anything else folded."""
    return next(_articles(folded := _folded(text)), None) or _plain(folded)


def article_numbers(text: str) -> tuple[str, ...]:
    """Every article that a citation names, in order: 第十七条至第十九条、第二十一条 → ``17 18 19 21``.

    What names no article at all (the number of a measure) is one number by itself.
    """
    folded = _folded(text)
    return tuple(dict.fromkeys(_articles(SPAN.sub(_spelt_out, folded)))) or (_plain(folded),)


def article_name(number: str) -> str:
    """``103-1`` as a law writes it: 第一百零三条之一. Anything that is no such number stays as it is."""
    if not re.fullmatch(r"[0-9]{1,4}(-[0-9]{1,4})?", number):
        return number
    first, _, rest = number.partition("-")
    return f"第{numeral(int(first))}条" + (f"之{numeral(int(rest))}" if rest else "")


def numeral(value: int) -> str:
    """A whole number below 10 000 in Chinese: 103 → 一百零三."""
    if value < 10:
        return "零一二三四五六七八九"[value]
    said, gap = "", False
    for sign, unit in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, unit)
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + sign
        gap = not digit
    return said.removeprefix("一") if said.startswith("一十") else said


def value_of(said: str) -> int:
    """The value of a numeral in Chinese or Arabic digits: 一百零三, 103, 一〇三."""
    if said.isdecimal():
        return int(said)
    if not any(sign in TENS for sign in said):
        return int("".join(str(DIGITS[sign]) if sign in DIGITS else sign for sign in said))
    total, digit = 0, 0
    for sign in said:
        if sign in TENS:
            total += (digit or 1) * TENS[sign]
            digit = 0
        else:
            digit = DIGITS[sign] if sign in DIGITS else int(sign)
    return total + digit


def _articles(text: str) -> Iterator[str]:
    for found in ARTICLE.finditer(text):
        first, rest = found.groups()
        yield str(value_of(first)) + (f"-{value_of(rest)}" if rest else "")


def _spelt_out(found: re.Match[str]) -> str:
    first, last = value_of(found[1]), value_of(found[2])
    if not first <= last <= first + WIDEST_SPAN:
        return f"第{first}条第{last}条"
    return "".join(f"第{number}条" for number in range(first, last + 1))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _plain(folded: str) -> str:
    """A number without words around it: 8, 八, 第17项, 第九部分 → 17, 9; else the text without spaces."""
    text = re.sub(r"\s+", "", folded)
    found = re.fullmatch(rf"(?:第|No\.?|措施|编号)?({NUMERAL})(?:项|号|款|部分)?", text, flags=re.IGNORECASE)
    return str(value_of(found[1])) if found else text
