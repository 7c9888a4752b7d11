"""Which rows of a report's table are shown, and in which order: what its address says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quizapp.domain.branch_summary import Row, Summary, UnitPart
from quizapp.reports.columns import BY_NAME, Column, in_order

SHOWS = ("all", "units", "branches")
_NUMBER = re.compile("[0-9]{1,10}")  # of more digits Python makes no number at all
MANY = 30
"""From more branches on only the units are shown of themselves: a hundred rows are for who looks for one of them."""


@dataclass(frozen=True)
class Choice:
    """What the reader asked for. ``show`` empty: as many rows as can be taken in at once; ``unit`` 0: all of them;
    ``words``: what names must contain; ``today``: in today's structure.
    """

    show: str = ""
    sort: Column | None = None
    ascending: bool = False
    unit: int = 0
    words: str = ""
    today: bool = False

    def arguments(self, **others: object) -> dict[str, object]:
        """The arguments of an address that asks for the same but for the ``others``; None leaves one out."""
        kept: dict[str, object] = {
            "show": self.show or None,
            "sort": self.sort.name if self.sort else None,
            "order": "ascending" if self.sort and self.ascending else None,
            "unit": self.unit or None,
            "q": self.words or None,
            "structure": "today" if self.today else None,
        }
        return kept | others


def choice_in(arguments: Mapping[str, str]) -> Choice:
    """What an address asks for; what is unknown is ignored."""
    show, unit = arguments.get("show", ""), arguments.get("unit", "")
    return Choice(
        show=show if show in SHOWS else "",
        sort=BY_NAME.get(arguments.get("sort", "")),
        ascending=arguments.get("order") == "ascending",
        unit=int(unit) if _NUMBER.fullmatch(unit) else 0,
        words=arguments.get("q", "").strip()[:100],
        today=arguments.get("structure") == "today",
    )


def levels_shown(summary: Summary, choice: Choice) -> str:
    """Which rows: one of `SHOWS`."""
    if choice.show or choice.unit or choice.words:
        return choice.show or "all"
    return "units" if sum(len(part.branches) for part in summary.units) > MANY else "all"


def chosen_rows(summary: Summary, choice: Choice) -> list[tuple[UnitPart, Row]]:
    """Each row of the table with the unit it belongs to: units with their branches, or one of the two alone."""
    show = levels_shown(summary, choice)
    parts = [part for part in summary.units if choice.unit in (0, part.unit.place.id)]
    homes = {row.place.id: part for part in parts for row in part.branches}
    by_unit = {part.unit.place.id: part for part in parts}

    def fits(row: Row) -> bool:
        return choice.words in row.place.name or choice.words == row.place.code

    def sorted_rows(rows: Iterable[Row]) -> list[Row]:
        return in_order(rows, choice.sort, ascending=choice.ascending)

    def branches(part: UnitPart) -> list[Row]:
        return [row for row in part.branches if fits(row) or fits(part.unit)]

    if show == "branches":
        return [(homes[row.place.id], row) for row in sorted_rows(row for part in parts for row in branches(part))]
    units = [by_unit[row.place.id] for row in sorted_rows(part.unit for part in parts)]
    if show == "units":
        return [(part, part.unit) for part in units if fits(part.unit)]
    return [
        line
        for part in units
        if (found := branches(part)) or fits(part.unit)
        for line in [(part, part.unit), *((part, row) for row in sorted_rows(found))]
    ]
