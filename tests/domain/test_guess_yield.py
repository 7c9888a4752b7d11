"""What habits earn is the true average over papers, worked out by hand and by drawing."""

from dataclasses import replace
from decimal import Decimal
from statistics import fmean

import pytest

from quizapp.domain.bank import Bank, Item, ItemType, Option
from quizapp.domain.guess_yield import Habit, guess_yield
from quizapp.domain.paper import MultipleRule, PaperSpec, Section, prepare
from quizapp.domain.scoring import score_paper


def options(count: int, fixed: str = "") -> tuple[Option, ...]:
    return tuple(Option(letter, f"选项{letter}", letter in fixed) for letter in "ABCDEFGH"[:count])


SINGLES = tuple(Item(f"s{n}", ItemType.SINGLE, "题", options(4), ("A" if n < 3 else "B",)) for n in range(4))
MULTIPLES = (
    Item("m0", ItemType.MULTIPLE, "题", options(4), ("A", "B", "C", "D")),
    Item("m1", ItemType.MULTIPLE, "题", options(4), ("A", "B")),
)
TRUTHS = tuple(Item(f"t{n}", ItemType.TRUE_FALSE, "题", key=("true" if n < 4 else "false",)) for n in range(5))
BANK = Bank("题库", (*SINGLES, *MULTIPLES, *TRUTHS))
SPEC = PaperSpec(
    (
        Section("单选", ItemType.SINGLE, 2, Decimal(2)),
        Section("多选", ItemType.MULTIPLE, 1, Decimal(4)),
        Section("判断", ItemType.TRUE_FALSE, 2, Decimal(1)),
    ),
    shuffle_options=False,
    cut_score=Decimal(6),
)


def percent(spec: PaperSpec, habit: Habit, letter: str = "", bank: Bank = BANK) -> Decimal:
    guesses = guess_yield(bank, spec).guesses
    return next((each.percent for each in guesses if (each.habit, each.letter) == (habit, letter)), Decimal(0))


@pytest.mark.parametrize(
    ("rule", "letter_a", "everything"),
    [
        # A in singles: 3/4 of 4 points. A in the multiples: one of four, one of two right options, half the time each.
        (MultipleRule.ALL_OR_NOTHING, "30.0", "20.0"),
        (MultipleRule.PARTIAL, "45.0", "20.0"),  # + (1 + 2) / 2
        (MultipleRule.PARTIAL_EXACT, "45.0", "20.0"),
        (MultipleRule.HALF, "50.0", "20.0"),  # + 2
    ],
)
def test_letters_and_ticking_everything_follow_the_rule(rule: MultipleRule, letter_a: str, everything: str) -> None:
    spec = replace(SPEC, multiple_rule=rule)
    assert percent(spec, Habit.LETTER, "A") == Decimal(letter_a)
    assert percent(spec, Habit.EVERYTHING) == Decimal(everything)


def test_true_and_false_are_weighed_by_the_quota() -> None:
    assert percent(SPEC, Habit.TRUE) == Decimal("16.0")
    assert percent(SPEC, Habit.FALSE) == Decimal("4.0")


def test_the_best_takes_the_best_habit_of_each_type() -> None:
    found = guess_yield(BANK, SPEC)
    assert found.best.habit is Habit.BEST
    assert found.best.percent == Decimal("66.0")  # A 30, everything 20, true 16
    assert found.cut_percent == Decimal("60.0")
    assert found.is_near_cut


@pytest.mark.parametrize(("cut", "near"), [("7.7", False), ("7.6", True), ("5", True)])
def test_near_is_within_ten_of_a_hundred_points(cut: str, near: bool) -> None:
    spec = replace(SPEC, cut_score=Decimal(cut))
    assert guess_yield(BANK, spec).is_near_cut is near


def test_shuffling_makes_all_letters_worth_the_same_but_for_fixed_options() -> None:
    shuffled = replace(SPEC, sections=SPEC.sections[:1], shuffle_options=True)
    assert [percent(shuffled, Habit.LETTER, letter) for letter in "ABCD"] == [Decimal("25.0")] * 4
    fixed = Bank("题库", (replace(SINGLES[0], options=options(4, "A")), *SINGLES[1:2]))
    assert percent(shuffled, Habit.LETTER, "A", fixed) == Decimal("62.5")
    assert percent(shuffled, Habit.LETTER, "B", fixed) == Decimal("12.5")


def test_equally_long_options_share_what_the_longest_earns() -> None:
    long = replace(SINGLES[0], options=(Option("A", "最长的一项"), *options(4)[1:]))
    spec = replace(SPEC, sections=(replace(SPEC.sections[0], count=1),))
    assert percent(spec, Habit.LONGEST, bank=Bank("题库", (long,))) == Decimal("100.0")
    assert percent(spec, Habit.LONGEST, bank=Bank("题库", (SINGLES[0],))) == Decimal("25.0")


def test_equally_short_options_share_what_the_shortest_earns() -> None:
    short = replace(SINGLES[0], options=(Option("A", "短"), *options(4)[1:]))
    spec = replace(SPEC, sections=(replace(SPEC.sections[0], count=1),))
    assert percent(spec, Habit.SHORTEST, bank=Bank("题库", (short,))) == Decimal("100.0")
    assert percent(spec, Habit.LONGEST, bank=Bank("题库", (short,))) == Decimal(0)
    assert percent(spec, Habit.SHORTEST, bank=Bank("题库", (SINGLES[0],))) == Decimal("25.0")


def test_a_case_counts_through_its_items_and_what_must_be_written_earns_nothing() -> None:
    blank = Item("c-2", ItemType.FILL_IN, "____", blanks=(("甲",),))
    case = Item("c", ItemType.CASE, "材料", items=(replace(TRUTHS[0], id="c-1"), blank))
    spec = PaperSpec((Section("案例", ItemType.CASE, 1, Decimal(10)),), cut_score=Decimal(6))
    assert percent(spec, Habit.TRUE, bank=Bank("题库", (case,))) == Decimal("50.0")


@pytest.mark.parametrize("rule", MultipleRule)
def test_many_drawn_papers_earn_the_same_on_average(rule: MultipleRule) -> None:
    spec = replace(SPEC, shuffle_options=True, multiple_rule=rule)
    pool = prepare(BANK, spec)

    def earned(seed: int) -> float:
        paper = pool.draw(seed)
        answers = {place: entry.letters[:1] for place, entry in enumerate(paper.items) if entry.letters}
        return float(score_paper(BANK, spec, paper, answers).points)

    average = 100 * fmean(earned(seed) for seed in range(4000)) / float(spec.full_points)
    assert abs(average - float(percent(spec, Habit.LETTER, "A"))) < 2


def test_a_section_that_nothing_fits_earns_nothing() -> None:
    spec = replace(SPEC, sections=(*SPEC.sections, Section("填空", ItemType.FILL_IN, 3, Decimal(5))))
    assert percent(spec, Habit.TRUE) == Decimal("6.4")
