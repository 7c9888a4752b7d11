"""The shipped registers: whole, without gaps, without the wording of any law, and what the shipped banks rest on."""

from datetime import date
from pathlib import Path

import pytest

from quizapp.banks.staleness import stale_items
from quizapp.domain.bank import Bank
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.citations import faults
from quizapp.domain.regulation_compare import difference
from quizapp.domain.regulation_file import read_regulation
from quizapp.domain.regulations import Kind, Register, Registered

FOLDER = Path(__file__).parents[1] / "question_banks" / "regulations"
FILES = sorted(FOLDER.glob("*.yaml"))
REGISTER = Register(tuple(read_regulation(path.read_text(encoding="utf-8")) for path in FILES))
BANKS = {path.stem: read_bank(path.read_bytes(), path.name) for path in sorted(FOLDER.parent.glob("*.yaml"))}
TODAY = date(2026, 1, 1)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def regulation(request: pytest.FixtureRequest) -> Registered:
    return read_regulation(request.param.read_text(encoding="utf-8"))


def test_there_are_some() -> None:
    assert {path.stem for path in FILES} >= {"ccp-discipline", "prevention-measures", "post-duties"}


def test_numbers_run_without_a_gap(regulation: Registered) -> None:
    """第三百八十八条之一 stands behind 第三百八十八条 and leaves no gap either."""
    for edition in regulation.editions:
        numbers = [article.number.partition("-")[::2] for article in edition.articles]
        assert [first for first, inserted in numbers if not inserted] == [
            str(number) for number in range(1, sum(not inserted for _first, inserted in numbers) + 1)
        ]
        assert numbers == sorted(set(numbers), key=lambda number: (int(number[0]), int(number[1] or 0)))


@pytest.fixture(params=BANKS)
def bank(request: pytest.FixtureRequest) -> Bank:
    return BANKS[request.param]


def test_what_a_shipped_bank_rests_on_is_registered_as_the_bank_says(bank: Bank) -> None:
    for law in bank.regulations:
        registered = REGISTER.find(law.id)
        assert registered is not None, law.id
        assert (registered.title, registered.issuer) == (law.title, law.issuer)
        for edition in law.editions:
            known = registered.edition(edition.id)
            assert known is not None, (law.id, edition.id)
            last = known.articles[-1].number.partition("-")[0]
            assert (known.effective, int(last)) == (edition.effective, edition.articles), law.id


def test_no_citation_of_a_shipped_bank_is_faulty_and_no_item_waits_for_a_recheck(bank: Bank) -> None:
    found = [(item.id, fault) for item in bank.items for fault in faults(item, REGISTER, TODAY, bank)]
    assert [(name, fault.problem.text()) for name, fault in found] == []
    assert stale_items(bank, REGISTER) == []


def test_articles_inserted_later_are_registered_behind_theirs() -> None:
    law = REGISTER.find("criminal-law")
    assert law is not None
    numbers = [article.number for article in law.editions[0].articles]
    assert numbers[numbers.index("388") : numbers.index("389") + 1] == ["388", "388-1", "389"]
    assert (numbers[-1], len(numbers)) == ("452", 504)


def test_every_former_number_exists_and_is_continued_once(regulation: Registered) -> None:
    for old, new in zip(regulation.editions, regulation.editions[1:], strict=False):
        former = [article.formerly for article in new.articles if article.formerly]
        assert len(former) == len(set(former))
        assert all(old.article(number) for number in former)


def test_only_gists_are_shipped(regulation: Registered) -> None:
    for edition in regulation.editions:
        assert all(len(article.gist) <= 40 and not article.text for article in edition.articles)


def test_lists_name_posts(regulation: Registered) -> None:
    if regulation.kind is not Kind.REGULATION:
        assert all(article.posts and article.gist for article in regulation.editions[-1].articles)


def test_the_regulation_on_sanctions_has_its_known_shape() -> None:
    regulation = read_regulation((FOLDER / "ccp-discipline.yaml").read_text(encoding="utf-8"))
    old, new = regulation.editions
    assert (len(old.articles), len(new.articles)) == (142, 158)
    said = difference(old.articles, new.articles)
    assert {name: len(numbers) for name, numbers in vars(said).items()} == {
        "unchanged": 65, "moved": 58, "changed": 75, "new": 18, "dropped": 2}  # fmt: skip
    assert said.dropped == ("39", "142")
    known = {"8": ("8", False), "10": ("10", True), "22": ("21", False), "97": ("88", True), "158": (None, False)}
    for number, (formerly, changed) in known.items():
        article = new.article(number)
        assert article is not None
        assert (article.formerly, article.changed) == (formerly, changed)
