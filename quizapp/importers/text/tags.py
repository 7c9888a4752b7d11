"""Tags in a stem that say what a question is: ［多选题］, (不定项), （人工评分）."""

import re

from quizapp.domain.bank import ItemType
from quizapp.importers.notation import ANY_NUMBER, TYPE_WORDS, fold, type_named
from quizapp.importers.text.draft import Found

_TYPE = re.compile(
    rf"\[\s*(?P<square>{TYPE_WORDS})\s*\]|^\s*\(\s*(?P<first>{TYPE_WORDS})\s*\)|\(\s*(?P<last>{TYPE_WORDS})\s*\)\s*$"
)
_WORD_FIRST = re.compile(rf"^\s*(?P<word>{TYPE_WORDS})\s*[:\s]\s*(?=\S)")
_GRADED = re.compile(r"[(\[]\s*(系统评分|人工评分|自动评分|手动评分|Manual)\s*[)\]]")
_RULE = re.compile(r"\[\s*(?:部分得分|全对得分|按空得分|必答|选答|必填|All|Partial|ByBlank)\s*\]|\(题目备注\)")
_POINTS = re.compile(r"[(\[]\s*(?:本题)?\s*(\d{1,3}(?:\.\d)?)\s*分\s*[)\]]\s*$")


def take_tags(found: Found, text: str) -> str:
    """The text of a stem without its tags; what they say is noted in the question."""
    folded = fold(text)
    tag = _TYPE.search(folded) or (_WORD_FIRST.search(folded) if not found.stem else None)
    if tag:
        word = next(word for word in tag.groupdict().values() if word)
        found.type = type_named(word)
        found.any_number = bool(ANY_NUMBER.search(word))
        found.lettered = not (tag.end() == len(folded.rstrip()) and "[" in tag.group() and tag.start() > 0)
        text, folded = _without(text, folded, tag)
    if graded := _GRADED.search(folded):
        found.by_hand = graded[1] in ("人工评分", "手动评分", "Manual")
        if found.by_hand and found.type is ItemType.FILL_IN:
            found.type = ItemType.ESSAY
        text, folded = _without(text, folded, graded)
    while rule := _RULE.search(folded):
        text, folded = _without(text, folded, rule)
    if points := _POINTS.search(folded):
        found.points = points[1]
        text, folded = _without(text, folded, points)
    return text


def _without(text: str, folded: str, found: re.Match[str]) -> tuple[str, str]:
    return text[: found.start()] + text[found.end() :], folded[: found.start()] + folded[found.end() :]
