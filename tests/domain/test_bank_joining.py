"""Banks as one: nothing is lost, nothing is renamed, and what would mean two things is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.domain.bank import Bank, Edition, Item, ItemType, Regulation
from quizapp.domain.bank_joining import join_banks
from quizapp.domain.bank_yaml import BankError, read_bank
from quizapp.domain.paper import draw_paper, shortages
from quizapp.domain.presets import PRESETS, Preset

FOLDER = Path(__file__).parents[2] / "question_banks"
OLD, NEW = Edition("2018", superseded_by="2023", articles=142), Edition("2023", articles=158)
LAW = Regulation("law", "某法", "某机关", (NEW,))
ONE = Bank("甲", (Item("a", ItemType.TRUE_FALSE, "一", key=("true",)),), regulations=(LAW,))
CASE = Item("c", ItemType.CASE, "案情", items=(Item("c-1", ItemType.TRUE_FALSE, "二", key=("true",)),))
OTHER = Bank("乙", (CASE,), regulations=(Regulation("other", "别法"), replace(LAW, editions=(OLD, NEW))))


def refused(*banks: Bank) -> list[str]:
    with pytest.raises(BankError) as raised:
        join_banks("合库", {str(place): bank for place, bank in enumerate(banks, start=1)})
    return [problem.text() for problem in raised.value.problems]


def test_the_items_come_in_order_and_each_regulation_once_with_all_its_editions() -> None:
    joined = join_banks("合库", {"one": ONE, "other": OTHER})
    assert (joined.title, [item.id for item in joined.items]) == ("合库", ["a", "c"])
    assert joined.regulations == (replace(LAW, editions=(OLD, NEW)), Regulation("other", "别法"))
    assert joined.item("c-1").stem == "二"


def test_an_id_given_twice_is_refused_also_under_a_case() -> None:
    again = Bank("丙", (Item("c-1", ItemType.TRUE_FALSE, "三", key=("true",)),))
    assert refused(OTHER, again) == ["The item “c-1” stands in 1 and in 2. Give one of them another id."]


def test_what_two_banks_say_differently_of_a_regulation_is_refused() -> None:
    counted = replace(ONE, items=(), regulations=(replace(LAW, editions=(replace(NEW, articles=99),)),))
    named = replace(ONE, items=(), regulations=(replace(LAW, title="又法"),))
    assert refused(ONE, counted) == ["What law 2023 is, 1 and 2 say differently. Make them say the same."]
    assert refused(ONE, named) == ["What law is, 1 and 2 say differently. Make them say the same."]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_draws_from_the_shipped_banks_together(preset: Preset) -> None:
    files = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "integrity-basics.yaml")
    joined = join_banks("综合题库", {path.name: read_bank(path.read_bytes()) for path in files})
    assert shortages(joined, preset.spec) == []
    regulations = {
        citation.regulation
        for seed in range(10)
        for drawn in draw_paper(joined, preset.spec, seed).items
        for citation in joined.item(drawn.item_id).citations
    }
    assert len(regulations) >= 15
