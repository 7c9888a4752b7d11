"""The figures of a report, in the order in which page, CSV and XLSX show them: one list for all three."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Literal

from flask_babel import gettext

from quizapp.domain.branch_summary import Figures, Row
from quizapp.domain.problem import N_
from quizapp.web.wording import NOTHING, one_decimal, percent


class Kind(Enum):
    """How a figure is written."""

    COUNT = auto()  # people
    SCORE = auto()  # points, one decimal
    RATE = auto()  # a fraction, shown as per cent with one decimal


@dataclass(frozen=True)
class Column:
    """One figure: the property of `Figures` of that ``name``, headed by ``label`` (a msgid)."""

    name: str
    label: str
    kind: Kind

    @property
    def heading(self) -> str:
        """The label in the language of the reader."""
        return str(gettext(self.label))

    def value(self, figures: Figures) -> Decimal | int | None:
        """The figure as counted, not rounded; None where there is nothing to say."""
        value: Decimal | int | None = getattr(figures, self.name)
        return value

    def text(self, figures: Figures, thousands: Literal["", ","] = "") -> str:
        """The figure as people read it, with a sign for the thousands or none; a dash where there is nothing to say."""
        value = self.value(figures)
        if value is None:
            return NOTHING
        if self.kind is Kind.RATE:
            return percent(value)
        return one_decimal(value) if self.kind is Kind.SCORE else f"{value:{thousands}}"


COLUMNS = (
    Column("eligible", N_("Eligible"), Kind.COUNT),
    Column("sat", N_("Sat"), Kind.COUNT),
    Column("absent", N_("Absent"), Kind.COUNT),
    Column("excused", N_("Excused"), Kind.COUNT),
    Column("participation", N_("Participation %"), Kind.RATE),
    Column("mean", N_("Mean"), Kind.SCORE),
    Column("median", N_("Median"), Kind.SCORE),
    Column("passed", N_("Passed"), Kind.COUNT),
    Column("pass_rate", N_("Pass rate %"), Kind.RATE),
    Column("excellent", N_("Excellent"), Kind.COUNT),
    Column("excellence_rate", N_("Excellence rate %"), Kind.RATE),
)
BY_NAME = {column.name: column for column in COLUMNS}


def in_order(rows: Iterable[Row], column: Column | None, *, ascending: bool) -> list[Row]:
    """``rows`` by one figure, those without it last; None keeps the organisation's order. Equal ones keep it too."""
    kept = list(rows)
    if column is None:
        return kept
    sign = 1 if ascending else -1

    def rank(row: Row) -> tuple[bool, Decimal | int]:
        value = column.value(row.figures)
        return value is None, sign * (value or 0)

    return sorted(kept, key=rank)
