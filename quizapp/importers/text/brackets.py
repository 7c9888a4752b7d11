"""What stands in the brackets of a stem: a blank, the key's letters, a mark, or the words that belong there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.domain.bank import ItemType
from quizapp.importers.notation import fold, parse_key, parse_truth

CHOICE_BLANK, FILL_BLANK = "（　）", "____"
FAR = 24
"""What names a thing stands so near before its letter; to look farther takes the square of the length."""

_LETTERS = re.compile(
    r"\(\s*([A-Za-z](?:[\s、,;/]*[A-Z]){0,25})\s*\)|\[\s*([A-Z](?:[\s、,;/]*[A-Z]){0,25})\s*\]|(?<!_)_{1,12}\s{0,4}([A-Z]{1,8})\s{0,4}_{1,12}"
)
_MARK = re.compile(r"[(\[]\s*(√|×|正确|错误|对|错|是|否|同意|不同意|T|F|X)\s*[)\]]\s*(?=[。.]?\s*$)")
_MARK_FIRST = re.compile(r"^\s*[(\[]\s*(√|×)\s*[)\]]")
_MARK_BARE = re.compile(r"(?<=[。.\s])\s*(√|×)\s*$")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|\{_+\}|_{2,}(?:\s{0,2}_{2,})*|\(\s*_+\s*\)")
_NAMED = re.compile(
    r"(?:(?:^|[,。;:见如从由在按据照])(?:附?表|附?图|附件|附录)|某[\u4e00-\u9fff]{1,4}|[甲乙丙丁](?:公司|单位|级|方|类)"
    r"|[A-Z甲乙丙丁]级|型号为?|维生素|》)\s*$"
)
"""What stands before a letter in brackets that names a thing: 附件（A）, 某单位（C）."""
_WORDS = re.compile(r"\(([^()]{1,60})\)")
_CONVENTIONAL = re.compile(
    r"""
      (?:试行|暂行|草案|党组|党委|单位|下同|等|[\d.,%-]+|[A-Za-z ]+|[①-⑳]+)$       # the whole of it
    | (?:以下|下同|简称|含|不含|见|如|即|包括|注|例如|或|及)                         # how a remark begins
    | .*(?:修订|修正|施行|以上|以下|[条款章号])$                                     # how one ends
    | .*(?:简称|\d{4}\s?年|\d\s?号)                                                  # what one holds
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Inside:
    """A stem without the key that stood in it, and that key as written."""

    stem: str
    keys: tuple[str, ...] = ()


def letters_inside(stem: str, letters: Sequence[str], *, only_known: bool) -> Inside:
    """The key of a choice, from brackets such as ``( B )``. ``only_known``: another key is there, so be strict."""
    folded, keys, parts, place = fold(stem), [], [], 0
    asks_elsewhere = bool(letters and _EMPTY.search(folded))  # the empty one is the blank, the letter a name
    for found in _LETTERS.finditer(folded):
        written = found[1] or found[2] or found[3]
        key = parse_key(written) or ()
        known = bool(key) and set(key) <= set(letters) and len(set(key)) == len(key)
        if asks_elsewhere or _NAMED.search(folded, max(0, found.start() - FAR), found.start()):
            continue
        if not known and (only_known or not _may_be_key(key, letters)):
            continue
        keys.append(written)
        parts += [stem[place : found.start()], CHOICE_BLANK]
        place = found.end()
    return Inside("".join([*parts, stem[place:]]), tuple(keys))


def _may_be_key(key: Sequence[str], letters: Sequence[str]) -> bool:
    """Whether letters that are not all options look like a key with a slip: （AE） over A to D, and not （PPP）."""
    return len(key) == 1 or (list(key) == sorted(set(key)) and not set(key).isdisjoint(letters))


def mark_inside(stem: str) -> Inside:
    """The mark of a true/false question: (√) at its end; a tick or a cross also before it."""
    folded = fold(stem)
    found = _MARK.search(folded) or _MARK_FIRST.match(folded) or _MARK_BARE.search(folded)
    if not found or not parse_truth(found[1]):
        return Inside(stem)
    return Inside((stem[: found.start()] + stem[found.end() :]).strip(), (found[1],))


def with_blanks(stem: str) -> str:
    """The stem of a fill-in question with every blank written the same way."""
    folded, parts, place = fold(stem), [], 0
    patterns = list(_EMPTY.finditer(folded))
    if any("_" in found.group() for found in patterns):
        patterns = [found for found in patterns if "_" in found.group()]
    for found in patterns:
        parts += [stem[place : found.start()], FILL_BLANK]
        place = found.end()
    return "".join([*parts, stem[place:]])


def has_blank(stem: str) -> bool:
    """Whether a stem has a blank with underscores."""
    return bool(re.search(r"_{2,}|\{_+\}", fold(stem)))


def has_any_blank(stem: str) -> bool:
    """Whether a stem has a blank of any kind."""
    return bool(_EMPTY.search(fold(stem)))


def words_inside(stem: str) -> Inside:
    """The answer that stands in the last bracket of a stem, where that is no usual remark (试行, 2023年修订 …)."""
    folded = fold(stem)
    found = [each for each in _WORDS.finditer(folded) if not _in_title(folded, each.start())]
    found = [each for each in found if not _CONVENTIONAL.match(each[1].strip()) and not parse_truth(each[1])]
    if not found:
        return Inside(stem)
    last = found[-1]
    written = stem[last.start(1) : last.end(1)].strip()
    return Inside(stem[: last.start()] + FILL_BLANK + stem[last.end() :], (written,))


def _in_title(folded: str, place: int) -> bool:
    return folded.count("《", 0, place) > folded.count("》", 0, place)


def is_choice(kind: ItemType | None) -> bool:
    """Whether the type has options."""
    return kind in (ItemType.SINGLE, ItemType.MULTIPLE)
