"""An item with the own answer beside the key: what is said must be right in every order of options."""

import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, get_template_attribute

from quizapp.banks.wording import blanks, cited, shown_key, stem_parts
from quizapp.domain.bank import Bank, Citation, Edition, Item, ItemType, Option, Regulation

SINGLE = Item("s", ItemType.SINGLE, "题干", tuple(Option(x, f"选项{x}") for x in "ABC"), ("B",), rationale="解析文字")
PAIR = Item("f", ItemType.FILL_IN, "先____后＿＿＿。", blanks=(("甲",), ("乙", "二")), any_order=True)


def rendered(app: Flask, item: Item, **how: Any) -> str:
    with app.test_request_context():
        view = get_template_attribute("banks/_item.html", "item_view")
        return " ".join(view(item, **how).split())


def row(page: str, text: str) -> str:
    """The list entry that holds ``text``."""
    return next(part for part in page.split("<li")[1:] if text in part)


def test_options_are_lettered_as_they_were_shown(app: Flask) -> None:
    page = rendered(app, SINGLE, letters=("C", "B", "A"), show_key=True, answer=("C",))
    assert ">A<" in row(page, "选项C")
    assert "您的作答，不正确" in row(page, "选项C")
    assert "正确答案，您未选" in row(page, "选项B")
    assert "您" not in row(page, "选项A")
    with app.test_request_context():
        assert shown_key(SINGLE, ("B", "C", "A")) == "A"


def test_before_release_the_own_answer_is_shown_and_the_key_is_not(app: Flask) -> None:
    page = rendered(app, SINGLE, answer=("B",))
    assert "您的作答" in row(page, "选项B")
    assert "正确" not in page
    assert "is-key" not in page
    assert "解析文字" not in page
    assert "解析文字" in rendered(app, SINGLE, answer=("B",), show_rationale=True)


@pytest.mark.parametrize(
    ("outcome", "words"), [("right", "答对"), ("partly", "部分答对"), ("wrong", "答错"), ("omitted", "漏答")]
)
def test_the_outcome_is_a_word(app: Flask, outcome: str, words: str) -> None:
    page = rendered(app, SINGLE, outcome=outcome, earned=Decimal("0.5"), points=Decimal(2), answer=())
    assert re.search(f"{words}了? 0.5 分", page)
    assert "2 分" in page


def test_blanks_in_any_order_are_judged_once_each() -> None:
    assert [blank.is_right for blank in blanks(PAIR, ("乙", "甲"))] == [True, True]
    assert [blank.is_right for blank in blanks(PAIR, ("甲", "甲"))] == [True, False]
    assert [blank.is_right for blank in blanks(PAIR, ())] == [False, False]
    assert [blank.given for blank in blanks(PAIR)] == ["", ""]


def test_blanks_of_the_stem_are_numbered(app: Flask) -> None:
    assert stem_parts(PAIR.stem) == [("先", 0), ("", 1), ("后", 0), ("", 2), ("。", 0)]
    page = rendered(app, PAIR, show_key=True, answer=("乙", ""))
    assert "（2）" in page
    assert "未填" in page
    assert "乙 / 二" in page


def test_a_citation_names_regulation_edition_and_article(app: Flask) -> None:
    bank = Bank("题库", (SINGLE,), regulations=(Regulation("law", "《监察法》", "", (Edition("2024"),)),))
    with app.test_request_context():
        assert cited(Citation("law", "2024", "第八条"), bank) == "《监察法》（2024）第八条"


def test_a_case_shows_its_passage_once_and_numbers_its_items(app: Flask) -> None:
    case = Item("c", ItemType.CASE, "一段材料", items=(SINGLE, PAIR))
    page = rendered(app, case, number=7)
    assert page.count("一段材料") == 1
    assert "7（2）" in page


def test_the_reference_answer_of_an_essay_is_shown_with_the_key_only(app: Flask) -> None:
    essay = Item("e", ItemType.ESSAY, "试述原则。", reference="惩前毖后\n治病救人", rationale="解析文字")
    assert "惩前毖后" not in rendered(app, essay)
    page = rendered(app, essay, show_key=True)
    assert "参考答案" in page
    assert "治病救人" in page
    assert "<ul" not in page
