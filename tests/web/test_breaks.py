"""What a line may not tear apart."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from markupsafe import Markup

from quizapp.web.breaks import unbroken
from quizapp.web.wording import moment, shown_moment
from tests.support.time import MovableClock

TOGETHER = [
    ("廉政知识测试（2026年3月10日）", ["廉政", "知识测试", "2026年", "3月10日"]),
    ("2026 年第四季度德廉知识测试", ["2026 年", "第四季度", "德廉", "知识测试"]),
    ("关于开展2026年度学法用法考试的通知", ["2026年度", "学法", "用法"]),
    ("Tue 10 Mar, 09:00", ["Tue 10 Mar", "09:00"]),
]


@pytest.mark.parametrize(("text", "pieces"), TOGETHER)
def test_dates_and_words_stay_in_one_piece(text: str, pieces: list[str]) -> None:
    shown = unbroken(text)
    for piece in pieces:
        assert f'<span class="nb">{piece}</span>' in shown
    assert Markup(shown).striptags() == text


def test_no_piece_is_too_long_for_a_phone_in_large_type() -> None:
    for text, _pieces in TOGETHER:
        kept = Markup(unbroken(text)).split('<span class="nb">')[1:]
        assert all(len(piece.partition("</span>")[0]) <= 14 for piece in kept)


def test_what_people_wrote_stays_text() -> None:
    assert unbroken("<b>3月1日</b>") == '&lt;b&gt;<span class="nb">3月1日</span>&lt;/b&gt;'
    assert unbroken(Markup("it&#39;s")) == "it&#39;s"
    assert unbroken(Markup('<b title="3月1日">甲</b>')) == '<b title="3月1日">甲</b>'


def test_a_moment_breaks_before_the_day_and_the_time_only(app: Flask, clock: MovableClock) -> None:
    noon = datetime(2027, 1, 3, 4, 0, tzinfo=UTC)
    with app.test_request_context("/", headers={"Cookie": "lang=zh_CN"}):
        assert shown_moment(noon) == (
            '<span class="nb">2027 年</span> <span class="nb">1 月 3 日（周日）</span><span class="nb">12:00</span>'
        )
        assert Markup(shown_moment(noon)).striptags() == moment(noon)
