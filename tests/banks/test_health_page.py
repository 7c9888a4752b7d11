"""The page about the health of a bank says what was found, beside which items, and only of banks one may read."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from quizapp.banks.operations import add_bank, add_revision
from tests.banks.conftest import bank_text
from tests.support.cast import Cast

STEM = "党员受到警告处分后，一年内不得提升职务"


def bank_of(title: str, *items: tuple[str, str, str]) -> bytes:
    lines = [f"  - {{id: {name}, type: true_false, stem: {stem}, key: {key}}}" for name, stem, key in items]
    return "\n".join([f"title: {title}", "items:", *lines]).encode()


def add(app: Flask, cast: Cast, source: bytes, unit_id: int | None = None) -> int:
    with app.app_context():
        return add_bank(
            uploader_id=cast.organizer.account_id, unit_id=unit_id or cast.units[0], file_name="a.yaml", source=source
        ).bank_id


def test_conflicting_questions_stand_side_by_side(app: Flask, cast: Cast, organizer: FlaskClient) -> None:
    source = bank_of(
        "甲", ("a1", STEM, "正确"), ("a2", STEM + "。", "错误"), ("a3", STEM.replace("不得", "可以"), "错误")
    )
    bank_id = add(app, cast, source)
    page = organizer.get(f"/banks/{bank_id}/health").text
    assert "题目相同而答案不同：1 组" in page
    assert f'href="/banks/{bank_id}/items/a1"' in page
    assert f'href="/banks/{bank_id}/items/a2"' in page
    assert "答案：正确" in page
    assert "答案：错误" in page
    assert "只差几个字的题目：1 组" in page
    assert "3 道题中有 3 道没有写依据" in page


def test_the_page_of_the_bank_has_one_line_about_it(app: Flask, cast: Cast, organizer: FlaskClient) -> None:
    sound = add(app, cast, bank_text("正确", "错误").encode())
    page = organizer.get(f"/banks/{sound}").text
    assert "未见明显问题" in page
    assert f'href="/banks/{sound}/health"' in page
    broken = add(app, cast, bank_of("乙", ("a1", STEM, "正确"), ("a2", STEM, "错误")))
    assert "有题目答案互相矛盾" in organizer.get(f"/banks/{broken}").text


def test_other_banks_are_compared_as_far_as_one_may_read_them(
    app: Flask, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    mine = add(app, cast, bank_of("甲", ("a1", STEM, "正确")))
    add(app, cast, bank_of("乙处题库", ("x1", STEM, "错误")), cast.units[1])
    whole = browse("ORG").get(f"/banks/{mine}/health").text
    assert "与其他题库题目相同而答案不同：1 组" in whole
    assert "乙处题库" in whole
    part = browse("ORG1").get(f"/banks/{mine}/health").text
    assert "乙处题库" not in part
    assert "没有重复的题目" in part


def test_a_new_revision_is_looked_at_anew(app: Flask, cast: Cast, organizer: FlaskClient) -> None:
    bank_id = add(app, cast, bank_of("甲", ("a1", STEM, "正确"), ("a2", STEM, "错误")))
    assert "题目相同而答案不同" in organizer.get(f"/banks/{bank_id}/health").text
    with app.app_context():
        source = bank_of("甲", ("a1", STEM, "正确"))
        add_revision(bank_id=bank_id, uploader_id=cast.organizer.account_id, file_name="a.yaml", source=source)
    assert "没有重复的题目" in organizer.get(f"/banks/{bank_id}/health").text
