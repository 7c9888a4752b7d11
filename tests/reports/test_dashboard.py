"""The page of a report at a glance, the page of a branch, and how a test is laid beside those before it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.attempts.closing import SETTLING
from quizapp.db import writing
from quizapp.domain.timing import DEFAULT_GRACE
from quizapp.quizzes.models import Quiz
from quizapp.reports.choice import MANY, choice_in
from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, hold
from tests.reports.readers import fetch, page_rows
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

ALL_RIGHT, HALF = dict(KEYS), {"t1": "A", "t2": "B", "t3": "A"}  # 10 points, and 4: not passed
ALL_WRONG = {"t1": "D"}


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES + DEFAULT_GRACE + SETTLING + timedelta(hours=1))
    return make_cast(app)


@pytest.fixture
def reader(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in_as(client, cast.committee.login)
    return client


def sitters(cast: Cast, *groups: tuple[int, Mapping[str, str], int]) -> list[Sitter]:
    """(branch, marked, how many) → people."""
    return [Sitter(cast.branches[branch], (marked,)) for branch, marked, n in groups for _ in range(n)]


def hold_earlier(cast: Cast, people: list[Sitter], days: int = 90) -> Occasion:
    """A test that opened so many days before the others."""
    occasion = hold(cast.department, cast.organizer.account_id, people, title="上一次测试")
    with writing() as session:
        quiz = session.get_one(Quiz, occasion.quiz_id)
        quiz.opens_at, quiz.closes_at = quiz.opens_at - timedelta(days=days), quiz.closes_at - timedelta(days=days)
    return occasion


def text_of(html: str) -> str:
    """What is read on the page, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page(client: FlaskClient, quiz_id: int, suffix: str = "") -> str:
    return fetch(client, quiz_id, suffix).decode()


def card(html: str, heading: str) -> str:
    """The words of one card of the page."""
    found = re.search(rf'<section class="card[^"]*" aria-labelledby="{heading}">(.*?)</section>', html, re.DOTALL)
    assert found, heading
    return text_of(found[1])


def test_tiles_say_how_far_it_is_from_the_test_before(cast: Cast, reader: FlaskClient) -> None:
    before = hold_earlier(cast, sitters(cast, (0, HALF, 20)))
    now = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, ALL_RIGHT, 20), (1, HALF, 1)))
    reader.get(f"/reports/{before.quiz_id}")  # counted when it is first looked at
    html = page(reader, now.quiz_id)
    tiles = text_of(html[html.index('<dl class="tiles') : html.index("</dl>")])
    assert "44 人 4 个支部 与上次相同" in tiles  # everybody is on the roster at both
    assert "比上次高 5.7 分" in tiles  # 9.7 and 4.0 of 10
    assert "比上次高 95.2 个百分点" in tiles
    assert f'href="/reports/{before.quiz_id}"' in html
    assert "比上次" not in text_of(page(reader, before.quiz_id))


def test_a_small_change_is_no_clear_difference(cast: Cast, reader: FlaskClient) -> None:
    before = hold_earlier(cast, sitters(cast, (0, HALF, 6), (0, ALL_RIGHT, 6)))
    now = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, HALF, 5), (0, ALL_RIGHT, 7)))
    reader.get(f"/reports/{before.quiz_id}")
    assert "比上次高 8.3 个百分点，无明显差别" in text_of(page(reader, now.quiz_id))


@pytest.mark.parametrize("what", ["another audience", "withdrawn", "too long ago", "not counted"])
def test_what_cannot_be_compared_is_left_out(cast: Cast, reader: FlaskClient, what: str) -> None:
    before = hold_earlier(cast, sitters(cast, (0, HALF, 12)), days=400 if what == "too long ago" else 90)
    if what != "not counted":
        reader.get(f"/reports/{before.quiz_id}")
    with writing() as session:
        quiz = session.get_one(Quiz, before.quiz_id)
        if what == "another audience":
            quiz.audience[0].unit_id = cast.branches[0]
        if what == "withdrawn":
            quiz.withdrawn_at, quiz.withdrawn_reason = quiz.closes_at, "错"
    now = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, ALL_RIGHT, 12)))
    html = page(reader, now.quiz_id)
    assert "比上次" not in html
    assert "h-year" not in html


