"""Who sees which branches of a report, and what of them: the same on the page and in every file."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.attempts.closing import SETTLING
from quizapp.db import db, writing
from quizapp.domain.timing import DEFAULT_GRACE
from quizapp.quizzes.models import Quiz
from quizapp.reports.exports import FORMATS
from quizapp.reports.queries import report_for_cli
from tests.reports.occasion import CLOSES, KEYS, OPENS, Occasion, Sitter, hold, start
from tests.reports.readers import DASH, csv_table, document, fetch, json_table, page_table, sheets, xlsx_table
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

ALL_RIGHT = dict(KEYS)
READERS = (page_table, csv_table, xlsx_table, json_table)
NAMES = ("办公室党支部", "人事处党支部", "监督一科党支部", "监督二科党支部")


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=1))
    return make_cast(app)


def sat(cast: Cast, *attempts: Mapping[str, str], branch: int = 0, times: int = 1) -> list[Sitter]:
    return [Sitter(cast.branches[branch], attempts, name=f"同志{branch}{n}") for n in range(times)]


def whole_department(cast: Cast, per_branch: int = 5) -> Occasion:
    sitters = [sitter for branch in range(4) for sitter in sat(cast, ALL_RIGHT, branch=branch, times=per_branch)]
    absent = [Sitter(branch, name=f"缺席{number}") for number, branch in enumerate(cast.branches)]
    return hold(cast.department, cast.organizer.account_id, [*sitters, *absent])


def reading(client: FlaskClient, login: str) -> FlaskClient:
    sign_in_as(client, login)
    return client


@pytest.mark.parametrize(
    ("who", "seen"),
    [("auditor", NAMES), ("organizer", NAMES), ("committee", NAMES), ("unit_organizer", NAMES[:2])],
)
def test_each_sees_the_branches_in_scope(cast: Cast, client: FlaskClient, who: str, seen: tuple[str, ...]) -> None:
    occasion = whole_department(cast)
    reader = reading(client, getattr(cast, who).login)
    hidden = set(NAMES) - set(seen)
    for read in READERS:
        table = read(reader, occasion.quiz_id)
        assert set(NAMES) & set(table) == set(seen), read.__name__
        assert table["合计" if len(seen) == 4 else "可见支部合计"][1] == str(5 * len(seen)), read.__name__
    for suffix in ("", ".csv", ".json"):
        text = fetch(reader, occasion.quiz_id, suffix).decode()
        assert not [name for name in hidden if name in text]


def test_absentees_are_named_only_in_scope(cast: Cast, client: FlaskClient) -> None:
    occasion = whole_department(cast)
    reader = reading(client, cast.secretary.login)
    page, file = fetch(reader, occasion.quiz_id).decode(), document(reader, occasion.quiz_id)
    assert "缺席0" in page
    assert not [n for n in (1, 2, 3) if f"缺席{n}" in page]
    # Zhang and Li of the cast belong to the branch too, and never started.
    assert {one["name"] for one in file["absentees"]} == {"缺席0", "张三", "李四"}
    [sheet] = [sheet for sheet in sheets(fetch(reader, occasion.quiz_id, ".xlsx")) if sheet.title == "缺考和缓考名单"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert {row[3] for row in rows} == {"缺席0", "张三", "李四"}


def test_nobody_who_sat_is_named(cast: Cast, client: FlaskClient) -> None:
    occasion = whole_department(cast)
    reader = reading(client, cast.secretary.login)
    for suffix in ("", ".csv", ".json"):
        assert "同志" not in fetch(reader, occasion.quiz_id, suffix).decode()


def test_a_secretary_sees_the_figures_of_the_own_branch(cast: Cast, client: FlaskClient) -> None:
    occasion = whole_department(cast)
    for read in READERS:
        row = read(reading(client, cast.secretary.login), occasion.quiz_id)["办公室党支部"]
        assert row == ["8", "5", "3", "0", "62.5", "10.0", "10.0", "5", "100.0", "5", "100.0"], read.__name__


def test_a_secretary_sees_no_scores_of_four_people(cast: Cast, client: FlaskClient) -> None:
    occasion = whole_department(cast, per_branch=4)
    for read in READERS:
        table = read(reading(client, cast.secretary.login), occasion.quiz_id)
        for row in (table["办公室党支部"], table["机关"], table["可见支部合计"]):
            assert row == ["7", "4", "3", "0", "57.1", *[DASH] * 6], read.__name__
    committee = csv_table(reading(client, cast.committee.login), occasion.quiz_id)
    assert committee["办公室党支部"][5] == "10.0"


def test_a_secretary_sees_no_scores_while_the_test_is_open(
    cast: Cast, client: FlaskClient, clock: MovableClock
) -> None:
    clock.set(OPENS + timedelta(days=3))
    occasion = whole_department(cast)
    assert csv_table(reading(client, cast.secretary.login), occasion.quiz_id)["办公室党支部"][4:] == [
        "62.5",
        *[DASH] * 6,
    ]
    page = fetch(client, occasion.quiz_id).decode()
    assert "测试进行中，数字会变。" in page
    assert csv_table(reading(client, cast.committee.login), occasion.quiz_id)["办公室党支部"][5] == "10.0"
    clock.set(CLOSES + DEFAULT_GRACE + SETTLING)
    assert "测试进行中" in fetch(reading(client, cast.secretary.login), occasion.quiz_id).decode()
    clock.advance(seconds=1)
    assert "测试进行中" not in fetch(reading(client, cast.secretary.login), occasion.quiz_id).decode()


@pytest.mark.parametrize("who", ["zhang", "administrator"])
@pytest.mark.parametrize("suffix", ["", *(f".{format}" for format in FORMATS)])
def test_others_see_nothing(cast: Cast, client: FlaskClient, who: str, suffix: str) -> None:
    occasion = whole_department(cast, per_branch=1)
    assert reading(client, getattr(cast, who).login).get(f"/reports/{occasion.quiz_id}{suffix}").status_code == 404
    assert client.get("/reports").status_code == 404


@pytest.mark.parametrize("suffix", ["", *(f".{format}" for format in FORMATS)])
def test_a_test_of_other_branches_does_not_exist(cast: Cast, client: FlaskClient, suffix: str) -> None:
    occasion = hold(cast.units[1], cast.organizer.account_id, sat(cast, ALL_RIGHT, branch=2))
    reader = reading(client, cast.secretary.login)
    assert reader.get(f"/reports/{occasion.quiz_id}{suffix}").status_code == 404
    assert "德廉知识测试" not in reader.get("/reports").text


def test_what_has_not_opened_or_was_withdrawn_has_no_report(
    cast: Cast, client: FlaskClient, clock: MovableClock
) -> None:
    occasion = whole_department(cast, per_branch=1)
    clock.set(OPENS - timedelta(hours=1))
    reader = reading(client, cast.committee.login)
    assert reader.get(f"/reports/{occasion.quiz_id}").status_code == 404
    assert "德廉知识测试" not in reader.get("/reports").text
    clock.set(CLOSES + timedelta(hours=1))
    reading(client, cast.committee.login)
    assert "德廉知识测试" in reader.get("/reports").text
    with writing() as session:
        quiz = session.get_one(Quiz, occasion.quiz_id)
        quiz.withdrawn_at, quiz.withdrawn_reason = CLOSES, "题目有误"
    assert reader.get(f"/reports/{occasion.quiz_id}").status_code == 404
    assert "德廉知识测试" not in reader.get("/reports").text


def test_an_unknown_test_or_format_is_not_found(cast: Cast, client: FlaskClient) -> None:
    reader = reading(client, cast.committee.login)
    assert reader.get("/reports/999").status_code == 404
    assert reader.get("/reports/1.pdf").status_code == 404


def test_how_somebody_is_absent(cast: Cast, client: FlaskClient, clock: MovableClock) -> None:
    branch = cast.branches[3]
    sitters = [Sitter(branch, ({},), name="空卷"), Sitter(branch, ({},), name="正答"), Sitter(branch, name="未来")]
    occasion = hold(branch, cast.organizer.account_id, sitters)
    clock.set(OPENS + timedelta(days=1, hours=2, minutes=30))
    start(occasion, next(id for id, sitter in occasion.sitters.items() if sitter.name == "正答"), number=1)
    reader = reading(client, cast.committee.login)
    absences = {one["name"]: one["absence"] for one in document(reader, occasion.quiz_id)["absentees"]}
    assert absences == {"空卷": "nothing_saved", "正答": "under_way", "未来": "not_started"}
    page = fetch(reader, occasion.quiz_id).decode()
    assert page.count("进入未答") == 1
    assert page.count("正在作答") == 1


def test_the_command_line_sees_everything(cast: Cast, client: FlaskClient) -> None:
    occasion = whole_department(cast, per_branch=1)
    report = report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    assert report.whole
    assert (report.summary.total.eligible, report.summary.total.sat) == (11, 4)


@pytest.mark.parametrize(("who", "leads_back"), [("organizer", True), ("auditor", True), ("committee", False)])
def test_the_way_back_to_the_test_for_those_who_see_it(
    cast: Cast, client: FlaskClient, who: str, leads_back: bool
) -> None:
    occasion = whole_department(cast)
    page = reading(client, getattr(cast, who).login).get(f"/reports/{occasion.quiz_id}").text
    crumbs = page[page.index('class="crumb"') :].split("</nav>")[0]
    address = f"/quizzes/{occasion.quiz_id}"
    assert (f'href="{address}"' in crumbs) is leads_back
    assert (client.get(address).status_code == 200) is leads_back
