"""Whether what a person typed into a blank says the same as an accepted text."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from random import Random

from quizapp.domain.matching import assign

_MEANINGFUL = frozenset("%‰‱-#@&*/\\")  # Punctuation to Unicode, but part of what was said: 30% is not 30.
_DIGITS = {"〇": 0, "零": 0, "○": 0, **{sign: n for n, sign in enumerate("一二三四五六七八九", 1)}, "两": 2}
_WAN = 10_000
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": _WAN, "亿": 100_000_000}
_SIGNS = "".join(_DIGITS) + "".join(_UNITS)
_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))", re.ASCII)
_NUMERAL = re.compile(rf"(?:\d+(?:\.\d+)?|[{_SIGNS}])+", re.ASCII)
_PIECE = re.compile(rf"\d+(?:\.\d+)?|[{_SIGNS}]", re.ASCII)
_SPELT_OUT = str.maketrans(
    dict.fromkeys("‐‑‒–−", "-")  # what keyboards offer for a minus or a hyphen
    | {sign: f"^{power}" for sign, power in zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)}  # 10² is not 102
)
_LONGEST_NUMERAL = 40  # Nobody means a longer run as a number; it is compared as text.


def right_blanks(
    given: Sequence[str], blanks: Sequence[Sequence[str]], *, any_order: bool = False, numerals_equal: bool = False
) -> int:
    """How many ``blanks`` (each a list of accepted texts) are filled rightly by ``given``, one text per blank.

    With ``any_order`` a text may stand in any blank, but each text fills only one: naming one of two things
    twice earns one blank.
    """
    said = [canonical(text, numerals_equal=numerals_equal) for text in given]
    meant = [{canonical(text, numerals_equal=numerals_equal) for text in accepted} for accepted in blanks]
    fits = [[place for place, text in enumerate(said) if text and text in accepted] for accepted in meant]
    if not any_order:
        return sum(blank in places for blank, places in enumerate(fits))
    return sum(map(len, assign([1] * len(fits), fits, Random(0)).held))


def canonical(text: str, *, numerals_equal: bool = False) -> str:
    """``text`` without what does not matter: width, case, spaces, and punctuation at either end.

    With ``numerals_equal`` every Chinese numeral in it is written in Arabic digits.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_SPELT_OUT)).casefold()
    compact = "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf"))
    # Folding case and closing gaps may bring signs together that Unicode writes as one.
    compact = unicodedata.normalize("NFKC", compact)
    # A blank that asks for a punctuation mark consists of nothing else: then the mark itself is compared.
    bare = _without_outer_punctuation(compact) or compact
    return _NUMERAL.sub(_arabic, _THOUSANDS_COMMA.sub("", bare)) if numerals_equal else bare


def _without_outer_punctuation(text: str) -> str:
    kept = [place for place, sign in enumerate(text) if not _is_punctuation(sign)]
    if not kept:
        return ""
    bare = text[kept[0] : kept[-1] + 1]
    # The point of .5 is part of the number: without it the answer would be ten times as much.
    return f"0.{bare}" if bare[0].isdigit() and text[: kept[0]].endswith(".") else bare


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P") and sign not in _MEANINGFUL


def _arabic(match: re.Match[str]) -> str:
    """One run of numerals in plain Arabic digits, or as it was where it is no number (百 in 百分之五, 一两)."""
    text = match[0]
    if len(text) > _LONGEST_NUMERAL:
        return text
    if not any(sign in _UNITS for sign in text):
        return _digit_by_digit(text)
    value = _with_units(_PIECE.findall(text))
    return text if value is None or value.denominator != 1 else str(value)


def _digit_by_digit(text: str) -> str:
    """二〇二四, 二0二四, 2024, 08 and 1.50. A 两 counts things, it is never a digit among others."""
    if "两" in text and len(text) > 1:
        return text
    whole, point, decimals = "".join(str(_DIGITS.get(sign, sign)) for sign in text).partition(".")
    if "." in decimals:
        return text
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + decimals if decimals else "")


def _with_units(pieces: Sequence[str], after: int | None = None) -> Fraction | None:
    """The value of a numeral such as 一百零五, 三百万 or 1.5万, read from its largest unit; None if badly formed.

    ``after`` is the unit that stands right before ``pieces``, if one does.
    """
    if after and pieces and _DIGITS.get(pieces[0]) == 0:
        return _with_units(pieces[1:], after=10)  # 一百零五: what follows the zero is ones.
    units = [_UNITS.get(piece, 1) for piece in pieces]
    unit = max(units, default=1)
    if unit == 1:
        return _without_units(pieces, after)
    place = len(units) - 1 - units[::-1].index(unit)
    factor = _factor(pieces[:place], unit)
    rest = _with_units(pieces[place + 1 :], after=unit)
    return None if factor is None or rest is None else factor * unit + rest


def _factor(pieces: Sequence[str], unit: int) -> Fraction | None:
    """What stands before ``unit``: nothing before 十, one number before 百 and 千, any smaller numeral before 万."""
    if not pieces:
        return Fraction(1) if unit == _UNITS["十"] else None
    largest = max(_UNITS.get(piece, 1) for piece in pieces)
    return _with_units(pieces) if largest == 1 or _WAN <= unit != largest else None


def _without_units(pieces: Sequence[str], after: int | None) -> Fraction | None:
    if len(pieces) > 1:
        return None
    if not pieces:
        return Fraction(0)
    number = _DIGITS.get(pieces[0])
    if number is not None:  # 三百五 and 两万五 leave their last unit unsaid: a tenth of the one before.
        return Fraction(number * max(1, (after or 1) // 10))
    value = Fraction(pieces[0])
    return value if after is None or after // 10 <= value < after else None
