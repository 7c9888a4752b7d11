"""The shipped banks read clean, rest on articles that exist, and do not give their keys away by habit."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from quizapp.domain.bank import TRUE, Bank, Item, ItemType
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.paper import shortages
from quizapp.domain.presets import PRESETS, Preset
from quizapp.domain.text_match import canonical

BANKS = Path(__file__).parents[1] / "question_banks"
FILES = sorted(BANKS.glob("*.yaml"))
ARTICLE = re.compile(r"第(\d+)条")
# An option that was shuffled must not be named by its letter; （A）, A项 and 选项A are the usual ways.
LETTER = re.compile(r"[（(][A-H][)）]|[A-H]项|选项[A-H]")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def bank(request: pytest.FixtureRequest) -> Bank:
    path: Path = request.param
    return read_bank(path.read_bytes(), path.name)


def leaves(bank: Bank, kind: ItemType | None = None) -> list[Item]:
    everything = chain.from_iterable(item.leaves() for item in bank.items)
    return [leaf for leaf in everything if kind in (None, leaf.type)]


def plain(text: str) -> str:
    """Only the words: what is left of two stems that differ in punctuation alone is the same."""
    return re.sub(r"[\W_]", "", canonical(text))


def key_is_longest(item: Item) -> bool:
    key = next(len(option.text) for option in item.options if option.letter in item.key)
    return all(len(option.text) < key for option in item.options if option.letter not in item.key)


def test_there_is_a_shipped_bank() -> None:
    assert BANKS / "integrity-basics.yaml" in FILES


def test_every_item_says_why_where_and_about_what(bank: Bank) -> None:
    assert [leaf.id for leaf in leaves(bank) if not (leaf.citations and leaf.rationale and leaf.topic)] == []


def test_cases_too_can_be_drawn_by_topic(bank: Bank) -> None:
    assert [item.id for item in bank.items if not item.topic] == []


def test_every_cited_article_exists_in_its_edition(bank: Bank) -> None:
    last = {
        (regulation.id, edition.id): edition.articles
        for regulation in bank.regulations
        for edition in regulation.editions
    }
    for leaf in leaves(bank):
        for citation in leaf.citations:
            number = ARTICLE.fullmatch(canonical(citation.article, numerals_equal=True))
            assert number, f"{leaf.id}: {citation.article}"
            articles = last[citation.regulation, citation.edition]
            assert articles, (
                f"{leaf.id}: {citation.regulation} {citation.edition} does not say how many articles it has"
            )
            assert 1 <= int(number[1]) <= articles, f"{leaf.id}: {citation.article}"


def test_no_question_is_asked_twice(bank: Bank) -> None:
    stems = Counter(plain(item.stem) for item in chain(bank.items, *(item.items for item in bank.items)))
    assert [stem for stem, times in stems.items() if times > 1] == []


def test_no_option_is_given_twice(bank: Bank) -> None:
    for leaf in leaves(bank):
        assert len({plain(option.text) for option in leaf.options}) == len(leaf.options), leaf.id


def test_rationales_name_no_letters(bank: Bank) -> None:
    assert [leaf.id for leaf in leaves(bank) if LETTER.search(leaf.rationale)] == []


def test_key_letters_are_even(bank: Bank) -> None:
    keys = Counter(leaf.key[0] for leaf in leaves(bank, ItemType.SINGLE))
    assert set(keys) == set("ABCD")
    assert all(0.20 <= times / keys.total() <= 0.30 for times in keys.values()), keys


def test_key_is_seldom_the_longest_option(bank: Bank) -> None:
    singles = leaves(bank, ItemType.SINGLE)
    assert sum(map(key_is_longest, singles)) / len(singles) <= 0.35


def test_multiple_choice_seldom_wants_every_option(bank: Bank) -> None:
    multiples = leaves(bank, ItemType.MULTIPLE)
    assert all(len(item.key) >= 2 for item in multiples)
    assert sum(len(item.key) == len(item.options) for item in multiples) / len(multiples) <= 0.15


def test_true_and_false_are_even(bank: Bank) -> None:
    statements = leaves(bank, ItemType.TRUE_FALSE)
    assert 0.45 <= sum(item.key == (TRUE,) for item in statements) / len(statements) <= 0.55


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_the_first_bank_suffices_for_every_preset(preset: Preset) -> None:
    basics = read_bank((BANKS / "integrity-basics.yaml").read_bytes())
    assert shortages(basics, preset.spec) == []
