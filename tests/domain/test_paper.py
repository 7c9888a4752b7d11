"""Specifications: what they are worth, what makes no sense in them, and their JSON."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from quizapp.domain.bank import ItemType
from quizapp.domain.paper import (
    MultipleRule,
    Paper,
    PaperItem,
    PaperSpec,
    Section,
    paper_from_json,
    paper_to_json,
    share_points,
    spec_from_json,
    spec_problems,
    spec_to_json,
)

SINGLES = Section("单选题", ItemType.SINGLE, 10, Decimal("1.50"), ("纪律处分", "监察"), (1, 2), Decimal(9))
CASES = Section("案例题", ItemType.CASE, 2, Decimal(5))
SPEC = PaperSpec((SINGLES, CASES), MultipleRule.HALF, False, True, Decimal("15.5"), None)


def test_what_a_paper_is_worth():
    assert SPEC.full_points == Decimal(25)
    assert SPEC.item_count == 12


def test_a_specification_survives_json():
    assert spec_from_json(json.loads(json.dumps(spec_to_json(SPEC)))) == SPEC
    assert spec_to_json(SPEC)["sections"][0]["points"] == "1.50"


def test_a_paper_survives_json():
    paper = Paper((PaperItem("a", 0, Decimal("1.5"), ("B", "A")), PaperItem("c-1", 1, Decimal(2), (), "c")), 2**62)
    assert paper_from_json(json.loads(json.dumps(paper_to_json(paper)))) == paper


@pytest.mark.parametrize("damage", [{"sections": [{}]}, {"cut_score": "many"}, {"multiple_rule": "x"}])
def test_json_of_another_kind_is_refused(damage):
    with pytest.raises(ValueError):  # noqa: PT011  the message is for developers
        spec_from_json({**spec_to_json(SPEC), **damage})
    with pytest.raises(ValueError, match="not a paper"):
        paper_from_json({"seed": 1})


@pytest.mark.parametrize(
    ("points", "parts", "shares"),
    [("5", 4, "1.25 1.25 1.25 1.25"), ("5", 3, "1.67 1.67 1.66"), ("0.02", 3, "0.01 0.01 0"), ("1.5", 1, "1.5")],
)
def test_the_items_of_a_case_share_its_points(points, parts, shares):
    assert share_points(Decimal(points), parts) == tuple(map(Decimal, shares.split()))


def test_a_sensible_specification_has_no_problems():
    assert spec_problems(SPEC) == []


def section(**change):
    return replace(SPEC, sections=(replace(SINGLES, **change), CASES))


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        (replace(SPEC, sections=()), ["sections"]),
        (section(title=" "), ["sections[0].title"]),
        (section(type=ItemType.ESSAY), ["sections[0].type"]),
        (section(count=0, cut_score=None), ["sections[0].count"]),
        (section(count=-3, cut_score=None), ["sections[0].count"]),
        (section(points=Decimal(0), cut_score=None), ["sections[0].points"]),
        (section(points=Decimal(-1), cut_score=None), ["sections[0].points"]),
        (section(points=Decimal("1.505")), ["sections[0].points"]),
        (section(points=Decimal("NaN"), cut_score=None), ["sections[0].points"]),
        (section(points=Decimal("Infinity"), cut_score=None), ["sections[0].points"]),
        (section(difficulties=(0, 3)), ["sections[0].difficulties"]),
        (section(cut_score=Decimal("15.01")), ["sections[0].cut_score"]),
        (section(cut_score=Decimal(-1)), ["sections[0].cut_score"]),
        (section(count=0, points=Decimal(0), cut_score=None), ["sections[0].count", "sections[0].points"]),
        (replace(SPEC, cut_score=Decimal("25.01")), ["cut_score"]),
        (replace(SPEC, cut_score=Decimal("NaN")), ["cut_score"]),
        (replace(SPEC, cut_score=Decimal("15.555")), ["cut_score"]),
        (replace(SPEC, excellent_score=Decimal(26)), ["excellent_score"]),
        (replace(SPEC, cut_score=Decimal(26), excellent_score=Decimal(27)), ["cut_score", "excellent_score"]),
        (replace(section(title=" "), cut_score=Decimal(26)), ["sections[0].title", "cut_score"]),
        (replace(SPEC, excellent_score=Decimal(15)), ["excellent_score"]),
    ],
)
def test_nonsense_is_named_by_its_field(spec, paths):
    problems = spec_problems(spec)
    assert [problem.path for problem in problems] == paths
    assert all(problem.text() for problem in problems)


def test_the_edges_are_allowed():
    assert spec_problems(section(cut_score=Decimal(15))) == []
    assert spec_problems(replace(SPEC, cut_score=Decimal(25), excellent_score=Decimal(25))) == []
    assert spec_problems(replace(SPEC, cut_score=Decimal(0))) == []


def test_a_huge_exponent_is_quickly_refused():
    assert [problem.path for problem in spec_problems(section(points=Decimal("1e999999")))] == ["sections[0].points"]
