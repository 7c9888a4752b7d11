"""The page about the items: who sees it and when, and that it says what was counted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from quizapp.accounts.operations import grant_role
from quizapp.accounts.queries import account_named
from quizapp.db import writing
from quizapp.quizzes.models import Quiz, QuizAudience
from quizapp.reports import dashboard_views, items, tallies, views
from quizapp.web.access import Role
from tests.reports.occasion import CLOSES, KEYS, OPENS, Occasion, Sitter, hold
from tests.reports.readers import fetch, sheets
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

ALL_RIGHT = dict(KEYS)


@pytest.fixture
def cast(app: object, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=1))
    return make_cast(app)  # type: ignore[arg-type]


def held(cast: Cast, people: int = 12) -> Occasion:
    """A dozen people: all know t2 to t5, nobody t1; the weaker half left t5 out."""
    answers = ALL_RIGHT | {"t1": "B"}
    weak = {item_id: letter for item_id, letter in answers.items() if item_id != "t5"}
    sitters = [Sitter(cast.branches[n % 4], (weak if n % 2 else answers,)) for n in range(people)]
    return hold(cast.department, cast.organizer.account_id, sitters)


def page(client: FlaskClient, login: str, occasion: Occasion, query: str = "") -> tuple[int, str]:
    sign_in_as(client, login)
    response = client.get(f"/reports/{occasion.quiz_id}/items{query}")
    return response.status_code, response.text


def titled(client: FlaskClient, occasion: Occasion) -> dict[str, Any]:
    """The sheets of the workbook by their names."""
    return {sheet.title: sheet for sheet in sheets(fetch(client, occasion.quiz_id, ".xlsx"))}


@pytest.mark.parametrize(
    ("who", "status"),
    [("committee", 200), ("organizer", 200), ("auditor", 200), ("unit_organizer", 404), ("secretary", 404),
     ("zhang", 404), ("administrator", 404)],
)  # fmt: skip
def test_who_sees_items_with_their_keys(cast: Cast, client: FlaskClient, who: str, status: int) -> None:
    """Only who sees every branch of the test with its scores; the report has the link for them and no others."""
    occasion = held(cast)
    found, text = page(client, getattr(cast, who).login, occasion)
    assert found == status
    assert ("题目t1" in text) == (status == 200)
    report = client.get(f"/reports/{occasion.quiz_id}")
    assert (f'href="/reports/{occasion.quiz_id}/items"' in report.text) == (status == 200)


def test_no_keys_while_somebody_can_be_asked_them(cast: Cast, client: FlaskClient, clock: MovableClock) -> None:
    occasion = held(cast)
    with writing() as session:
        session.get_one(Quiz, occasion.quiz_id).extended_until = CLOSES + timedelta(hours=3)
    for moment in (OPENS + timedelta(days=2), CLOSES + timedelta(hours=2)):
        clock.set(moment)
        status, text = page(client, cast.committee.login, occasion)
        assert (status, "题目t1" in text, "测试尚未结束" in text) == (200, False, True)
        assert "/items" not in client.get(f"/reports/{occasion.quiz_id}").text
    clock.set(CLOSES + timedelta(hours=4))
    assert "题目t1" in page(client, cast.committee.login, occasion)[1]


@pytest.mark.parametrize(("also", "is_shown"), [(None, False), (Role.ORGANIZER, True)])
def test_no_keys_to_a_reader_whom_another_test_may_ask_the_same(
    cast: Cast, client: FlaskClient, clock: MovableClock, also: Role | None, is_shown: bool
) -> None:
    """The committee's people sit tests too. Who keeps banks reads them anyway."""
    occasion, login = held(cast), cast.zhang.login
    with writing() as session:
        quiz = session.get_one(Quiz, occasion.quiz_id)
        again = {column.key: getattr(quiz, column.key) for column in Quiz.__table__.columns if column.key != "id"}
        again |= {"opens_at": CLOSES + timedelta(hours=2), "closes_at": CLOSES + timedelta(hours=5)}
        session.add(Quiz(**again, audience=[QuizAudience(unit_id=cast.department)]))
        account = account_named(login)
        assert account is not None
        for role in filter(None, (Role.COMMITTEE, also)):
            grant_role(account, role, cast.department)
    assert "题目t1" in page(client, login, occasion)[1]
    clock.set(CLOSES + timedelta(hours=3))
    text = page(client, login, occasion)[1]
    assert ("题目t1" in text, "这些题目还可能考到您" in text) == (is_shown, not is_shown)
    assert ("题目" in titled(client, occasion)) == is_shown
    assert "题目t1" in page(client, cast.committee.login, occasion)[1]  # an office that sits no test
    clock.set(CLOSES + timedelta(hours=7))
    assert "题目t1" in page(client, login, occasion)[1]


