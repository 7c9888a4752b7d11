"""The score of a whole paper: sections, cut scores and outcomes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from quizapp.domain.bank import Bank, Item, ItemType, Option
from quizapp.domain.paper import MultipleRule, Paper, PaperItem, PaperSpec, Section
from quizapp.domain.scoring import Known, Outcome, score_paper

OPTIONS = tuple(Option(letter, f"选项{letter}") for letter in "ABCD")
SINGLE = Item("single", ItemType.SINGLE, "题", OPTIONS, ("B",))
MULTIPLE = Item("multiple", ItemType.MULTIPLE, "题", OPTIONS, ("A", "B", "C"))
LEAVES = (replace(SINGLE, id="case-1"), Item("case-2", ItemType.FILL_IN, "____和____", blanks=(("甲",), ("乙",))))
BANK = Bank("题库", (SINGLE, MULTIPLE, Item("case", ItemType.CASE, "材料", items=LEAVES)))
SPEC = PaperSpec(
    (
        Section("单选题", ItemType.SINGLE, 1, Decimal(1)),
        Section("多选题", ItemType.MULTIPLE, 1, Decimal(2)),
        Section("案例题", ItemType.CASE, 1, Decimal("5.01"), cut_score=Decimal("2.5")),
    ),
    MultipleRule.PARTIAL,
    cut_score=Decimal(6),
    excellent_score=Decimal(7),
)
PAPER = Paper(
    (
        PaperItem("single", 0, Decimal(1), tuple("DCBA")),
        PaperItem("multiple", 1, Decimal(2), tuple("ABCD")),
        PaperItem("case-1", 2, Decimal("2.51"), tuple("ABCD"), "case"),
        PaperItem("case-2", 2, Decimal("2.50"), (), "case"),
    ),
    seed=1,
)
RIGHT = {0: ("B",), 1: ("A", "B", "C"), 2: ("B",), 3: ("甲", "乙")}


def test_everything_right():
    score = score_paper(BANK, SPEC, PAPER, RIGHT)
    assert score.points == score.full_points == Decimal("8.01")
    assert score.sections == (1, 2, Decimal("5.01"))
    assert [item.outcome for item in score.items] == [Outcome.RIGHT] * 4
    assert score.passed
    assert score.excellent


def test_every_outcome():
    score = score_paper(BANK, SPEC, PAPER, {0: ("A",), 1: ("A", "C"), 3: ("甲", "")})
    assert [(item.item_id, item.points, item.outcome) for item in score.items] == [
        ("single", 0, Outcome.WRONG),
        ("multiple", Decimal("1.2"), Outcome.PARTLY),
        ("case-1", 0, Outcome.OMITTED),
        ("case-2", Decimal("1.25"), Outcome.PARTLY),
    ]
    assert score.points == Decimal("2.45")
    assert score.sections == (0, Decimal("1.2"), Decimal("1.25"))
    assert not score.passed


def test_an_incomplete_choice_that_earns_nothing_is_wrong():
    spec = replace(SPEC, multiple_rule=MultipleRule.ALL_OR_NOTHING)
    assert score_paper(BANK, spec, PAPER, {1: ("A", "C")}).items[1].outcome is Outcome.WRONG


def test_a_part_rounded_to_the_whole_is_not_right():
    spec = replace(SPEC, multiple_rule=MultipleRule.PARTIAL_EXACT)
    paper = Paper((PaperItem("multiple", 1, Decimal("0.01")),), seed=1)
    (item,) = score_paper(BANK, spec, paper, {0: ("A", "B")}).items
    assert (item.points, item.outcome) == (Decimal("0.01"), Outcome.PARTLY)


def test_nothing_answered():
    score = score_paper(BANK, SPEC, PAPER, {})
    assert score.points == 0
    assert {item.outcome for item in score.items} == {Outcome.OMITTED}
    assert not score.passed


@pytest.mark.parametrize(("cut_score", "passed"), [("8.01", True), ("8", True), ("8.02", False)])
def test_a_score_is_never_rounded_up_to_the_cut_score(cut_score, passed):
    assert score_paper(BANK, replace(SPEC, cut_score=Decimal(cut_score)), PAPER, RIGHT).passed is passed


def test_seventy_nine_and_a_half_fails_at_eighty():
    items = tuple(replace(SINGLE, id=f"i{n}") for n in range(2))
    spec = PaperSpec((Section("单选题", ItemType.SINGLE, 2, Decimal(40)),), cut_score=Decimal(80))
    paper = Paper((PaperItem("i0", 0, Decimal("79.5")), PaperItem("i1", 0, Decimal("0.5"))), seed=1)
    assert not score_paper(Bank("题库", items), spec, paper, {0: ("B",)}).passed
    assert score_paper(Bank("题库", items), spec, paper, {0: ("B",), 1: ("B",)}).passed


def test_a_section_that_fails_fails_the_paper_and_takes_the_excellent_line():
    sections = (*SPEC.sections[:2], replace(SPEC.sections[2], cut_score=Decimal("5.01")))
    spec = replace(SPEC, sections=sections, excellent_score=Decimal(6))
    score = score_paper(BANK, spec, PAPER, {**RIGHT, 3: ("甲", "丙")})
    assert score.points == Decimal("6.76")
    assert not score.passed
    assert not score.excellent


def test_there_need_be_no_excellent_line():
    assert not score_paper(BANK, replace(SPEC, excellent_score=None), PAPER, RIGHT).excellent


def test_a_paper_of_another_bank_is_refused():
    with pytest.raises(KeyError):
        score_paper(Bank("别的", ()), SPEC, PAPER, {})


def test_papers_scored_together_earn_what_each_earns_alone() -> None:
    """Also where an item is worth more in another paper, or answered otherwise."""
    dearer = replace(PAPER, items=tuple(replace(item, points=item.points * 2) for item in PAPER.items))
    known: Known = {}
    for paper in (PAPER, dearer, PAPER):
        for answers in (RIGHT, {}, {0: ("A",), 1: ("A", "C"), 3: ("甲", "")}, RIGHT):
            assert score_paper(BANK, SPEC, paper, answers, known) == score_paper(BANK, SPEC, paper, answers)