def test_what_needs_attention(cast: Cast, reader: FlaskClient) -> None:
    absent = [Sitter(cast.branches[1]) for _ in range(4)]
    people = [*sitters(cast, (0, ALL_RIGHT, 6), (1, HALF, 3)), *absent]
    occasion = hold(cast.department, cast.organizer.account_id, people)
    words = card(page(reader, occasion.quiz_id), "h-concerns")
    assert "7 人缺考" in words  # with Zhang, Li and Wang of the cast
    assert "人事处党支部 4 人、办公室党支部 2 人、监督一科党支部 1 人" in words
    assert "3 人未合格 占实考人员的 33.3%" in words
    assert "66.7% 最弱的知识点 监察" in words


def test_the_histogram_holds_everybody_who_sat(cast: Cast, reader: FlaskClient) -> None:
    groups = (0, ALL_RIGHT, 6), (1, HALF, 3), (2, ALL_WRONG, 2)
    occasion = hold(cast.department, cast.organizer.account_id, sitters(cast, *groups))
    html = page(reader, occasion.quiz_id)
    chart = html[html.index('id="h-scores"') : html.index("</section>", html.index('id="h-scores"'))]
    counts = [int(n) for n in re.findall(r'<td class="num">(\d+)</td>', chart)]
    assert sum(counts) == 11
    assert sorted(n for n in counts if n) == [2, 3, 6]
    assert "空心柱为未达合格线的 5 人" in text_of(chart)


def heat_rows(html: str) -> dict[str, list[str]]:
    table = re.search(r'<table class="heat">.*?</table>', html, re.DOTALL)
    assert table
    rows = re.findall(r"<tr>\s*<th[^>]*scope=\"row\">(.*?)</th>(.*?)</tr>", table[0], re.DOTALL)
    return {text_of(head).rsplit(" ", 1)[0]: re.findall(r"<td[^>]*>(.*?)</td>", cells) for head, cells in rows}


def test_the_heat_map_shows_what_each_unit_earned(cast: Cast, reader: FlaskClient) -> None:
    groups = (0, ALL_RIGHT, 5), (1, HALF, 5), (2, ALL_RIGHT, 9)
    occasion = hold(cast.department, cast.organizer.account_id, sitters(cast, *groups))
    rows = heat_rows(page(reader, occasion.quiz_id))
    assert rows["机关"] == ["50", "100"]  # 监察 first: it was earned least
    assert rows["建设工程质量监督总站"] == ["实考不足 10 人，不单独显示"]


def test_within_one_unit_the_heat_map_goes_by_branch(cast: Cast, client: FlaskClient) -> None:
    occasion = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, ALL_RIGHT, 12), (1, HALF, 12)))
    sign_in_as(client, cast.unit_organizer.login)
    assert heat_rows(page(client, occasion.quiz_id)) == {"办公室党支部": ["100", "100"], "人事处党支部": ["0", "100"]}


def test_a_secretary_finds_no_scores_in_the_pictures_of_a_small_branch(cast: Cast, client: FlaskClient) -> None:
    before = hold_earlier(cast, sitters(cast, (0, ALL_RIGHT, 3)))
    occasion = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, ALL_RIGHT, 4), (1, HALF, 9)))
    sign_in_as(client, cast.committee.login)
    page(client, before.quiz_id)
    sign_in_as(client, cast.secretary.login)
    for suffix in ("", f"/branches/{cast.branches[0]}"):
        html = page(client, occasion.quiz_id, suffix)
        for hidden in ('id="h-scores"', 'id="h-topics"', 'class="heat"', 'id="h-weak"', 'id="y-mean', 'id="y-pass'):
            assert hidden not in html, hidden
        assert "人未合格" not in html


