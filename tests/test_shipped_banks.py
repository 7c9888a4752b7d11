"""The shipped banks keep the strict rules, and more: no stem, no option and no letter that shuffling would belie."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.bank_places import places_in
from quizapp.domain.bank_strictness import strict_problems
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.near_duplicates import Key
from quizapp.domain.paper import shortages
from quizapp.domain.presets import PRESETS, Preset
from quizapp.domain.text_match import canonical

FOLDER = Path(__file__).parents[1] / "question_banks"
FILES = sorted(FOLDER.glob("*.yaml"))
# An option that was shuffled must not be named by its letter; （A）, A项 and 选项A are the usual ways.
LETTER = re.compile(r"[（(][A-H][)）]|[A-H]项|选项[A-H]")
BANKS = {path.stem: read_bank(path.read_bytes(), path.name) for path in FILES}


@pytest.fixture(params=BANKS)
def bank(request: pytest.FixtureRequest) -> Bank:
    return BANKS[request.param]


def leaves(bank: Bank) -> list[Item]:
    return list(chain.from_iterable(item.leaves() for item in bank.items))


def plain(text: str) -> str:
    """Only the words: what is left of two stems that differ in punctuation alone is the same."""
    return re.sub(r"[\W_]", "", canonical(text))


@pytest.mark.parametrize("name", BANKS)
def test_a_shipped_bank_keeps_the_strict_rules(name: str) -> None:
    others: dict[Key, Bank] = {other: bank for other, bank in BANKS.items() if other != name}
    places = places_in((FOLDER / f"{name}.yaml").read_bytes())
    assert [(each.line, each.path, each.text()) for each in strict_problems(BANKS[name], places, others)] == []


def test_ids_are_unique_over_all_banks() -> None:
    ids = Counter(one.id for bank in BANKS.values() for item in bank.items for one in (item, *item.items))
    assert [name for name, times in ids.items() if times > 1] == []


def test_a_regulation_is_the_same_in_every_bank() -> None:
    """Banks are joined, and what one calls a regulation or an edition must mean the same in the others."""
    said: dict[tuple[str, str], set[object]] = {}
    for bank in BANKS.values():
        for law in bank.regulations:
            for edition in law.editions:
                said.setdefault((law.id, edition.id), set()).add((law.title, law.issuer, edition))
    assert [meant for meant in said.values() if len(meant) > 1] == []


def test_no_question_is_asked_twice(bank: Bank) -> None:
    stems = Counter(plain(item.stem) for item in chain(bank.items, *(item.items for item in bank.items)))
    assert [stem for stem, times in stems.items() if times > 1] == []


def test_no_option_is_given_twice(bank: Bank) -> None:
    for leaf in leaves(bank):
        assert len({plain(option.text) for option in leaf.options}) == len(leaf.options), leaf.id


def test_multiple_choice_has_two_right_options(bank: Bank) -> None:
    assert [leaf.id for leaf in leaves(bank) if leaf.type is ItemType.MULTIPLE and len(leaf.key) < 2] == []


def test_rationales_name_no_letters(bank: Bank) -> None:
    assert [leaf.id for leaf in leaves(bank) if LETTER.search(leaf.rationale)] == []


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_the_first_bank_suffices_for_every_preset(preset: Preset) -> None:
    assert shortages(BANKS["integrity-basics"], preset.spec) == []
