"""What becomes of a branch's results when branches are merged, divided, moved and closed."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.branch_summary import Count, together
from quizapp.domain.reorganisation import Move, restate, restated

ONE, TWO = Decimal(1), Decimal(2)


def person(score: int | None = None, *, excused: bool = False) -> Count:
    """What one person adds; who has 6 or more points has passed."""
    scores = {} if score is None else {Decimal(score): 1}
    return Count(1, int((score or 0) >= 6), int((score or 0) >= 9), scores, int(excused))


def test_who_was_transferred_counts_where_they_belonged() -> None:
    found = restate([Move(1, 10, 20), Move(2, 10, None)], then={10, 20}, now={10, 20})
    assert found.homes == ()
    assert found.heirs == {}


def test_a_merged_branch_goes_to_the_one_it_was_merged_into() -> None:
    found = restate([Move(1, 10, 20), Move(2, 10, 20), Move(3, 10, None)], then={10, 20}, now={20})
    assert found.heirs == {10: 20}
    assert found.routes == {10: {20: 3}}  # whoever has left goes with the others
    assert found.scattered == []
    counts = {10: together([person(3), person(7), person()]), 20: person(9)}
    assert restated(counts, {}, found.heirs).counts == {20: together(counts.values())}


def test_a_new_branch_takes_along_who_went_there() -> None:
    found = restate([Move(1, 10, 30), Move(2, 10, 20)], then={10, 20}, now={10, 20, 30})
    assert found.routes == {10: {30: 1}}
    whole = together([person(3), person(7)])
    result = restated({10: whole, 20: Count()}, {10: {30: person(7)}}, found.heirs)
    assert result.counts == {10: person(3), 20: Count(), 30: person(7)}


def test_a_branch_is_divided_among_several() -> None:
    moves = [Move(1, 10, 20), Move(2, 10, 20), Move(3, 10, 30), Move(4, 10, None)]
    found = restate(moves, then={10}, now={20, 30})
    assert found.heirs == {10: 20}
    assert [move.person for move in found.scattered] == [3]
    whole = together([person(1), person(2), person(8), person()])
    result = restated({10: whole}, {10: {30: person(8)}}, found.heirs)
    assert result.counts == {30: person(8), 20: together([person(1), person(2), person()])}


def test_a_closed_branch_of_which_nobody_is_left_keeps_its_row() -> None:
    found = restate([Move(1, 10, None)], then={10, 20}, now={20})
    assert found.heirs == {}
    assert restated({10: person(5)}, {}, found.heirs).counts == {10: person(5)}


def test_of_equally_many_the_older_branch_inherits() -> None:
    assert restate([Move(1, 10, 30), Move(2, 10, 20)], then={10}, now={20, 30}).heirs == {10: 20}


def test_what_does_not_come_out_is_not_divided() -> None:
    fixed = {10: together([person(3), person(7)])}
    result = restated(fixed, {10: {30: person(8)}}, {10: 20})  # that person's score was corrected from 7 to 8
    assert result.undivided == {10}
    assert result.counts == {20: fixed[10]}


def test_more_people_without_a_result_than_there_are_do_not_come_out() -> None:
    assert restated({10: person(3)}, {10: {30: person()}}, {}).undivided == {10}


BRANCHES = st.integers(1, 6)


@given(
    then=st.frozensets(BRANCHES, min_size=1),
    now=st.frozensets(BRANCHES, min_size=1),
    people=st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5), st.none() | st.integers(0, 10))),
)
def test_nobody_is_lost_or_counted_twice(
    then: frozenset[int], now: frozenset[int], people: list[tuple[int, int | None, int | None]]
) -> None:
    old, new = sorted(then), sorted(now)
    who = {
        number: (old[home % len(old)], None if at is None else new[at % len(new)], person(score))
        for number, (home, at, score) in enumerate(people)
    }
    moves = [Move(number, source, target) for number, (source, target, _one) in who.items() if source != target]
    found = restate(moves, then, now)
    counts = {branch: together(one for source, _to, one in who.values() if source == branch) for branch in then}
    pieces: dict[int, dict[int, Count]] = {}
    for move in found.scattered:
        assert move.target is not None
        before = pieces.setdefault(move.source, {}).get(move.target, Count())
        pieces[move.source][move.target] = together([before, who[move.person][2]])
    result = restated(counts, pieces, found.heirs)
    assert result.undivided == frozenset()
    assert together(result.counts.values()) == together(counts.values())
    home = {move.person: move.target for move in found.homes}
    for branch, count in result.counts.items():
        assert count == together(
            one for number, (source, _to, one) in who.items() if home.get(number, source) == branch
        )
    for branch in result.counts.keys() - now:
        assert not any(target for source, target, _one in who.values() if source == branch)
