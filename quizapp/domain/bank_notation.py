"""How people write keys, blanks and options: shared by everything that reads questions written by hand."""

import re
from collections.abc import Iterable, Mapping

from quizapp.domain.bank import FALSE, TRUE

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The letters an option may have, in order; an item has 2 to 26 options."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_BETWEEN_LETTERS = re.compile(r"[\s、,;/.和及与]+")
_BLANK = re.compile(r"[_＿]{3,}")
_TRUTH = {"正确": TRUE, "对": TRUE, "true": TRUE, "√": TRUE, "错误": FALSE, "错": FALSE, "false": FALSE, "×": FALSE}

_MAY_NAME = re.compile("[A-ZＡ-Ｚ前后以上全都均皆]")
"""Without any of these an option names no other, nor the whole; most have none, and there are many options."""
_SEVERAL_LETTERS = re.compile(r"(?<![A-Za-z0-9])[A-Z](?:\s*(?:[、,/]|和|与|及|以及|或|或者)\s*[A-Z])+(?![A-Za-z0-9])")
_LETTERS_ALONE = re.compile(
    r"(?:选项)?([A-Z]{1,26})(?:[两三四]?[项者]|选项)?\s*(?:[都均皆全]?(?:是|对|正确)|[都均皆]?(?:不是|不对|不正确|错误|错))?"
)
_LETTER_NAMED = re.compile(r"选项\s*([A-Z])|(?<![A-Za-z0-9])([A-Z])\s*(?:选项|项)")
_PLACES_NAMED = re.compile(r"[前后][一二两三四五六七八九][项个种者]")
_WHOLE_NAMED = re.compile(
    r"(?:以上|上述|上列|前述)(?:.{0,8}?[都均皆全没无不]|(?:选项|答案|各项|几项|所有|情形))|(?:全部?都?|都|均|皆)(?:是|对|正确|不是|不对|不正确|错误|错)$"
)


def half_width(text: str) -> str:
    """Full-width letters, digits and marks (ＡＢ，１) as their half-width forms; all else unchanged."""
    return text.translate(_HALF_WIDTH)


def letters_in(text: str) -> tuple[str, ...] | None:
    """The letters of a key such as ``ABD``, ``A、B、D`` or ``ａ，ｂ``, as written; None where it is anything else."""
    letters = _BETWEEN_LETTERS.sub("", half_width(text)).upper()
    return tuple(letters) if re.fullmatch("[A-Z]+", letters) else None


def truth_in(text: str) -> str | None:
    """`TRUE` or `FALSE` for 正确, 错, √, ×, true …; None where it is anything else."""
    return _TRUTH.get(half_width(text).strip().lower())


def count_blanks(stem: str) -> int:
    """How many blanks a fill-in stem has: runs of three or more underscores of either width."""
    return len(_BLANK.findall(stem))


def letters_kept_in_place(texts: Mapping[str, str]) -> frozenset[str]:
    """The letters of the options that a shuffle must not move, from each letter's text.

    以上都是 keeps its own place. Where an option names others (``A和B``, 前两项), every option keeps its place,
    for the letters must go on meaning the same. When in doubt an option stays: that is never wrong, only less shuffled.
    """
    if not _MAY_NAME.search("".join(texts.values())):
        return frozenset()
    if any(_names_others(text, texts) for text in texts.values()):
        return frozenset(texts)
    return frozenset(letter for letter, text in texts.items() if _WHOLE_NAMED.match(text.strip()))


def _names_others(text: str, letters: Iterable[str]) -> bool:
    text = half_width(text).strip()
    known = set(letters)
    named = [set(re.findall("[A-Z]", found.group())) for found in _SEVERAL_LETTERS.finditer(text)]
    named += [{first or second} for first, second in _LETTER_NAMED.findall(text)]
    if found := _LETTERS_ALONE.fullmatch(text):
        named.append(set(found.group(1)))
    return any(each <= known for each in named) or bool(_PLACES_NAMED.match(text))
