"""The items of a result, put together from what was rendered once, are those that `item_view` shows."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask

from quizapp.attempts.models import Attempt
from quizapp.attempts.review import ReviewedItem
from quizapp.attempts.reviewed import ITEM, reviewed_item_html
from quizapp.attempts.skeletons import macros
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.bank import ItemType
from quizapp.domain.scoring import Answer, Outcome
from quizapp.quizzes.models import ReviewTime
from tests.attempts.exam import BANK, Exam, make_exam
from tests.support.cast import sign_in_as

MORE = """
  - {id: x-esc, type: single, stem: '若 a<b 且 b&c', options: {A: '<i>甲</i>', B: '"乙"', C: 丙}, key: C,
     rationale: '因为 <丙>。'}
  - {id: x-order, type: fill_in, stem: '____与____', key: [[甲], ['<乙>']], any_order: true, rationale: 不论先后。}
"""
ANSWERS: dict[ItemType, tuple[Answer, ...]] = {
    ItemType.SINGLE: (("B",), ("A",), ()),
    ItemType.MULTIPLE: (("A", "B", "D"), ("A", "C"), ()),
    ItemType.TRUE_FALSE: (("true",), ("false",), ()),
    ItemType.FILL_IN: (("12", "党组"), ("", "<b>"), ()),
}


@pytest.fixture
def exam(app: Flask) -> Exam:
    return make_exam(app, bank=BANK + MORE, key_shown=ReviewTime.AT_SUBMISSION, rationale_shown=ReviewTime.AFTER_CLOSE)


def answered(revision_id: int) -> Iterator[ReviewedItem]:
    """Every item of the bank, with its options in two orders, each answer and each outcome."""
    for item in (leaf for entry in bank_of(revision_id).items for leaf in entry.leaves()):
        letters = tuple(option.letter for option in item.options)
        for order in {letters, letters[::-1]}:
            for number, (answer, outcome) in enumerate(
                ((answer, outcome) for answer in ANSWERS[item.type] for outcome in Outcome), start=1
            ):
                yield ReviewedItem(number, item, None, order, answer, outcome, Decimal("0.5"), Decimal(2))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("explained", [True, False])
def test_an_item_is_shown_as_the_macro_shows_it(app: Flask, exam: Exam, language: str, explained: bool) -> None:
    with app.test_request_context(headers={"Cookie": f"lang={language}"}):
        revision_id = exam.quiz.bank_revision_id
        bank, seen = bank_of(revision_id), 0
        for one in answered(revision_id):
            expected = macros(ITEM).item_view(
                one.item,
                letters=one.letters,
                show_key=True,
                answer=one.answer,
                number=one.number,
                points=one.full_points,
                outcome=one.outcome,
                earned=one.points,
                bank=bank,
                show_rationale=explained,
            )
            assert reviewed_item_html(one, revision_id, explained) == expected
            assert "\ue000" not in expected
            seen += 1
        assert seen > 100


def test_a_rationale_that_somebody_may_read_is_not_shown_to_who_may_not(app: Flask, exam: Exam) -> None:
    with app.test_request_context():
        revision_id = exam.quiz.bank_revision_id
        one = next(one for one in answered(revision_id) if one.item.id == "BANK-s1")
        for explained in (True, False, True, False):
            html = reviewed_item_html(one, revision_id, explained)
            assert ("因为乙" in html, "第一条" in html) == (explained, explained)


def test_the_result_shows_each_item_with_its_own_form_and_the_passage_of_a_case_once(app: Flask, exam: Exam) -> None:
    client = app.test_client()
    sign_in_as(client, exam.cast.zhang.login)
    with app.app_context():
        attempt_id = exam.start().id
    client.post(f"/attempts/{attempt_id}/submission")
    with app.app_context():
        paper = db.session.get_one(Attempt, attempt_id).paper["items"]
    page = client.get(f"/attempts/{attempt_id}/result?items=all").text
    for position in range(len(paper)):
        assert page.count(f'<div class="reviewed" id="item-{position}">') == 1
        assert page.count(f'action="/attempts/{attempt_id}/items/{position}/questions"') == 1
        assert page.count(f'id="note-{position + 1}"') == 1
    assert page.count('<div class="case-passage">一个案例。</div>') == 1
    assert page.count('<input type="hidden" name="items" value="all">') == len(paper)
