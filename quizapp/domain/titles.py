"""Titles of regulations as people write them: with and without 《》, （试行） and the full name of the state."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

BRACKETS = re.compile(r"\((?:试行|暂行|[^()]*(?:修订|修正|年|版)[^()]*)\)")
ORNAMENT = re.compile(r"[《》〈〉“”\"'\s]")
PREFIXES = ("中华人民共和国", "中国共产党", "中共中央")


def plain_title(title: str) -> str:
    """``title`` without ornament: 《…条例（试行）》 → …条例."""
    return ORNAMENT.sub("", BRACKETS.sub("", unicodedata.normalize("NFKC", title)))


def spellings(titles: Iterable[str]) -> frozenset[str]:
    """Every way in which the titles may stand in a text: each plain, and without 中华人民共和国 and the like."""
    return _spellings(tuple(titles))


@lru_cache(maxsize=256)  # the register is asked for each of 2,000 questions
def _spellings(titles: tuple[str, ...]) -> frozenset[str]:
    plain = {plain_title(title) for title in titles} - {""}
    return frozenset(plain | {title.removeprefix(prefix) for title in plain for prefix in PREFIXES if title != prefix})


def same_title(title: str, known: Iterable[str]) -> bool:
    """Whether ``title`` is one of the known ones but for ornament."""
    own = spellings([title])
    return bool(own & spellings(known))
