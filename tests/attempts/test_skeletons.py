"""Items put together from what was rendered once look as if rendered by themselves, and escape what they hold."""

from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from markupsafe import Markup

from quizapp.attempts.sheet import Choice, Place
from quizapp.attempts.skeletons import Skeleton, cells_html, items_html
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import MultipleRule, Section

RULE = MultipleRule.ALL_OR_NOTHING
PLACE = Place(
    position=3,
    section_index=0,
    section=Section("单选题", ItemType.SINGLE, 1, Decimal(2)),
    item_type=ItemType.SINGLE,
    stem="甲与乙谁对？",
    points=Decimal(2),
    choices=(Choice("A", "甲 <b>"), Choice("B", "乙 & 丙")),
    blanks=0,
    case_id=None,
    passage=None,
    answer=("B",),
    marked=True,
    version=7,
)


def shown(app: Flask, *places: Place, of_case: bool = False) -> str:
    with app.test_request_context():
        return items_html(places, 50, RULE, of_case)


def test_slots_are_filled_and_nothing_is_left_of_them() -> None:
    skeleton = Skeleton("<a \ue000x\ue001>\ue000y\ue001\ue000x\ue001</a>")
    assert skeleton.fill({"x": "1", "y": "2"}) == "<a 1>21</a>"
    assert skeleton.fill({"x": "3", "y": ""}) == "<a 3>3</a>"
    with pytest.raises(KeyError):
        skeleton.fill({"x": "1"})


def test_an_item_holds_its_place_its_answer_and_its_version(app: Flask) -> None:
    html = shown(app, PLACE)
    assert isinstance(html, Markup)
    assert "\ue000" not in html
    assert "<b>4</b> / 50 · 单选题 · 2 分" in html
    assert 'name="m3" value="1" checked>' in html
    assert 'name="v3" value="7"' in html
    assert '<input type="radio" id="a3-A" name="a3" value="A">' in html
    assert '<input type="radio" id="a3-B" name="a3" value="B" checked>' in html
    assert "，针对以上案例" not in html


def test_what_a_bank_and_a_candidate_write_is_text(app: Flask) -> None:
    html = shown(app, replace(PLACE, stem="若 a<b 则____"), replace(PLACE, position=4))
    assert '若 a&lt;b 则<span class="blank">' in html
    assert html.count("甲 &lt;b&gt;") == 2
    assert "乙 &amp; 丙" in html
    blanks = replace(PLACE, item_type=ItemType.FILL_IN, blanks=2, choices=(), answer=('"><script>', ""))
    html = shown(app, blanks)
    assert 'name="a3.0" value="&#34;&gt;&lt;script&gt;"' in html
    assert 'name="a3.1" value=""' in html


def test_marks_that_look_like_slots_are_text(app: Flask) -> None:
    """A stem may hold any character: what was filled in is not read again."""
    assert "\ue000version\ue001" in shown(app, replace(PLACE, stem="\ue000version\ue001"))


def test_each_kind_and_number_of_options_has_a_skeleton_of_its_own(app: Flask) -> None:
    two = shown(app, PLACE)
    three = shown(app, replace(PLACE, choices=(*PLACE.choices, Choice("C", "丁"))))
    assert three.count('type="radio"') == two.count('type="radio"') + 1
    multiple = shown(app, replace(PLACE, item_type=ItemType.MULTIPLE))
    assert multiple.count('type="checkbox" id="a3') == 2
    assert 'class="hint"' in multiple
    assert shown(app, replace(PLACE, points=Decimal("1.5"))).count("1.5 分") == 1
    truth = shown(app, replace(PLACE, item_type=ItemType.TRUE_FALSE, choices=(), answer=("false",)))
    assert 'value="true">' in truth
    assert 'value="false" checked>' in truth


def test_the_language_is_the_pages(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert "Single choice" in items_html([PLACE], 50, RULE)
    assert "单选题" in shown(app, PLACE)


def test_cells_say_their_state(app: Flask) -> None:
    with app.test_request_context():
        done, marked = cells_html([replace(PLACE, marked=False), PLACE]).split("</a>")[:2]
        elsewhere = cells_html([replace(PLACE, answer=(), marked=False)], "/attempts/1")
    assert 'class="cell is-done" href="#item-3" data-cell="3" aria-label="第 4 题，已答"' in done
    assert 'class="cell is-done is-marked"' in marked
    assert "已标记" in marked
    assert 'class="cell" href="/attempts/1#item-3"' in elsewhere
    assert "未答" in elsewhere
