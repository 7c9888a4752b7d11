"""Items put together from what was rendered once look as if rendered by themselves, and escape what they hold."""

from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from quizapp.attempts.reviewed import Asking
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


ENGLISH = {"Cookie": "lang=en"}
ENGLISH_BLANK, CHINESE_BLANK = ('<span class="blank">' + number for number in ("(1)", "（1）"))


def shown(app: Flask, *places: Place, total: int = 50, rule: MultipleRule = RULE, of_case: bool = False) -> str:
    with app.test_request_context():
        return items_html(places, total, rule, of_case)


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
    assert "，针对上面的案例" not in html


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


def test_what_is_said_of_a_kind_is_of_this_paper(app: Flask) -> None:
    """Skeletons are kept for all papers: whatever they say must be part of what they are kept under."""
    assert "<b>4</b> / 80 · 单选题 · 2 分" in shown(app, PLACE, total=80)
    assert "<b>4</b> / 50 · 单选题 · 1.5 分" in shown(app, replace(PLACE, points=Decimal("1.5")))
    assert "，针对上面的案例" in shown(app, PLACE, of_case=True)
    assert "，针对上面的案例" not in shown(app, PLACE)
    multiple = replace(PLACE, item_type=ItemType.MULTIPLE)
    assert "少选、多选、错选均不得分" in shown(app, multiple)
    assert "少选、多选、错选均不得分" not in shown(app, multiple, rule=MultipleRule.HALF)


def test_an_item_that_nobody_answered_is_empty(app: Flask) -> None:
    html = shown(app, replace(PLACE, answer=(), marked=False, version=0))
    assert "checked" not in html
    blanks = shown(app, replace(PLACE, item_type=ItemType.FILL_IN, blanks=2, choices=(), answer=()))
    assert blanks.count('value="" maxlength') == 2


def test_cells_stems_and_doubts_are_in_the_language_of_the_page(app: Flask) -> None:
    blank = replace(PLACE, item_type=ItemType.FILL_IN, stem="若____则", blanks=1, choices=(), answer=("一",))
    for headers, words in (
        (ENGLISH, ["Item 4, answered", ENGLISH_BLANK, "I doubt item 4"]),
        ({}, ["已答", CHINESE_BLANK, "对第 4 题"]),
    ):
        with app.test_request_context(headers=headers):
            html = cells_html([replace(PLACE, marked=False)]) + items_html([blank], 50, RULE) + Asking(7, True).form(4)
        assert [word for word in words if word in html] == words


@pytest.mark.parametrize("show_all", [True, False])
def test_a_doubt_goes_to_the_place_of_its_item(show_all: bool, app: Flask) -> None:
    with app.test_request_context():
        html = Asking(7, show_all).form(4)
        token = generate_csrf()
    assert 'action="/attempts/7/items/3' in html
    assert f'name="csrf_token" value="{token}"' in html
    assert f'name="items" value="{"all" if show_all else ""}"' in html


def test_the_language_is_the_pages(app: Flask) -> None:
    with app.test_request_context(headers=ENGLISH):
        assert "Single choice" in items_html([PLACE], 50, RULE)
    assert "单选题" in shown(app, PLACE)


def test_cells_say_their_state(app: Flask) -> None:
    with app.test_request_context():
        done, marked = cells_html([replace(PLACE, marked=False), PLACE]).split("</a>")[:2]
        elsewhere = cells_html([replace(PLACE, answer=(), marked=False)], "/attempts/1")
    assert 'class="cell is-done" href="#item-3" data-cell="3" aria-label="第 4 题，已答"' in done
    assert 'class="cell is-done is-marked"' in marked
    assert "已标记" in marked
    assert done.split(">")[1].startswith("4<")
    assert 'class="cell" href="/attempts/1#item-3"' in elsewhere
    assert "未答" in elsewhere
