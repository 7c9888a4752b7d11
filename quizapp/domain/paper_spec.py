"""How a paper is to be made up: sections, points, and what a score must reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from quizapp.domain.bank import Item, ItemType
from quizapp.domain.problem import N_, Problem

MAX_POINTS = Decimal(1000)
"""The most that one item may be worth."""


class MultipleRule(StrEnum):
    """What a multiple-choice item earns if some right options, but no wrong ones, were chosen (少选).

    Nothing; the options' shares cut to a tenth; their exact shares; or half the points, rounded up to a whole one.
    """

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"
    PARTIAL_EXACT = "partial_exact"
    HALF = "half"


@dataclass(frozen=True)
class Section:
    """``count`` items of one type at ``points`` each; for cases, ``count`` cases and ``points`` for a whole one.

    Empty ``topics`` or ``difficulties`` mean any. ``cut_score`` is what this section alone must earn to pass.
    """

    title: str
    type: ItemType
    count: int
    points: Decimal
    topics: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    cut_score: Decimal | None = None

    @property
    def full_points(self) -> Decimal:
        return self.count * self.points

    def fits(self, item: Item) -> bool:
        """Whether ``item`` (of the bank, not one under a case) may stand in this section."""
        return (
            item.type is self.type
            and (not self.topics or item.topic in self.topics)
            and (not self.difficulties or item.difficulty in self.difficulties)
            and (item.type is not ItemType.CASE or bool(item.items))
            # Nobody could score it by rule; a case with one among its items is left out as a whole.
            and all(leaf.type is not ItemType.ESSAY for leaf in item.leaves())
        )


@dataclass(frozen=True)
class PaperSpec:
    """How a paper is made up and what its score must reach. ``excellent_score`` None: no such line."""

    sections: tuple[Section, ...]
    multiple_rule: MultipleRule = MultipleRule.ALL_OR_NOTHING
    shuffle_items: bool = True
    shuffle_options: bool = True
    cut_score: Decimal = Decimal(60)
    excellent_score: Decimal | None = Decimal(90)

    @property
    def full_points(self) -> Decimal:
        return sum((section.full_points for section in self.sections), Decimal(0))

    @property
    def item_count(self) -> int:
        """How many items are drawn; a case counts as one."""
        return sum(section.count for section in self.sections)


def spec_to_json(spec: PaperSpec) -> dict[str, Any]:
    """``spec`` for a JSON column; numbers with decimals as strings."""
    return {
        "sections": [_section_to_json(section) for section in spec.sections],
        "multiple_rule": spec.multiple_rule.value,
        "shuffle_items": spec.shuffle_items,
        "shuffle_options": spec.shuffle_options,
        "cut_score": str(spec.cut_score),
        "excellent_score": _text(spec.excellent_score),
    }


def _section_to_json(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "type": section.type.value,
        "count": section.count,
        "points": str(section.points),
        "topics": list(section.topics),
        "difficulties": list(section.difficulties),
        "cut_score": _text(section.cut_score),
    }


def spec_from_json(data: dict[str, Any]) -> PaperSpec:
    """The inverse of `spec_to_json`. Raises ValueError for what that did not write."""
    try:
        return PaperSpec(
            sections=tuple(_section_from_json(section) for section in data["sections"]),
            multiple_rule=MultipleRule(data["multiple_rule"]),
            shuffle_items=data["shuffle_items"],
            shuffle_options=data["shuffle_options"],
            cut_score=Decimal(data["cut_score"]),
            excellent_score=_decimal(data["excellent_score"]),
        )
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"not a paper specification: {error!r}") from error


def _section_from_json(data: dict[str, Any]) -> Section:
    return Section(
        title=data["title"],
        type=ItemType(data["type"]),
        count=data["count"],
        points=Decimal(data["points"]),
        topics=tuple(data["topics"]),
        difficulties=tuple(data["difficulties"]),
        cut_score=_decimal(data["cut_score"]),
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def spec_problems(spec: PaperSpec) -> list[Problem]:
    """What makes no sense in ``spec``, whatever the bank; empty when it can be used."""
    if not spec.sections:
        return [Problem(N_("A paper needs at least one section."), path="sections")]
    problems = [
        problem for number, section in enumerate(spec.sections) for problem in _section_problems(number, section)
    ]
    # What a paper is worth is known only once its counts and points make sense.
    if any(problem.path.endswith((".count", ".points")) for problem in problems):
        return problems
    return [*problems, *_score_problems(spec)]


def _section_problems(number: int, section: Section) -> Iterator[Problem]:
    path = f"sections[{number}]"
    named = {"title": section.title.strip() or number + 1}
    if not section.title.strip():
        yield Problem(N_("Section %(number)s needs a title."), {"number": number + 1}, path=f"{path}.title")
    if section.type is ItemType.ESSAY:
        msgid = N_(
            "Section “%(title)s” cannot hold essays: a person has to mark them. Choose another type for this section."
        )
        yield Problem(msgid, named, path=f"{path}.type")
    if section.count <= 0:
        yield Problem(N_("Section “%(title)s” needs at least one item."), named, path=f"{path}.count")
    if not all(1 <= difficulty <= 5 for difficulty in section.difficulties):
        msgid = N_("The difficulties of section “%(title)s” must lie between 1 and 5.")
        yield Problem(msgid, named, path=f"{path}.difficulties")
    if not (_in_hundredths(section.points) and 0 < section.points <= MAX_POINTS):
        msgid = N_("The points of section “%(title)s” must lie between 0.01 and 1000, with at most two decimals.")
        yield Problem(msgid, named, path=f"{path}.points")
    elif section.cut_score is not None and not _reachable(section.cut_score, section.full_points):
        msgid = N_(
            "The cut score of section “%(title)s” must lie between 0 and its full points, %(full)s, "
            "with at most two decimals."
        )
        yield Problem(msgid, {**named, "full": section.full_points}, path=f"{path}.cut_score")


def _score_problems(spec: PaperSpec) -> Iterator[Problem]:
    full = spec.full_points
    if not _reachable(spec.cut_score, full):
        msgid = N_("The cut score must lie between 0 and the full points, %(full)s, with at most two decimals.")
        yield Problem(msgid, {"full": full}, path="cut_score")
    # A cut score that cannot be reached is told above; the other score is then held against the full points alone.
    lowest = spec.cut_score if _reachable(spec.cut_score, full) else Decimal(0)
    if spec.excellent_score is not None and not (
        _reachable(spec.excellent_score, full) and spec.excellent_score >= lowest
    ):
        msgid = N_(
            "The excellent score must lie between the cut score and the full points, %(full)s, "
            "with at most two decimals."
        )
        yield Problem(msgid, {"full": full}, path="excellent_score")


def _reachable(score: Decimal, full_points: Decimal) -> bool:
    return _in_hundredths(score) and score <= full_points


def _in_hundredths(number: Decimal) -> bool:
    # The upper bound comes before the arithmetic: 1e999999 is a number, too.
    return number.is_finite() and 0 <= number <= 10**9 and number * 100 == int(number * 100)
