"""The number formats of Word's automatic numbers (ECMA-376 part 1, 17.18.59): 12 is ``十二``, ``XII``, ``⑫``, ``L``."""

import re
from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_FORMAL_SIMPLIFIED = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_FORMAL_JAPANESE = "〇壱弐参四伍六七八九"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_LARGEST = 9999
"""Numbers above this are written in digits: no list is that long, and a made-up start value must not cost time."""


def formatted(number: int, format: str, pattern: str = "") -> str:
    """The number as Word shows it in ``numFmt`` ``format``; in plain digits where the format is unknown or too short.

    ``pattern`` is the ``w:format`` of a custom format (``001, 002, 003, ...``): its zeros say how wide a number is.
    """
    if format == "custom":
        return str(number).zfill(len(re.split(r"\W", pattern.strip(), maxsplit=1)[0]))
    write = _FORMATS.get(format)
    return write(number) if write and 0 < number <= _LARGEST else str(number)


def _letters(first: str) -> Callable[[int], str]:
    """a … z, then aa, bb, cc: Word doubles the letter; a spreadsheet would go on with ab."""
    return lambda number: chr(ord(first) + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, numeral in _ROMAN:
        times, number = divmod(number, value)
        text += numeral * times
    return text


def _listed(signs: str) -> Callable[[int], str]:
    """One sign for each number; plain digits after the last."""
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _run(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow each other in Unicode."""
    return _listed("".join(chr(ord(first) + place) for place in range(count)))


def _digit_by_digit(digits: str) -> Callable[[int], str]:
    return lambda number: "".join(digits[int(digit)] for digit in str(number))


def _counting(digits: str, units: str, *, ones: str = "", zero: str = "") -> Callable[[int], str]:
    """Counting with 十 百 千. ``ones`` names the units that leave 一 away before them; ``zero`` stands for a gap."""

    def write(number: int) -> str:
        text, gap = "", False
        figures = str(number)
        for place, figure in zip(range(len(figures) - 1, -1, -1), figures, strict=True):
            if figure == "0":
                gap = bool(text)
                continue
            unit = units[place - 1] if place else ""
            leads = not text or zero == ""
            one_left_out = figure == "1" and unit != "" and unit in ones and leads
            text += (zero if gap else "") + ("" if one_left_out else digits[int(figure)]) + unit
            gap = False
        return text

    return write


def _to_ninety_nine(circle: str) -> Callable[[int], str]:
    """十, 十一 … 九十九, and from a hundred on digit by digit."""
    below, above = _counting(_DIGITS, "十百千", ones="十", zero="〇"), _digit_by_digit(circle + _DIGITS[1:])
    return lambda number: below(number) if number < 100 else above(number)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_CIRCLED = "".join(chr(0x2460 + place) for place in range(20)) + "".join(chr(0x3251 + place) for place in range(15))

_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda number: "",
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": _digit_by_digit("０１２３４５６７８９"),
    "decimalFullWidth2": _digit_by_digit("０１２３４５６７８９"),
    "decimalEnclosedCircle": _listed(_CIRCLED),
    "decimalEnclosedCircleChinese": _listed(_CIRCLED),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "decimalEnclosedParen": _run("⑴", 20),
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "ordinal": _ordinal,
    "upperLetter": _letters("A"),
    "lowerLetter": _letters("a"),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "chineseCounting": _to_ninety_nine("○"),
    "taiwaneseCounting": _to_ninety_nine("○"),
    "chineseCountingThousand": _counting(_DIGITS, "十百千", ones="十", zero="零"),
    "taiwaneseCountingThousand": _counting(_DIGITS, "十百千", ones="十", zero="零"),
    "chineseLegalSimplified": _counting(_FORMAL_SIMPLIFIED, "拾佰仟", zero="零"),
    "ideographLegalTraditional": _counting(_FORMAL_TRADITIONAL, "拾佰仟", zero="零"),
    "japaneseCounting": _counting(_DIGITS, "十百千", ones="十百千"),
    "japaneseLegal": _counting(_FORMAL_JAPANESE, "拾百阡"),
    "ideographDigital": _digit_by_digit(_DIGITS),
    "japaneseDigitalTenThousand": _digit_by_digit(_DIGITS),
    "taiwaneseDigital": _digit_by_digit("○" + _DIGITS[1:]),
    "ideographTraditional": _listed("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _listed("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _run("㊀", 10),
}
