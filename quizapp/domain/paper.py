"""Papers, and how one is drawn from a bank to satisfy a specification."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.matching import assign, shuffled
from quizapp.domain.paper_spec import MultipleRule, PaperSpec, Section, spec_from_json, spec_problems, spec_to_json
from quizapp.domain.problem import N_, Problem

__all__ = [
    "DrawPool",
    "MultipleRule",
    "Paper",
    "PaperItem",
    "PaperSpec",
    "Section",
    "ShortageError",
    "draw_paper",
    "paper_from_json",
    "paper_item_from_json",
    "paper_to_json",
    "prepare",
    "share_points",
    "shortages",
    "shown_letters",
    "spec_from_json",
    "spec_problems",
    "spec_to_json",
]


@dataclass(frozen=True)
class PaperItem:
    """One item of a paper, worth ``points``, in the section of that index (from 0).

    ``letters`` are the letters that the options have in the bank, in the order in which the candidate sees
    them; empty for an item without options. ``case_id`` names the case that an item stands under.
    """

    item_id: str
    section: int
    points: Decimal
    letters: tuple[str, ...] = ()
    case_id: str | None = None


@dataclass(frozen=True)
class Paper:
    """What one candidate is asked, in order: section by section, the items of a case together."""

    items: tuple[PaperItem, ...]
    seed: int


def paper_to_json(paper: Paper) -> dict[str, Any]:
    """``paper`` for a JSON column; points as strings."""
    items = [
        {
            "item_id": item.item_id,
            "section": item.section,
            "points": str(item.points),
            "letters": list(item.letters),
            "case_id": item.case_id,
        }
        for item in paper.items
    ]
    return {"seed": paper.seed, "items": items}


def paper_from_json(data: dict[str, Any]) -> Paper:
    """The inverse of `paper_to_json`. Raises ValueError for what that did not write."""
    try:
        return Paper(tuple(map(paper_item_from_json, data["items"])), data["seed"])
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"not a paper: {error!r}") from error


def paper_item_from_json(item: dict[str, Any]) -> PaperItem:
    """One of the ``items`` of what `paper_to_json` wrote, where a save needs no more of the paper."""
    return PaperItem(
        item_id=item["item_id"],
        section=item["section"],
        points=Decimal(item["points"]),
        letters=tuple(item["letters"]),
        case_id=item["case_id"],
    )


class ShortageError(Exception):
    """The bank cannot fill the specification; ``problems`` say where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.text() for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class DrawPool:
    """A specification with the items that fit each section, as indices into ``items``. Made once, drawn from often."""

    spec: PaperSpec
    items: tuple[Item, ...]
    fitting: tuple[tuple[int, ...], ...]

    def draw(self, seed: int) -> Paper:
        """The paper of ``seed``. Raises ShortageError if the items do not suffice."""
        rng = Random(seed)
        drawn = assign([section.count for section in self.spec.sections], self.fitting, rng)
        if drawn.stuck:
            raise ShortageError(self.shortages())
        paper: list[PaperItem] = []
        for number, indices in enumerate(drawn.held):
            # Back into the order of the bank: which items were drawn and where they stand are separate matters.
            in_order = sorted(indices)
            for index in shuffled(in_order, rng) if self.spec.shuffle_items else in_order:
                paper += self._placed(self.items[index], number, rng)
        return Paper(tuple(paper), seed)

    def shortages(self) -> list[Problem]:
        """Why no paper can be drawn; empty when one always can. A section is named at most once."""
        sections = self.spec.sections
        problems = []
        rest = []
        for number, section in enumerate(sections):
            if section.count > len(self.fitting[number]):
                problems.append(_section_shortage(section, number, len(self.fitting[number])))
            else:
                rest.append(number)
        while stuck := self._stuck(rest):
            problems.append(self._joint_shortage(stuck))
            rest = [number for number in rest if number not in stuck]
        return problems

    def _stuck(self, among: Sequence[int]) -> list[int]:
        """Sections out of ``among`` that cannot all be filled, none of which could be left out; empty if all can."""
        stuck = self._search(among)
        for number in stuck:
            stuck = self._search([other for other in stuck if other != number]) or stuck
        return stuck

    def _search(self, among: Sequence[int]) -> list[int]:
        needs = [self.spec.sections[number].count for number in among]
        found = assign(needs, [self.fitting[number] for number in among], Random(0))
        return [among[place] for place in found.stuck]

    def _joint_shortage(self, numbers: Sequence[int]) -> Problem:
        sections = [self.spec.sections[number] for number in numbers]
        return Problem(
            N_("Sections %(titles)s together need %(need)s items; only %(have)s fit them."),
            {
                "titles": "、".join(f"“{section.title}”" for section in sections),
                "need": sum(section.count for section in sections),
                "have": len({index for number in numbers for index in self.fitting[number]}),
            },
            path=f"sections[{numbers[0]}].count",
        )

    def _placed(self, item: Item, section: int, rng: Random) -> list[PaperItem]:
        leaves = item.leaves()
        shares = share_points(self.spec.sections[section].points, len(leaves))
        case_id = item.id if item.items else None
        return [
            PaperItem(
                leaf.id, section, points, shown_letters(leaf, rng if self.spec.shuffle_options else None), case_id
            )
            for leaf, points in zip(leaves, shares, strict=True)
        ]


def prepare(bank: Bank, spec: PaperSpec) -> DrawPool:
    """Find the items that fit each section; worth keeping where many papers are drawn from one bank."""
    by_type: dict[ItemType, list[int]] = {}
    for index, item in enumerate(bank.items):
        by_type.setdefault(item.type, []).append(index)
    fitting = tuple(
        tuple(index for index in by_type.get(section.type, ()) if section.fits(bank.items[index]))
        for section in spec.sections
    )
    return DrawPool(spec, bank.items, fitting)


def draw_paper(bank: Bank, spec: PaperSpec, seed: int) -> Paper:
    """Draw the paper of ``seed``: the same bank, specification and seed always give the same paper.

    No item appears twice, and every section is filled whenever that is possible at all, though sections may
    compete for items. Items of the same type, topic and difficulty are equally likely to be drawn. An option
    that is fixed keeps its place. Raises ShortageError.
    """
    return prepare(bank, spec).draw(seed)


def shortages(bank: Bank, spec: PaperSpec) -> list[Problem]:
    """What ``bank`` lacks for ``spec``; empty when a paper can always be drawn."""
    return prepare(bank, spec).shortages()


@lru_cache(maxsize=256)
def share_points(points: Decimal, parts: int) -> tuple[Decimal, ...]:
    """``points`` in equal parts of whole hundredths; the earlier parts take the odd hundredths."""
    share, odd = divmod(int(points * 100), parts)
    return tuple(Decimal(share + (part < odd)) / 100 for part in range(parts))


def shown_letters(item: Item, rng: Random | None) -> tuple[str, ...]:
    """The letters of the options as the candidate sees them, shuffled by ``rng`` around those that are fixed."""
    if rng is None or not item.options:
        return tuple(option.letter for option in item.options)
    loose = [place for place, option in enumerate(item.options) if not option.fixed]
    sources = iter(shuffled(loose, rng))
    return tuple((option if option.fixed else item.options[next(sources)]).letter for option in item.options)


def _section_shortage(section: Section, number: int, have: int) -> Problem:
    return Problem(
        N_("Section “%(title)s” needs %(need)s items of the type %(type)s; the bank has %(have)s."),
        {"title": section.title, "need": section.count, "type": section.type.value, "have": have},
        path=f"sections[{number}].count",
    )
