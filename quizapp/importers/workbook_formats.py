"""A number as a spreadsheet shows it, by the format of its cell (ECMA-376, part 1, section 18.8.30 and 18.8.31).

Only what is beyond doubt: digits, a percent sign and words around them. Every other format gives None, and a person
is asked to look.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    49: "@",
}
"""The formats that files name by number only, as far as they are the same in every country."""
PLAIN = frozenset(("General", "G/通用格式", "@", ""))
"""The formats that show a number as it is."""
NOT_READ = "?/?"
"""Stands for the built-in formats that are left out here: dates, which the reader of workbooks turns into dates
itself, currencies, which differ from country to country, fractions and powers of ten.
"""

_LARGEST = 1e15
_DIGITS = 15  # significant ones; what a program shows of 0.1 + 0.2
_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|[^;"\\])*', re.DOTALL)
_COLOUR = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|黑色?|蓝色?|红色?|绿色?)\]", re.IGNORECASE
)
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[0-9A-Fa-f]+)?\]")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<gap>_.|\*.)|(?P<general>General|G/通用格式)|(?P<at>@)'
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<percent>%)|(?P<sign>[-+$():!^&'~{}<>= ¥￥€£]|[^\x00-\x7f])",
    re.DOTALL | re.IGNORECASE,
)
_PER_MILLE = ("‰", "‱")


@lru_cache(maxsize=10_000)
def shown(value: float, code: str) -> str | None:
    """The text of a cell with this number and format; None where the format is not one of the simple ones."""
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        return None
    if code in PLAIN:
        return plain(value)
    section = _section(value, code)
    tokens = _tokens(section.code) if section else None
    if section is None or tokens is None:
        return None
    number = abs(Decimal(f"{value:.{_DIGITS}g}")).scaleb(2 * sum(kind == "percent" for kind, _text in tokens))
    texts = [_digits(number, text) if kind in ("digits", "general") else text for kind, text in tokens]
    text = "".join(texts).strip()
    return "-" + text if section.signed and value < 0 and re.search("[1-9]", text) else text


def plain(value: float) -> str:
    """The number without any format, a whole one without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.{_DIGITS}g}"


class _Section:
    """The part of a format that is meant for a number; ``signed`` where the sign is not written in it."""

    def __init__(self, code: str, signed: bool) -> None:
        self.code, self.signed = code, signed


def _section(value: float, code: str) -> _Section | None:
    sections = _split(code)
    if not 1 <= len(sections) <= 4:
        return None
    if value < 0 and len(sections) > 1:
        return _Section(sections[1], signed=False)
    return _Section(sections[2] if value == 0 and len(sections) > 2 else sections[0], signed=True)


@lru_cache(maxsize=1_000)
def _split(code: str) -> list[str]:
    found, at = [], 0
    while True:
        match = _SECTIONS.match(code, at)
        end = match.end() if match else at
        found.append(code[at:end])
        if end >= len(code):
            return found
        if code[end] != ";":
            return []  # a quote that is never closed
        at = end + 1


@lru_cache(maxsize=1_000)
def _tokens(section: str) -> tuple[tuple[str, str], ...] | None:
    """The pieces of a section, each with its kind; None where one is unknown or the digits stand in several."""
    section = _CURRENCY.sub(lambda found: f'"{found.group(1)}"', _COLOUR.sub("", section))
    found, at = list[tuple[str, str]](), 0
    while at < len(section):
        match = _TOKEN.match(section, at)
        if match is None or match.group() in _PER_MILLE:
            return None
        kind = match.lastgroup or ""
        text = match.group(kind)
        if kind == "digits" and text.partition(".")[0].endswith(","):
            return None  # thousands are left out
        found.append((kind, "" if kind == "gap" else text))
        at = match.end()
    numbers = sum(kind in ("digits", "general", "at") for kind, _text in found)
    return tuple(found) if numbers <= 1 and not any(kind == "at" for kind, _text in found) else None


def _digits(number: Decimal, pattern: str) -> str:
    """The number in digits: 0 is always written, # and ? where there is one."""
    if pattern[0] in "Gg":
        return plain(float(number))
    before, point, after = pattern.partition(".")
    rounded = number.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP)
    whole, _point, rest = f"{rounded:f}".partition(".")
    least = sum(sign == "0" for sign in before)
    whole = whole.lstrip("0").rjust(least, "0")
    if "," in before:
        whole = _grouped(whole)
    keep = max((at for at, sign in enumerate(after, 1) if sign == "0"), default=0)
    while len(rest) > keep and rest.endswith("0"):
        rest = rest[:-1]
    return whole + point + rest


def _grouped(whole: str) -> str:
    first = len(whole) % 3
    groups = [whole[at : at + 3] for at in range(first, len(whole), 3)]
    return ",".join([whole[:first], *groups] if first else groups)
