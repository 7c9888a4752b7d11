"""Numbers of articles, however they are written."""

import pytest

from quizapp.domain.articles import article_name, article_number, article_numbers, numeral, value_of


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("第八条", "8"), ("第8条", "8"), ("第 8 条", "8"), ("第８条", "8"), ("8", "8"), ("八", "8"),
        ("第十条", "10"), ("第二十条第二款", "20"), ("第一百零三条", "103"), ("第一百一十条", "110"),
        ("第一百零三条之一", "103-1"), ("第103条之2", "103-2"), ("第17项", "17"), ("第九部分", "9"),
        ("措施17", "17"), ("A-3", "A-3"),
    ],
)  # fmt: skip
def test_one_spelling(written: str, number: str) -> None:
    assert article_number(written) == number


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("第八十八条、第九十条", ("88", "90")),
        ("第十七条至第十九条、第二十一条", ("17", "18", "19", "21")),
        ("第17-19条", ("17", "18", "19")),
        ("第一条至第九百条", ("1", "900")),
        ("第九条至第三条", ("9", "3")),
        ("第八条和第八条", ("8",)),
        ("17", ("17",)),
    ],
)
def test_every_article_of_a_citation(written: str, numbers: tuple[str, ...]) -> None:
    assert article_numbers(written) == numbers


def test_numerals_there_and_back() -> None:
    assert [numeral(n) for n in (0, 10, 19, 20, 100, 103, 110, 119, 1001, 1010)] == [
        "零", "十", "十九", "二十", "一百", "一百零三", "一百一十", "一百一十九", "一千零一", "一千零一十"]  # fmt: skip
    assert all(value_of(numeral(number)) == number for number in range(10_000))


def test_names() -> None:
    assert (article_name("103-1"), article_name("8"), article_name("A-3")) == ("第一百零三条之一", "第八条", "A-3")


@pytest.mark.parametrize(
    "written", ["第" + "9" * 9000 + "条", "9" * 9000, "第九九九九九九条", "第十十百条", "", "条", "第٣条"]
)
def test_nonsense_costs_nothing(written: str) -> None:
    assert [article_name(number) for number in article_numbers(written)]
    assert article_number(written) is not None
