"""Keys that stand apart from their questions: lists, ranges and tables of numbers with their keys."""

import re
from dataclasses import dataclass, field

from quizapp.importers.notation import is_no_key
from quizapp.importers.text.headings import Section
from quizapp.importers.text.lines import Piece

_FROM_TO = r"[A-Za-z]\s?(?:-|至|~|到)\s?[A-Za-z](?![A-Za-z])"
_SET_APART = r"[A-Z](?:\s[A-Z](?![A-Za-z])){1,8}"
_LETTERS = rf"{_FROM_TO}|{_SET_APART}|[A-Za-z](?:[、,/;]?[A-Za-z]){{0,25}}"
_KEY = rf"{_LETTERS}|√|×|正确|错误|对|错|全选"
_RANGE = re.compile(
    r"(\d{1,4})\s*(?:-+|~|至|到)\s*(\d{1,4})\s*题?\s*[.、:)]*\s*((?:\(?(?:[A-Z]+|[a-z]+|√|×|正确|错误|对|错)\)?(?:[\s,;、]+|$|(?=[√×正错对])))+)"
)
_ENTRY = re.compile(
    rf"\(?第?(\d{{1,4}})\s?题?\)?\s*[.、:)]*\s*(?:答案\s*[:是为]?\s*)?[(\[]?\s*({_KEY})\s*[)\]]?(?=\s|\d|[;,、.。(]|$)"
)
_APART = re.compile(r"[\s,;、.。|]*")
_PREFIX = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}\s?[、.:])\s*(?=\d)")
_NUMBERS = re.compile(
    r"[\s|]{0,9}(?:(?=题\s?号|序\s?号|.*\d[\s|]+\d)(?:题\s?号|序\s?号)?)\s*[:|]?\s*(\d{1,4}(?:[\s|]+\d{1,4})*)\s*[|]?\s*"
)
_ROW_NAME = re.compile(r"[ |]*(?:参考|正确|标准)?答\s?案[ :]*[\t|]?")
_REPLACED = re.compile(r"\s*(?:→|[-=]+>|[(\[]\s*\?|\?)")
"""What stands after a key that another one replaces, or that is in question."""
MOST_IN_RANGE = 300


@dataclass
class Entry:
    """A key for the question of that number. ``split`` tells one letter of a run such as ``1-5 ABACD``."""

    number: str
    line: int
    section: Section | None
    pieces: list[Piece] = field(default_factory=list)
    rationale: list[Piece] = field(default_factory=list)
    split: bool = False
    is_text: bool = False
    block: int = 0
    run: int = 0


def compact(folded: str) -> list[tuple[str, str, bool]] | None:
    """Number, key and whether it was one letter of a run, where a whole text is nothing but those; else None."""
    prefix = _PREFIX.match(folded)
    place = prefix.end() if prefix else _APART.match(folded).end()  # type: ignore[union-attr]
    found: list[tuple[str, str, bool]] = []
    while place < len(folded):
        if match := _RANGE.match(folded, place):
            keys = _spread(match)
            if keys is None:
                return None
            found += keys
        elif match := _ENTRY.match(folded, place):
            found.append((match[1], match[2], False))
        else:
            return None
        place = _APART.match(folded, match.end()).end()  # type: ignore[union-attr]
    return found or None


def _spread(match: re.Match[str]) -> list[tuple[str, str, bool]] | None:
    first, last = int(match[1]), int(match[2])
    count = last - first + 1
    if not 2 <= count <= MOST_IN_RANGE:
        return None
    groups = [group.strip("()") for group in re.split(r"[\s,;、]+", match[3].strip(" ,;、")) if group]
    if len(groups) == count:
        return [(str(first + place), key, False) for place, key in enumerate(groups)]
    letters = re.findall("[A-Za-z]|[√×]|正确|错误|对|错", "".join(groups))
    if len(letters) == count:
        return [(str(first + place), key, True) for place, key in enumerate(letters)]
    return [(str(first + place), "", False) for place in range(count)]


def numbers_row(folded: str) -> list[str] | None:
    """The numbers of a row that has nothing but them: the head of a table of keys."""
    found = _NUMBERS.fullmatch(folded)
    return re.findall(r"\d+", found[1]) if found else None


def keys_row(folded: str, count: int) -> list[str] | None:
    """The keys of the row under `numbers_row`: exactly as many, empty where a cell is empty or says that none is known.

    Empty where the row has the name of one and other than that many cells: nobody knows which key is missing.
    """
    name = _ROW_NAME.match(folded)
    text = folded[name.end() :] if name else re.sub(r"^\s*\|", "", folded)
    cells = re.split(r"[\t|]", re.sub(r"\|\s*$", "", text))
    apart = [part for part in re.split(r"[\s|]+", text) if part]
    # Where a cell is empty, words in a row would move up into its place.
    for parts in (cells, apart if all(cell.strip() for cell in cells) else []):
        keys = [key for part in parts if (key := _cell(part)) is not None]
        if len(keys) == len(parts) == count:
            return keys
    return [] if name and all(_cell(part) is not None for part in apart) else None


def _cell(text: str) -> str | None:
    text = text.strip()
    return text if re.fullmatch(_KEY, text) else "" if not text or is_no_key(text) else None


def key_prefix(text: str) -> str:
    """The key with which a folded text begins, where after it nothing, a space or a sign stands; else an empty text."""
    found = re.match(
        rf"\s*(?:\[?(?:参考|正确)?答案\]?\s*[:是为]?\s*)?[(\[]?\s*({_KEY})(?:\s*[)\]])?(?=$|[\s;,、.。:\[(]|解析|[^\x00-\x7f])",
        text,
    )
    if not found or _REPLACED.match(text, found.end()):
        return ""
    glued = text[found.end() : found.end() + 1]
    return (
        found.group() if not glued or not "\u4e00" <= glued <= "\u9fff" or text.startswith("解析", found.end()) else ""
    )
