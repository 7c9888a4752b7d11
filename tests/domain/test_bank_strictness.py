"""Every strict rule is broken once, with its place in the file, and is silent for a bank with too few items for it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quizapp.domain.bank_places import places_in
from quizapp.domain.bank_strictness import (
    LETTER_SHARE,
    MOST_GUESSED,
    MOST_LONGEST,
    MOST_WITH_ALL,
    RULES,
    TRUE_SHARE,
    Judged,
    strict_problems,
)
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.problem import Problem

SIGNS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙"
WORDS = ("甲种情形", "乙种情形", "丙种情形", "丁种情形")
LAW = {
    "id": "law",
    "title": "某法",
    "editions": [{"id": "2018", "superseded_by": "2023", "articles": 10}, {"id": "2023", "articles": 12}],
}
NOW, BEFORE = ({"regulation": "law", "edition": edition, "article": "第八条"} for edition in ("2023", "2018"))
Items = list[dict[str, Any]]
LEAST = {rule.name: rule.least for rule in RULES}


def asked(number: int, kind: str, key: str, **rest: object) -> dict[str, Any]:
    stem = f"{kind}{SIGNS[number % len(SIGNS)] * 3}{number}应当怎样办理"
    said = {"rationale": "条文如此。", "topic": "监督", "difficulty": 2, "citation": NOW}
    return {"id": f"{kind}-{number}", "type": kind, "stem": stem, "key": key} | said | rest


def singles(keys: str, texts: tuple[str, ...] = WORDS) -> Items:
    options = dict(zip("ABCD", texts, strict=True))
    return [asked(number, "single", key, options=options) for number, key in enumerate(keys)]


def multiples(keys: list[str]) -> Items:
    options = dict(zip("ABCD", WORDS, strict=True))
    return [asked(number, "multiple", key, options=options) for number, key in enumerate(keys)]


def statements(keys: str) -> Items:
    return [asked(number, "true_false", {"T": "正确", "F": "错误"}[key]) for number, key in enumerate(keys)]


def judged(items: Items, others: dict[str, Items] | None = None) -> list[Problem]:
    """What is said of a bank of these items, written as a file and read as one."""
    text = written(items)
    return strict_problems(
        read_bank(text), places_in(text), {name: read_bank(written(other)) for name, other in (others or {}).items()}
    )


def written(items: Items) -> str:
    return json.dumps({"title": "题库", "regulations": [LAW], "items": items}, ensure_ascii=False, indent=1)


def sentences(items: Items) -> list[str]:
    return [problem.text() for problem in judged(items)]


def test_a_bank_that_keeps_every_rule_is_passed() -> None:
    items = [*singles("ABCD" * 10), *multiples(["AB", "ACD", "BD", "ABCD", "BC", "CD", "ABD"] * 2)]
    assert all(
        len(rule.counts(Judged(read_bank(written(items + statements("TF" * 10)))))) >= rule.least for rule in RULES
    )
    assert sentences(items + statements("TF" * 10)) == []


SEEDED: dict[str, tuple[Callable[[int], Items], str]] = {
    "letters": (
        lambda n: singles("A" * (2 * n // 5) + ("BCD" * n)[: n - 2 * n // 5]),
        "A is the key of 8 of 20 single choice items with four options (40.0%); it should be 20% to 30%.",
    ),
    "longest": (
        lambda n: [
            item
            for number in range(n)
            for item in singles(
                "ABCD"[number % 4], tuple("长" * (6 + (at == number % 4)) + "ABCD"[at] for at in range(4))
            )
        ],
        "The longest option is the key in 100.0% of 30 single choice items; it should be at most 35%.",
    ),
    "everything": (
        lambda n: multiples(["ABCD"] * 3 + ["AB"] * (n - 3)),
        "All options are right in 3 of 14 multiple choice items (21.4%); it should be at most 15%. "
        "Give some of these a wrong option: multiple-0、multiple-1、multiple-2.",
    ),
    "truths": (
        lambda n: statements("T" * 9 + "F" * (n - 9)),
        "9 of 16 true/false items are true (56.2%); it should be 45% to 55%.",
    ),
    "guesses": (
        lambda n: statements("TF" * (n // 2) + "T" * (n % 2)),
        "Who knows nothing and answers by one habit earns 50.0% of the points; it should be at most 35%.",
    ),
    "topics": (
        lambda n: [
            item | {"topic": "采购" if place < 2 else "监督"} for place, item in enumerate(singles(("ABCD" * n)[:n]))
        ],
        "The topic “采购” has 2 items; it should have at least 3.",
    ),
}


@pytest.mark.parametrize("name", SEEDED)
def test_a_rule_about_many_items_is_judged_from_its_least_on(name: str) -> None:
    make, sentence = SEEDED[name]
    assert any(said.startswith(sentence) for said in sentences(unlike(make(LEAST[name]))))
    assert not any(
        said.startswith(sentence.split(" ", maxsplit=1)[0]) for said in sentences(unlike(make(LEAST[name] - 1)))
    )


def unlike(items: Items) -> Items:
    """The items with ids and stems of their own, however they were made."""
    return [
        item | {"id": f"{item['type']}-{place}", "stem": f"{SIGNS[place] * 3}应当怎样办理"}
        for place, item in enumerate(items)
    ]


def test_a_rule_that_one_item_can_break_is_judged_at_once() -> None:
    assert {name: least for name, least in LEAST.items() if name not in SEEDED} == {
        "repeated": 1, "complete": 1, "articles": 1, "editions": 1}  # fmt: skip


@pytest.mark.parametrize("key", ["rationale", "citation", "topic", "difficulty"])
def test_what_an_item_lacks_is_named_at_its_line(key: str) -> None:
    first, second = singles("AB")
    (problem,) = judged([first, {name: value for name, value in second.items() if name != key}])
    assert (problem.text(), problem.path) == (f"This item lacks: {key}.", "single-1")
    assert written([first, second]).splitlines()[problem.line - 1].strip() == '"id": "single-1",'


def test_what_a_case_says_holds_for_its_items() -> None:
    below = {
        name: value for name, value in statements("T")[0].items() if name not in ("citation", "topic", "difficulty")
    }
    case = {
        "id": "c",
        "type": "case",
        "passage": "材料",
        "topic": "监督",
        "difficulty": 3,
        "citation": NOW,
        "items": [below],
    }
    assert judged([case]) == []
    assert [(said.path, said.params["keys"]) for said in judged([case | {"topic": ""}])] == [
        ("c", "topic"), ("true_false-0", "topic")]  # fmt: skip


def test_an_essay_needs_neither_key_nor_citation() -> None:
    assert judged([{"id": "e", "type": "essay", "stem": "试述", "topic": "监督", "difficulty": 3}]) == []


def cite(*citations: dict[str, str]) -> list[str]:
    (item,) = statements("T")
    return sentences([item | {"citation": list(citations)}])


@pytest.mark.parametrize("article", ["第十二条", "第十二条之一", "第12条第二款", "第九部分", "第三项"])
def test_an_article_within_the_edition_may_be_cited(article: str) -> None:
    assert cite(NOW | {"article": article}) == []


@pytest.mark.parametrize("article", ["第十三条", "第十条、第十三条", "第零条", "附则"])
def test_an_article_beyond_the_edition_is_told(article: str) -> None:
    assert cite(NOW | {"article": article}) == [
        f"{article} is no article of law 2023, which has 12. Correct the citation."
    ]


def test_an_edition_must_say_how_many_articles_it_has() -> None:
    text = written(statements("T")).replace(',\n     "articles": 12', "")
    (problem,) = strict_problems(read_bank(text), places_in(text), {})
    assert problem.text().startswith("How many articles law 2023 has is not said")


def test_a_superseded_edition_is_not_cited_alone() -> None:
    assert cite(BEFORE) == [
        "Of law only the edition 2018 is cited, which the edition 2023 has superseded. Cite that too."
    ]
    assert cite(BEFORE, NOW) == []


def test_a_question_asked_twice_is_told_also_when_it_stands_in_another_bank() -> None:
    (item,) = statements("T")
    again, turned = item | {"id": "again"}, item | {"id": "turned", "key": "错误"}
    assert sentences([item, again]) == ["The same question stands here and in again. Keep one of them."]
    assert sentences([item, turned]) == ["The same wording has another answer in turned. Check which answer is right."]
    assert [said.text() for said in judged([item], {"b.yaml": [again]})] == [
        "The same question stands here and in b.yaml again. Keep one of them."
    ]


def test_the_guide_for_writers_names_the_rules_and_from_how_many_items_on_they_are_judged() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "writing-questions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (.+) \| (\d+) \|$", guide, flags=re.MULTILINE)
    assert [int(least) for _what, _bound, least in rows] == [rule.least for rule in RULES]
    percents = [[int(percent) for percent in re.findall(r"(\d+)%", bound)] for _what, bound, _least in rows]
    bounds = [[*LETTER_SHARE], [MOST_LONGEST], [MOST_WITH_ALL], [*TRUE_SHARE], [MOST_GUESSED / 100]]
    assert percents[: len(bounds)] == [[int(100 * bound) for bound in each] for each in bounds]
