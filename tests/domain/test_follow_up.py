"""Learned and forgotten, person by person; shares of everything that was asked."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.follow_up import Change, Pair, follow_up

TOPICS = {"a": "纪律", "b": "纪律", "c": "程序", "d": ""}


def test_each_of_the_four_ways() -> None:
    before = {"a": True, "b": False, "c": True, "d": False}
    after = {"a": True, "b": True, "c": False, "d": False}
    found = follow_up([Pair(7, before, after)], TOPICS)
    assert found.total == Change(1, 2, 4, 2, 4, learned=1, forgotten=1, kept=1, still_wrong=1)
    assert found.branches == {7: found.total}
    assert found.topics["纪律"] == Change(1, 1, 2, 2, 2, learned=1, kept=1)
    assert found.topics["程序"] == Change(1, 1, 1, 0, 1, forgotten=1)
    assert set(found.topics) == {"纪律", "程序"}  # items without a topic belong to none
    assert (found.total.before, found.total.after) == (Decimal("0.5"), Decimal("0.5"))


def test_other_items_count_in_shares_but_are_not_matched() -> None:
    found = follow_up([Pair(1, {"a": True}, {"b": False})], TOPICS)
    assert (found.total.matched, found.total.before, found.total.after) == (0, 1, 0)
    assert found.topics["纪律"].people == 1


def test_a_topic_of_one_test_alone_is_left_out() -> None:
    found = follow_up([Pair(1, {"a": True}, {"c": True}), Pair(1, {"c": False}, {"c": True})], TOPICS)
    assert set(found.topics) == {"程序"}
    assert found.topics["程序"].people == 1


def test_people_are_matched_with_themselves_alone() -> None:
    """Wrong by one person and right by another is nothing learned."""
    found = follow_up([Pair(1, {"a": False}, {"a": False}), Pair(1, {"a": True}, {"a": True})], TOPICS)
    assert (found.total.learned, found.total.forgotten, found.total.kept, found.total.still_wrong) == (0, 0, 1, 1)


def test_nobody() -> None:
    found = follow_up([], TOPICS)
    assert (found.total.people, found.total.before, found.total.after) == (0, None, None)


ANSWERS = st.dictionaries(st.sampled_from("abcd"), st.booleans())


@given(st.lists(st.builds(Pair, st.integers(1, 3), ANSWERS, ANSWERS), max_size=8))
def test_parts_add_up(pairs: list[Pair]) -> None:
    found = follow_up(pairs, TOPICS)
    for name in vars(Change()):
        assert sum(getattr(part, name) for part in found.branches.values()) == getattr(found.total, name)
    assert found.total.matched == sum(len(pair.before.keys() & pair.after.keys()) for pair in pairs)
    assert found.total.learned - found.total.forgotten == sum(
        pair.after[key] - pair.before[key] for pair in pairs for key in pair.before.keys() & pair.after.keys()
    )
