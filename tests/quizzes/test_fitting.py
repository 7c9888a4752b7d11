"""A paper that asks for more than its bank holds: cut to it by one press, every figure said, taken back by another."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.domain.bank_yaml import read_bank
from quizapp.quizzes.fitting import fit_to
from tests.quizzes.form_page import Desk
from tests.quizzes.plans import SPEC, bank_source, make_revision
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def cast(app: Flask, clock: MovableClock, db_session: Any) -> Cast:
    return make_cast(app)


@pytest.fixture
def desk(cast: Cast, client: FlaskClient) -> Desk:
    """The first preset (30 single, 30 true or false, 20 multiple) over a bank of 6, none and 3."""
    make_revision(cast)
    sign_in_as(client, cast.organizer.login)
    return Desk(client)


def counts(desk: Desk) -> list[str]:
    return [desk.values(f"sections-{row}-count")[0] for row in range(3) if desk.values(f"sections-{row}-count")]


def test_one_press_makes_a_preset_fit_and_says_every_figure(desk: Desk, cast: Cast) -> None:
    said = ("30 题改为 6 题", "30 题改为不出", "20 题改为 3 题", "100 分改为 12 分", "80 分改为 9.6 分")
    assert counts(desk) == ["30", "30", "20"]
    for sentence in said:
        assert sentence in desk.text  # before anything has changed
    desk.press("fit", title="春季测试", audience=[cast.department])
    assert counts(desk) == ["6", "3"]
    assert (desk.values("cut_score"), desk.values("title")) == (["9.6"], ["春季测试"])
    for sentence in ("已按题库题量调整", *said):
        assert sentence in desk.text
    assert desk.buttons["publish"] is True
    assert "fit" not in desk.buttons


def test_and_another_takes_it_back(desk: Desk) -> None:
    desk.press("fit")
    desk.press("unfit")
    assert counts(desk) == ["30", "30", "20"]
    assert desk.values("cut_score") == ["80"]
    assert 'value="preset-delian-80" aria-pressed="true"' in desk.text


@pytest.mark.parametrize("before", ["", "{", "3", "[]", "null", '{"sections": 3}', '{"sections": [{}]}'])
def test_what_the_page_had_not_written_changes_nothing(desk: Desk, before: str) -> None:
    desk.press("fit")
    desk.press("unfit", before=before)
    assert desk.response.status_code == 200
    assert counts(desk) == ["6", "3"]


def test_where_the_bank_is_large_enough_nothing_is_offered(desk: Desk) -> None:
    desk.press("fit")
    desk.press("check")
    assert "已按题库题量调整" not in desk.text
    assert "fit" not in desk.buttons


def test_what_fewer_items_alone_do_not_mend_is_not_offered() -> None:
    bank = read_bank(bank_source())
    [single, multiple] = SPEC.sections
    shared = replace(SPEC, sections=(replace(single, count=9), replace(single, count=6)))
    assert fit_to(bank, shared) is None
    assert fit_to(bank, replace(SPEC, sections=(replace(multiple, topics=("别的",)),))) is None
    assert fit_to(bank, SPEC) is None


def test_the_cut_of_a_section_goes_along() -> None:
    bank = read_bank(bank_source())
    section = replace(SPEC.sections[0], count=12, cut_score=Decimal(10))
    fit = fit_to(bank, replace(SPEC, sections=(section,), cut_score=Decimal(20), excellent_score=None))
    assert fit is not None
    assert (fit.given.sections[0].count, fit.given.sections[0].cut_score, fit.given.cut_score) == (6, 5, 10)
