"""Over made-up departments intervals hold what they promise, and equal branches are hardly ever told apart.

A short form of ``python -m benchmarks.standing``, whose figures over 10,000 departments stand in docs/statistics.md.
Its seeds are fixed: what it says does not change from run to run.
"""

import pytest

from benchmarks.standing import SCENARIOS, main, simulate


def test_equal_branches_are_hardly_ever_told_apart() -> None:
    tally = simulate(SCENARIOS["equal"], 120)
    assert tally.departments == 120
    # Of 120 departments at 5 in 100 more than 12 would be a chance of 1 in 100.
    assert all(tally.named[figure] <= 12 for figure in ("mean", "pass", "turnout"))
    assert tally.error("estimate") < 0.8 * tally.error("value")


@pytest.mark.parametrize("name", ["equal", "apart"])
def test_intervals_hold_the_truth(name: str) -> None:
    tally = simulate(SCENARIOS[name], 80, seed=1)
    for figure in ("mean", "pass", "turnout"):
        assert 0.93 <= (tally.coverage(figure) or 0) <= 0.97, figure
    assert tally.wrongly <= 2


def test_branches_that_differ_are_told_apart_and_not_drawn_too_far() -> None:
    tally = simulate(SCENARIOS["apart"], 40)
    assert tally.named["mean"] >= 15
    assert tally.error("estimate") < tally.error("value")


def test_papers_drawn_are_evened_out() -> None:
    tally = simulate(SCENARIOS["drawn_near"], 25)
    assert tally.error("adjusted") < tally.error("value")


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    main(["2", "equal", "drawn"])
    heads, _line, equal, drawn = capsys.readouterr().out.splitlines()
    assert heads.count("|") == equal.count("|") == drawn.count("|") == 12
    assert "All branches equal" in equal
    assert drawn.split("|")[3].strip() == "–"
