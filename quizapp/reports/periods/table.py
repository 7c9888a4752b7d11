"""A table of an analysis as plain values, so that page, workbook and document write the same one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from quizapp.web.wording import NOTHING, one_decimal, percent


class CellKind(Enum):
    """What a column holds."""

    TEXT = "text"
    COUNT = "count"  # people or items
    POINTS = "points"
    RATE = "rate"  # a fraction, written as per cent
    GAP = "gap"  # a difference of two fractions, written in percentage points with its sign
    MEASURED = "measured"  # `Measured`


@dataclass(frozen=True)
class Measured:
    """A fraction with the number that it stands on; ``flagged`` where it is weak or lags."""

    share: Decimal | None
    n: int
    flagged: bool = False


Cell = str | int | Decimal | Measured | None


@dataclass(frozen=True)
class Heading:
    """The head of a column."""

    text: str
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True)
class Line:
    """A row; ``is_sum`` for the last one, ``is_group`` for one that heads those after it."""

    cells: Sequence[Cell]
    is_sum: bool = False
    is_group: bool = False


@dataclass(frozen=True)
class Table:
    """``name`` is for addresses, ``notes`` is what a reader must know; ``empty`` is said where there are no lines."""

    name: str
    title: str
    headings: Sequence[Heading]
    lines: Sequence[Line]
    notes: Sequence[str] = ()
    empty: str = ""


def cell_text(cell: Cell, kind: CellKind) -> str:
    """The cell as people read it, rates and differences without the sign for per cent; a dash for nothing."""
    if isinstance(cell, Measured):
        return percent(cell.share)
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if kind is CellKind.RATE:
        return percent(cell)
    if kind is CellKind.GAP:
        return signed_points(Decimal(cell))
    return one_decimal(cell) if kind is CellKind.POINTS else f"{cell:,}"


def signed_points(gap: Decimal) -> str:
    """A difference of two fractions in percentage points, with its sign: ``−3.2``."""
    text = one_decimal(abs(gap) * 100)
    return text if text == "0.0" else f"{'+' if gap > 0 else '−'}{text}"