def test_what_it_says(cast: Cast, client: FlaskClient) -> None:
    text = page(client, cast.committee.login, held(cast))[1]
    parts = {re.search(r"题目(t\d)", part)[1]: part for part in text.split("<article")[0].split("<section")[1:-1]}  # type: ignore[index]
    first = re.sub(r"<[^>]+>|\s+", " ", parts["t1"])
    assert "无人答对" in first
    assert "错误选项比答案选得多" in first
    assert re.search(r"得分率 +0\.0", first)
    assert re.search(r"B +选项B +12 +100\.0", first)
    fifth = re.sub(r"<[^>]+>|\s+", " ", parts["t5"])
    assert re.search(r"得分率 +50\.0", fifth)
    assert re.search(r"A +选项A +\S+ +6 +50\.0 +6\.0", fifth)
    assert re.search(r"漏答 +6 +50\.0", fifth)
    assert "全员答对" in parts["t2"]
    assert re.search(r"随意作答可得 25\.0%", fifth)
    assert "区间" not in fifth  # nobody's rest differs, so that there is no correlation


def test_orders_and_pages(cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    occasion, login = held(cast), cast.committee.login
    monkeypatch.setattr(items, "PAGE", 2)

    def ids(query: str) -> list[str]:
        return re.findall(r"题目(t\d)", page(client, login, occasion, query)[1])

    assert ids("?order=bank") == ["t1", "t2"]
    assert ids("?order=bank&page=3") == ["t5"]
    assert ids("?order=hardest") == ["t1", "t5"]
    assert ids("?order=nonsense") == ids("") == ids("?order=flagged")
    assert page(client, login, occasion, "?page=4")[0] == 404
    assert page(client, login, occasion, "?page=0")[0] == 404


def test_topics_stand_in_the_report_the_weakest_first(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast)
    sign_in_as(client, cast.committee.login)
    text = client.get(f"/reports/{occasion.quiz_id}").text
    part = text[text.index('id="h-topics"') : text.index('id="h-absent"')]
    rows = re.findall(r'<th scope="row">(\w+)</th>\s*<td class="num">([\d.]+)</td>', part)
    assert rows == [("纪律", "50.0"), ("监察", "100.0")]


def test_the_workbook_has_a_sheet_of_each(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast)
    sign_in_as(client, cast.committee.login)
    topics, lines = (titled(client, occasion)[title] for title in ("知识点", "题目"))
    assert [row[:2] for row in topics.iter_rows(min_row=5, values_only=True)] == [("纪律", 0.5), ("监察", 1)]
    rows = list(lines.iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == sorted(KEYS)
    assert rows[0][4:6] == (12, 0)
    assert rows[0][-1] == "错误选项比答案选得多、无人答对"
    assert rows[4][4:9] == (12, 0.5, "–", 6, 6)


def test_no_topics_where_scores_are_withheld(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast, people=4)
    sign_in_as(client, cast.secretary.login)
    assert "h-topics" not in client.get(f"/reports/{occasion.quiz_id}").text


def test_results_that_are_not_counted_yet_are_named(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    occasion = held(cast)
    monkeypatch.setattr(tallies, "PEOPLE_AT_ONCE", 1)
    monkeypatch.setattr(views, "COUNTED_WHILE_READING", 5)
    sign_in_as(client, cast.committee.login)
    assert "还有 7 人的成绩尚未计入" in client.get(f"/reports/{occasion.quiz_id}").text
    assert "还有 2 人的成绩尚未计入" in client.get(f"/reports/{occasion.quiz_id}/items").text
    assert "尚未计入" not in client.get(f"/reports/{occasion.quiz_id}").text


def test_of_many_absentees_those_of_one_unit_are_named(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitters = [Sitter(branch, name=f"缺席{n}") for n, branch in enumerate(cast.branches)]
    occasion = hold(cast.department, cast.organizer.account_id, sitters)
    monkeypatch.setattr(dashboard_views, "NAMES_AT_ONCE", 3)
    sign_in_as(client, cast.committee.login)
    address = f"/reports/{occasion.quiz_id}"
    assert "缺席" not in client.get(address).text
    link = re.search(rf'href="({address}\?absent=\d+)#absent-\d+">机关<', client.get(address).text)
    assert link
    assert set(re.findall(r"缺席\d", client.get(link[1]).text)) == {"缺席0", "缺席1"}
    assert set(re.findall(r"缺席\d", client.get(f"{address}?print=1").text)) == {f"缺席{n}" for n in range(4)}