def test_a_branch_has_a_page_of_its_own(cast: Cast, reader: FlaskClient) -> None:
    people = [*sitters(cast, (0, HALF, 6), (1, ALL_RIGHT, 6)), Sitter(cast.branches[0], name="缺席者")]
    occasion = hold(cast.department, cast.organizer.account_id, people)
    html = page(reader, occasion.quiz_id, f"/branches/{cast.branches[0]}")
    words = text_of(html)
    assert "办公室党支部" in words
    assert "全部支部 7.0" in words
    assert "监察 全部支部 50.0% 0.0%" in words
    assert "缺席者" in words
    assert "人事处党支部" not in words


@pytest.mark.parametrize("who", ["secretary", "unit_organizer"])
def test_the_page_of_an_unseen_branch_does_not_exist(cast: Cast, client: FlaskClient, who: str) -> None:
    occasion = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, ALL_RIGHT, 6), (2, ALL_RIGHT, 6)))
    sign_in_as(client, getattr(cast, who).login)
    assert client.get(f"/reports/{occasion.quiz_id}/branches/{cast.branches[0]}").status_code == 200
    assert client.get(f"/reports/{occasion.quiz_id}/branches/{cast.branches[2]}").status_code == 404
    assert client.get(f"/reports/{occasion.quiz_id}/branches/999999").status_code == 404


def names_shown(client: FlaskClient, occasion: Occasion, query: str) -> list[str]:
    return [name for name, _figures in page_rows(page(client, occasion.quiz_id, query))][:-1]


def test_rows_are_found_by_unit_and_by_name(cast: Cast, reader: FlaskClient) -> None:
    occasion = hold(cast.department, cast.organizer.account_id, sitters(cast, (0, ALL_RIGHT, 6)))
    both = ["监督一科党支部", "监督二科党支部"]
    assert names_shown(reader, occasion, f"?unit={cast.units[1]}") == ["建设工程质量监督总站", *both]
    assert names_shown(reader, occasion, "?q=人事") == ["机关", "人事处党支部"]
    assert names_shown(reader, occasion, "?q=科&show=branches&sort=eligible") == both
    assert names_shown(reader, occasion, "?q=机关&show=units") == ["机关"]
    assert "没有这个名称的支部" in page(reader, occasion.quiz_id, "?q=没有")
    assert '<option value="x"' not in page(reader, occasion.quiz_id, "?unit=x")


def test_an_address_asks_for_what_it_can(cast: Cast) -> None:
    asked = choice_in({"show": "rows", "sort": "nothing", "unit": "²", "q": " 科 ", "structure": "other"})
    assert asked.arguments() == {
        "show": None, "sort": None, "order": None, "unit": None, "q": "科", "structure": None
    }  # fmt: skip
    assert MANY < 100


def test_regulations_are_named_only_to_who_sees_everything(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = sitters(cast, (0, HALF, 12), (2, ALL_RIGHT, 3))
    citing = {"t3": "第三条", "t4": "第四条", "t5": "第三条"}
    monkeypatch.setattr(
        "quizapp.reports.dashboard.weak._cited", lambda bank: {id: {("纪律条例", a)} for id, a in citing.items()}
    )
    occasion = hold(cast.department, cast.organizer.account_id, people)
    sign_in_as(client, cast.committee.login)
    words = card(page(client, occasion.quiz_id), "h-weak")
    # 15 people had all three items; 第三条 stands behind two of them.
    assert "纪律条例 第三条 30 人次 20.0%" in words
    assert "纪律条例 第四条 15 人次 20.0%" in words
    sign_in_as(client, cast.unit_organizer.login)
    assert "第三条" not in page(client, occasion.quiz_id)


@pytest.mark.parametrize("unit", ["9" * 5000, "９", "-1"])
def test_a_unit_that_is_no_number_is_ignored(unit: str) -> None:
    assert choice_in({"unit": unit}).unit == 0
