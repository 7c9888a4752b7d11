"""A branch's figures are counted from its people, and every sum agrees with every other."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.branch_summary import (
    Count,
    Figures,
    Outline,
    Place,
    Summary,
    median_of,
    roll_up,
    summarise,
    together,
)

UNITS = {1: (11, 12, 13), 2: (21,), 3: (31, 32)}


def place(id: int) -> Place:
    return Place(id, f"P{id}", f"支部{id}")


OUTLINES = [Outline(place(unit), tuple(map(place, branches))) for unit, branches in UNITS.items()]
BRANCHES = [branch for branches in UNITS.values() for branch in branches]


def person(points: str | None = None, *, answered: int = 50) -> Count:
    """One person alone, with the result that counts."""
    if points is None or not answered:
        return Count(1)
    score = Decimal(points)
    return Count(1, int(score >= 60), int(score >= 90), {score: 1})


@st.composite
def departments(draw: st.DrawFn) -> dict[int, Count]:
    people: dict[int, list[Count]] = {branch: [] for branch in BRANCHES}
    for _number in range(draw(st.integers(0, 30))):
        hundredths = draw(st.none() | st.integers(0, 10_000))
        points = None if hundredths is None else str(Decimal(hundredths) / 100)
        people[draw(st.sampled_from(BRANCHES))].append(person(points, answered=draw(st.sampled_from([0, 1, 50]))))
    return {branch: together(those) for branch, those in people.items() if those}


def test_figures_worked_by_hand() -> None:
    figures = summarise(together([person("95"), person("79.5"), person("60"), person("59.99"), person()]))
    assert (figures.eligible, figures.sat, figures.absent) == (5, 4, 1)
    assert figures.participation == Decimal("0.8")
    assert figures.mean == Decimal("294.49") / 4
    assert figures.median == Decimal("69.75")
    assert (figures.passed, figures.pass_rate) == (3, Decimal("0.75"))
    assert (figures.excellent, figures.excellence_rate) == (1, Decimal("0.25"))


def test_who_saved_nothing_is_absent_and_no_zero() -> None:
    figures = summarise(together([person("80"), person("0", answered=0)]))
    assert (figures.sat, figures.absent, figures.mean) == (1, 1, Decimal(80))


def test_who_answered_everything_wrong_sat() -> None:
    assert summarise(person("0", answered=1)).mean == 0


def test_nothing_to_divide_by_is_no_rate() -> None:
    nobody, absent = summarise(Count()), summarise(person())
    assert (nobody.eligible, nobody.participation) == (0, None)
    assert absent.participation == 0
    for figures in (nobody, absent):
        assert [figures.mean, figures.median, figures.pass_rate, figures.excellence_rate] == [None] * 4
        assert (figures.passed, figures.excellent) == (0, 0)


def test_no_excellent_line_no_excellence() -> None:
    figures = summarise(person("95"), excellence=False)
    assert (figures.excellent, figures.excellence_rate) == (None, None)


def test_a_mean_of_units_is_not_a_mean_of_means() -> None:
    counts = {11: person("100"), 12: together([person("50")] * 3)}
    assert roll_up(OUTLINES, counts).units[0].unit.figures.mean == Decimal("62.5")


def counts(figures: Figures) -> list[Fraction]:
    values = (figures.eligible, figures.sat, figures.absent, figures.passed, figures.excellent, figures.points)
    return [Fraction(value) for value in values if value is not None]


def added(many: list[Figures]) -> list[Fraction]:
    return [sum(column, Fraction(0)) for column in zip(*map(counts, many), strict=True)]


@given(departments())
def test_branches_add_up_to_units_and_units_to_the_whole(counted: dict[int, Count]) -> None:
    summary = roll_up(OUTLINES, counted)
    for part in summary.units:
        assert counts(part.unit.figures) == added([row.figures for row in part.branches])
    assert counts(summary.total) == added([part.unit.figures for part in summary.units])
    assert summary.total.eligible == sum(count.eligible for count in counted.values())


def every_figure(summary: Summary) -> list[Figures]:
    rows = [row for part in summary.units for row in (part.unit, *part.branches)]
    return [summary.total, *(row.figures for row in rows)]


@given(departments())
def test_identities(counted: dict[int, Count]) -> None:
    for figures in every_figure(roll_up(OUTLINES, counted)):
        assert figures.eligible == figures.sat + figures.absent
        assert figures.passed is not None
        assert figures.excellent is not None
        assert figures.excellent <= figures.passed <= figures.sat
        assert (figures.mean is None) == (figures.sat == 0)
        if figures.mean is not None and figures.median is not None:
            assert 0 <= figures.mean <= 100
            assert 0 <= figures.median <= 100


def test_every_branch_has_a_row_in_order() -> None:
    rows = [row.place.id for part in roll_up(OUTLINES, {}).units for row in (part.unit, *part.branches)]
    assert rows == [1, 11, 12, 13, 2, 21, 3, 31, 32]


def test_nobody_is_lost() -> None:
    with pytest.raises(ValueError, match="branch 99"):
        roll_up(OUTLINES, {99: person()})


def test_hidden_scores_cannot_be_found_by_subtraction() -> None:
    counted = {11: person("80"), 12: together([person("80")] * 2), 21: person("80")}
    summary = roll_up(OUTLINES, counted, hides=lambda branch_id, figures: branch_id == 11)
    first, second = summary.units[0], summary.units[1]
    assert [figures.withheld for figures in (summary.total, first.unit.figures, first.branches[0].figures)] == [
        True
    ] * 3
    assert [first.branches[1].figures.mean, second.unit.figures.mean] == [Decimal(80)] * 2
    for figures in (summary.total, first.unit.figures, first.branches[0].figures):
        assert [figures.mean, figures.median, figures.passed, figures.pass_rate, figures.excellent] == [None] * 5
    assert (summary.total.eligible, summary.total.sat) == (4, 4)


def test_an_empty_branch_hides_nothing() -> None:
    assert not roll_up(OUTLINES, {}, hides=lambda branch_id, figures: True).total.withheld


@given(st.lists(st.integers(0, 10_000)))
def test_the_median_is_that_of_the_single_scores(hundredths: list[int]) -> None:
    scores = [Decimal(each) / 100 for each in hundredths]
    assert median_of(Counter(scores)) == (median(scores) if scores else None)
