"""The shipped registers: whole, without gaps, and without the wording of any law."""

from pathlib import Path

import pytest

from quizapp.domain.regulation_compare import difference
from quizapp.domain.regulation_file import read_regulation
from quizapp.domain.regulations import Kind, Registered

FOLDER = Path(__file__).parents[1] / "question_banks" / "regulations"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def regulation(request: pytest.FixtureRequest) -> Registered:
    return read_regulation(request.param.read_text(encoding="utf-8"))


def test_there_are_some() -> None:
    assert {path.stem for path in FILES} >= {"ccp-discipline", "prevention-measures", "post-duties"}


def test_numbers_run_without_a_gap(regulation: Registered) -> None:
    for edition in regulation.editions:
        assert [article.number for article in edition.articles] == [
            str(number) for number in range(1, len(edition.articles) + 1)
        ]


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
