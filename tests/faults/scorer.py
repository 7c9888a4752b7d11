"""A second way to score, written from the printed rules alone: raw answers, the bank's keys, whole hundredths."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from typing import Any

Row = dict[str, Any]
DIGITS = {"十二": "12"}  # the only numeral that the bank of these runs asks for


@dataclass(frozen=True)
class Verdict:
    """What a paper earned, in hundredths of a point; ``items``: points and outcome of each place."""

    points: int
    sections: tuple[int, ...]
    items: tuple[tuple[int, str], ...]
    answered: int
    passed: bool
    excellent: bool


def judge(paper: Row, spec: Row, bank: Row, answers: Mapping[int, Sequence[str]]) -> Verdict:
    """The score of a stored paper with those answers, in the letters of the bank."""
    items = {leaf["id"]: leaf for item in bank["items"] for leaf in (item["items"] or [item])}
    scored = [
        _item(items[place["item_id"]], list(answers.get(at, ())), _hundredths(place["points"]), spec["multiple_rule"])
        for at, place in enumerate(paper["items"])
    ]
    sections = [0] * len(spec["sections"])
    for place, (points, _outcome) in zip(paper["items"], scored, strict=True):
        sections[place["section"]] += points
    lines = [section.get("cut_score") for section in spec["sections"]]
    total = sum(sections)
    passed = total >= _hundredths(spec["cut_score"]) and all(
        line is None or earned >= _hundredths(line) for line, earned in zip(lines, sections, strict=True)
    )
    best = spec.get("excellent_score")
    return Verdict(
        points=total,
        sections=tuple(sections),
        items=tuple(scored),
        answered=sum(any(text.strip() for text in answer) for answer in answers.values()),
        passed=passed,
        excellent=passed and best is not None and total >= _hundredths(best),
    )


def _hundredths(text: str) -> int:
    value = Fraction(str(text)) * 100
    assert value.denominator == 1, text
    return int(value)


def _item(item: Row, answer: list[str], full: int, rule: str) -> tuple[int, str]:
    if not any(text.strip() for text in answer):
        return 0, "omitted"
    if item["type"] == "fill_in":
        right = sum(_same(text, accepted) for text, accepted in zip(answer, item["blanks"], strict=True))
        share, whole = full * right // len(item["blanks"]), right == len(item["blanks"])
        return share, "right" if whole else "partly" if share else "wrong"
    chosen, key = set(answer), set(item["key"])
    if chosen == key:
        return full, "right"
    if item["type"] != "multiple" or chosen - key:
        return 0, "wrong"
    points = _part(len(chosen), len(key), full, rule)
    return points, "partly" if points else "wrong"


def _part(chosen: int, right: int, full: int, rule: str) -> int:
    """少选 in hundredths: nothing; tenths of a point for each; the exact share, half up; half, up to a whole point."""
    if rule == "partial":
        return full // right // 10 * 10 * chosen
    if rule == "partial_exact":
        return floor(Fraction(full * chosen, right) + Fraction(1, 2))
    if rule == "half":
        return ceil(Fraction(full, 200)) * 100 if full > 100 else 0
    assert rule == "all_or_nothing", rule
    return 0


def _same(text: str, accepted: Sequence[str]) -> bool:
    return bool(_bare(text)) and _bare(text) in map(_bare, accepted)


def _bare(text: str) -> str:
    bare = unicodedata.normalize("NFKC", text).strip().strip("。.,，")
    return DIGITS.get(bare, bare)


def fingerprint(attempt: Row, answers: Mapping[int, Sequence[str]]) -> str:
    """The fingerprint on the receipt, from the description in the handbook and not from its code."""
    body = {
        "quiz": attempt["quiz_id"],
        "person": attempt["person_id"],
        "number": attempt["number"],
        "paper": attempt["paper"],
        "started_at": _spelt(attempt["started_at"]),
        "submitted_at": _spelt(attempt["submitted_at"]),
        "ended_by": attempt["ended_by"],
        "answers": [[place, list(answers[place])] for place in sorted(answers)],
    }
    return hashlib.sha256(canonical(body)).hexdigest()


def canonical(body: Any) -> bytes:
    """JSON with sorted keys, without spaces, in UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _spelt(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def in_bank_letters(place: Row, item: Row, shown: Sequence[str]) -> list[str]:
    """What a page sent, as it should be stored: the letters behind those shown, or the texts as typed."""
    if item["type"] == "fill_in":
        texts = [text.strip() for text in shown] + [""] * (len(item["blanks"]) - len(shown))
        return texts if any(texts) else []
    if not place["letters"]:
        return list(shown)
    return sorted(place["letters"]["ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter)] for letter in shown)
