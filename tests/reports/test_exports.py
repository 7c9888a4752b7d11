"""Files that open well in an office and do nothing there but show what they hold."""

import io
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from quizapp.accounts.models import Account
from quizapp.audit.operations import head
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.reports.exports import harmless, write_report
from quizapp.reports.queries import branch_report, report_for_cli
from quizapp.roster.models import UnitKind, UnitPeriod
from quizapp.roster.operations import add_unit
from tests.reports.occasion import CLOSES, JOINED, KEYS, Occasion, Sitter, hold
from tests.reports.readers import csv_lines, document, fetch, page_rows, sheets
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

CALL = "=cmd|' /C calc'!A0"
BRANCH_CALL = '＝HYPERLINK("http://example.invalid")'


@pytest.fixture
def cast(app: Flask, db_session: object, client: FlaskClient, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=1))
    cast = make_cast(app)
    sign_in_as(client, cast.committee.login)
    return cast


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    """One sat, one is absent whose name is a formula, in a branch whose name is one."""
    with writing() as session:
        session.execute(update(UnitPeriod).where(UnitPeriod.unit_id == cast.branches[3]).values(name=BRANCH_CALL))
    branch = cast.branches[3]
    sitters = [Sitter(branch, (dict(KEYS),)), Sitter(branch, name=CALL), Sitter(branch, name="@SUM(1)")]
    return hold(cast.department, cast.organizer.account_id, sitters, title="=1+1 / 第一季度:测试")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "  ="])
def test_what_could_begin_a_formula_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("text", ["", "办公室党支部", "B-1", "–", "一=一"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_csv_holds_no_formula(client: FlaskClient, occasion: Occasion) -> None:
    lines = csv_lines(fetch(client, occasion.quiz_id, ".csv"))
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert f"'{BRANCH_CALL}" in [line[2] for line in lines]


def test_xlsx_holds_no_formula_and_every_name_as_it_is(client: FlaskClient, occasion: Occasion) -> None:
    cells = [
        cell for sheet in sheets(fetch(client, occasion.quiz_id, ".xlsx")) for row in sheet.iter_rows() for cell in row
    ]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [cell.value for cell in cells if cell.hyperlink]
    texts = {cell.value for cell in cells}
    assert {CALL, "@SUM(1)", BRANCH_CALL, "=1+1 / 第一季度:测试"} <= texts


def test_xlsx_is_ready_to_read_and_print(client: FlaskClient, occasion: Occasion) -> None:
    book = sheets(fetch(client, occasion.quiz_id, ".xlsx"))
    assert [sheet.title for sheet in book] == ["汇总", "图表", "缺考和缓考名单", "知识点", "题目", "数据明细"]
    summary = book[0]
    for sheet in book[:-1]:
        assert sheet.freeze_panes == "C5"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$4:$4"
    total = next(row for row in summary.iter_rows(min_row=5) if row[0].value == "合计")
    assert [cell.number_format for cell in total[2:8]] == ["#,##0", "#,##0", "#,##0", "#,##0", "0.0%", "0.0"]
    assert total[6].value == pytest.approx(1 / 6)
    notes = [row[0].value for row in summary.iter_rows(min_row=total[0].row + 1) if row[0].value]
    assert notes[0] == "参与率 = 实考 ÷ 应考；合格率 = 合格 ÷ 实考；优秀率 = 优秀 ÷ 实考。"


def test_the_file_has_a_name_of_its_own(client: FlaskClient, occasion: Occasion) -> None:
    response = client.get(f"/reports/{occasion.quiz_id}.xlsx")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "%20_%20" in response.headers["Content-Disposition"]  # the slash of the title
    name = unquote(response.headers["Content-Disposition"].split("filename*=UTF-8''")[1])
    assert "/" not in name
    assert "支部成绩报告" in name


def test_json_says_what_it_is_about(client: FlaskClient, occasion: Occasion) -> None:
    found = document(client, occasion.quiz_id)
    assert (found["format"], found["settled"], found["whole"]) == (1, True, True)
    assert found["quiz"] == {
        "id": occasion.quiz_id,
        "title": "=1+1 / 第一季度:测试",
        "opens_at": "2026-03-02T01:00:00+00:00",
        "closes_at": "2026-03-07T01:00:00+00:00",
        "full_points": 10.0,
        "cut_score": 6.0,
        "excellent_score": 9.0,
        "counted_attempt": "best",
    }


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_a_report_is_written_without_a_request(occasion: Occasion, format: str) -> None:
    file = io.BytesIO()
    write_report(report_for_cli(db.session.get_one(Quiz, occasion.quiz_id)), format, file)
    assert len(file.getvalue()) > 300


def figures_of(client: FlaskClient, address: str, column: int) -> list[str]:
    rows = page_rows(client.get(address).text)
    return [figures[column] for head, figures in rows if head != "合计"]


def test_branches_by_a_figure_with_those_without_it_last(cast: Cast, client: FlaskClient) -> None:
    answers = dict(KEYS)
    some = {"t1": "A", "t2": "B", "t3": "A"}
    sitters = [Sitter(cast.branches[1], (some,)), Sitter(cast.branches[2], (answers,))]
    address = f"/reports/{hold(cast.department, cast.organizer.account_id, sitters).quiz_id}?show=branches&sort=mean"
    assert figures_of(client, address, 5) == ["10.0", "4.0", "–", "–"]
    assert figures_of(client, f"{address}&order=ascending", 5) == ["4.0", "10.0", "–", "–"]
    by_unit = address.replace("show=branches", "show=units")
    assert figures_of(client, by_unit, 5) == ["10.0", "4.0"]


def test_unknown_arguments_are_ignored(client: FlaskClient, occasion: Occasion) -> None:
    plain, odd = (client.get(f"/reports/{occasion.quiz_id}{query}") for query in ("", "?sort=points&show=x&order=y"))
    assert page_rows(odd.text) == page_rows(plain.text)


def statements(cast: Cast, quiz_id: int) -> int:
    quiz, account = db.session.get_one(Quiz, quiz_id), db.session.get_one(Account, cast.committee.account_id)
    assert account.grants
    assert quiz.audience
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    branch_report(quiz, account)
    event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    few = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[0], (dict(KEYS),))])
    before = statements(cast, few.quiz_id)
    with writing():
        more = [
            add_unit(
                code=f"X{n}",
                kind=UnitKind.BRANCH,
                name=f"新支部{n}",
                parent_id=cast.units[0],
                position=n,
                since=JOINED,
            ).id
            for n in range(10, 30)
        ]
    many = hold(cast.department, cast.organizer.account_id, [Sitter(branch, (dict(KEYS),)) for branch in more])
    assert statements(cast, many.quiz_id) == before <= 8


def test_every_form_states_the_head_of_the_record(client: FlaskClient, occasion: Occasion) -> None:
    with client.application.app_context():
        kept = head()
    said = f"第 {kept.number} 条，SHA-256 {kept.hash}"
    assert said in fetch(client, occasion.quiz_id).decode()
    assert said in fetch(client, occasion.quiz_id, ".csv").decode()
    assert document(client, occasion.quiz_id)["record"] == {"entry": kept.number, "sha256": kept.hash}
    texts = [cell.value for row in sheets(fetch(client, occasion.quiz_id, ".xlsx"))[0].iter_rows() for cell in row]
    assert [text for text in texts if said in str(text)]
